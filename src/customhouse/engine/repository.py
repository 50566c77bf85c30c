"""The repository itself: what its workflows, settings and manifests say, judged by the rules over repositories."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from customhouse.ecosystems.files import DISK, Files
from customhouse.ecosystems.registries import Registries
from customhouse.engine.registry_facts import configured_registries
from customhouse.model.locked import Source
from customhouse.model.repository import RepositoryCase, RepositoryWishes
from customhouse.model.verdict import RepositoryVerdict
from customhouse.policy.configuration import Configuration
from customhouse.policy.decide import decide_repository
from customhouse.policy.durations import duration
from customhouse.repository.clients.all_clients import used_clients
from customhouse.repository.clients.registry_lines import registry_lines
from customhouse.repository.workflows.reading import Workflows, read_workflows
from customhouse.rules.judge import judge_repository


def repository_case(
    paths: Sequence[Path],
    sources: tuple[Source, ...],
    configuration: Configuration,
    now: datetime,
    base: tuple[Source, ...] | None = None,
    *,
    exclude: Sequence[str] = (),
    files: Files = DISK,
    registries: Registries | None = None,
) -> RepositoryCase:
    """Gather everything that is known of the repository under `paths`; `exclude` is as in `discover`.

    `registries` are those of the run, whose configuration tells where packages may come from; nothing is asked.
    """
    wanted = configuration.repository
    wishes = RepositoryWishes(
        exact_versions=wanted.exact_versions,
        hashes=wanted.hashes,
        minimum_age=duration(configuration.cooldown.minimum_age),
        npm_minimum_age=_age(configuration.cooldown.npm),
        pypi_minimum_age=_age(configuration.cooldown.pypi),
        internal=wanted.internal,
        registries=wanted.registries,
    )
    workflows = read_workflows(paths, exclude=exclude, files=files) if wanted.workflows else Workflows()
    used, unread = used_clients(paths, sources, files)
    known, unknown = configured_registries(registries, sources) if registries else ((), ())
    return RepositoryCase(
        now=now,
        sources=sources,
        base=base,
        installs=workflows.installs,
        actions=workflows.actions,
        clients=tuple(use.state for use in used),
        registries=known,
        indexes=registry_lines(used),
        wishes=wishes,
        gaps=(*workflows.gaps, *unread, *unknown),
    )


def _age(text: str | None) -> timedelta | None:
    return None if text is None else duration(text)


def judge_case(case: RepositoryCase, configuration: Configuration, root: Path | None = None) -> RepositoryVerdict:
    """Run every rule over the repository, and decide; exceptions name their paths relative to `root`."""
    start = os.path.realpath(root or Path())

    def own(path: str) -> str:
        return Path(os.path.relpath(os.path.realpath(path), start)).as_posix()

    return decide_repository(judge_repository(case), case.gaps, configuration, case.now, sources=case.sources, own=own)
