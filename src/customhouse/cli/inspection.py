"""Inspecting what a command line names; a local file without a registry takes the short way, with little loaded."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from customhouse.archives.stream import Limits
from customhouse.cli.options import Common
from customhouse.engine.limits import archive_limits
from customhouse.engine.local import brings, case_of, open_local
from customhouse.engine.settings import Settings
from customhouse.engine.verdicts import verdict_on
from customhouse.model.audit import Inspection
from customhouse.model.verdict import Verdict
from customhouse.policy.exceptions import exception_warnings


def inspect_named(
    target: str, against: str | None, common: Common, environ: Mapping[str, str], project: Path
) -> Inspection:
    """Inspect a target given as text."""
    settings = common.settings(project)
    limits = archive_limits(settings.configuration)
    local = _without_registry(target, against, limits, settings, offline=common.offline)
    warnings: tuple[str, ...] = ()
    if local is not None:
        verdict = local
    else:
        verdict, warnings = _with_registry(target, against, common, environ, project, settings)
    unused = exception_warnings(settings.configuration, [verdict], datetime.now(UTC), whole_project=False)
    return Inspection(target, verdict, against or "", (*settings.warnings, *warnings, *unused))


def _without_registry(
    target: str, against: str | None, limits: Limits, settings: Settings, *, offline: bool
) -> Verdict | None:
    """Inspect files alone; None when a registry has something to say about them."""
    if target.startswith("pkg:") or (against or "").startswith("pkg:"):
        return None
    package = open_local(Path(target), limits)
    before = open_local(Path(against), limits) if against is not None else None
    if not offline and brings(package, before):
        return None
    return verdict_on(case_of(package, before, datetime.now(UTC)), settings.configuration)


def _with_registry(
    target: str, against: str | None, common: Common, environ: Mapping[str, str], project: Path, settings: Settings
) -> tuple[Verdict, tuple[str, ...]]:
    from customhouse.engine.session import RunOptions, Session, run_session  # noqa: PLC0415 - brings the network along
    from customhouse.engine.targets import inspect_target, parse_target  # noqa: PLC0415

    wanted, other = parse_target(target), parse_target(against) if against is not None else None
    options = RunOptions(project, common.offline, common.npm_registry, common.pypi_index, common.cache_dir)

    async def work(session: Session) -> tuple[Verdict, tuple[str, ...]]:
        verdict = await inspect_target(session, wanted, other, archive_limits(settings.configuration))
        session.cache.flush()
        return verdict, (*session.registries.warnings, *session.cache.warnings)

    return run_session(settings, options, environ, work)
