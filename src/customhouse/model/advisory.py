"""An advisory as it is kept: what matching needs of an OSV record, and what is known of where records came from."""

import msgspec

from customhouse.model.intelligence import AdvisoryKind, Severity
from customhouse.model.purl import Ecosystem

#: One event of a range: `introduced`, `fixed`, `last_affected` or `limit`, and the version as written.
Event = tuple[str, str]


class AffectedPackage(msgspec.Struct, frozen=True, array_like=True):
    """One entry of a record's `affected`: a package, and which of its versions. `name` is canonical."""

    ecosystem: Ecosystem
    name: str
    #: Ranges of the types SEMVER and ECOSYSTEM.
    ranges: tuple[tuple[Event, ...], ...] = ()
    versions: tuple[str, ...] = ()
    #: Nothing but GIT ranges: which versions these commits are in, the record does not say.
    commits_only: bool = False
    #: GitHub's `last_known_affected_version_range`, as written: the record's range goes on beyond what was looked at.
    known_range: str = ""


class AdvisoryRecord(msgspec.Struct, frozen=True, array_like=True):
    """An OSV record, reduced to npm and PyPI and to what is matched and told."""

    id: str
    kind: AdvisoryKind
    #: RFC 3339, as written; empty when the record has none.
    modified: str = ""
    withdrawn: bool = False
    aliases: tuple[str, ...] = ()
    summary: str = ""
    severity: Severity = "medium"
    #: False when neither a word nor a vector gave the severity.
    severity_known: bool = True
    references: tuple[str, ...] = ()
    affected: tuple[AffectedPackage, ...] = ()


class SourceState(msgspec.Struct, frozen=True):
    """One source of the index: where its records come from and what was found there. Times in Unix seconds."""

    location: str
    #: When it was last read, or last said to be unchanged.
    checked: float
    #: When its records last changed.
    changed: float
    #: What the server calls this version of the file (HTTP ETag, Last-Modified); empty for files.
    etag: str = ""
    last_modified: str = ""
    #: The ecosystems that records were kept of.
    ecosystems: tuple[Ecosystem, ...] = ("npm", "pypi")
    #: Records of either ecosystem, of each, malicious ones, and withdrawn ones (which match nothing).
    records: int = 0
    npm: int = 0
    pypi: int = 0
    malicious: int = 0
    withdrawn: int = 0
    #: Records about other ecosystems alone.
    foreign: int = 0
    #: Records that could not be read, and the first few of them with why.
    unreadable: int = 0
    first_unreadable: tuple[str, ...] = ()
    #: The newest `modified` of all its records.
    newest: str = ""


class IndexState(msgspec.Struct, frozen=True):
    """The whole index. `bytes` is the size of its file."""

    path: str
    bytes: int
    sources: tuple[SourceState, ...]

    @property
    def checked(self) -> float:
        """When the source that waits the longest was last checked; 0 without sources."""
        return min((source.checked for source in self.sources), default=0.0)

    @property
    def records(self) -> int:
        """Records of all sources."""
        return sum(source.records for source in self.sources)
