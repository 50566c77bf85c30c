"""Lines of a block: the one in which an offset lies, and its number."""

from typing import NamedTuple

from customhouse.hunt.streams.encodings import decoded
from customhouse.hunt.streams.interface import Block

#: Bytes of a line on either side of an offset that are read.
LONG = _SIDE = 4096
#: Bytes of a longer line's beginning, in which its time stands.
_FIRST = 256


class Line(NamedTuple):
    """A line, or what is near an offset in a long one. `first` is how the whole line begins."""

    start: int
    number: int
    first: str
    #: What stands between carriage returns, where progress was written over and over.
    text: str


class Lines:
    """Lines of one block, asked for in the order of offsets."""

    def __init__(self, block: Block) -> None:
        """Begin at the block's beginning."""
        self._block = block
        self._at = 0
        self._number = block.line
        self._begin = 0

    def at(self, offset: int) -> Line:
        """Return the line around an offset, which is not before the last one asked for."""
        data = self._block.data
        ended = data.count(b"\n", self._at, offset)
        if ended:
            self._number += ended
            self._begin = data.rfind(b"\n", 0, offset) + 1
        self._at = max(self._at, offset)
        begin = self._begin
        start = max(begin, offset - _SIDE, data.rfind(b"\r", begin, offset) + 1)
        stop = data.find(b"\n", offset, offset + _SIDE)
        stop = min(len(data), offset + _SIDE) if stop < 0 else stop
        back = data.find(b"\r", offset, stop)
        text = decoded(data[start : stop if back < 0 else back])
        first = text if start == begin else decoded(data[begin : min(begin + _FIRST, stop)])
        return Line(begin, self._number, first, text)
