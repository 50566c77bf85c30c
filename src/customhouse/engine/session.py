"""One run: settings, cache, readers and registries opened together and closed together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from customhouse.ecosystems.fetching import Fetcher
from customhouse.ecosystems.registries import Registries, open_registries
from customhouse.engine.artifacts import ArtifactOpener
from customhouse.engine.brought import ClosureCollector
from customhouse.engine.cases import CaseBuilder, CaseOptions
from customhouse.engine.inspector import Inspector
from customhouse.engine.intelligence import AdvisorySource, open_intelligence
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


class Session(msgspec.Struct, frozen=True):
    """What a surface needs to ask the pipeline."""

    settings: Settings
    inspector: Inspector
    builder: CaseBuilder
    registries: Registries
    cache: EvidenceCache
    opener: ArtifactOpener
    now: datetime
    offline: bool = False


def run_session(
    settings: Settings,
    options: RunOptions,
    environ: Mapping[str, str],
    work: Callable[[Session], Coroutine[Any, Any, _Result]],
) -> _Result:
    """Open a session, do the work and close it again, whatever happens."""
    readers = ReaderPool(archive_limits(settings.configuration))
    try:
        return asyncio.run(_run(settings, options, environ, readers, work))
    finally:
        readers.close()


async def _run(
    settings: Settings,
    options: RunOptions,
    environ: Mapping[str, str],
    readers: ReaderPool,
    work: Callable[[Session], Coroutine[Any, Any, _Result]],
) -> _Result:
    async with _open(settings, options, environ, readers) as session:
        return await work(session)


@asynccontextmanager
async def _open(
    settings: Settings, options: RunOptions, environ: Mapping[str, str], readers: ReaderPool
) -> AsyncIterator[Session]:
    configuration = settings.configuration
    now = datetime.now(UTC)
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
            opener = ArtifactOpener(cache, readers, offline=options.offline, parallel=_PARALLEL_ARCHIVES)
            case_options = CaseOptions(
                now=now,
                offline=options.offline,
                metadata_max_age=duration(configuration.cache.metadata_max_age),
                installable_only=configuration.pypi.artifacts == "installable",
                lookups=Lookups(
                    attestations=configuration.lookups.attestations,
                    source_hosts=configuration.lookups.source_hosts,
                    mail_domains=configuration.lookups.mail_domains,
                    environ=environ,
                ),
            )
            advisories = open_intelligence(
                configuration,
                advisory_directory(configuration, None, environ),
                online_sources(configuration, registries, cache, environ),
                offline=options.offline,
            )
            builder = CaseBuilder(cache, opener, advisories, case_options)
            closure = ClosureCollector(cache, builder, configuration, case_options)
            kept = KeptCases(cache, content_version())
            inspector = Inspector(registries, builder, configuration, closure, kept)
            try:
                yield Session(settings, inspector, builder, registries, cache, opener, now, options.offline)
            finally:
                await builder.aclose()
                await opener.aclose()


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
