"""Searching large files for expressions that are slow to search for, by a word that stands in each of their matches.

An expression that begins with a name, a class of letters or a word boundary is tried at every byte of a file; the word
is found by `bytes.find`, some fifty times faster. What these functions give is what `finditer` gives, no less, provided
that the caller's figures hold: they are the longest that the expression allows.
"""

import re
from collections.abc import Iterator


def places(data: bytes, word: bytes) -> Iterator[int]:
    """Give where `word` stands, as a word or in one."""
    at = data.find(word)
    while at >= 0:
        yield at
        at = data.find(word, at + 1)


def around(pattern: re.Pattern[bytes], data: bytes, word: bytes, before: int, after: int) -> Iterator[re.Match[bytes]]:
    """Give the matches that hold `word`, in order.

    In every match at most `before` bytes stand in front of the word, and at most `after` from its beginning to the end
    of the match and of what is asked behind it.
    """
    done = 0
    for at in places(data, word):
        for match in pattern.finditer(data, max(at - before, done), at + after):
            done = match.end()
            yield match


def starting(pattern: re.Pattern[bytes], data: bytes, words: tuple[bytes, ...]) -> list[re.Match[bytes]]:
    """Give the matches, in order; each begins with one of `words`, and none can overlap another."""
    found = []
    for word in words:
        for at in places(data, word):
            match = pattern.match(data, at)
            if match is not None:
                found.append(match)
    return sorted(found, key=re.Match.start) if len(words) > 1 else found


def class_table(members: bytes) -> bytes:
    """A table for `bytes.translate` that makes every member of a class `x`, and everything else a blank."""
    return bytes(120 if each in members else 32 for each in range(256))


def run_at(data: bytes, table: bytes, length: int) -> int:
    """Where the first run of `length` members of a class begins, -1 where there is none; `table` is of the class."""
    return data.translate(table).find(b"x" * length)
