"""Searching by Hyperscan: about 900 MB/s with 10,000 literals, three times what Aho-Corasick automata do.

Its tables pick from a block what may be a match with vector instructions, where an automaton takes a step, and often a
miss of the cache, for every byte.
"""

from collections.abc import Collection, Sequence

import hyperscan


class HyperscanSearch:
    """A database of expressions. It has one working memory, so it is not for two threads at once."""

    def __init__(self, expressions: Sequence[bytes], once: Collection[int] = ()) -> None:
        """Compile the expressions; some 30 ms for a thousand literals, a second for a thousand of any other kind.

        Of those whose numbers are in `once` the first match of each pass is given alone: the others cost no call.
        """
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        flags = [hyperscan.HS_FLAG_CASELESS] * len(expressions)
        for number in once:
            flags[number] |= hyperscan.HS_FLAG_SINGLEMATCH
        self._database.compile(
            expressions=expressions, ids=list(range(len(expressions))), elements=len(expressions), flags=flags
        )

    def find(self, data: bytes) -> list[tuple[int, int]]:
        """Give the end and the number of every match."""
        found: list[tuple[int, int]] = []
        add = found.append
        self._database.scan(data, match_event_handler=lambda number, _, end, __, ___: add((end, number)))
        return found
