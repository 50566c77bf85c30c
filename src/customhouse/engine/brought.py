"""The closure of what a release newly brings: resolved as of now, inspected in turn, to a bounded depth and number.

No code runs and no lock is needed. What a lock pins is not looked at here: it is inspected as an entry of its own.
See docs/closure.md for what is opened and what is only looked up.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from customhouse.ecosystems.interface import Registry
from customhouse.engine.cases import CaseBuilder, CaseOptions
from customhouse.engine.verdicts import verdict_on
from customhouse.evidence.dependencies import Resolution, installed_dependencies, package_of, resolve_now
from customhouse.model.brought import Brought
from customhouse.model.errors import NotFoundUpstream, UpstreamError
from customhouse.model.evidence import Case, EvidenceStatus, Gap
from customhouse.model.purl import Purl
from customhouse.model.release import Dependency
from customhouse.policy.configuration import Configuration
from customhouse.storage.evidence_cache import EvidenceCache

#: How far down is looked, how many releases are opened, and how many names the registry is asked for.
MAX_DEPTH = 3
MAX_OPENED = 50
MAX_NAMES = 200
#: A release or project younger than this is opened when the inspected release itself names it newly.
YOUNG = timedelta(days=90)
#: Further down, and for what is not new, of a project with history only a release this young that runs code at install.
FRESH = timedelta(days=14)
#: Fewer releases than this are no history.
_FEW_RELEASES = 5
_RESOLUTION_VERSION = "1"
#: What is said of a brought release by other means: its age where a lock chooses it, its vulnerabilities likewise.
_NOT_TOLD = frozenset({"release-too-young", "known-vulnerable"})


class _Wanted(msgspec.Struct, frozen=True):
    """A dependency to look at. `named` when the inspected release newly names it itself."""

    dependency: Dependency
    path: tuple[Purl, ...]
    named: bool


class _Found(msgspec.Struct, frozen=True):
    brought: Brought | None = None
    gaps: tuple[Gap, ...] = ()
    following: tuple[_Wanted, ...] = ()
    opened: bool = False


class ClosureCollector:
    """Inspects what releases newly bring; one for a run, so that a dependency that many bring is resolved once."""

    def __init__(
        self, cache: EvidenceCache, builder: CaseBuilder, configuration: Configuration, options: CaseOptions
    ) -> None:
        """Share the engine's cache and builder; findings are kept by what `configuration` makes of them."""
        self._cache = cache
        self._builder = builder
        self._configuration = configuration
        self._options = options

    @property
    def now(self) -> datetime:
        """The moment of judging, UTC."""
        return self._options.now

    async def complete(self, registry: Registry, case: Case) -> Case:
        """Add to a case what its release newly brings along. Raises nothing for what others do."""
        wanted = _roots(case)
        if not wanted:
            return case
        walk = _Walk(self, registry, case.purl)
        await walk.go(wanted)
        detail = f"{walk.names} dependencies looked up, {walk.opened} of them inspected"
        status = EvidenceStatus("closure", "partial" if walk.gaps else "complete", detail, datetime.now(UTC))
        return msgspec.structs.replace(
            case,
            brought=tuple(walk.brought),
            gaps=tuple(dict.fromkeys((*case.gaps, *walk.gaps))),
            evidence=(*case.evidence, status),
        )

    async def resolve(self, registry: Registry, dependency: Dependency, name: str) -> Resolution:
        """Ask the registry what an installer would choose now; kept as long as what registries say is."""
        subject = f"{registry.origin(name)} {registry.ecosystem} {name} {dependency.specifier}"
        kept = self._cache.get("resolution", subject, _RESOLUTION_VERSION, Resolution)
        if kept is not None:
            age = time.time() - kept[1]
            if self._options.offline or age <= self._options.metadata_max_age.total_seconds():
                return kept[0]
        try:
            resolution = resolve_now(await registry.project(name), dependency)
        except NotFoundUpstream:
            resolution = Resolution("unknown-package")
        except UpstreamError:
            return Resolution("unreachable")
        self._cache.put("resolution", subject, _RESOLUTION_VERSION, resolution, time.time())
        return resolution

    async def look(self, registry: Registry, wanted: _Wanted, resolution: Resolution, *, open_it: bool) -> _Found:
        """Inspect one resolved release, or where that is not called for hold it against the advisories alone."""
        if resolution.purl is None:
            return _Found()
        purl = resolution.purl
        path = (*wanted.path, purl)
        if not open_it:
            found = self._builder.known_of(purl)
            return self._told(found, purl, path, ())
        case = await self._builder.build(registry, purl, timedelta(), few=True)
        return self._told(case, purl, path, _dependencies(case), opened=True)

    def _told(
        self, case: Case, purl: Purl, path: tuple[Purl, ...], needed: Iterable[Dependency], *, opened: bool = False
    ) -> _Found:
        verdict = verdict_on(case, self._configuration)
        findings = tuple(
            each.finding for each in verdict.findings if each.decision != "allow" and each.finding.rule not in _NOT_TOLD
        )
        gaps = tuple(
            msgspec.structs.replace(each.gap, collector="closure", message=f"{arrow(path)}: {each.gap.message}")
            for each in verdict.gaps
            if opened and each.decision != "allow" and each.gap.collector != "intelligence"
        )
        following = tuple(_Wanted(each, path, named=False) for each in needed)
        return _Found(Brought(purl, path, findings) if findings else None, gaps, following, opened)


