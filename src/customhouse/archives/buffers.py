"""The bytes of an archive, wherever they are: in memory, or a file mapped into it, of which no whole copy is made.

Readers slice what they look at and turn slices into bytes: of `bytes` a slice is a copy, and so it is of a mapped file;
only a memoryview's is not, which is why what is large is sliced through one.
"""

from mmap import mmap

Buffer = bytes | memoryview | mmap


def begins(data: Buffer, magic: bytes, at: int = 0) -> bool:
    """Whether these bytes stand there."""
    return bytes(data[at : at + len(magic)]) == magic


def last_place(data: Buffer, magic: bytes, start: int, stop: int) -> int:
    """Return where these bytes stand last between two places, -1 where they do not. What lies between is copied."""
    found = bytes(data[start:stop]).rfind(magic)
    return found if found < 0 else start + found
