"""Releases in bytes: names in the pass that looks for everything, the rest only where a name stands.

A name with all that may stand before and after it is an expression, which costs some milliseconds to compile; most
logs name a few of five hundred packages. A name alone is found at the speed of any literal, and is told once a pass:
`debug` and `chalk` stand in every log, and each telling costs more than a thousand bytes of searching.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from customhouse.hunt.matching.releases import Form
from customhouse.hunt.matching.search import expression_search


class ReleaseSearch:
    """The forms of releases, compiled as far as their keys were seen; for one thread."""

    def __init__(self, forms: Sequence[Form]) -> None:
        """Take the forms; nothing is compiled yet."""
        self._forms = forms
        self._of_key: dict[bytes, list[int]] = {}
        for number, form in enumerate(forms):
            for key in form.keys:
                self._of_key.setdefault(key.lower(), []).append(number)
        #: What the caller looks for first, in lower case.
        self.keys = tuple(self._of_key)
        self._compiled: dict[int, None] = {}
        self._search = expression_search(())

    def places(self, data: bytes, keys: Iterable[int]) -> list[int]:
        """Give an offset in each line that may name a release, in their order, when `keys` stand in the data."""
        seen = dict.fromkeys(form for key in keys for form in self._of_key[self.keys[key]])
        if not seen:
            return []
        if not seen.keys() <= self._compiled.keys():
            self._compile(seen)
        return sorted({end - 1 for end, _ in self._search.find(data)})

    def _compile(self, seen: dict[int, None]) -> None:
        """Compile what was seen; beside it as much as is compiled already, so that this happens seldom."""
        size = 2 * len(self._compiled)
        wanted = self._compiled | seen
        others = (number for number in range(len(self._forms)) if number not in wanted)
        wanted |= dict.fromkeys(islice(others, max(0, size - len(wanted))))
        self._compiled = wanted
        self._search = expression_search([each for number in wanted for each in self._forms[number].expressions])
