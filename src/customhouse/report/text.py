"""Making hostile text harmless. Names, messages and member paths come from strangers and end on terminals."""

import re

from customhouse.model.lazy_regex import lazy_regex

#: What must not reach a terminal or a reader's eye as it is: C0 and C1 controls and DEL, bidirectional controls,
#: zero-width and other invisible characters, line and paragraph separators, variation selectors beyond emoji use,
#: tag characters, lone surrogates, non-characters, private use.
UNSAFE = lazy_regex(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    r"""Write every unsafe character as an escape that can be read: ESC becomes `\x1b`, a newline `\n`."""
    return UNSAFE.sub(_escape, text) if not text.isascii() or not text.isprintable() else text


def visible_lines(text: str) -> str:
    """Do the same to text of ours that has several lines, such as a rule's page."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code <= 0xFF:  # noqa: PLR2004 - the last code of one byte
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the last code of two


def counted(number: int, noun: str, plural: str = "") -> str:
    """Write `1 package`, `2 packages`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
