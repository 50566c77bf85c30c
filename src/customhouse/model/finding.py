"""A finding: what a rule says of a release. It cannot be built without a place to look."""

import msgspec

from customhouse.model.change import Phase
from customhouse.model.intelligence import AdvisoryMatch, Confidence, Severity
from customhouse.model.purl import Purl

__all__ = ["Confidence", "Finding", "Location", "Severity"]

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")


class Location(msgspec.Struct, frozen=True, order=True):
    """A file of the archive (or the lockfile), and a 1-based line where one is known."""

    path: str
    line: int | None = None


class Finding(msgspec.Struct, frozen=True):
    """One statement of one rule, about a release or a repository. `message` is a sentence that reads without colour."""

    rule: str
    severity: Severity
    confidence: Confidence
    #: The release it is about; None for a finding about the repository itself.
    subject: Purl | None
    message: str
    locations: tuple[Location, ...]
    hint: str
    #: The advisory records it rests on, where it rests on any: aliases of one another.
    records: tuple[AdvisoryMatch, ...] = ()
    #: When what was found can run; None where it is not about code that runs.
    phase: Phase | None = None

    @property
    def advisories(self) -> tuple[str, ...]:
        """Ids and aliases of the advisories it rests on; empty for all findings that rest on none."""
        return tuple(sorted({name for record in self.records for name in (record.id, *record.aliases)}))

    @property
    def fixed(self) -> str:
        """The version that fixes it, where an advisory names one."""
        return next((record.fixed for record in self.records if record.fixed), "")

    def __post_init__(self) -> None:
        """Refuse a finding that points nowhere."""
        if not self.locations:
            raise ValueError(f"finding of {self.rule} without a location")
