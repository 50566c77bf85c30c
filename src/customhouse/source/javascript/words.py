"""The words of a file, and of a large file the stretches in which each of them stands.

The readers ask for the places of some hundred words. To search 9 MB for each costs seconds; most words stand in few
places, so that a search of the stretches that hold the word finds the same at a fraction of it.
"""

from collections.abc import Iterable

from customhouse.model.lazy_regex import lazy_regex

#: The bytes that names are made of.
WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$") | frozenset(range(128, 256))
#: Leaves the words of a text, and blanks. A number counts as a word, with all that stands in one piece with it.
_APART = bytes(each if each in WORD_BYTES else ord(" ") for each in range(256))
_OF_WORDS = bytes(WORD_BYTES)
_APART_FROM_WORDS = lazy_regex(rb"[^A-Za-z0-9_$\x80-\xff]")
#: Bytes of a stretch at the least, and stretches of a file.
_LEAST, _MOST = 64 * 1024, 200


class Words:
    """What words a file holds, and where about. Made for the bytes of one file; looked through when first asked."""

    __slots__ = ("_data", "_ends", "_every", "_held")

    def __init__(self, data: bytes) -> None:
        """Take the file."""
        self._data = data
        self._every: frozenset[bytes] | None = None
        #: Where each stretch ends, and of each word the numbers of the stretches that hold it.
        self._ends: list[int] = []
        self._held: dict[bytes, list[int]] = {}

    @property
    def every(self) -> frozenset[bytes]:
        """Every word: each longest run of the bytes that names are made of."""
        if self._every is None:
            self._look()
        return self._every or frozenset()

    def _look(self) -> None:
        data = self._data
        size = max(_LEAST, len(data) // _MOST + 1)
        if len(data) <= 2 * size:
            self._every = frozenset(data.translate(_APART).split())
            return
        start = 0
        while start < len(data):
            end = _boundary(data, min(start + size, len(data)))
            number = len(self._ends)
            for word in set(data[start:end].translate(_APART).split()):
                self._held.setdefault(word, []).append(number)
            self._ends.append(end)
            start = end
        self._every = frozenset(self._held)

    def stretches(self, word: bytes, start: int, end: int) -> Iterable[tuple[int, int]]:
        """Give the parts of a range in which `word` may stand as a whole word, in order."""
        if word not in self.every:
            # What is made of other bytes too, such as a name in quotes, is no word here and may stand anywhere.
            return () if not word.translate(None, _OF_WORDS) else ((start, end),)
        if not self._ends:
            return ((start, end),)
        return self._within(self._held[word], start, end)

    def _within(self, numbers: list[int], start: int, end: int) -> Iterable[tuple[int, int]]:
        for number in numbers:
            first = max(self._ends[number - 1] if number else 0, start)
            last = min(self._ends[number], end)
            if first < last:
                yield first, last


def _boundary(data: bytes, at: int) -> int:
    """The next place at or after `at` that is in no word."""
    found = _APART_FROM_WORDS.search(data, at)
    return found.start() if found is not None else len(data)
