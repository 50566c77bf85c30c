"""What the room gives: named streams of bytes, and blocks of text."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from customhouse.hunt.matching.matcher import AROUND


class CutError(Exception):
    """A stream ends before its end; what came before it counts. The text says why."""


class Stream(msgspec.Struct, frozen=True):
    """One file, or one member of an archive.

    `chunks` opens it and gives its bytes, unpacked; it raises CutError, and nothing else.
    """

    path: str
    member: str
    chunks: Callable[[], Iterator[bytes]]


class Block(NamedTuple):
    """A piece of a text, in UTF-8 or what was there instead, without terminals' escapes.

    It holds whole lines; of a line that is too long it holds a part, with some of what comes before and after. What
    starts at `begin` or later and before `end` is this block's own, and is wholly in `data`, with AROUND bytes more.
    """

    data: bytes
    begin: int
    end: int
    #: The number, from 1, of the line in which `data` begins.
    line: int
    #: How many lines end in what is this block's own.
    lines: int


#: What a part of a long line repeats of the part before.
OVERLAP = 2 * AROUND
