"""What the team is told in the drill of axios, and the list of indicators that must not be taken."""

from datetime import UTC, datetime

from customhouse.drill.layout.ground import Ground
from customhouse.model.drill import Inject

_FEED = "intel/indicators.csv"
#: The truncation of a sha1 that circulates: 39 digits.
_SHORT = "2553649f2322049666871cea80a5d0d6adc700c"


def feed(ground: Ground) -> None:
    """Add the list that circulates, with its digest that lost a digit."""
    text = f"type,indicator\ndomain,sfrclak[.]com\nsha1,{_SHORT}\nsha1,07d889e2dadce6f3910dcbc253317d28ca61c766\n"
    ground.write(_FEED, text, datetime(2026, 3, 31, 8, 40, tzinfo=UTC))
    ground.refuse(_FEED, _SHORT, "a sha1 has 40 digits: this one would never match, and nobody would notice")
    ground.write(
        "intel/issue.txt",
        "The thread at the project's tracker answers 404: it was deleted at 08:52 UTC.\n"
        "Nobody here saved it. A search engine's excerpt says: 'postinstall of a dependency calls home'.\n",
        datetime(2026, 3, 31, 8, 55, tzinfo=UTC),
    )


def injects(ground: Ground) -> tuple[Inject, ...]:
    """Return the injects; the team needs what lies in the folder, and no network."""
    runners = sorted({path.split("/")[1] for path in ground.files if path.startswith("hosts/build-")})
    return (
        Inject(
            0,
            "a message from a vendor",
            "A vendor writes that axios 1.14.1 and 0.30.4 carry a dropper, by a dependency plain-crypto-js 4.2.1. The "
            "issue in which it was discussed has been deleted (intel/issue.txt). A second, independent source says the "
            "same of 1.14.1 alone.\n\n"
            "Decide: what makes it credible enough to freeze updates, and who says so? Which records expire first?",
        ),
        Inject(
            15,
            "an all-clear, and a list",
            "A developer hands in `npm ls` (logs/handed-in/npm-ls.txt): it shows plain-crypto-js 4.2.0, 'the clean "
            "one', and asks to be let off. A list of indicators goes round (intel/indicators.csv); somebody wants it "
            "in the proxy and the scanner now.\n\n"
            "Two sources disagree on when axios was taken away: one says 03:15 UTC, the other 03:29 UTC.\n\n"
            "Decide: does `npm ls` clear that machine? What is wrong with the list? Which window do you scope by?",
        ),
        Inject(
            40,
            "revoke everything?",
            f"Management wants every token revoked at once, and {', '.join(runners) or 'the runner'} rebuilt within "
            "the hour. Another team's analyst warns: variants of this tool watch the stolen token and wipe the home "
            "folder once it is refused.\n\n"
            "Decide the order of response: what is preserved before anything is cleaned, which machines are isolated, "
            "which watchers are stopped, and from where tokens are revoked. Say what you tell whom, and when.",
        ),
    )
