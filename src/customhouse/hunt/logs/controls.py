"""The positive control: would this log have named the package, had it been installed?"""

from collections.abc import Collection, Iterable

from customhouse.hunt.logs.clients.all_clients import CLIENTS
from customhouse.hunt.matching.interface import Search
from customhouse.hunt.matching.search import literal_search
from customhouse.hunt.streams.encodings import decoded
from customhouse.hunt.streams.interface import Block
from customhouse.model.purl import Ecosystem

_SIGNS = tuple(
    (text, form, client, names)
    for client in CLIENTS
    for names, signs in ((True, client.naming), (False, client.silent))
    for text, form in signs
)
#: A text that stands in every line that is a sign, each in the place of its number.
SIGNS: tuple[bytes, ...] = tuple(text for text, *_ in _SIGNS)
_LINE = 2000


class Controls:
    """Literals of signs, compiled once for many logs."""

    def __init__(self) -> None:
        """Compile nothing yet: many logs have no sign."""
        self._searches: dict[tuple[int, ...], Search] = {}

    def of_log(self, asked: Iterable[Ecosystem]) -> "Control":
        """Begin with a log."""
        return Control(self, frozenset(asked))

    def signs(self, data: bytes, numbers: tuple[int, ...]) -> Iterable[tuple[int, int]]:
        """Give the end and the number of the literals of these signs."""
        if numbers not in self._searches:
            self._searches[numbers] = literal_search([SIGNS[number] for number in numbers])
        return sorted((end, numbers[each]) for end, each in self._searches[numbers].find(data))


class Control:
    """What one log shows of installers; it looks until nothing more can change."""

    def __init__(self, controls: Controls, asked: frozenset[Ecosystem]) -> None:
        """Take the ecosystems that are asked about."""
        self._controls = controls
        self._asked = asked
        self._naming: dict[Ecosystem, str] = {}
        self._silent: dict[Ecosystem, str] = {}

    def look(self, block: Block, present: Collection[int]) -> None:
        """Look at the next block, in which literals of signs with these numbers stand."""
        if not self._asked - self._naming.keys():
            return
        telling = tuple(number for number in range(len(_SIGNS)) if self._tells(number))
        if not any(number in present for number in telling):
            return
        read: dict[int, int] = {}
        for end, number in self._controls.signs(block.data, telling):
            if end <= read.get(number, 0) or not self._tells(number):
                continue
            text, form, client, names = _SIGNS[number]
            begin = end - len(text)
            start = max(block.data.rfind(b"\n", 0, begin) + 1, begin - _LINE)
            stop = block.data.find(b"\n", end, end + _LINE)
            # The same text stands in a line of `====` over and over; of a longer line than this each place is read.
            if stop >= 0 and begin - start < _LINE:
                read[number] = stop
            line = decoded(block.data[start : stop if stop >= 0 else end + _LINE])
            if form.search(line):
                (self._naming if names else self._silent)[client.ecosystem] = client.name

    def _tells(self, number: int) -> bool:
        """Say whether a sign could still change anything."""
        *_, client, names = _SIGNS[number]
        return client.ecosystem not in self._naming and (names or client.ecosystem not in self._silent)

    @property
    def answer(self) -> bool | None:
        """Whether packages of what is asked about would have been named; None when no package is asked about."""
        if not self._asked:
            return None
        return bool(self._naming.keys() & self._asked) and not (self._silent.keys() & self._asked) - self._naming.keys()

    @property
    def note(self) -> str:
        """Why not, for a reader."""
        if self.answer is not False:
            return ""
        silent = [name for ecosystem, name in self._silent.items() if ecosystem not in self._naming]
        if silent:
            return (
                f"{' and '.join(silent)} said that packages were installed, not which: what is not found may be there"
            )
        return "no line of an installer that names packages: not finding one here says nothing"
