"""What came before a release in its project, whatever the line: who published, how, and when several lines at once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from customhouse.ecosystems.interface import Project
from customhouse.model.history import Publication
from customhouse.model.release import Release, ReleaseTime
from customhouse.versions.release_line import same_line

#: Earlier releases that are kept with how they were published.
KEPT = 20
#: Releases this close are told as being around a release.
AROUND = timedelta(days=1)
_MOST_AROUND = 32
#: Releases of several lines within this time came together. axios 1.14.1 and 0.30.4 (2026) came 39 minutes apart,
#: ua-parser-js 0.7.29, 0.8.0 and 1.0.0 (2021) within four hours.
TOGETHER = timedelta(hours=12)
#: How far back occasions of several lines at once are looked for, in releases.
_LOOKED_BACK = 400


class History(msgspec.Struct, frozen=True):
    """See the fields of the same names in MetadataFacts."""

    earlier: tuple[Publication, ...] = ()
    earlier_count: int = 0
    around: tuple[ReleaseTime, ...] = ()
    lines_together_before: int = 0


def history_of(project: Project, release: Release) -> History:
    """Tell what the project's document says of the other releases; nothing where it gives the release no time."""
    moment = release.published
    if moment is None:
        return History()
    dated = sorted(
        (each for each in project.times if each.published is not None and each.version != release.purl.version),
        key=_moment,
    )
    before = [each for each in dated if _moment(each) < moment]
    around = [each for each in dated if abs(_moment(each) - moment) <= AROUND]
    nearest = sorted(around, key=lambda each: abs(_moment(each) - moment))[:_MOST_AROUND]
    told = (project.publication(each.version) for each in reversed(before[-KEPT:]))
    others = [each for each in before[-_LOOKED_BACK:] if moment - _moment(each) > TOGETHER]
    return History(
        earlier=tuple(one for one in told if one is not None),
        earlier_count=len(before),
        around=tuple(sorted(nearest, key=_moment)),
        # Asked only where it matters, since each version has to be read.
        lines_together_before=_occasions(project, others) if nearest else 0,
    )


def _moment(each: ReleaseTime) -> datetime:
    return each.published or datetime.max.replace(tzinfo=UTC)


def _occasions(project: Project, dated: Sequence[ReleaseTime]) -> int:
    """Count the occasions on which two lines had releases within TOGETHER; what follows within it is one occasion."""
    ecosystem = project.purl.ecosystem
    count = 0
    until: datetime | None = None
    for earlier, later in zip(dated, dated[1:], strict=False):
        if _moment(later) - _moment(earlier) > TOGETHER or same_line(ecosystem, earlier.version, later.version):
            continue
        if until is None or _moment(earlier) > until:
            count += 1
        until = _moment(later) + TOGETHER
    return count
