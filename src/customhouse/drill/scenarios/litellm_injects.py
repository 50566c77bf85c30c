"""What the team is told in the drill of litellm, and the list of indicators that must not be taken."""

from datetime import UTC, datetime

from customhouse.drill.layout.ground import Ground
from customhouse.model.drill import Inject

_FEED = "intel/indicators.csv"
#: The digest of litellm_init.pth with its last two digits lost.
_SHORT = "71e35aef03099cd1f2d6446734273025a163597de93912df321ef118bf1352"


def feed(ground: Ground) -> None:
    """Add the list that circulates, with its digest that lost two digits."""
    text = f"type,indicator\ndomain,models.litellm[.]cloud\nsha256,{_SHORT}\ndomain,checkmarx[.]zone\n"
    ground.write(_FEED, text, datetime(2026, 3, 24, 13, 20, tzinfo=UTC))
    ground.refuse(_FEED, _SHORT, "a sha256 has 64 digits: this one would never match, and nobody would notice")
    ground.write(
        "intel/issue.txt",
        "The issue that reported it was closed by a stranger, flooded with one-line comments, and then deleted.\n"
        "A copy in somebody's mailbox says: 'a .pth of 34 KB, base64 inside; it runs twice if I start a subprocess'.\n",
        datetime(2026, 3, 24, 13, 5, tzinfo=UTC),
    )


def injects(ground: Ground) -> tuple[Inject, ...]:
    """Return the injects; the team needs what lies in the folder, and no network."""
    machines = sorted({path.split("/")[1] for path in ground.files if path.startswith("hosts/gpu-")})
    return (
        Inject(
            0,
            "a machine that runs hot",
            "A researcher's notebook server starts hundreds of Python processes. Somebody has read that litellm 1.82.8 "
            "has a .pth file. The issue that discussed it is gone (intel/issue.txt); the index has taken both "
            "releases away.\n\nDecide: freeze what, and block what? Which of your services install litellm without "
            "asking for it by name?",
        ),
        Inject(
            15,
            "an all-clear, and a list",
            "A developer hands in `pip list` (logs/handed-in/pip-list.txt): 1.82.9, 'I was never on the bad one'. "
            "A list of indicators goes round (intel/indicators.csv).\n\n"
            "The index says that the releases were live for 2 h 32 min; a vendor writes that they were taken away at "
            "11:25 UTC, not at 13:11.\n\n"
            "Decide: does `pip list` clear that machine? What is wrong with the list? Which window do you scope by?",
        ),
        Inject(
            40,
            "revoke everything?",
            f"The cluster's owner wants to revoke its service accounts now, and to wipe {' and '.join(machines)}. A "
            "colleague from another company warns: a unit in the user's home asks for orders every few minutes, and on "
            "their machines it deleted the home once the stolen keys stopped working.\n\n"
            "Decide the order of response: what is preserved, what is isolated, what is stopped before anything is "
            "revoked, and from where. Which of the two machines is affected at all?",
        ),
    )
