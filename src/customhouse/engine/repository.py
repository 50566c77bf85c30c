"""The repository itself: what its workflows, settings and manifests say, judged by the rules over repositories."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from customhouse.ecosystems.files import DISK, Files
from customhouse.model.locked import Source
from customhouse.model.repository import RepositoryCase, RepositoryWishes
from customhouse.model.verdict import RepositoryVerdict
from customhouse.policy.configuration import Configuration
from customhouse.policy.decide import decide_repository
from customhouse.policy.durations import duration
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
) -> RepositoryCase:
    """Gather everything that is known of the repository under `paths`; `exclude` is as in `discover`."""
    wanted = configuration.repository
    wishes = RepositoryWishes(
        exact_versions=wanted.exact_versions,
        hashes=wanted.hashes,
        minimum_age=duration(configuration.cooldown.minimum_age),
        internal=wanted.internal,
    )
    workflows = read_workflows(paths, exclude=exclude, files=files) if wanted.workflows else Workflows()
    return RepositoryCase(
        now=now,
        sources=sources,
        base=base,
        installs=workflows.installs,
        actions=workflows.actions,
        wishes=wishes,
        gaps=workflows.gaps,
    )


def judge_case(case: RepositoryCase, configuration: Configuration) -> RepositoryVerdict:
    """Run every rule over the repository, and decide."""
    return decide_repository(judge_repository(case), case.gaps, configuration)
