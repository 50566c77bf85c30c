"""Telling of a drill: the team's brief, and the report after it, as Markdown and as `customhouse/drill/1`."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from customhouse.model.drill import AfterAction, Control, Decoy, Inject, Reported, Stop, Times, TraceResult
from customhouse.model.hunt import Grade
from customhouse.report.identity import utc
from customhouse.report.json import encode
from customhouse.report.text import counted, visible

_BESIDE = 20
_CONTROLS: dict[Control, str] = {
    "cooldown": "cooldown (releases that are too young are not taken)",
    "scripts-off": "install scripts off",
    "egress": "egress (builds call known hosts alone)",
    "gate": "gate (a release is inspected before it is let in)",
}
#: The brief's parts that every drill has.
_BEGIN = """\
Drill {name}. Everything here is a replica, and no file does anything. Call none of the hosts that are named.
In the drill's world it is {told:%A, %Y-%m-%d %H:%M} UTC; your clock started at {clock}."""
_WHERE = """\
## What you have

| Folder | What it is |
|---|---|
| projects | clones of repositories, with their histories |
| homes | homes of developers, as they were copied |
| hosts | images of machines, mounted |
| logs | logs of builds, and what colleagues handed in |
| network | records of proxy, resolver and sensors |
| intel | what others published |"""
_WANTED = """\
## What is wanted

Which assets are affected, how far it got on each (declared, resolved, fetched, script-ran, contacted), and in which
order you would respond. Hand in what `customhouse hunt --format json` writes, or a CSV with the columns `path,grade`
and, if you like, `area` and `found` (the time):

    customhouse drill {scenario} --submit FILE --into THIS-FOLDER"""


class DecoyDocument(msgspec.Struct, frozen=True):
    """A decoy, and the grade as which it was reported; null where it was not."""

    decoy: Decoy
    reported: Grade | None


class FeedDocument(msgspec.Struct, frozen=True):
    """A list that must not be taken as it is, and whether importing it was refused."""

    path: str
    value: str
    refused: bool


class DrillDocument(msgspec.Struct, frozen=True):
    """What `customhouse drill --format json` writes. Times are seconds since the clock was started, null if unknown."""

    schema: Literal["customhouse/drill/1"]
    id: str
    scenario: str
    title: str
    campaign: str
    folder: str
    seed: int
    clock: str
    played: Literal["auto", "submitted"]
    marks: int
    out_of: int
    full: bool
    traces: tuple[TraceResult, ...]
    decoys: tuple[DecoyDocument, ...]
    beside: tuple[Reported, ...]
    #: Ids of decoys that were called odd, which accuses nobody.
    odd: tuple[str, ...]
    feeds: tuple[FeedDocument, ...]
    times: Times
    stops: tuple[Stop, ...]
    improve: tuple[str, ...]


def drill_json(after: AfterAction) -> str:
    """Write a drill's outcome as `customhouse/drill/1`."""
    key, score = after.key, after.score
    graded = {each.decoy.id: each.graded for each in score.decoys}
    document = DrillDocument(
        schema="customhouse/drill/1",
        id=key.id,
        scenario=key.scenario,
        title=after.title,
        campaign=after.campaign,
        folder=key.folder,
        seed=key.seed,
        clock=utc(key.clock),
        played=after.played,
        marks=score.marks,
        out_of=score.out_of,
        full=score.full,
        traces=score.traces,
        decoys=tuple(DecoyDocument(each, graded.get(each.id)) for each in key.decoys),
        beside=score.beside,
        odd=score.odd,
        feeds=tuple(FeedDocument(each.feed.path, each.feed.value, each.refused) for each in score.feeds),
        times=after.times,
        stops=after.stops,
        improve=after.improve,
    )
    return encode(msgspec.to_builtins(document))


def drill_markdown(after: AfterAction) -> str:
    """Write the report after a drill, for people; it reads as well on a terminal. No newline at its end."""
    return "\n".join(visible(line) for line in _after(after))


