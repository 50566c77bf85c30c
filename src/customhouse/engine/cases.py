"""Building the case of one release: every collector asked, every gap named. No rule and no policy here."""

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from customhouse.ecosystems.interface import Project, Registry
from customhouse.engine.artifacts import ArtifactOpener, Opened, end_tasks
from customhouse.engine.changes import Change, ChangeCollector
from customhouse.engine.choice import Choice, choose_artifacts
from customhouse.engine.differences import source_differences
from customhouse.engine.intelligence import Intelligence
from customhouse.engine.surroundings import Beside, Lookups, SurroundingsCollector
from customhouse.evidence.metadata import METADATA_VERSION, describe, upstream_gap
from customhouse.model.errors import UpstreamError
from customhouse.model.evidence import Case, Collector, EvidenceStatus, Gap, MetadataFacts, Status
from customhouse.model.locked import LockedPackage
from customhouse.model.purl import Purl
from customhouse.storage.evidence_cache import EvidenceCache
from customhouse.versions.release_line import neighbours

_Item = TypeVar("_Item")
_SOURCES_WITHOUT_REGISTRY = {
    "git": "it comes from a git repository, which is built on this machine and not inspected",
    "url": "it comes from a URL and not from a registry",
    "file": "it comes from a local file",
}


class CaseOptions(msgspec.Struct, frozen=True):
    """What the caller decides: the age policy asks of each package is the caller's to look up."""

    now: datetime
    offline: bool = False
    #: How old what a registry said may be before it is asked again.
    metadata_max_age: timedelta = timedelta(hours=1)
    #: Leave out the PyPI files that this interpreter could not install.
    installable_only: bool = False
    #: What may be asked beside the registry.
    lookups: Lookups = Lookups()


