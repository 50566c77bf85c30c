"""What a drill showed: score, times, controls, and what to do better. Pure."""

from collections.abc import Iterator
from datetime import datetime

from customhouse.drill.scenarios.interface import Scenario
from customhouse.drill.scoring import score
from customhouse.model.drill import AfterAction, AnswerKey, FeedResult, Score, Submission, Times
from customhouse.model.hunt import Area, Hunted

#: What finds what is missed, by area.
_BETTER: dict[Area, str] = {
    "project": "read every lock and manifest, those beside the usual ones too: customhouse hunt PROJECTS",
    "history": "look through every revision that git still holds, on deleted branches too: customhouse hunt reads them "
    "with the projects",
    "install": "look at what clients left behind before anybody cleans up: hidden locks, caches, debug logs "
    "(name the homes, or images of them)",
    "log": "collect the builds' logs of the whole window before they expire: customhouse hunt --logs",
    "host": "take images of machines before they are rebuilt: customhouse hunt --root",
    "network": "ask proxies, resolvers and flow records who called: customhouse hunt --network",
}


def judged(
    key: AnswerKey, scenario: Scenario, submission: Submission, submitted: datetime, contained: datetime | None
) -> AfterAction:
    """Score what a team handed in at `submitted`; all times are UTC."""
    detected = submission.detected
    times = Times(
        None if detected is None else _since(key, detected),
        _since(key, submitted),
        None if contained is None else _since(key, contained),
        "scope is when the findings were handed in",
    )
    return _made(key, scenario, "submitted", score(key, submission.reported, odd=submission.odd), times)


def played(
    key: AnswerKey, scenario: Scenario, hunted: Hunted, submission: Submission, feeds: tuple[FeedResult, ...]
) -> AfterAction:
    """Score what the hunt found by itself."""
    seconds = hunted.seconds if submission.reported else None
    times = Times(seconds, hunted.seconds, hunted.seconds, "played by itself: all three are the hunt's own seconds")
    return _made(key, scenario, "auto", score(key, submission.reported, feeds, submission.odd), times)


def _made(key: AnswerKey, scenario: Scenario, how: str, result: Score, times: Times) -> AfterAction:
    return AfterAction(
        key,
        scenario.title,
        scenario.campaign,
        "auto" if how == "auto" else "submitted",
        result,
        times,
        scenario.stops,
        tuple(_improve(result, times)),
    )


def _since(key: AnswerKey, moment: datetime) -> float:
    return max(0.0, (moment - key.clock).total_seconds())


def _improve(result: Score, times: Times) -> Iterator[str]:
    for area, better in _BETTER.items():
        names = [each.trace.id for each in result.traces if (each.result, each.trace.area) == ("missed", area)]
        if names:
            yield f"missed in {area}: {', '.join(names)}: {better}"
    for each in result.traces:
        if each.result == "misgraded":
            yield f"{each.trace.id} was called {each.graded}, and shows {each.trace.grade}: {each.trace.what}"
    for one in result.decoys:
        yield f"{one.decoy.id} was reported as {one.graded}: {one.decoy.why}"
    for feed in result.feeds:
        if not feed.refused:
            yield f"{feed.feed.path} was taken as it is: {feed.feed.why}"
    if times.detect is None:
        yield "nobody said when the first trace was known: note the time with each finding"
    if times.contain is None:
        yield "nobody said when it was contained: note it (--contained TIME)"
