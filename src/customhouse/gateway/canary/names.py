"""What a canary is called: `customhouse-canary-` and sixteen hex digits, in npm's spelling and in PyPI's alike.

The digits are whoever asks's to choose, by chance: nobody else ever asks for that name, so that a question for it names
the one client that was told it, and no registry has a package of it.
"""

import re
from secrets import token_hex
from typing import Final

PREFIX: Final = "customhouse-canary-"
#: Its one version.
VERSION: Final = "1.0.0"
NONCE: Final = "[0-9a-f]{16}"
_NONCE = re.compile(NONCE)
#: In the names of wheels the hyphens are underscores.
_IN_PATH = re.compile(f"(?<![A-Za-z0-9._-])customhouse[-_]canary[-_]({NONCE})(?![A-Za-z0-9_])")


def new_nonce() -> str:
    """Return the digits of a canary that nobody has asked for yet."""
    return token_hex(8)


def is_nonce(text: str) -> bool:
    """Say whether a text is the digits of a canary."""
    return _NONCE.fullmatch(text) is not None


def canary_name(nonce: str) -> str:
    """Return the name of the package."""
    return f"{PREFIX}{nonce}"


def nonce_in(path: str) -> str:
    """Return the digits of the canary that a raw path asks for; empty where it asks for none.

    Nearly every path is none of a canary, so this costs them one search for a text.
    """
    if "canary" not in path:
        return ""
    found = _IN_PATH.search(path)
    return found.group(1) if found else ""
