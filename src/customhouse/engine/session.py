"""One run, or a process that goes on: settings, cache, readers and registries opened together and closed together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakSet

import msgspec

from customhouse.ecosystems.fetching import Fetcher
from customhouse.ecosystems.registries import Registries, open_registries
from customhouse.engine.artifacts import ArtifactOpener, ArtifactSource
from customhouse.engine.brought import ClosureCollector
from customhouse.engine.cases import CaseBuilder, CaseOptions
from customhouse.engine.inspector import Inspector
from customhouse.engine.intelligence import AdvisorySource, Intelligence, open_intelligence
from customhouse.engine.kept_cases import KeptCases
from customhouse.engine.limits import archive_limits
from customhouse.engine.places import advisory_directory, cache_directory
from customhouse.engine.readers import ReaderPool
from customhouse.engine.settings import Settings
from customhouse.engine.surroundings import Lookups
from customhouse.evidence.content import content_version
from customhouse.policy.configuration import Configuration
from customhouse.policy.durations import duration
from customhouse.storage.evidence_cache import EvidenceCache

_Result = TypeVar("_Result")
#: Archives in memory at once.
_PARALLEL_ARCHIVES = 12


class RunOptions(msgspec.Struct, frozen=True):
    """What the command line says, over what is configured."""

    project: Path
    offline: bool = False
    npm_registry: str | None = None
    pypi_index: str | None = None
    cache_directory: Path | None = None
    #: What stands before the transport, and for how many seconds one thing is tried: see `open_registries`.
    through: Callable[[Fetcher], Fetcher] | None = None
    patience: float | None = None


class Shared(msgspec.Struct, frozen=True):
    """What is opened once and shared by every judgement, whatever its moment and its policy."""

    registries: Registries
    cache: EvidenceCache
    opener: ArtifactOpener
    kept: KeptCases
    environ: Mapping[str, str]
    offline: bool
    #: Those that may have something under way; one that nobody uses any more has not.
    builders: WeakSet[CaseBuilder]

    async def aclose(self) -> None:
        """End what is still under way."""
        for builder in tuple(self.builders):
            await builder.aclose()
        await self.opener.aclose()


class Session(msgspec.Struct, frozen=True):
    """What a surface needs to ask the pipeline, as of one moment and under one configuration."""

    settings: Settings
    inspector: Inspector
    builder: CaseBuilder
    registries: Registries
    cache: EvidenceCache
    opener: ArtifactOpener
    now: datetime
    offline: bool
    shared: Shared

    def at(
        self, now: datetime, configuration: Configuration | None = None, advisories: Intelligence | None = None
    ) -> "Session":
        """Return a session of another moment (UTC), for a process that outlives the one it began at.

        It shares cache, opener, registries and readers with this one and is closed with it; bounds of archives and the
        registries' addresses stay what they were. Without `advisories` they are opened anew, as `configuration` names
        them. It costs a few milliseconds; releases that are inspected together share what registries say by sharing it.

        Raises CustomhouseError when advisories that are configured cannot be read.
        """
        settings = self.settings
        if configuration is not None:
            settings = msgspec.structs.replace(settings, configuration=configuration)
        return _session(settings, self.shared, now, advisories)

    def open_advisories(self, configuration: Configuration | None = None) -> Intelligence:
        """Open the advisories as they are now, for several calls of `at`. Raises CustomhouseError as that does."""
        return _advisories(configuration or self.settings.configuration, self.shared)


def run_session(
    settings: Settings,
    options: RunOptions,
    environ: Mapping[str, str],
    work: Callable[[Session], Coroutine[Any, Any, _Result]],
    *,
    source: ArtifactSource | None = None,
) -> _Result:
    """Open a session, do the work and close it again, whatever happens.

    Archives come from the registries into memory, or from `source`.
    """
    readers = ReaderPool(archive_limits(settings.configuration))
    try:
        return asyncio.run(_run(settings, options, environ, readers, work, source))
    finally:
        readers.close()


async def _run(
    settings: Settings,
    options: RunOptions,
    environ: Mapping[str, str],
    readers: ReaderPool,
    work: Callable[[Session], Coroutine[Any, Any, _Result]],
    source: ArtifactSource | None,
) -> _Result:
    async with open_session(settings, options, environ, readers, source) as session:
        return await work(session)


@asynccontextmanager
async def open_session(
    settings: Settings,
    options: RunOptions,
    environ: Mapping[str, str],
    readers: ReaderPool,
    source: ArtifactSource | None = None,
) -> AsyncIterator[Session]:
    """Open a session inside a loop that runs already. `readers` were made before it, and stay the caller's to close."""
    configuration = settings.configuration
    with EvidenceCache(cache_directory(configuration, options.cache_directory, environ)) as cache:
        async with open_registries(
            options.project,
            environ,
            npm_registry=options.npm_registry or configuration.registries.npm,
            pypi_index=options.pypi_index or configuration.registries.pypi,
            offline=options.offline,
            through=options.through,
            patience=options.patience,
        ) as registries:
            opener = ArtifactOpener(cache, readers, offline=options.offline, parallel=_PARALLEL_ARCHIVES, source=source)
            kept = KeptCases(cache, content_version())
            shared = Shared(registries, cache, opener, kept, environ, options.offline, WeakSet())
            try:
                yield _session(settings, shared, datetime.now(UTC))
            finally:
                await shared.aclose()


def _session(settings: Settings, shared: Shared, now: datetime, advisories: Intelligence | None = None) -> Session:
    """Build what judges as of one moment."""
    configuration = settings.configuration
    options = CaseOptions(
        now=now,
        offline=shared.offline,
        metadata_max_age=duration(configuration.cache.metadata_max_age),
        installable_only=configuration.pypi.artifacts == "installable",
        lookups=Lookups(
            attestations=configuration.lookups.attestations,
            source_hosts=configuration.lookups.source_hosts,
            mail_domains=configuration.lookups.mail_domains,
            environ=shared.environ,
        ),
    )
    builder = CaseBuilder(shared.cache, shared.opener, advisories or _advisories(configuration, shared), options)
    shared.builders.add(builder)
    closure = ClosureCollector(shared.cache, builder, configuration, options)
    inspector = Inspector(shared.registries, builder, configuration, closure, shared.kept)
    return Session(
        settings, inspector, builder, shared.registries, shared.cache, shared.opener, now, shared.offline, shared
    )


def _advisories(configuration: Configuration, shared: Shared) -> Intelligence:
    return open_intelligence(
        configuration,
        advisory_directory(configuration, None, shared.environ),
        online_sources(configuration, shared.registries, shared.cache, shared.environ),
        offline=shared.offline,
    )


def online_sources(
    configuration: Configuration, registries: Registries, cache: EvidenceCache, environ: Mapping[str, str]
) -> tuple[AdvisorySource, ...]:
    """Make the online sources that `[advisories] online` names; nothing is asked yet."""
    if not configuration.advisories.online:
        return ()
    from customhouse.engine.online_advisories import npm_source, osv_source  # noqa: PLC0415 - few runs ask any

    return tuple(
        osv_source(cache, environ) if name == "osv" else npm_source(registries)
        for name in dict.fromkeys(configuration.advisories.online)
    )
