"""A drill: an inert replica of a campaign that a team, or the hunt by itself, looks through, and how that is scored."""

from datetime import datetime
from typing import Literal

import msgspec

from customhouse.model.hunt import Area, Grade
from customhouse.model.intelligence import Confidence

#: What would have stopped a campaign: releases that are too young are not taken; install scripts do not run; builds
#: call known hosts alone; a release is inspected before it is let in.
Control = Literal["cooldown", "scripts-off", "egress", "gate"]
#: What became of a planted trace: found with its grade, found with another one, or not found.
Result = Literal["found", "misgraded", "missed"]


class Trace(msgspec.Struct, frozen=True):
    """Something of the campaign that was planted. Paths lie below the drill's folder, with `/` between their parts.

    `grade` is what a good hunt gives it. `subject` is what a hunt calls it (a purl, or a fact's value), and tells
    traces of one file apart; who names other places of the same thing (`also`) has found it too.
    """

    id: str
    area: Area
    path: str
    grade: Grade
    subject: str
    what: str
    also: tuple[str, ...] = ()


class Decoy(msgspec.Struct, frozen=True):
    """Something that looks like a trace and is none. `path` may be a folder: then all below it is the decoy.

    `at_most` is the grade up to which naming it is right (a range that admits the release is `declared`, whatever the
    lock says); None where nothing of it may be reported. With `line` only that line of the file is meant.
    """

    id: str
    path: str
    what: str
    why: str
    at_most: Grade | None = None
    line: int | None = None


class Inject(msgspec.Struct, frozen=True):
    """What the team is told, `minute` minutes after the beginning; Markdown."""

    minute: int
    title: str
    text: str


class Stop(msgspec.Struct, frozen=True):
    """A control that would have stopped the campaign, or why it would not have."""

    control: Control
    stops: bool
    how: str


class RefusedFeed(msgspec.Struct, frozen=True):
    """A list of indicators that must not be taken as it is: `path` below the drill's folder, and the value at fault."""

    path: str
    value: str
    why: str


class AnswerKey(msgspec.Struct, frozen=True):
    """What was planted where: everything that scoring needs. `seal` is the sha256 of all the rest but `folder`."""

    schema: Literal["customhouse/drill-key/1"]
    id: str
    scenario: str
    folder: str
    seed: int
    #: UTC: when the clock was started.
    clock: datetime
    traces: tuple[Trace, ...]
    decoys: tuple[Decoy, ...]
    feeds: tuple[RefusedFeed, ...] = ()
    seal: str = ""


class Reported(msgspec.Struct, frozen=True):
    """One thing that somebody reports. `path` lies below the drill's folder; what is not known of it is empty."""

    path: str
    grade: Grade
    area: Area | None = None
    subject: str = ""
    line: int | None = None
    confidence: Confidence = "high"
    #: UTC: when it was found.
    at: datetime | None = None


class Submission(msgspec.Struct, frozen=True):
    """What a team, or the hunt, reports, and when (UTC) as far as that is known."""

    reported: tuple[Reported, ...]
    #: When the first of it was known.
    detected: datetime | None = None
    #: What was called odd, without a campaign: it accuses nobody.
    odd: tuple[Reported, ...] = ()
    #: Places that do not lie in the drill's folder, as they were written.
    elsewhere: tuple[str, ...] = ()


class TraceResult(msgspec.Struct, frozen=True):
    """A planted trace and what became of it; `graded` is the gravest grade that it was given."""

    trace: Trace
    result: Result
    graded: Grade | None = None


class DecoyReported(msgspec.Struct, frozen=True):
    """A decoy that was reported, and as what."""

    decoy: Decoy
    graded: Grade


class FeedResult(msgspec.Struct, frozen=True):
    """Whether importing a list was refused for the value that is at fault."""

    feed: RefusedFeed
    refused: bool


class Score(msgspec.Struct, frozen=True):
    """Two marks a trace that was found, one for another grade; a reported decoy costs two."""

    traces: tuple[TraceResult, ...]
    decoys: tuple[DecoyReported, ...]
    #: How many decoys there were.
    laid: int
    #: What was reported at places where nothing was planted: no marks, and no loss of any.
    beside: tuple[Reported, ...] = ()
    feeds: tuple[FeedResult, ...] = ()
    #: Ids of decoys that were called odd: no loss of marks, for that accuses nobody.
    odd: tuple[str, ...] = ()

    @property
    def out_of(self) -> int:
        """All marks that can be had."""
        return 2 * len(self.traces)

    @property
    def marks(self) -> int:
        """The marks, never fewer than none."""
        points = {"found": 2, "misgraded": 1, "missed": 0}
        return max(0, sum(points[each.result] for each in self.traces) - 2 * len(self.decoys))

    @property
    def full(self) -> bool:
        """Whether nothing was missed or misgraded, no decoy was reported, and no feed at fault was taken."""
        return self.marks == self.out_of and all(each.refused for each in self.feeds)


class Times(msgspec.Struct, frozen=True):
    """Seconds from the start of the clock; None where nobody said."""

    detect: float | None
    scope: float | None
    contain: float | None
    note: str = ""


class AfterAction(msgspec.Struct, frozen=True):
    """What a drill showed."""

    key: AnswerKey
    title: str
    campaign: str
    played: Literal["auto", "submitted"]
    score: Score
    times: Times
    stops: tuple[Stop, ...]
    improve: tuple[str, ...]
