"""Evidence: what a collector learned of a release, and what it could not learn."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from customhouse.model.brought import Brought
from customhouse.model.change import ChangeFacts
from customhouse.model.closure import Arrival
from customhouse.model.content import ContentFacts, SourceDifference
from customhouse.model.history import Claims, Publication, Related, SourceFacts
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.locked import LockedPackage
from customhouse.model.purl import Purl
from customhouse.model.release import Release, ReleaseTime

Status = Literal["complete", "partial", "failed"]
#: `repository` is what is read of the repository itself: its workflows, its clients' settings.
Collector = Literal[
    "lockfile", "metadata", "content", "change", "closure", "provenance", "intelligence", "behaviour", "repository"
]


class Gap(msgspec.Struct, frozen=True):
    """Something that could not be learned. `kind` is a stable word that policy may speak of, e.g. `publish-time`."""

    collector: Collector
    kind: str
    message: str
    hint: str = ""
    #: Of a gap over the repository itself: the file that it is about.
    path: str = ""


class EvidenceStatus(msgspec.Struct, frozen=True):
    """How one collector ended. `collected` is when the facts were learned (UTC): older than now when cached."""

    collector: Collector
    status: Status
    detail: str = ""
    collected: datetime | None = None


class MetadataFacts(msgspec.Struct, frozen=True):
    """What the registry says of the release and of the one before it."""

    release: Release
    #: The newest earlier release of the same release line; None when this is the first.
    previous: Release | None = None
    #: When the project's first release appeared (UTC), and how many releases it has.
    first_published: datetime | None = None
    release_count: int = 0
    #: When its latest release appeared (UTC), and the median of days between two releases; None where nobody says.
    last_published: datetime | None = None
    cadence_days: float | None = None
    #: The releases before this one by time, in any line: the latest 20, newest first, and how many there are in all.
    earlier: tuple[Publication, ...] = ()
    earlier_count: int = 0
    #: The other releases within a day of this one, the nearest 32, and how often releases of several lines came within
    #: hours of each other before.
    around: tuple[ReleaseTime, ...] = ()
    lines_together_before: int = 0
    #: False where versions and dates contradict each other: the dates are then those of a mirror's copies.
    dates_in_order: bool = True
    #: What the attestations of the two releases claim; None where there is none, or none was read.
    claims: Claims | None = None
    previous_claims: Claims | None = None
    #: Projects that a young one may be passing for; empty for others.
    related: tuple[Related, ...] = ()
    #: The git remote that the release names; None when it was not asked, which is the default.
    source: SourceFacts | None = None
    #: Whether the domain of the publisher's address has a name server; None when it was not asked, the default.
    domain_exists: bool | None = None


class IntegrityMismatch(msgspec.Struct, frozen=True):
    """Promised and found digests differ. `promised_by` is `lockfile` or `registry`."""

    filename: str
    promised_by: Literal["lockfile", "registry"]
    promised: str
    found: str


class Case(msgspec.Struct, frozen=True):
    """Everything known of one release when it is judged: what a rule reads.

    A part that is None or empty is unknown and then named in `gaps`; a rule never treats unknown as harmless, it
    stays silent and policy decides over the gap.
    """

    purl: Purl
    now: datetime
    minimum_age: timedelta
    #: The lock entry that asks for it; None when inspected by itself.
    locked: LockedPackage | None = None
    metadata: MetadataFacts | None = None
    #: One per artifact that was opened.
    contents: tuple[ContentFacts, ...] = ()
    change: ChangeFacts | None = None
    advisories: tuple[AdvisoryMatch, ...] = ()
    #: Artifacts whose bytes did not have the digest that the lock or the registry promised.
    mismatches: tuple[IntegrityMismatch, ...] = ()
    gaps: tuple[Gap, ...] = ()
    evidence: tuple[EvidenceStatus, ...] = ()
    #: The lockfile that `locked` stands in, as the user will recognise it; empty when there is none.
    lock_path: str = ""
    #: How it comes into the project; None when the project is compared with no base.
    arrival: Arrival | None = None
    #: The version that the project has (or that the user named), where the registry still has it; and the changes
    #: against it, None where it is the very release before.
    project_previous: Release | None = None
    project_change: ChangeFacts | None = None
    #: What it newly brings along that would be held or blocked by itself.
    brought: tuple[Brought, ...] = ()
    #: PyPI: modules of wheels that the sdist of the same release does not explain.
    source_differences: tuple[SourceDifference, ...] = ()
