"""Build files given as texts, and what reading them gives, short enough to compare."""

from pathlib import Path

from customhouse.ecosystems.documents import UnreadableError
from customhouse.repository.workflows.reading import read_workflows


class Texts:
    """A tree of files in memory."""

    def __init__(self, texts):
        self._texts = {Path(name): text if isinstance(text, bytes) else text.encode() for name, text in texts.items()}

    def read(self, path, limit=10**9):
        if path not in self._texts:
            raise UnreadableError("no such file")
        return self._texts[path][:limit]

    def is_file(self, path):
        return path in self._texts

    def names(self, folder):
        below = [path.relative_to(folder) for path in self._texts if path.is_relative_to(folder)]
        folders = {path.parts[0] for path in below if len(path.parts) > 1}
        return sorted(folders), sorted(path.parts[0] for path in below if len(path.parts) == 1)

    def identity(self, path):
        return str(path)


def workflows(texts):
    """Read build files in memory."""
    return read_workflows((Path(),), files=Texts(texts))


def installs(name, text):
    """Return (line, command) of each install of one file."""
    found = workflows({name: text})
    assert not found.gaps, found.gaps
    assert found.files == (name,), "no format reads it"
    return [(one.line, " ".join((one.client, *one.arguments))) for one in found.installs]


def actions(name, text):
    """Return (line, kind, name, ref) of each use of others' code in one file."""
    return [(one.line, one.kind, one.name, one.ref) for one in workflows({name: text}).actions]
