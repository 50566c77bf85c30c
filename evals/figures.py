"""The figures of an evaluation, from what was judged: plain numbers, ready for any table."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from evals.intervals import percentile, wilson
from evals.result import Judged


class Rate(msgspec.Struct, frozen=True):
    """How many of how many, with the 95 % interval of the share."""

    count: int
    total: int

    @property
    def share(self) -> float:
        """The share; 0 of none."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval."""
        return wilson(self.count, self.total)


class FalsePositives(msgspec.Struct, frozen=True):
    """Of one unit of counting: what was held or worse, what blocked, and what GuardDog calls suspicious."""

    unit: str
    held: Rate
    blocked: Rate
    with_gaps: Rate
    peer: Rate | None = None


def false_positives(judged: Sequence[Judged]) -> list[FalsePositives]:
    """Count held and blocked releases per upgrade, per new package, and per package of either kind.

    Where some upgrades have a note (their dates are a mirror's own), those without are counted beside all.

    A package counts as held when any of its releases is. GuardDog is counted over the releases that it was asked of.
    """
    upgrades = [one for one in judged if one.set == "upgrade"]
    plain = [one for one in upgrades if not one.note]
    new = [one for one in judged if one.set == "new-package"]
    return [
        _counted("upgrade", [[one] for one in upgrades]),
        *([_counted("upgrade, dated in order", [[one] for one in plain])] if len(plain) < len(upgrades) else []),
        _counted("package new to a project", [[one] for one in new]),
        _counted("package", list(_by(judged, _package).values())),
    ]


def _counted(unit: str, groups: list[list[Judged]]) -> FalsePositives:
    def rate(stopped: Callable[[Judged], bool]) -> Rate:
        return Rate(sum(any(stopped(one) for one in group) for group in groups), len(groups))

    asked = [[one for one in group if one.peer is not None] for group in groups]
    asked = [group for group in asked if group]
    peer = Rate(sum(any(one.peer is not None and one.peer.held for one in group) for group in asked), len(asked))
    return FalsePositives(
        unit,
        rate(lambda one: one.decision != "allow"),
        rate(lambda one: one.decision == "block"),
        rate(lambda one: one.decision_with_gaps != "allow"),
        peer if asked else None,
    )


class Recall(msgspec.Struct, frozen=True):
    """Of one family or variation: what was at least held, what blocked, and what GuardDog calls suspicious."""

    name: str
    held: Rate
    blocked: Rate
    peer: Rate | None = None


def recall(judged: Iterable[Judged], name_of: Callable[[Judged], str]) -> list[Recall]:
    """Count what findings stopped, by the name that `name_of` gives; in order of the names."""
    rows = []
    for name, group in sorted(_by(judged, name_of).items()):
        asked = [one.peer for one in group if one.peer is not None]
        rows.append(
            Recall(
                name,
                Rate(sum(one.decision != "allow" for one in group), len(group)),
                Rate(sum(one.decision == "block" for one in group), len(group)),
                Rate(sum(one.held for one in asked), len(asked)) if asked else None,
            )
        )
    return rows


class Speed(msgspec.Struct, frozen=True):
    """Seconds of reading and judging a release's archives, and GuardDog's processor seconds beside ours."""

    releases: int
    median: float
    p95: float
    slowest: float
    slowest_purl: str
    #: Seconds of the processor, which other work on the machine touches less.
    median_cpu: float
    #: GuardDog's seconds by ours: the median of the releases' ratios, and the ratio of both sums; None unmeasured.
    median_ratio: float | None = None
    ratio_of_sums: float | None = None
    compared: int = 0
    peer_failed: int = 0


def speed(judged: Iterable[Judged]) -> Speed | None:
    """Sum up what was measured; None when nothing was."""
    timed = [one for one in judged if one.wall > 0]
    if not timed:
        return None
    slowest = max(timed, key=lambda one: one.wall)
    walls = [one.wall for one in timed]
    pairs = [(one.peer.cpu, one.cpu) for one in timed if one.peer is not None and not one.peer.failed and one.cpu > 0]
    sums = (sum(theirs for theirs, _ in pairs), sum(ours for _, ours in pairs))
    return Speed(
        len(timed),
        percentile(walls, 0.5),
        percentile(walls, 0.95),
        slowest.wall,
        slowest.purl,
        percentile([one.cpu for one in timed], 0.5),
        percentile([theirs / ours for theirs, ours in pairs], 0.5) if pairs else None,
        sums[0] / sums[1] if pairs else None,
        len(pairs),
        sum(bool(one.peer and one.peer.failed) for one in timed),
    )


def _package(one: Judged) -> str:
    return one.purl.rpartition("@")[0]


def _by(judged: Iterable[Judged], name_of: Callable[[Judged], str]) -> dict[str, list[Judged]]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[name_of(one)].append(one)
    return groups
