"""Literals by Hyperscan: about 700 MB/s with 10,000 of them, three times what Aho-Corasick automata do.

Its tables pick from a block what may be a match with vector instructions, where an automaton takes a step, and often a
miss of the cache, for every byte.
"""

import re
from collections.abc import Sequence

import hyperscan

_OTHER = re.compile(rb"[^A-Za-z0-9]", re.DOTALL)


class HyperscanSearch:
    """A database of literals. It has one working memory, so it is not for two threads at once."""

    def __init__(self, literals: Sequence[bytes]) -> None:
        """Compile the literals; some 30 ms a thousand."""
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            # What is no letter stands as its number: nothing in a literal then means anything.
            expressions=[_OTHER.sub(lambda found: b"\\x%02x" % ord(found[0]), literal) for literal in literals],
            ids=list(range(len(literals))),
            elements=len(literals),
            flags=[hyperscan.HS_FLAG_CASELESS] * len(literals),
        )

    def find(self, data: bytes) -> list[tuple[int, int]]:
        """Give the end and the number of every literal that occurs."""
        found: list[tuple[int, int]] = []
        add = found.append
        self._database.scan(data, match_event_handler=lambda number, _, end, __, ___: add((end, number)))
        return found
