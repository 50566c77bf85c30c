"""Whether everything works here: each part is tried, not asked for its version."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from customhouse.engine.intelligence import open_intelligence
from customhouse.engine.places import advisory_directory, cache_directory
from customhouse.engine.session import RunOptions, Session, run_session
from customhouse.engine.settings import Settings
from customhouse.model.code import Language
from customhouse.model.errors import CustomhouseError, UpstreamError
from customhouse.model.purl import Ecosystem
from customhouse.policy.configuration import NO_ADVISORY_SOURCE
from customhouse.storage.evidence_cache import EvidenceCache

#: A package that every public registry and mirror has, small to ask for.
_PROBES: dict[Ecosystem, str] = {"npm": "left-pad", "pypi": "six"}


class Check(msgspec.Struct, frozen=True):
    """One thing tried."""

    name: str
    works: bool
    detail: str
    hint: str = ""


def diagnose(load: Callable[[], Settings], options: RunOptions, environ: Mapping[str, str]) -> tuple[Check, ...]:
    """Try everything; `load` reads the configuration."""
    checks = list(_readers())
    try:
        settings = load()
    except CustomhouseError as error:
        return (*checks, Check("configuration", works=False, detail=error.message, hint=error.hint))
    where = ", ".join(settings.sources) or "no file: defaults apply"
    checks.append(Check("configuration", works=True, detail=where))
    checks.append(_cache(settings, options, environ))
    checks.append(_advisories(settings, environ))
    if options.offline:
        return tuple(checks)
    try:
        checks.extend(run_session(settings, options, environ, _registries))
    except CustomhouseError as error:
        checks.append(Check("registries", works=False, detail=error.message, hint=error.hint))
    return tuple(checks)


def _readers() -> Iterator[Check]:
    """Read a line of each language, so that a grammar or rule engine that does not load is seen here."""
    from customhouse.source.first_look import first_look  # noqa: PLC0415 - imported where a failure can be told
    from customhouse.source.read import read_source  # noqa: PLC0415

    samples: tuple[tuple[Language, str, bytes], ...] = (
        ("javascript", "a.js", b'require("child_process").exec("true")'),
        ("typescript", "a.ts", b'import { exec } from "child_process"; exec("true" as string)'),
        ("python", "a.py", b'import os\nos.system("true")'),
    )
    for language, path, code in samples:
        facts = read_source(path, code, language)
        seen = any(each.kind == "process" for each in facts.capabilities) and not first_look(code, language).plain
        yield Check(
            f"reading {language}",
            works=seen,
            detail="a process start was recognised" if seen else "a process start was not recognised",
            hint="install again: `make setup`, or pip install --force-reinstall customhouse",
        )


def _cache(settings: Settings, options: RunOptions, environ: Mapping[str, str]) -> Check:
    directory = cache_directory(settings.configuration, options.cache_directory, environ)
    with EvidenceCache(directory) as cache:
        cache.put("doctor", "probe", "1", {"works": True}, 0.0)
        cache.flush()
        warnings = list(cache.warnings)
    hint = f"make {directory} writable, or give another with --cache-dir"
    return Check("evidence cache", works=not warnings, detail="; ".join(warnings) or str(directory), hint=hint)


def _advisories(settings: Settings, environ: Mapping[str, str]) -> Check:
    """Open what is known of published advisories; to keep none is a choice."""
    directory = advisory_directory(settings.configuration, None, environ)
    try:
        gaps = open_intelligence(settings.configuration, directory, offline=True).gaps()
    except CustomhouseError as error:
        return Check("published advisories", works=False, detail=error.message, hint=error.hint)
    chosen = [gap for gap in gaps if gap.kind == NO_ADVISORY_SOURCE]
    if chosen or not gaps:
        detail = f"{chosen[0].message}; {chosen[0].hint}" if chosen else f"known, from {directory}"
        return Check("published advisories", works=True, detail=detail)
    return Check("published advisories", works=False, detail=gaps[0].message, hint=gaps[0].hint)


async def _registries(session: Session) -> tuple[Check, ...]:
    checks: list[Check] = []
    for ecosystem, name in _PROBES.items():
        registry = session.registries.for_(ecosystem)
        try:
            project = await registry.project(name)
        except UpstreamError as error:
            checks.append(Check(f"{ecosystem} registry", works=False, detail=error.message, hint=error.hint))
            continue
        dated = sum(1 for each in project.times if each.published is not None)
        total = len(project.times)
        detail = f"{registry.origin(name)} answers; {dated} of {total} releases of {name} have a publish time"
        hint = "without publish times the age of a release cannot be told: every release of this registry is a gap"
        checks.append(Check(f"{ecosystem} registry", works=bool(dated), detail=detail, hint=hint))
    return tuple(checks)
