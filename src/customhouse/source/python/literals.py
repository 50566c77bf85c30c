"""String and number literals of Python: from their text to their value."""

import re

from customhouse.model.lazy_regex import lazy_regex

_PREFIX = lazy_regex(r"([A-Za-z]{0,2})(\"\"\"|'''|\"|'|`)")
_ESCAPE = lazy_regex(
    r"\\(\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}\n]{1,80}\}|[\\'\"abfnrtv])"
)
_SIMPLE = {"\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
#: Digits of a number that are read; Python itself refuses more than 4300 decimal ones.
_MAX_DIGITS = 4000


def string_prefix(text: str) -> tuple[str, int]:
    """Give the lower-case prefix letters of a string literal and the length of prefix and opening quotes together."""
    match = _PREFIX.match(text)
    return (match[1].lower(), match.end()) if match else ("", 0)


def unescape(content: str, *, raw: bool, binary: bool) -> str | bytes:
    r"""Give the value of what stands between the quotes.

    For bytes, escapes of one byte are undone and characters outside ASCII, which the compiler refuses, become `?`.
    """
    if not raw and "\\" in content:
        content = _ESCAPE.sub(_plain_byte if binary else _plain, content)
    return content.encode("latin-1", "replace") if binary else content


def number(text: str) -> int | None:
    """Give an integer literal's value, Python 2's octal and long forms included; None for floats and complex."""
    digits = text.replace("_", "").rstrip("lL")
    if len(digits) > _MAX_DIGITS:
        return None
    try:
        return int(digits, 0)
    except ValueError:
        return int(digits, 8) if re.fullmatch("0[0-7]+", digits) else None


def _plain(match: re.Match[str]) -> str:
    code = match[1]
    if code == "\n":
        return ""
    if code[0] in "xuU":
        point = int(code[1:], 16)
        return chr(point) if point <= 0x10FFFF and not 0xD800 <= point < 0xE000 else "\ufffd"  # noqa: PLR2004 (surrogates)
    if code[0] == "N":
        import unicodedata  # noqa: PLC0415 - such escapes are rare

        try:
            return unicodedata.lookup(code[2:-1])
        except KeyError:
            return match[0]
    return chr(int(code, 8)) if code[0].isdigit() else _SIMPLE[code]


def _plain_byte(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "uUN":
        return match[0]
    if code[0].isdigit():
        return chr(int(code, 8) & 0xFF)
    return _plain(match)