class _Walk:
    """One release's closure, layer by layer; what was met before is not looked at again, so cycles end."""

    def __init__(self, collector: ClosureCollector, registry: Registry, subject: Purl) -> None:
        self._collector = collector
        self._registry = registry
        self._subject = subject
        self._met: set[str] = {str(subject)}
        self.brought: list[Brought] = []
        self.gaps: dict[Gap, None] = {}
        self.names = 0
        self.opened = 0

    async def go(self, wanted: Sequence[_Wanted]) -> None:
        """Walk all layers."""
        layer = list(wanted)
        for _ in range(MAX_DEPTH):
            found = await self._layer(layer)
            layer = [each for one in found for each in one.following]
        deeper = [each for each in layer if package_of(each.dependency) is not None]
        if deeper:
            rest = await self._resolve_all(deeper)
            young = [each for each, how in rest if self._worth_opening(each, how) and str(how.purl) not in self._met]
            if young:
                self._limited(f"dependencies more than {MAX_DEPTH} levels down", young[0])

    async def _layer(self, layer: Sequence[_Wanted]) -> list[_Found]:
        tasks = []
        for wanted, resolution in await self._resolve_all(layer):
            if resolution.status == "unreachable":
                self._unreachable(wanted)
            key = str(resolution.purl)
            if resolution.purl is None or key in self._met:
                continue
            self._met.add(key)
            open_it = self._worth_opening(wanted, resolution)
            if open_it and self.opened >= MAX_OPENED:
                self._limited(f"more than {MAX_OPENED} dependencies that would have to be inspected", wanted)
                continue
            self.opened += open_it
            tasks.append(self._collector.look(self._registry, wanted, resolution, open_it=open_it))
        found = list(await asyncio.gather(*tasks))
        self.brought.extend(each.brought for each in found if each.brought is not None)
        self.gaps.update(dict.fromkeys(gap for each in found for gap in each.gaps))
        return found

    async def _resolve_all(self, layer: Sequence[_Wanted]) -> list[tuple[_Wanted, Resolution]]:
        named = [(each, name) for each in layer if (name := package_of(each.dependency)) is not None]
        room = MAX_NAMES - self.names
        if len(named) > room:
            self._limited(f"more than {MAX_NAMES} dependencies", named[room][0])
            named = named[:room]
        self.names += len(named)
        resolved = await asyncio.gather(
            *(self._collector.resolve(self._registry, each.dependency, name) for each, name in named)
        )
        return [(each, how) for (each, _), how in zip(named, resolved, strict=True)]

    def _worth_opening(self, wanted: _Wanted, resolution: Resolution) -> bool:
        """Whether the release has to be opened. What everybody has installed for months is looked up only."""
        if resolution.purl is None:
            return False
        now = self._collector.now
        young_project = resolution.first_published is None or now - resolution.first_published < YOUNG
        release_age = now - resolution.published if resolution.published is not None else timedelta()
        if wanted.named:
            return young_project or release_age < YOUNG or resolution.runs_at_install is True
        little_history = young_project or resolution.release_count < _FEW_RELEASES
        return release_age < YOUNG and (little_history or (release_age < FRESH and resolution.runs_at_install is True))

    def _limited(self, what: str, wanted: _Wanted) -> None:
        gap = Gap(
            "closure",
            "closure-limit",
            f"{self._subject.display} brings {what}: {arrow(wanted.path)} and what follows was not looked at",
            "lock it in a project of its own and check that: `npm install --package-lock-only`, `uv lock`",
        )
        self.gaps[gap] = None

    def _unreachable(self, wanted: _Wanted) -> None:
        way = f"{arrow(wanted.path)} -> " if wanted.path else ""
        gap = Gap(
            "closure",
            "closure-unreachable",
            f"what {self._subject.display} newly brings is not known: {way}{wanted.dependency.name} "
            "could not be looked up",
            "try again when its registry answers; offline, run once without --offline",
        )
        self.gaps[gap] = None


def arrow(path: Sequence[Purl]) -> str:
    """The way as messages write it: `plain-crypto-js@4.2.1 -> other@1.0.0`."""
    return " -> ".join(purl.display for purl in path)


def _roots(case: Case) -> list[_Wanted]:
    """What to begin with: the dependencies that the release adds; all of them where nothing earlier vouches for it."""
    added = [
        each.dependency for change in (case.change, case.project_change) if change for each in change.added_dependencies
    ]
    roots = [_Wanted(each, (), named=each.kind != "peer") for each in added]
    first = case.metadata.first_published if case.metadata is not None else None
    young = first is not None and case.now - first < YOUNG
    if case.change is None or young:
        roots.extend(_Wanted(each, (), named=False) for each in _dependencies(case))
    found: dict[tuple[str, str], _Wanted] = {}
    for each in roots:
        if "extra" not in each.dependency.marker:
            found.setdefault((each.dependency.name, each.dependency.specifier), each)
    return list(found.values())


def _dependencies(case: Case) -> tuple[Dependency, ...]:
    """What an installer brings in along with the release, by the archives' manifests and the registry's."""
    manifests = [content.manifest for content in case.contents]
    if case.metadata is not None:
        manifests.append(case.metadata.release.manifest)
    found = {each.name: each for manifest in manifests for each in installed_dependencies(manifest)}
    return tuple(each for each in found.values() if "extra" not in each.marker)
