"""A project vetted as a whole: its files, its packages, what changed since a revision, and who answers for what."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from customhouse.engine.audit import Progress, audit_sources, find_sources
from customhouse.engine.base import Base, hidden_since, read_base
from customhouse.engine.gate import gate_sources
from customhouse.engine.licences import with_licences
from customhouse.engine.public_names import with_public_answers
from customhouse.engine.repository import judge_case, repository_case
from customhouse.engine.session import Session
from customhouse.engine.settings import Settings
from customhouse.model.audit import Audit
from customhouse.model.locked import Source
from customhouse.model.verdict import RepositoryVerdict
from customhouse.policy.approvals import approval_warnings
from customhouse.policy.exceptions import exception_warnings


class Project(msgspec.Struct, frozen=True):
    """What was found under some paths, before anything is asked of anybody. `base` is what it is compared with."""

    paths: tuple[Path, ...]
    settings: Settings
    sources: tuple[Source, ...]
    base: Base | None = None


def find_project(
    paths: Sequence[Path], settings: Settings, *, revision: str | None = None, include_installed: bool = False
) -> Project:
    """Find and read the locks and manifests under `paths`, and those of a git revision to compare with.

    Raises NothingToAuditError where there is nothing, and CustomhouseError where the revision cannot be read.
    """
    wanted = settings.configuration.discovery
    base = read_base(revision, paths, settings, exclude=wanted.exclude) if revision is not None else None
    sources = find_sources(
        paths,
        exclude=wanted.exclude,
        include_installed=include_installed or wanted.include_installed,
        # A change may remove the last lock: that is to be told, and not that there is nothing.
        required=not (base and any(each.packages for each in base.sources)),
    )
    return Project(tuple(paths), base.settings if base else settings, sources, base)


async def vet_project(project: Project, session: Session, progress: Progress, *, licences: bool = False) -> Audit:
    """Inspect the packages and judge the repository; with `licences`, add what the cache knows of them."""
    repository = await _judge_repository(project, session)
    if project.base is None:
        audit = await audit_sources(session.inspector, project.sources, progress, repository)
    else:
        audit = await gate_sources(session.inspector, project.sources, project.base, progress, repository)
    if licences:
        audit = with_licences(audit, session.cache)
    session.cache.flush()
    told = (*project.settings.warnings, *session.registries.warnings, *session.cache.warnings)
    return msgspec.structs.replace(audit, warnings=(*told, *_policy_warnings(project, audit, session)))


async def _judge_repository(project: Project, session: Session) -> RepositoryVerdict:
    configuration = project.settings.configuration
    case = repository_case(
        project.paths,
        project.sources,
        configuration,
        session.now,
        project.base.sources if project.base else None,
        exclude=configuration.discovery.exclude,
        registries=session.registries,
    )
    case = await with_public_answers(case, session.registries, configuration, offline=session.offline)
    if project.base is not None:
        case = msgspec.structs.replace(case, gaps=(*case.gaps, *hidden_since(project.base, project.sources)))
    return judge_case(case, configuration, project.settings.root)


def _policy_warnings(project: Project, audit: Audit, session: Session) -> tuple[str, ...]:
    """Tell which exceptions and approvals expired or cover nothing."""
    configuration = project.settings.configuration
    verdicts = [each.verdict for each in audit.packages]
    if project.base is None:
        return exception_warnings(configuration, verdicts, session.now, whole_project=True, repository=audit.repository)
    present = {entry.purl for source in project.sources for entry in source.packages}
    return (
        *project.base.warnings,
        *approval_warnings(configuration, verdicts, present, session.now),
        *exception_warnings(configuration, verdicts, session.now, whole_project=False),
    )
