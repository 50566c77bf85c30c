"""JSON with comments and trailing commas, as bun and deno write it, made plain JSON with every byte in its place."""

import re

from customhouse.ecosystems.documents import UnreadableError
from customhouse.model.lazy_regex import lazy_regex

#: What plain JSON allows, up to a thousand pieces in one match; else comments; else a comma before a bracket or a
#: comment, or what cannot stand there at all. The repeated groups are not possessive: in Python 3.11.2 such a group
#: keeps what its last, failing round had read.
_PART = lazy_regex(
    rb"""((?:[^"/,]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"|,(?!\s*+[\]}/])){1,1000})|(?:(?://[^\n]*+|/\*.*?\*/)\s*+){1,1000}|[,"/]""",
    re.DOTALL,
)
#: Every byte but the ends of lines is a space.
_BLANK = bytes(one if one in b"\r\n" else 0x20 for one in range(256))
_NO_VALUE = b"{[,:"


def plain_json(data: bytes) -> bytes:
    """Put spaces in place of comments and of the comma before a closing bracket; offsets and lines stay as they were.

    Raises UnreadableError where a comment or string has no end, or a comma follows no value. Whatever else is wrong
    is left for the JSON decoder to find.
    """
    plain = bytearray(data)
    last = b""  # the last byte that is neither space nor comment
    comma = -1  # where a comma stands that may turn out to be a trailing one
    for match in _PART.finditer(data):
        text = match.group(1)
        if text is not None:
            meant = text.strip()
            if meant:
                if comma >= 0 and meant[:1] in (b"}", b"]"):
                    plain[comma] = 0x20
                comma, last = -1, meant[-1:]
            continue
        start, end = match.span()
        if end - start > 1:
            plain[start:end] = data[start:end].translate(_BLANK)
            continue
        line = data.count(b"\n", 0, start) + 1
        match data[start:end]:
            case b"/":
                raise UnreadableError(f"line {line} has a comment without an end, or a stray slash")
            case b'"':
                raise UnreadableError(f"line {line} has a text without an end")
        if not last or last in _NO_VALUE:
            raise UnreadableError(f"line {line} has a comma that follows no value")
        comma, last = start, b","
    return bytes(plain)