class CaseBuilder:
    """Collects the evidence of releases; one for a run, so that work for the same name is done once."""

    def __init__(
        self,
        cache: EvidenceCache,
        opener: ArtifactOpener,
        advisories: Intelligence,
        options: CaseOptions,
    ) -> None:
        """Share one cache, one opener and one set of advisories among all releases."""
        self._cache = cache
        self._opener = opener
        self._advisories = advisories
        self._options = options
        self._changes = ChangeCollector(cache, opener)
        self._surroundings = SurroundingsCollector(cache, options.now, options.lookups)
        self._projects: dict[str, asyncio.Task[Project]] = {}

    async def aclose(self) -> None:
        """End what is still under way, after the run failed or was interrupted."""
        await end_tasks(self._projects.values())

    async def build(
        self,
        registry: Registry,
        purl: Purl,
        minimum_age: timedelta,
        locked: LockedPackage | None = None,
        previous: str | None = None,
        lock_path: str = "",
        *,
        few: bool = False,
        only: frozenset[str] = frozenset(),
    ) -> Case:
        """Collect everything about one release. Never raises for what a registry or an archive does.

        It is compared with the newest earlier release of its line, and with `previous`, the version that the project
        has, where that is another. `lock_path` is the file that `locked` stands in, for findings to point at. With
        `few` only the files that an installer takes first are opened, and with `only` those that it names: see
        `choose_artifacts`.
        """
        base = Case(purl, self._options.now, minimum_age, locked=locked, lock_path=lock_path)
        await self.prepare((purl,))
        aside = _not_from_a_registry(locked)
        if aside is not None:
            return msgspec.structs.replace(base, advisories=self._advisories.match(purl), **aside)
        if purl.version is None:
            return msgspec.structs.replace(base, gaps=(_unpinned(purl, locked),))
        answer = await self._metadata(registry, purl, None)
        other = await self._metadata(registry, purl, previous) if previous is not None else None
        if other is not None and answer.facts is not None and answer.facts.previous is None:
            answer, other = other, None  # nothing else is there to compare with
        metadata = answer.facts
        installable = self._options.installable_only
        choice = choose_artifacts(purl, metadata, locked, installable_only=installable, few=few, only=only)
        opened = tuple(
            await asyncio.gather(
                *(self._opener.open(registry, purl, each.artifact, each.promised) for each in choice.artifacts)
            )
        )
        change = Change()
        if metadata is not None:
            contents = tuple(each.archive.facts for each in opened if each.archive is not None)
            change, beside = await asyncio.gather(
                self._changes.collect(registry, metadata, opened),
                self._surroundings.collect(registry, metadata, contents, offline=self._options.offline),
            )
            answer = _with_beside(answer, metadata, beside)
        case = self._assemble(base, answer, choice, opened, change)
        if previous is None or metadata is None:
            return case
        return await self._beside(registry, case, metadata if other is None else other.facts, opened, previous)

    async def _beside(
        self,
        registry: Registry,
        case: Case,
        metadata: MetadataFacts | None,
        opened: tuple[Opened, ...],
        version: str,
    ) -> Case:
        """Add the comparison with the version that the project has, where that is not the one compared with already."""
        before = metadata.previous if metadata is not None else None
        if metadata is None or before is None:
            missing = Gap(
                "change", "previous-unavailable", f"the registry has no version {version}", "name another one"
            )
            return msgspec.structs.replace(case, gaps=_unique((*case.gaps, missing)))
        case = msgspec.structs.replace(case, project_previous=before)
        if case.change is not None and case.change.previous == before.purl.version:
            return case
        change = await self._changes.collect(registry, metadata, opened)
        return msgspec.structs.replace(case, project_change=change.facts, gaps=_unique((*case.gaps, *change.gaps)))

    def known_of(self, purl: Purl) -> Case:
        """Return a case with what the advisories say and nothing else, for what need not be opened."""
        return Case(purl, self._options.now, timedelta(), advisories=self._advisories.match(purl))

    async def prepare(self, purls: Iterable[Purl]) -> None:
        """Look the advisories of many releases up at once, which is faster than one by one as they are built."""
        await self._advisories.prepare(purls)

    def _assemble(
        self,
        base: Case,
        answer: "_Answer",
        choice: Choice,
        opened: tuple[Opened, ...],
        change: Change,
    ) -> Case:
        metadata, metadata_gaps = answer.facts, answer.gaps
        advisories = self._advisories.match(base.purl, answer.versions)
        content_gaps = (*choice.gaps, *(gap for each in opened for gap in each.gaps))
        intelligence_gaps = self._advisories.gaps()
        note = self._advisories.note(base.purl)
        collected = min((each.collected for each in opened if each.archive is not None), default=0.0)
        earlier = "" if metadata is not None and metadata.previous is not None else "no earlier release"
        evidence = (
            _status("metadata", metadata_gaps, answer.asked, had=metadata is not None),
            _status("content", content_gaps, collected, choice.note, had=any(each.archive for each in opened)),
            _status("change", change.gaps, change.collected, earlier, had=not change.gaps),
            _status("intelligence", intelligence_gaps, 0.0, note, had=self._advisories.known),
        )
        contents = tuple(each.archive.facts for each in opened if each.archive is not None)
        pypi = base.purl.ecosystem == "pypi"
        return msgspec.structs.replace(
            base,
            metadata=metadata,
            contents=contents,
            source_differences=source_differences(contents, self._opener.tree) if pypi else (),
            change=change.facts,
            advisories=advisories,
            mismatches=_unique((*choice.mismatches, *(one for each in opened for one in each.mismatches))),
            gaps=_unique((*metadata_gaps, *content_gaps, *change.gaps, *intelligence_gaps)),
            evidence=evidence,
        )

    async def _metadata(self, registry: Registry, purl: Purl, previous: str | None) -> "_Answer":
        subject = " ".join(filter(None, (registry.origin(purl.name), str(purl), previous)))
        kept = self._cache.get("metadata", subject, METADATA_VERSION, _KeptMetadata)
        if kept is not None:
            record, asked = kept
            fresh = time.time() - asked <= self._options.metadata_max_age.total_seconds()
            if fresh or self._options.offline:
                return _Answer(record.facts, record.gaps, asked, record.versions)
        if self._options.offline:
            message = f"what the registry says of {purl.display} is not in the cache, and --offline forbids asking"
            return _Answer(None, (Gap("metadata", "offline", message, "run once without --offline"),))
        try:
            project = await self._project(registry, purl.name)
        except UpstreamError as error:
            return _Answer(None, (upstream_gap(error),), time.time())
        facts, gaps = describe(project, purl, previous)
        versions = tuple(neighbours(purl.ecosystem, purl.version or "", project.times))
        asked = time.time()
        if facts is not None:
            self._cache.put("metadata", subject, METADATA_VERSION, _KeptMetadata(facts, gaps, versions), asked)
        return _Answer(facts, gaps, asked, versions)

    async def _project(self, registry: Registry, name: str) -> Project:
        """Ask once for a name while the answer is wanted; it is let go afterwards, since packuments are large."""
        key = f"{registry.ecosystem} {name}"
        task = self._projects.get(key)
        if task is None:
            task = asyncio.create_task(registry.project(name))
            self._projects[key] = task
            task.add_done_callback(lambda _: self._projects.pop(key, None))
        return await asyncio.shield(task)


