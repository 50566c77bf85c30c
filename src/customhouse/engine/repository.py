"""The repository itself: what its workflows, settings and manifests say, judged by the rules over repositories."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from customhouse.model.locked import Source
from customhouse.model.repository import RepositoryCase, RepositoryWishes
from customhouse.model.verdict import RepositoryVerdict
from customhouse.policy.configuration import Configuration
from customhouse.policy.decide import decide_repository
from customhouse.policy.durations import duration
from customhouse.rules.judge import judge_repository


def repository_case(
    paths: Sequence[Path],  # noqa: ARG001 - what lies under them is read as the rooms for it are built
    sources: tuple[Source, ...],
    configuration: Configuration,
    now: datetime,
    base: tuple[Source, ...] | None = None,
) -> RepositoryCase:
    """Gather everything that is known of the repository under `paths`."""
    wanted = configuration.repository
    wishes = RepositoryWishes(
        exact_versions=wanted.exact_versions,
        hashes=wanted.hashes,
        minimum_age=duration(configuration.cooldown.minimum_age),
        internal=wanted.internal,
    )
    return RepositoryCase(now=now, sources=sources, base=base, wishes=wishes)


def judge_case(case: RepositoryCase, configuration: Configuration) -> RepositoryVerdict:
    """Run every rule over the repository, and decide."""
    return decide_repository(judge_repository(case), case.gaps, configuration)
