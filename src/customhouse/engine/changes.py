"""What a release changes: its predecessor fetched where it can matter, compared, added dependencies resolved."""

import asyncio
import time
from datetime import datetime

import msgspec

from customhouse.ecosystems.interface import Registry
from customhouse.engine.artifacts import ArtifactOpener, Opened
from customhouse.evidence.change import CHANGE_VERSION, compare, merge_changes, without_archive, worth_comparing
from customhouse.evidence.dependencies import added_dependencies, resolve_added
from customhouse.model.change import AddedDependency, ChangeFacts
from customhouse.model.content import ContentFacts
from customhouse.model.evidence import Gap, MetadataFacts
from customhouse.model.release import Artifact, Dependency, Release
from customhouse.storage.evidence_cache import EvidenceCache

#: How a wheel without machine code ends.
_PURE = "-none-any.whl"


class Change(msgspec.Struct, frozen=True):
    """The change evidence of a release; None with no gap when there is no earlier release to compare with."""

    facts: ChangeFacts | None = None
    gaps: tuple[Gap, ...] = ()
    collected: float = 0.0


class ChangeCollector:
    """Compares releases with their predecessors; complete comparisons are kept by both archives' digests."""

    def __init__(self, cache: EvidenceCache, opener: ArtifactOpener) -> None:
        """Share the engine's cache and opener."""
        self._cache = cache
        self._opener = opener

    async def collect(self, registry: Registry, metadata: MetadataFacts, opened: tuple[Opened, ...]) -> Change:
        """Compare every opened artifact of a release with the previous release."""
        previous = metadata.previous
        archives = [each for each in opened if each.archive is not None]
        if previous is None or not archives:
            return Change()
        digests = ",".join(sorted(each.archive.facts.sha256 for each in archives if each.archive is not None))
        subject = f"{metadata.release.purl} {digests} {previous.purl.version} {registry.origin(previous.purl.name)}"
        kept = self._cache.get("change", subject, CHANGE_VERSION, ChangeFacts)
        if kept is not None:
            return Change(kept[0], collected=kept[1])
        change = await self._compare(registry, metadata, previous, tuple(archives))
        if change.facts is not None and not change.gaps:
            self._cache.put("change", subject, CHANGE_VERSION, change.facts, change.collected)
        return change

    async def _compare(
        self, registry: Registry, metadata: MetadataFacts, previous: Release, archives: tuple[Opened, ...]
    ) -> Change:
        compared, gaps, before = await self._compare_archives(registry, metadata, previous, archives)
        contents = tuple(each.archive.facts for each in archives if each.archive is not None)
        manifests_before = (previous.manifest, *(facts.manifest for facts in before))
        if any(manifest is not None for manifest in manifests_before):
            after = (metadata.release.manifest, *(facts.manifest for facts in contents))
            dependencies = added_dependencies(after, manifests_before)
            published = metadata.release.published
            added = await resolve_all(registry, self._opener, dependencies, contents=contents, published=published)
            compared = msgspec.structs.replace(compared, added_dependencies=added)
            gaps = (*gaps, *(_unresolved(each) for each in added if each.resolution == "unreachable"))
        return Change(compared, gaps, time.time())

    async def _compare_archives(
        self, registry: Registry, metadata: MetadataFacts, previous: Release, archives: tuple[Opened, ...]
    ) -> tuple[ChangeFacts, tuple[Gap, ...], tuple[ContentFacts, ...]]:
        version = previous.purl.version or ""
        sizes = without_archive(metadata.release, previous)
        adds = previous.manifest is not None and added_dependencies(
            (metadata.release.manifest, *(each.archive.facts.manifest for each in archives if each.archive)),
            (previous.manifest,),
        )
        needed = (
            previous.manifest is None
            or adds
            or any(each.archive is not None and worth_comparing(each.archive.facts) for each in archives)
        )
        if not needed and sizes is not None:
            return sizes, (), ()
        changes: list[ChangeFacts] = []
        gaps: dict[Gap, None] = {}
        before_facts: list[ContentFacts] = []
        pairs = [(each, counterpart(each.artifact, previous.artifacts)) for each in archives]
        wanted = {artifact.filename: artifact for _, artifact in pairs if artifact is not None}
        opened = await asyncio.gather(
            *(self._opener.open(registry, previous.purl, artifact) for artifact in wanted.values())
        )
        before_by_name = dict(zip(wanted, opened, strict=True))
        for each, artifact in pairs:
            before = before_by_name.get(artifact.filename) if artifact is not None else None
            if before is None or before.archive is None or each.archive is None:
                reason = before.gaps[0].message if before is not None and before.gaps else "it has no comparable file"
                gaps[_previous_gap(version, reason)] = None
                continue
            after, earlier = each.archive.facts, before.archive.facts
            after_tree, earlier_tree = self._opener.tree(after), self._opener.tree(earlier)
            if after_tree is None or earlier_tree is None:
                gaps[_previous_gap(version, "its file list is no longer in the evidence cache")] = None
                continue
            before_facts.append(earlier)
            changes.append(compare(after, after_tree, earlier, earlier_tree, version))
        merged = merge_changes(version, changes) if changes else ChangeFacts(version)
        return merged, tuple(gaps), tuple(before_facts)


async def resolve_all(
    registry: Registry,
    opener: ArtifactOpener,
    added: tuple[Dependency, ...],
    *,
    contents: tuple[ContentFacts, ...],
    published: datetime | None,
) -> tuple[AddedDependency, ...]:
    """Say of every added dependency what it was when its dependant was published."""

    async def content_of(release: Release) -> ContentFacts | None:
        artifact = min(release.artifacts, key=lambda each: (each.kind != "wheel", each.size or 0), default=None)
        opened = await opener.open(registry, release.purl, artifact) if artifact is not None else None
        return opened.archive.facts if opened is not None and opened.archive is not None else None

    resolving = (
        resolve_added(registry, each, contents=contents, published=published, content_of=content_of) for each in added
    )
    return tuple(await asyncio.gather(*resolving))


def counterpart(artifact: Artifact, candidates: tuple[Artifact, ...]) -> Artifact | None:
    """Return the earlier release's file to compare with.

    The same kind first; of wheels one representative that is pure where this one is, and built where it is not, so that
    a release of sixty wheels costs the download of one earlier wheel, or two, and not of sixty.
    """
    usable = [each for each in candidates if each.kind != "other"]
    same_kind = [each for each in usable if each.kind == artifact.kind] or usable
    if not same_kind:
        return None
    if artifact.kind != "wheel":
        return same_kind[0]
    pure = artifact.filename.endswith(_PURE)
    return min(same_kind, key=lambda each: (each.filename.endswith(_PURE) != pure, each.filename))


def _previous_gap(version: str, reason: str) -> Gap:
    return Gap(
        "change",
        "previous-unavailable",
        f"the previous release {version} could not be compared with: {reason}",
        "what changed is unknown; inspect with --against another release",
    )


def _unresolved(added: AddedDependency) -> Gap:
    return Gap(
        "change",
        "dependency-unresolved",
        f"the added dependency {added.dependency.name} could not be looked up",
        "try again when its registry answers",
    )
