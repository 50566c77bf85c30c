"""What came before a release in its project, whatever the line: who published, how, and when several lines at once."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec

from customhouse.ecosystems.interface import Project
from customhouse.model.history import Publication
from customhouse.model.lazy_regex import lazy_regex
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
#: What differs less than this may be the order in which a registry wrote it down.
_SLACK = timedelta(hours=1)
_THREE = lazy_regex(r"^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$")
#: How far back occasions of several lines at once are looked for, in releases.
_LOOKED_BACK = 400


class History(msgspec.Struct, frozen=True):
    """See the fields of the same names in MetadataFacts."""

    earlier: tuple[Publication, ...] = ()
    earlier_count: int = 0
    around: tuple[ReleaseTime, ...] = ()
    lines_together_before: int = 0
    dates_in_order: bool = True


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
        dates_in_order=_in_order(project.times),
    )


def _moment(each: ReleaseTime) -> datetime:
    return each.published or datetime.max.replace(tzinfo=UTC)


def _in_order(times: Iterable[ReleaseTime]) -> bool:
    """Say whether the dates can be those of publishing; mirrors are known to state when they made their copies.

    Lines are carried on side by side, yet nobody publishes 1.2.4 before 1.2.3, 1.3.0 before 1.2.0, or 3.0.0 before
    2.0.0. Versions of other shapes than three numbers play no part.
    """
    groups: dict[tuple[int, ...], list[tuple[int, datetime]]] = {}
    for each in times:
        match = _THREE.match(each.version) if each.published is not None else None
        if match is None:
            continue
        major, minor, patch = (int(number) for number in match.groups())
        moment = _moment(each)
        groups.setdefault((major, minor), []).append((patch, moment))
        if patch == 0:
            groups.setdefault((major,), []).append((minor, moment))
            if minor == 0:
                groups.setdefault((), []).append((major, moment))
    return all(
        later[1] - earlier[1] >= -_SLACK for group in groups.values() for earlier, later in pairwise(sorted(group))
    )


def _occasions(project: Project, dated: Sequence[ReleaseTime]) -> int:
    """Count the occasions on which two lines had releases within TOGETHER; what follows within it is one occasion."""
    ecosystem = project.purl.ecosystem
    count = 0
    until: datetime | None = None
    for earlier, later in pairwise(dated):
        if _moment(later) - _moment(earlier) > TOGETHER or same_line(ecosystem, earlier.version, later.version):
            continue
        if until is None or _moment(earlier) > until:
            count += 1
        until = _moment(later) + TOGETHER
    return count
