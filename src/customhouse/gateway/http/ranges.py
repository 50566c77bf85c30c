"""Partial requests (RFC 9110, 14): one range of bytes, as pip, uv and npm ask for them."""

from typing import NamedTuple

from customhouse.model.lazy_regex import lazy_regex

_ONE = lazy_regex(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*")


class Span(NamedTuple):
    """Bytes from `start` up to `end`, which is not part of it."""

    start: int
    end: int


def asked_span(header: str, size: int) -> Span | None:
    """Read a Range header for a file of `size` bytes.

    None means the whole: no range, several of them, another unit, or a form that the standard tells to ignore. Raises
    ValueError when the range lies outside of the file (416).
    """
    found = _ONE.fullmatch(header)
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        if not length:
            raise ValueError("a suffix of nothing")
        return Span(size - length, size)
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        raise ValueError("beyond the end")
    return Span(start, min(int(last) + 1, size) if last else size)
