"""Opening the artifacts of releases: from the evidence cache when their digest is known, else fetched and read."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec

from customhouse.ecosystems.interface import Registry
from customhouse.engine.readers import EncodedContent, OpenedArchive, ReaderPool
from customhouse.evidence.content import content_version
from customhouse.evidence.integrity import check_integrity
from customhouse.model.content import ContentFacts, Tree
from customhouse.model.digest import Digest
from customhouse.model.errors import HostileUpstream, UpstreamError
from customhouse.model.evidence import Gap, IntegrityMismatch
from customhouse.model.purl import Purl
from customhouse.model.release import Artifact
from customhouse.storage.evidence_cache import EvidenceCache


class Opened(msgspec.Struct, frozen=True):
    """One artifact, opened or not: `archive` is None exactly when `gaps` say why."""

    artifact: Artifact
    archive: OpenedArchive | None = None
    mismatches: tuple[IntegrityMismatch, ...] = ()
    gaps: tuple[Gap, ...] = ()
    #: Unix seconds when the facts were learned.
    collected: float = 0.0


class ArtifactSource(Protocol):
    """Where the bytes of artifacts come from."""

    def obtain(self, registry: Registry, purl: Purl, artifact: Artifact) -> AbstractAsyncContextManager[bytes | Path]:
        """Give an artifact's bytes, or a file that has them and stays as it is for as long as the context lasts.

        Raises UpstreamError, which becomes a gap; anything else ends the inspection.
        """


class FromRegistry:
    """Asks the registry, each time, and holds the answer in memory."""

    @asynccontextmanager
    async def obtain(self, registry: Registry, purl: Purl, artifact: Artifact) -> AsyncIterator[bytes | Path]:
        """Fetch it."""
        yield await registry.fetch(purl, artifact)


class ArtifactOpener:
    """Opens artifacts once each, however many lock entries ask for them."""

    def __init__(
        self,
        cache: EvidenceCache,
        readers: ReaderPool,
        *,
        offline: bool,
        parallel: int,
        source: ArtifactSource | None = None,
    ) -> None:
        """`parallel` bounds how many archives are at hand at once; they come from the registry without a `source`."""
        self._cache = cache
        self._readers = readers
        self._source = source or FromRegistry()
        self._offline = offline
        self._version = content_version()
        self._slots = asyncio.Semaphore(parallel)
        self._running: dict[tuple[str, str], asyncio.Task[Opened]] = {}

    async def open(self, registry: Registry, purl: Purl, artifact: Artifact, locked: Iterable[Digest] = ()) -> Opened:
        """Open an artifact and hold it against what the lock and the registry promise of it."""
        promised = tuple(locked)
        opened = self._cached(artifact, (*promised, *artifact.digests))
        if opened is None:
            opened = await self._once(registry, purl, artifact)
        if opened.archive is None:
            return opened
        facts = opened.archive.facts
        by_lock, lock_gaps = check_integrity(facts, promised, "lockfile")
        by_registry, registry_gaps = check_integrity(facts, artifact.digests, "registry")
        return msgspec.structs.replace(
            opened, mismatches=(*by_lock, *by_registry), gaps=(*opened.gaps, *lock_gaps, *registry_gaps)
        )

    async def aclose(self) -> None:
        """End what is still under way, after the run failed or was interrupted."""
        await end_tasks(self._running.values())

    def tree(self, facts: ContentFacts) -> Tree | None:
        """Return the members of an opened archive, for a comparison; None when the cache no longer has them."""
        kept = self._cache.get("tree", facts.sha256, self._version, Tree)
        return kept[0] if kept is not None else None

    def _cached(self, artifact: Artifact, digests: tuple[Digest, ...]) -> Opened | None:
        named = self._cache.archives_named(digests)
        for digest in digests:
            sha256 = named.get(digest)
            kept = self._cache.get("content", sha256, self._version, OpenedArchive) if sha256 is not None else None
            if kept is not None:
                archive, collected = kept
                return Opened(artifact, archive, gaps=archive.gaps, collected=collected)
        return None

    async def _once(self, registry: Registry, purl: Purl, artifact: Artifact) -> Opened:
        key = (str(purl), artifact.filename)
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._fetch(registry, purl, artifact))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return await asyncio.shield(task)

    async def _fetch(self, registry: Registry, purl: Purl, artifact: Artifact) -> Opened:
        if self._offline:
            message = (
                f"{artifact.filename or purl.display} is not in the evidence cache, and --offline forbids fetching it"
            )
            return Opened(artifact, gaps=(Gap("content", "offline", message, "run once without --offline"),))
        if not artifact.url and purl.ecosystem == "pypi":  # the lock alone names it, by digest; npm's place is its name
            message = f"neither the registry nor the lockfile says where the file of {purl.display} is"
            return Opened(artifact, gaps=(Gap("content", "artifact-unavailable", message, "lock the project again"),))
        async with self._slots:
            try:
                async with self._source.obtain(registry, purl, artifact) as data:
                    encoded = await self._readers.read(data, artifact.filename, purl.ecosystem)
            except UpstreamError as error:
                kind = "hostile-artifact" if isinstance(error, HostileUpstream) else "artifact-unavailable"
                return Opened(artifact, gaps=(Gap("content", kind, error.message, error.hint),))
        archive = self._keep(purl, artifact, encoded)
        return Opened(artifact, archive, gaps=archive.gaps, collected=time.time())

    def _keep(self, purl: Purl, artifact: Artifact, encoded: EncodedContent) -> OpenedArchive:
        archive = msgspec.msgpack.decode(encoded.opened, type=OpenedArchive)
        facts = archive.facts
        now = time.time()
        self._cache.put_encoded("content", facts.sha256, self._version, encoded.opened, now)
        self._cache.put_encoded("tree", facts.sha256, self._version, encoded.tree, now)
        digests = (Digest("sha256", facts.sha256), Digest("sha512", facts.sha512))
        self._cache.name_artifact(digests, facts.sha256, str(purl), artifact.filename)
        return archive


async def end_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks that nobody waits for any more, and take their outcome."""
    waiting = list(tasks)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
