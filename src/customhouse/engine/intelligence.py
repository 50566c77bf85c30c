"""Advisories of one run: the local index, files and online sources together, and what was missing of them."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from customhouse.evidence.intelligence import AdvisoryIndex, FileRecords, PackageName, RecordSource
from customhouse.model.advisory import AdvisoryRecord, IndexState
from customhouse.model.errors import CustomhouseError, UpstreamError
from customhouse.model.evidence import Gap
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.purl import Purl
from customhouse.policy.configuration import NO_ADVISORY_SOURCE, Configuration
from customhouse.policy.durations import duration
from customhouse.storage.advisory_index import AdvisoryIndexReader, DamagedIndexError

_UPDATE = "customhouse db update"


class AdvisorySource(Protocol):
    """An online source of advisories."""

    @property
    def name(self) -> str:
        """What messages call it."""

    async def ask(self, purls: Sequence[Purl]) -> dict[PackageName, tuple[AdvisoryRecord, ...]]:
        """Return the records about these releases, by package, in as few requests as it takes.

        Raises UpstreamError when the answer is missing or not whole: then nothing is known of any of them.
        """


class Intelligence:
    """Matches releases with advisories, and says what stands in the way of a full answer."""

    def __init__(
        self,
        sources: Sequence[RecordSource],
        *,
        gaps: Sequence[Gap] = (),
        notes: Sequence[str] = (),
        online: Sequence[AdvisorySource] = (),
    ) -> None:
        """`gaps` and `notes` are what opening the sources already met."""
        self._index = AdvisoryIndex(sources)
        self._some = bool(sources or online)
        self._gaps = list(gaps)
        self._notes = tuple(notes)
        self._online = tuple(online)
        self._asked: set[Purl] = set()
        self._preparing = asyncio.Lock()

    async def prepare(self, purls: Iterable[Purl]) -> None:
        """Look all these releases up at once. Never raises for what a source does: that becomes a gap."""
        versioned = [purl for purl in dict.fromkeys(purls) if purl.version is not None]
        async with self._preparing:  # whoever asks for the same release meanwhile waits for the answer
            wanted = [purl for purl in versioned if purl not in self._asked]
            if wanted:
                await self._prepare(wanted)

    async def _prepare(self, wanted: Sequence[Purl]) -> None:
        self._asked.update(wanted)
        self._guarded(lambda: self._index.prepare(wanted))
        for source in self._online:
            try:
                answers = await source.ask(wanted)
            except UpstreamError as error:
                message = f"{source.name} could not be asked for advisories: {error.message}"
                self._add(Gap("intelligence", "advisories-unreachable", message, error.hint))
                continue
            for name, records in answers.items():
                self._index.add(name, records)

    def match(self, purl: Purl, versions: Sequence[str] = ()) -> tuple[AdvisoryMatch, ...]:
        """Return what covers the release; see `AdvisoryIndex.match`."""
        found: list[AdvisoryMatch] = []
        self._guarded(lambda: found.extend(self._index.match(purl, versions)))
        return tuple(found)

    def gaps(self) -> tuple[Gap, ...]:
        """Return what is missing of the answer, the same for every release."""
        return tuple(self._gaps)

    def note(self, purl: Purl) -> str:
        """Return what is no gap and yet worth telling of the answer about one release."""
        ids: list[str] = []
        self._guarded(lambda: ids.extend(self._index.unmatchable(purl)))
        told = list(self._notes)
        if ids:
            told.append(f"{', '.join(ids[:5])} name only commits: whether they cover this version cannot be told")
        return "; ".join(told)

    @property
    def known(self) -> bool:
        """Whether there is any source at all."""
        return self._some

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do what reads the index, of which damage may show only now."""
        try:
            work()
        except DamagedIndexError as error:
            self._add(_corrupt(error))

    def _add(self, gap: Gap) -> None:
        if gap not in self._gaps:
            self._gaps.append(gap)


def open_intelligence(
    configuration: Configuration, directory: Path, online: Sequence[AdvisorySource] = (), *, offline: bool = False
) -> Intelligence:
    """Open every configured source, and the local index wherever it is.

    A damaged, stale or missing index is a gap. Raises CustomhouseError when a file that `[advisories] paths` names
    cannot be read at all.
    """
    advisories = configuration.advisories
    sources: list[RecordSource] = []
    gaps: list[Gap] = []
    notes: list[str] = []
    if advisories.paths:
        files = FileRecords([Path(path) for path in advisories.paths])
        sources.append(files)
        if files.unreadable:
            message = f"{len(files.unreadable)} advisory records could not be read, first {files.unreadable[0]}"
            gaps.append(Gap("intelligence", "unreadable-advisories", message, "fetch the advisory database again"))
    try:
        reader = AdvisoryIndexReader(directory)
        state = reader.state()
        sources.append(reader)
        gaps.extend(_age_gaps(state, advisories.max_age))
        notes.extend(_unreadable(state))
    except FileNotFoundError:
        if advisories.sources or advisories.directory:
            message = f"the advisory index that [advisories] configures is not there: {directory}"
            gaps.append(Gap("intelligence", "missing-advisories", message, f"build it: {_UPDATE}"))
    except DamagedIndexError as error:
        gaps.append(_corrupt(error))
    if online and offline:
        notes.append(f"{', '.join(each.name for each in online)} not asked: --offline")
        online = ()
    if not sources and not online and not gaps:
        gaps.append(
            Gap(
                "intelligence",
                NO_ADVISORY_SOURCE,
                "no advisory source is configured",
                f"{_UPDATE}   fetches the published ones; or name OSV records under [advisories] paths",
            )
        )
    return Intelligence(sources, gaps=gaps, notes=notes, online=online)


def _age_gaps(state: IndexState, max_age: str) -> list[Gap]:
    allowed = duration(max_age)
    now = time.time()
    gaps: list[Gap] = []
    for source in state.sources:
        age = now - source.checked
        # A clock that was wrong when the index was made would make it fresh for ever.
        if age > allowed.total_seconds() or age < -timedelta(days=1).total_seconds():
            told = f"{int(age // 86_400)} days ago" if age > 0 else "in the future"
            message = f"advisories from {source.location} were last updated {told}; policy allows {max_age}"
            gaps.append(Gap("intelligence", "stale-advisories", message, _UPDATE))
    if not state.sources:
        gaps.append(Gap("intelligence", "missing-advisories", f"the advisory index {state.path} is empty", _UPDATE))
    return gaps


def _unreadable(state: IndexState) -> list[str]:
    return [
        f"{source.unreadable} records of {source.location} could not be read, first {source.first_unreadable[0]}"
        for source in state.sources
        if source.unreadable
    ]


def _corrupt(error: CustomhouseError) -> Gap:
    return Gap("intelligence", "corrupt-advisories", error.message, error.hint)
