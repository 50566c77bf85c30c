"""What one judged release gave: the record that all evaluations speak in."""

from typing import Literal

import msgspec

Set = Literal["replica", "variation", "upgrade", "new-package"]


class PeerResult(msgspec.Struct, frozen=True):
    """What GuardDog made of the same archives: the highest score of them (0 to 10), and its CPU seconds over all."""

    score: float
    cpu: float
    #: Archives that it could not read, or did not finish with in time.
    failed: int = 0

    @property
    def held(self) -> bool:
        """Whether its score is one that it calls suspicious itself."""
        return self.score >= HELD_SCORE


#: GuardDog's score from which a release counts as held: there it begins to speak of `suspicious`, at 7 of `high_risk`.
HELD_SCORE = 5.0


class Reason(msgspec.Struct, frozen=True):
    """One finding or gap that held or blocked a release: what decided, and where to look."""

    decision: str
    #: A rule's id, or `gap:<kind>`.
    rule: str
    message: str
    path: str = ""
    line: int | None = None
    severity: str = ""
    confidence: str = ""


class Judged(msgspec.Struct, frozen=True):
    """One release, judged by the real pipeline.

    Seconds are those of reading and judging its archives in one process, the archives at hand; 0 where not measured.
    """

    set: Set
    #: Of a replica: the family of its incident. Of an upgrade: the first project that made it.
    family: str
    #: Of a variation: which. Of an upgrade: the version that it replaces.
    variation: str
    purl: str
    #: By findings alone, and with what gaps add.
    decision: str
    decision_with_gaps: str
    #: The rules that found something, worst first.
    rules: tuple[str, ...]
    wall: float
    cpu: float
    peer: PeerResult | None = None
    #: What held or blocked it, worst first; empty when nothing did.
    reasons: tuple[Reason, ...] = ()
    #: What has to be known to believe the row; empty when nothing has.
    note: str = ""
