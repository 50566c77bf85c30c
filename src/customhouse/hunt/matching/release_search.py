"""Releases in bytes: a package's name is looked for until it is seen, and from then on all that makes it a release.

A name with what may stand before and after it is an expression, which costs a millisecond or more to compile, and most
logs name a few of five hundred packages. A name alone is compiled at once and found as fast as any literal. But
`debug` and `chalk` stand in every log, and telling of each place would cost more than a thousand bytes of searching.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

from customhouse.hunt.matching.quoting import quoted
from customhouse.hunt.matching.releases import Form
from customhouse.hunt.matching.search import expression_search


class ReleaseSearch:
    """The forms of releases, each compiled once one of its keys was seen; for one thread."""

    def __init__(self, forms: Sequence[Form]) -> None:
        """Compile the keys."""
        self._forms = forms
        self._seen: dict[int, None] = {}
        self._compile(())

    def places(self, data: bytes) -> list[int]:
        """Give an offset in each place that may name a release, in their order; several may be of one line."""
        while True:
            found = self._search.find(data)
            new = {form for _, number in found for form in self._keys.get(number, ())}
            if not new:
                return sorted({end - 1 for end, _ in found})
            self._compile(new)

    def _compile(self, new: Iterable[int]) -> None:
        """Compile what was seen; beside it as much as was seen already, so that this happens seldom."""
        size = 2 * len(self._seen)
        self._seen |= dict.fromkeys(new)
        others = [number for number in range(len(self._forms)) if number not in self._seen]
        self._seen |= dict.fromkeys(islice(others, max(0, size - len(self._seen))))
        expressions = [each for number in self._seen for each in self._forms[number].expressions]
        keys: defaultdict[bytes, list[int]] = defaultdict(list)
        for number in others:
            if number not in self._seen:
                for key in self._forms[number].keys:
                    keys[key.lower()].append(number)
        #: The forms of each key, by the key's number in the search.
        self._keys = dict(enumerate(keys.values(), len(expressions)))
        self._search = expression_search([*expressions, *map(quoted, keys)], self._keys)
