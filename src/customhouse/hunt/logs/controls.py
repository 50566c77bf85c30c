"""The positive control: would this log have named the package, had it been installed?"""

from collections.abc import Iterable

from customhouse.hunt.logs.clients.all_clients import CLIENTS
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
_LINE = 2000


class Controls:
    """Literals of every sign, compiled once for many logs."""

    def __init__(self) -> None:
        """Compile."""
        self._search = literal_search([text for text, *_ in _SIGNS])

    def of_log(self, asked: Iterable[Ecosystem]) -> "Control":
        """Begin with a log."""
        return Control(self, frozenset(asked))

    def signs(self, data: bytes) -> Iterable[tuple[int, int]]:
        """Give the end and the number of every sign's literal."""
        return sorted(self._search.find(data))


class Control:
    """What one log shows of installers; it looks until nothing more can change."""

    def __init__(self, controls: Controls, asked: frozenset[Ecosystem]) -> None:
        """Take the ecosystems that are asked about."""
        self._controls = controls
        self._asked = asked
        self._naming: dict[Ecosystem, str] = {}
        self._silent: dict[Ecosystem, str] = {}

    def look(self, block: Block) -> None:
        """Look at the next block."""
        if not self._asked - self._naming.keys():
            return
        for end, number in self._controls.signs(block.data):
            text, form, client, names = _SIGNS[number]
            if client.ecosystem in self._naming or (not names and client.ecosystem in self._silent):
                continue
            begin = end - len(text)
            start = max(block.data.rfind(b"\n", 0, begin) + 1, begin - _LINE)
            stop = block.data.find(b"\n", end, end + _LINE)
            line = decoded(block.data[start : stop if stop >= 0 else end + _LINE])
            if form.search(line):
                (self._naming if names else self._silent)[client.ecosystem] = client.name

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
