"""What judging stored evidence again gives."""

from datetime import datetime

import msgspec

from customhouse.model.evidence import Case
from customhouse.model.indicator import IndicatorHit
from customhouse.model.verdict import Decision, Verdict


class KeptCase(msgspec.Struct, frozen=True):
    """A case as it is stored: without its archives' facts, which are kept by digest, and without the project's lock.

    `decision` is what was decided then, everything considered that is not kept.
    """

    case: Case
    #: sha256 of each archive that belongs to it.
    archives: tuple[str, ...]
    decision: Decision


class Swept(msgspec.Struct, frozen=True):
    """One stored release, judged again. `before` is None for an archive that was opened only to compare with."""

    verdict: Verdict
    #: When it was inspected (UTC): it is judged as of then.
    inspected: datetime
    before: Decision | None = None
    hits: tuple[IndicatorHit, ...] = ()

    @property
    def stricter(self) -> bool:
        """Whether today's rules, policy and advisories say worse of it than those it was let in by."""
        order = ("allow", "hold", "block")
        return order.index(self.verdict.decision) > order.index(self.before or "allow")


class Unswept(msgspec.Struct, frozen=True):
    """Stored evidence that could not be judged, and why."""

    subject: str
    reason: str


class Sweep(msgspec.Struct, frozen=True):
    """A whole sweep. Every artifact is counted once, however many releases and lock entries brought it."""

    artifacts: int
    releases: int
    #: What is worth telling, worst first.
    told: tuple[Swept, ...]
    unswept: tuple[Unswept, ...] = ()
    #: Releases whose evidence an earlier version of a collector gave: it may lack what today's would see.
    outdated: int = 0
    #: How many were judged anew to each decision.
    decisions: tuple[tuple[Decision, int], ...] = ()
    rules: tuple[str, ...] = ()
    indicators: int = 0
    #: Where the work was done: `2 processes`, `tcp://…: 2 workers`.
    workers: str = ""
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()

    @property
    def decision(self) -> Decision:
        """The worst of what is told; an indicator that is found blocks."""
        found: set[Decision] = {"block" if each.hits else each.verdict.decision for each in self.told}
        return "block" if "block" in found else "hold" if "hold" in found else "allow"
