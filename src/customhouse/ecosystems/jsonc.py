"""JSON with comments and trailing commas, as bun and deno write it, made plain JSON with every byte in its place."""

import re

from customhouse.ecosystems.documents import UnreadableError
from customhouse.model.lazy_regex import lazy_regex

#: What plain JSON allows, in one match however long (possessive, so linear); else a comment; else a comma before a
#: bracket or a comment, or what cannot stand there at all.
_PART = lazy_regex(
    rb"""((?:[^"/,]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"|,(?!\s*+[\]}/]))++)|(//[^\n]*+|/\*.*?\*/)|[,"/]""",
    re.DOTALL,
)
_NOT_NEWLINE = lazy_regex(rb"[^\n]")
_NO_VALUE = b"{[,:"


def plain_json(data: bytes) -> bytes:
    """Put spaces in place of comments and of the comma before a closing bracket; offsets and lines stay as they were.

    Raises UnreadableError where a comment or string has no end, or a comma follows no value. Whatever else is wrong
    is left for the JSON decoder to find.
    """
    parts: list[bytes] = []
    last = b""  # the last byte that is neither space nor comment
    comma = -1  # index in `parts` of a comma that may turn out to be a trailing one
    for match in _PART.finditer(data):
        text, comment = match.groups()
        if comment is not None:
            parts.append(_NOT_NEWLINE.sub(b" ", comment))
        elif text is not None:
            meant = text.strip()
            if meant:
                if comma >= 0 and meant[:1] in (b"}", b"]"):
                    parts[comma] = b" "
                comma, last = -1, meant[-1:]
            parts.append(text)
        elif match.group() == b",":
            if not last or last in _NO_VALUE:
                raise UnreadableError(f"line {_line(data, match.start())} has a comma that follows no value")
            comma, last = len(parts), b","
            parts.append(b",")
        elif match.group() == b"/":
            raise UnreadableError(f"line {_line(data, match.start())} has a comment without an end, or a stray slash")
        else:
            raise UnreadableError(f"line {_line(data, match.start())} has a text without an end")
    return b"".join(parts)


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1
