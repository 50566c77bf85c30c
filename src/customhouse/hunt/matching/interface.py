"""What the room takes and gives: a pattern with its keys, and a search for many things at once."""

from typing import Protocol

import msgspec

#: The longest fact, in bytes, that is searched for: what is cut from a stream overlaps by more (`hunt.streams.blocks`).
LONGEST = 1000


class Pattern(msgspec.Struct, frozen=True):
    """How one fact stands in bytes.

    Wherever `expression` matches, the match begins with one of `keys`, unless dots in it were made harmless, or has one
    of `inner` in it. Keys are compared without regard to case, and are no longer than LONGEST bytes, as matches are.
    """

    keys: tuple[bytes, ...]
    #: A regular expression over bytes that decides, boundaries included; it never matches across a line's end.
    expression: bytes
    #: Whether parts of it stand for anything, so that a match may be chance.
    vague: bool = False
    inner: tuple[bytes, ...] = ()
    #: Bytes of which one stands before an inner key; empty where any may.
    before: bytes = b""


class Search(Protocol):
    """A search for many things at once, literals or expressions, ASCII letters compared without regard to case."""

    def find(self, data: bytes) -> list[tuple[int, int]]:
        """Give the end and the number of what occurs, overlapping ones too, in no particular order."""