def _after(after: AfterAction) -> Iterator[str]:
    key, score = after.key, after.score
    yield f"# After action: {after.title}"
    yield ""
    how = "played by the hunt itself" if after.played == "auto" else "as handed in"
    yield f"Drill {key.id} ({how}), seed {key.seed}, clock started {utc(key.clock)}."
    yield ""
    found = sum(each.result == "found" for each in score.traces)
    marks = f"**{score.marks} of {score.out_of} marks{', full marks' if score.full else ''}**"
    traces = f"{found} of {counted(len(score.traces), 'trace')} found with its grade"
    yield f"{marks}: {traces}, {len(score.decoys)} of {counted(score.laid, 'decoy')} reported."
    yield from ("", "| To | Time |", "|---|---|")
    for what, seconds in (
        ("detect", after.times.detect),
        ("scope", after.times.scope),
        ("contain", after.times.contain),
    ):
        yield f"| {what} | {_duration(seconds)} |"
    if after.times.note:
        yield from ("", f"({after.times.note})")
    yield from _traces(score.traces)
    yield from _decoys(after)
    yield from _rest(after)


def _traces(results: Iterable[TraceResult]) -> Iterator[str]:
    yield from ("", "## Planted", "", "| Result | Grade | Area | Where | What |", "|---|---|---|---|---|")
    for each in results:
        trace = each.trace
        told = each.result if each.result != "misgraded" else f"called {each.graded}"
        yield f"| {told} | {trace.grade} | {trace.area} | {_cell(trace.path)} | {_cell(trace.what)} |"


def _decoys(after: AfterAction) -> Iterator[str]:
    graded = {each.decoy.id: each.graded for each in after.score.decoys}
    yield from ("", "## Decoys", "", "| Result | Where | What | Why it is none |", "|---|---|---|---|")
    for each in after.key.decoys:
        alone = "called odd" if each.id in after.score.odd else "left alone"
        told = f"reported as {graded[each.id]}" if each.id in graded else alone
        line = f":{each.line}" if each.line else ""
        yield f"| {told} | {_cell(each.path)}{line} | {_cell(each.what)} | {_cell(each.why)} |"


def _rest(after: AfterAction) -> Iterator[str]:
    score = after.score
    if score.feeds:
        yield from ("", "## Lists of indicators", "")
        for each in score.feeds:
            yield f"- {each.feed.path}: {'refused' if each.refused else 'TAKEN'} ({each.feed.why})"
    if score.beside:
        yield from ("", "## Reported beside", "", "Nothing was planted there:", "")
        for one in score.beside[:_BESIDE]:
            yield f"- {one.path}: {one.grade} {one.subject}".rstrip()
        if len(score.beside) > _BESIDE:
            yield f"- and {len(score.beside) - _BESIDE} more"
    yield from ("", "## What would have stopped it", "")
    for stop in after.stops:
        yield f"- {_CONTROLS[stop.control]}: {'yes' if stop.stops else 'no'}. {stop.how}"
    yield from ("", "## What to do better", "")
    yield from (f"- {each}" for each in after.improve or ("nothing that this drill shows",))


def brief_markdown(
    name: str, scenario: str, title: str, told: datetime, clock: datetime, injects: Iterable[Inject], seal: str = ""
) -> str:
    """Write what the team is told: what lies where, how to hand in, and the injects with their times.

    `told` is when the drill begins in its own world, `clock` when it begins in ours; `seal` that of the answer key.
    """
    parts = [
        f"# Drill: {title}",
        _BEGIN.format(name=name, told=told, clock=utc(clock)),
        "Read on at the stated minutes only; whoever leads the drill may cut this page and hand out the parts.",
        _WHERE,
        _WANTED.format(scenario=scenario),
    ]
    for inject in injects:
        at = told + timedelta(minutes=inject.minute)
        real = utc(clock + timedelta(minutes=inject.minute))
        parts.append(
            f"## Minute {inject.minute}: {inject.title} ({at:%H:%M} UTC; by your clock {real})\n\n{inject.text}"
        )
    if seal:
        parts.append(f"Seal of the answer key: {seal}")
    return "\n\n".join(parts) + "\n"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "not known"
    if seconds < 100:  # noqa: PLR2004 - shorter ones are read in seconds
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