class _KeptMetadata(msgspec.Struct, frozen=True):
    facts: MetadataFacts
    gaps: tuple[Gap, ...] = ()
    #: The releases around it, which are where to go when an advisory covers it.
    versions: tuple[str, ...] = ()


class _Answer(msgspec.Struct, frozen=True):
    """What the registry said of a release, when (Unix seconds), and the releases around it."""

    facts: MetadataFacts | None
    gaps: tuple[Gap, ...] = ()
    asked: float = 0.0
    versions: tuple[str, ...] = ()


def _with_beside(answer: _Answer, metadata: MetadataFacts, beside: Beside) -> _Answer:
    facts = msgspec.structs.replace(
        metadata,
        claims=beside.claims,
        previous_claims=beside.previous_claims,
        related=beside.related,
        source=beside.source,
        domain_exists=beside.domain_exists,
    )
    return msgspec.structs.replace(answer, facts=facts, gaps=(*answer.gaps, *beside.gaps))


def _not_from_a_registry(locked: LockedPackage | None) -> dict[str, Any] | None:
    """What is known of an entry that no registry serves; None for all that one does."""
    if locked is None or (locked.source == "registry" and not locked.bundled):
        return None
    if locked.source == "workspace":
        note = "part of the project itself, not installed from anywhere"
        return {"evidence": (EvidenceStatus("lockfile", "complete", note),)}
    if locked.bundled:
        note = "shipped inside the archive of the package that bundles it, and inspected there"
        return {"evidence": (EvidenceStatus("lockfile", "complete", note),)}
    reason = _SOURCES_WITHOUT_REGISTRY[locked.source]
    gap = Gap(
        "content",
        "not-from-registry",
        f"{locked.name} was not inspected: {reason}",
        "inspect the archive by itself with `customhouse inspect FILE`",
    )
    return {"gaps": (gap,), "evidence": (EvidenceStatus("content", "failed", reason),)}


def _unpinned(purl: Purl, locked: LockedPackage | None) -> Gap:
    specifier = locked.specifier if locked is not None and locked.specifier else "any version"
    return Gap(
        "lockfile",
        "unpinned",
        f"{purl.name} ({specifier}) pins no version, so what would be installed is unknown",
        "pin it: `pip-compile --generate-hashes`, `uv lock` or `npm install --package-lock-only`",
    )


def _status(
    collector: Collector, gaps: Iterable[Gap], collected: float, detail: str = "", *, had: bool
) -> EvidenceStatus:
    missing = tuple(gaps)
    status: Status = "complete" if had and not missing else "partial" if had else "failed"
    when = datetime.fromtimestamp(collected, UTC) if collected else None
    return EvidenceStatus(collector, status, detail or "; ".join(gap.message for gap in missing[:3]), when)


def _unique(items: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))
