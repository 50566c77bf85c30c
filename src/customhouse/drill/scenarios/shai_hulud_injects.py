"""What the team is told in the drill of Shai-Hulud 2, and the list of indicators that must not be taken."""

from datetime import UTC, datetime

from customhouse.drill.layout.ground import Ground
from customhouse.model.drill import Inject

_FEED = "intel/indicators.csv"
#: A digest of nothing, with two digits more than a sha256 has.
_LONG = "5f" * 33


def feed(ground: Ground) -> None:
    """Add the list that circulates, with a digest that gained two digits."""
    ground.write(
        _FEED, f"type,indicator\nsha256,{_LONG}\nfilename,setup_bun.js\n", datetime(2025, 11, 24, 8, 30, tzinfo=UTC)
    )
    ground.refuse(_FEED, _LONG, "a sha256 has 64 digits: this one would never match, and nobody would notice")
    ground.write(
        "intel/issue.txt",
        "The maintainers' issue is gone: their own account deleted it at 07:41 UTC, which was not them.\n"
        "What was copied before: 'releases 6.8.2 and 6.8.3 are not ours'.\n",
        datetime(2025, 11, 24, 8, 0, tzinfo=UTC),
    )


def injects(ground: Ground) -> tuple[Inject, ...]:
    """Return the injects; the team needs what lies in the folder, and no network."""
    machines = sorted({path.split("/")[1] for path in ground.files if path.startswith("hosts/ci-")})
    return (
        Inject(
            0,
            "repositories that nobody made",
            "Two colleagues find public repositories under their own names, with random names and one file each. An "
            "advisory lists hundreds of packages. The issue of one of them has been deleted (intel/issue.txt).\n\n"
            "Decide: which packages of the list do you use at all, on any branch? What is frozen, and who says so?",
        ),
        Inject(
            15,
            "an all-clear, and a list",
            "A developer hands in `npm ls` (logs/handed-in/npm-ls.txt): 6.8.1. A list of indicators goes round "
            "(intel/indicators.csv).\n\n"
            "One source says that the releases were gone by 07:00 UTC; the registry's own page says 10:30 UTC.\n\n"
            "Decide: does `npm ls` clear that machine? What is wrong with the list? Which window do you scope by?",
        ),
        Inject(
            40,
            "revoke everything?",
            f"Somebody is about to revoke all tokens and to remove the runners on {' and '.join(machines)}. A write-up "
            "says that the worm deletes the home folder when it can neither send nor spread any more.\n\n"
            "Decide the order of response: what is preserved, which machine is cut off and how, what is stopped before "
            "tokens are revoked, and which packages of your own must be looked at, since it spreads by them.",
        ),
    )
