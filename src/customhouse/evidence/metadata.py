"""What the registry says of a release and of the one before it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from customhouse.ecosystems.interface import Project
from customhouse.evidence.history import history_of
from customhouse.model.errors import NotFoundUpstream, UpstreamError
from customhouse.model.evidence import Gap, MetadataFacts
from customhouse.model.purl import Purl
from customhouse.model.release import Release
from customhouse.versions.release_line import previous_version

METADATA_VERSION = "3"


def upstream_gap(error: UpstreamError) -> Gap:
    """Return the gap that a failed answer leaves."""
    kind = "release-unknown" if isinstance(error, NotFoundUpstream) else "registry-unreachable"
    return Gap("metadata", kind, error.message, error.hint)


def describe(project: Project, purl: Purl, against: str | None = None) -> tuple[MetadataFacts | None, tuple[Gap, ...]]:
    """Pick the release and the one to compare with (`against`, else its predecessor) out of a project's document."""
    release = project.release(purl.version or "")
    if release is None:
        gap = Gap(
            "metadata",
            "release-unknown",
            f"the registry does not have {purl.display}: it was removed, or never published there",
            "ask why it is gone before you install it from a cache or a mirror",
        )
        return None, (gap,)
    previous = project.release(against) if against is not None else _previous(project, release)
    first = project.created
    history = history_of(project, release)
    times = sorted(each.published for each in project.times if each.published is not None)
    facts = MetadataFacts(
        release=release,
        previous=previous,
        first_published=first.published if first else None,
        release_count=len(project.times),
        last_published=max(times, default=None),
        cadence_days=_cadence(times),
        earlier=history.earlier,
        earlier_count=history.earlier_count,
        around=history.around,
        lines_together_before=history.lines_together_before,
        dates_in_order=history.dates_in_order,
    )
    gaps: list[Gap] = []
    if against is not None and previous is None:
        gaps.append(Gap("change", "previous-unavailable", f"the registry has no version {against}", "name another one"))
    if release.published is None:
        gaps.append(
            Gap(
                "metadata",
                "publish-time",
                f"the registry does not say when {purl.display} was published",
                "its age cannot be told; point at an index that gives upload times, or approve the release",
            )
        )
    if not release.artifacts:
        gaps.append(
            Gap("metadata", "no-artifact", f"the registry lists no file for {purl.display}", "nothing can be inspected")
        )
    return facts, tuple(gaps)


def _cadence(times: Sequence[datetime]) -> float | None:
    """Return the median of days between two releases that follow each other; None with fewer than two."""
    gaps = [(later - earlier).total_seconds() / 86_400 for earlier, later in pairwise(times)]
    if not gaps:
        return None
    middle = sorted(gaps)[(len(gaps) - 1) // 2 : len(gaps) // 2 + 1]
    return round(sum(middle) / len(middle), 1)


def _previous(project: Project, release: Release) -> Release | None:
    version = previous_version(release.purl.ecosystem, release.purl.version or "", project.times, release.published)
    return project.release(version) if version is not None else None
