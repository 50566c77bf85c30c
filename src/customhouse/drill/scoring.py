"""What was reported against what was planted. Pure."""

from collections.abc import Iterable, Sequence

from customhouse.model.drill import (
    AnswerKey,
    Decoy,
    DecoyReported,
    FeedResult,
    Reported,
    Score,
    Trace,
    TraceResult,
)
from customhouse.model.hunt import GRADES, Grade


def score(
    key: AnswerKey, reported: Sequence[Reported], feeds: Iterable[FeedResult] = (), odd: Sequence[Reported] = ()
) -> Score:
    """Compare. A trace is found by its place, and by its subject and area where a report says them.

    It has its grade when a report gives it that one and none gives what lies there a graver one than anything planted
    there deserves: who reports everything at every grade has found nothing. A decoy counts once, however often it is
    reported.
    """
    results = tuple(_result(trace, reported, key.traces) for trace in key.traces)
    decoys = tuple(
        DecoyReported(decoy, _worst(found)) for decoy in key.decoys if (found := _accusing(decoy, reported, key.traces))
    )
    known = {path for trace in key.traces for path in (trace.path, *trace.also)}
    beside = tuple(
        one for one in reported if one.path not in known and not any(_at(decoy, one) for decoy in key.decoys)
    )
    called_odd = tuple(decoy.id for decoy in key.decoys if any(_at(decoy, one) for one in odd))
    return Score(results, decoys, len(key.decoys), beside, tuple(feeds), called_odd)


def _result(trace: Trace, reported: Sequence[Reported], every: Sequence[Trace]) -> TraceResult:
    mine = [one for one in reported if _is_of(one, trace)]
    if not mine:
        return TraceResult(trace, "missed")
    worst = _worst(mine)
    # Of a report that does not say which of several traces it means, the gravest of them is the measure.
    together = [other for other in every if any(_is_of(one, other) for one in mine)]
    most = max(_rank(other.grade) for other in together)
    right = any(one.grade == trace.grade for one in mine) and _rank(worst) <= most
    return TraceResult(trace, "found" if right else "misgraded", worst)


def _is_of(one: Reported, trace: Trace) -> bool:
    return (
        one.path in (trace.path, *trace.also) and one.area in (None, trace.area) and one.subject in ("", trace.subject)
    )


def _accusing(decoy: Decoy, reported: Sequence[Reported], traces: Sequence[Trace]) -> list[Reported]:
    most = -1 if decoy.at_most is None else _rank(decoy.at_most)
    return [
        one
        for one in reported
        if _at(decoy, one) and _rank(one.grade) > most and not any(_is_of(one, trace) for trace in traces)
    ]


def _at(decoy: Decoy, one: Reported) -> bool:
    if decoy.line is not None:  # who names the file alone may mean another line of it
        return one.path == decoy.path and one.line == decoy.line
    return one.path == decoy.path or one.path.startswith(f"{decoy.path}/")


def _rank(grade: Grade) -> int:
    return GRADES.index(grade)


def _worst(reported: Iterable[Reported]) -> Grade:
    return GRADES[max(_rank(one.grade) for one in reported)]
