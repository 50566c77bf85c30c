"""What a plan would write into a project's manifests, while it is put together."""

from collections.abc import Mapping

from customhouse.ecosystems.documents import UnreadableError
from customhouse.model.response import Edit

_MARK = "\ufeff"


class Draft:
    """The texts of a project's files as they are and as they would be, with snippets and notes."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """`texts` are the files that there are, by path."""
        self._before = texts
        self._after: dict[str, str] = {}
        self._snippets: dict[str, list[str]] = {}
        self._notes: dict[str, None] = {}
        self._refused = False

    def text(self, path: str) -> str | None:
        """Return a file as it would be; None where there is none."""
        found = self._after.get(path, self._before.get(path))
        return found.removeprefix(_MARK) if found is not None else None

    def needed(self, path: str) -> str:
        """Return the same; raises UnreadableError where there is none."""
        found = self.text(path)
        if found is None:
            raise UnreadableError("it is not there, or is not UTF-8")
        return found

    def write(self, path: str, text: str) -> None:
        """Have a file be so."""
        mark = _MARK if self._before.get(path, "").startswith(_MARK) else ""
        self._after[path] = mark + text

    def snippet(self, file: str, text: str) -> None:
        """Show what belongs into a file."""
        self._snippets.setdefault(file, []).append(text)

    def note(self, text: str) -> None:
        """Say something of it."""
        self._notes[text] = None

    def refuse(self, text: str) -> None:
        """Say what is not written, and write none of the rest: half of a pin is none."""
        self._refused = True
        self.note(text)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The files that would change."""
        if self._refused:
            return ()
        return tuple(
            Edit(path, self._before.get(path, ""), after)
            for path, after in sorted(self._after.items())
            if after != self._before.get(path, "")
        )

    @property
    def snippets(self) -> tuple[tuple[str, str], ...]:
        """Every file's name with what belongs into it."""
        return tuple((file, "\n".join(dict.fromkeys(texts))) for file, texts in self._snippets.items())

    @property
    def notes(self) -> tuple[str, ...]:
        """What was said."""
        return tuple(self._notes)
