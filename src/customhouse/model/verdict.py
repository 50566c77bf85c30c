"""The verdict: what policy makes of findings and gaps."""

from datetime import date
from typing import Literal

import msgspec

from customhouse.model.evidence import EvidenceStatus, Gap
from customhouse.model.finding import Finding
from customhouse.model.purl import Purl

Decision = Literal["allow", "hold", "block"]
DECISIONS: tuple[Decision, ...] = ("allow", "hold", "block")


class Acceptance(msgspec.Struct, frozen=True):
    """Somebody's word for a finding: the exception that lowered it. `expires` is the last day it holds."""

    owner: str
    reason: str
    expires: date
    approved: date | None = None
    #: Why the project is not affected, in OpenVEX's words; empty when the risk is accepted and not denied.
    justification: str = ""


class Judgement(msgspec.Struct, frozen=True):
    """What policy made of one finding. `because` names the policy line or the exception that decided."""

    finding: Finding
    decision: Decision
    because: str
    #: Set when an exception lowered it.
    excepted: bool = False
    accepted_by: tuple[Acceptance, ...] = ()


class GapJudgement(msgspec.Struct, frozen=True):
    """What policy made of one gap."""

    gap: Gap
    decision: Decision
    because: str
    #: Set when an exception lowered it.
    excepted: bool = False


class Verdict(msgspec.Struct, frozen=True):
    """The decision over one release, with everything that led to it, worst first."""

    purl: Purl
    decision: Decision
    findings: tuple[Judgement, ...] = ()
    gaps: tuple[GapJudgement, ...] = ()
    evidence: tuple[EvidenceStatus, ...] = ()
    #: sha256 of each artifact inspected, `sha256:…`: what an exception must name. Where none was, what the lock itself
    #: vouches by: its strong digests, or `git:<commit>`.
    digests: tuple[str, ...] = ()


class AnsweredSource(msgspec.Struct, frozen=True):
    """A file, or document of one, that was not read and that an exception lets stand. `because` names the exception."""

    path: str
    document: int
    because: str


class RepositoryVerdict(msgspec.Struct, frozen=True):
    """The decision over a repository itself: what its files say, beside what its packages are. Worst first."""

    decision: Decision = "allow"
    findings: tuple[Judgement, ...] = ()
    gaps: tuple[GapJudgement, ...] = ()
    #: Files that could not be read, and that do not hold because somebody answers for their bytes.
    answered: tuple[AnsweredSource, ...] = ()
    #: Exceptions for places in the repository that were used, by their index in the configuration.
    used: tuple[int, ...] = ()
