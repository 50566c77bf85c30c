"""Release lines, and the release that a new one is compared with.

A line is what an installer moves along by itself: one major version, or one minor version while the major is 0 (for
PyPI the epoch counts too). The previous version of a release is, of those earlier by version, the highest of the
first group that is not empty; one of another line must not have been published after it, where both times are known:

- of a stable release: stable ones of its line, stable ones of lower lines, then any prerelease;
- of a prerelease: prereleases of the same upcoming version, anything of its line, stable ones of lower lines, anything.

So axios 1.14.1 is compared with 1.14.0, 0.30.4 with 0.30.3, 2.0.0 with the highest 1.x, and 2.1.0-beta.1 with 2.0.5.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec

from customhouse.model.purl import Ecosystem
from customhouse.model.release import ReleaseTime
from customhouse.versions import npm, pypi


class _Place(msgspec.Struct, frozen=True):
    """Where a version stands: its sort key, its line, the version it leads to, and whether it is a prerelease."""

    key: Any
    line: tuple[int, ...]
    base: tuple[int, ...]
    prerelease: bool


def _place(ecosystem: Ecosystem, text: str) -> _Place | None:
    if ecosystem == "npm":
        version = npm.parse(text)
        if version is None:
            return None
        line: tuple[int, ...] = version.release[:1] if version.release[0] else version.release[:2]
        return _Place(version.key, line, version.release, bool(version.prerelease))
    parsed = pypi.parse(text)
    if parsed is None:
        return None
    line = (parsed.epoch, parsed.major) if parsed.major else (parsed.epoch, 0, parsed.minor)
    base = (parsed.epoch, *parsed.release)
    while base[-1] == 0 and len(base) > 1:  # 2.0rc1 and 2.0.0rc2 lead to the same version
        base = base[:-1]
    return _Place(parsed, line, base, parsed.is_prerelease)


def same_line(ecosystem: Ecosystem, first: str, second: str) -> bool:
    """Say whether two versions belong to one release line; False when either cannot be read."""
    one, other = _place(ecosystem, first), _place(ecosystem, second)
    return one is not None and other is not None and one.line == other.line


def previous_version(
    ecosystem: Ecosystem, version: str, candidates: Iterable[ReleaseTime], published: datetime | None
) -> str | None:
    """Find the release that `version` is to be compared with; None when nothing is earlier.

    `candidates` may hold `version` itself and come in any order. `published` is when `version` was, UTC. Within a line
    only the version counts, and where every lower one is dated later the dates are not believed: mirrors are known to
    state when they made their copy.
    """
    own = _place(ecosystem, version)
    if own is None:
        return None
    lower = [
        (place, candidate)
        for candidate in candidates
        if (place := _place(ecosystem, candidate.version)) is not None and place.key < own.key
    ]
    dated = [each for each in lower if each[0].line == own.line or not _later(each[1], published)]
    earlier = [(place, candidate.version) for place, candidate in dated or lower]
    groups: tuple[Callable[[_Place], bool], ...]
    if own.prerelease:
        groups = (
            lambda place: place.prerelease and place.base == own.base,
            lambda place: place.line == own.line,
            lambda place: not place.prerelease,
            lambda _: True,
        )
    else:
        groups = (
            lambda place: not place.prerelease and place.line == own.line,
            lambda place: not place.prerelease,
            lambda _: True,
        )
    for belongs in groups:
        group = [one for one in earlier if belongs(one[0])]
        if group:
            highest = max(place.key for place, _ in group)
            # Versions of equal precedence (build metadata) are told apart by their text, so that order plays no part.
            return max(text for place, text in group if place.key == highest)
    return None


def _later(candidate: ReleaseTime, published: datetime | None) -> bool:
    return published is not None and candidate.published is not None and candidate.published > published


def neighbours(ecosystem: Ecosystem, version: str, candidates: Iterable[ReleaseTime], each_way: int = 32) -> list[str]:
    """Return the releases nearest to a version, at most `each_way` below it and as many above, lowest first.

    Prereleases are left out, unless `version` is one itself. The version need not be among the candidates.
    """
    own = _place(ecosystem, version)
    if own is None:
        return []
    places = [
        (place.key, candidate.version)
        for candidate in candidates
        if (place := _place(ecosystem, candidate.version)) is not None and (own.prerelease or not place.prerelease)
    ]
    below = sorted(one for one in places if one[0] < own.key)[-each_way:]
    above = sorted(one for one in places if own.key < one[0])[:each_way]
    return [text for _, text in (*below, *above)]


def nearest(
    ecosystem: Ecosystem, version: str, candidates: Iterable[str], free: Callable[[str], bool], *, back: bool
) -> str | None:
    """Find the nearest version that is `free` of what `version` has; None when there is none.

    Going `back`: the highest below in the release line, then the lowest above in it, then the highest below of all,
    then the lowest above. Going forward: the lowest above in the line, then above at all, then below likewise.
    """
    own = _place(ecosystem, version)
    if own is None:
        return None
    placed = [(place, text) for text in candidates if (place := _place(ecosystem, text)) is not None]
    if not own.prerelease:
        placed = [one for one in placed if not one[0].prerelease]
    placed.sort(key=lambda one: (one[0].key, one[1]))
    below = [one for one in reversed(placed) if one[0].key < own.key]
    above = [one for one in placed if own.key < one[0].key]
    inside = [[one for one in side if one[0].line == own.line] for side in (below, above)]
    order = (*inside, below, above) if back else (inside[1], above, inside[0], below)
    return next((text for side in order for _, text in side if free(text)), None)


def is_prerelease(ecosystem: Ecosystem, version: str) -> bool:
    """Say whether a version is a prerelease; False for one that cannot be read."""
    place = _place(ecosystem, version)
    return place is not None and place.prerelease
