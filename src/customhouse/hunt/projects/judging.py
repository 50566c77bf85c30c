"""Blobs of locks and manifests judged, each once however many revisions have it."""

from collections.abc import Iterator
from pathlib import Path, PurePath

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import MAX_BYTES
from customhouse.ecosystems.formats import lockfile_ecosystem, lockfile_format, manifest_format
from customhouse.ecosystems.manifest_format import MAX_MANIFEST, UnsupportedManifestError
from customhouse.ecosystems.unread import unread_format
from customhouse.hunt.asked import Asked
from customhouse.hunt.projects.matching import Matcher, Trace
from customhouse.hunt.projects.prefilter import Prefilter
from customhouse.model.locked import Source


class NoFiles:
    """No tree: a blob is judged by itself. What it includes stands in the history under its own path."""

    def read(self, path: Path, limit: int = MAX_BYTES) -> bytes:  # noqa: ARG002 - the protocol's
        """Refuse."""
        raise UnreadableError(f"{path.name} is not looked up in a history")

    def is_file(self, path: Path) -> bool:  # noqa: ARG002 - the protocol's
        """Say no."""
        return False

    def names(self, folder: Path) -> tuple[list[str], list[str]]:  # noqa: ARG002 - the protocol's
        """Name nothing."""
        return [], []

    def identity(self, path: Path) -> str:
        """Return the path."""
        return str(path)


class Judged(msgspec.Struct, frozen=True):
    """What a blob shows. `reason` says why it may show less than it holds; empty when all of it was read."""

    traces: tuple[Trace, ...] = ()
    reason: str = ""


_NOTHING = Judged()


class Judge:
    """Judges blobs by what their path says that they are."""

    def __init__(self, asked: Asked) -> None:
        """Arrange what is asked."""
        self._matcher = Matcher(asked)
        self._prefilter = Prefilter(asked)
        self._files = NoFiles()
        #: How many blobs were parsed, after those that cannot name a release were left out.
        self.parsed = 0

    @staticmethod
    def kind(path: str) -> str:
        """Return what a path's blobs are read as: with the blob's name, the key under which a judgement is kept."""
        pure = PurePath(path)
        found = unread_format(pure) or lockfile_format(pure) or manifest_format(pure)
        return found.id if found else ""

    def judge(self, path: str, data: bytes) -> Judged:
        """Judge a blob. Never raises."""
        own = Path(path)
        ecosystem = lockfile_ecosystem(own)
        if ecosystem is None:
            return self._manifest(own, data)
        if not self._prefilter.may_pin(ecosystem, data):
            return _NOTHING
        found = lockfile_format(own)
        if found is None or unread_format(own) is not None:
            return Judged(reason="is of a format that cannot be read, and holds a name that is asked for")
        self.parsed += 1
        sources = [one for one in found.read(own, data, self._files) if one.path == str(own)]
        traces = tuple(dict.fromkeys(trace for source in sources for trace in self._matcher.traces(source)))
        reasons = [one.reason for one in sources if one.status == "failed"]
        return Judged(traces, reasons[0] if reasons else "")

    def _manifest(self, own: Path, data: bytes) -> Judged:
        chosen = manifest_format(own)
        if chosen is None or not self._prefilter.may_ask(chosen.ecosystem, data):
            return _NOTHING
        if len(data) > MAX_MANIFEST:
            return Judged(reason=f"is larger than {MAX_MANIFEST >> 20} MiB")
        self.parsed += 1
        try:
            manifest = chosen.read(own, data, self._files)
        except UnreadableError as error:
            return Judged(reason=f"cannot be read: {error}")
        except UnsupportedManifestError as error:
            return Judged(reason=str(error))
        source = Source(str(own), chosen.id, "parsed", kind="manifest", manifest=manifest)
        return Judged(tuple(dict.fromkeys(self._matcher.traces(source))))


def first_by_subject(traces: tuple[Trace, ...]) -> Iterator[Trace]:
    """Give one trace for each release and grade: a lock that pins it in ten places holds it once."""
    seen: set[tuple[str, str, str]] = set()
    for trace in traces:
        key = (trace.campaign, trace.grade, trace.subject)
        if key not in seen:
            seen.add(key)
            yield trace
