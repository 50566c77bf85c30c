"""What a change does to everything that a project's locks pin: entry by entry, and as a whole."""

from datetime import datetime
from typing import Literal

import msgspec

from customhouse.model.locked import LockedPackage
from customhouse.model.purl import Purl
from customhouse.model.review import ReviewFacts

ChangeKind = Literal[
    "added",
    "removed",
    "upgraded",
    "downgraded",
    "source-changed",
    "integrity-changed",
    "integrity-lost",
    "integrity-gained",
    "integrity-rewritten",
    "pinned",
    "unpinned",
    "changed",
]
LockStatus = Literal["unchanged", "changed", "added", "removed", "moved"]
#: Why a change needs somebody's word: a name that nothing at the base had, another source, other bytes, or because the
#: policy wants every change approved.
Novelty = Literal["name", "source", "bytes", "version"]


class LockChange(msgspec.Struct, frozen=True):
    """One entry that a lock has now and had not, or had otherwise, or has no more.

    `integrity-rewritten` is a digest of another algorithm, as another client writes it; `pinned` had no version
    and has one now, `unpinned` the other way about; `changed` is nothing that the installed bytes hang on, told by the
    flags below.

    `before` is the entry it is compared with: of the same lock where that has one of the name, the nearest version
    where it has several. `path` is the lock's own now, or at the base for a removed entry.
    """

    kind: ChangeKind
    path: str
    before: LockedPackage | None = None
    after: LockedPackage | None = None
    #: Set when somebody's word is needed.
    novelty: Novelty | None = None
    #: The version before stays beside the new one.
    beside: bool = False
    #: The lock says of the new one, and did not of the one before, that it runs code at install.
    scripts_gained: bool = False
    #: Only development needed it, and now more does.
    left_development: bool = False
    #: Something else needed it, and now the project itself asks for it.
    became_direct: bool = False

    @property
    def needs_inspection(self) -> bool:
        """Whether an inspection, or policy, may say something else of it than at the base."""
        return self.after is not None and (self.kind != "changed" or self.left_development)

    @property
    def purl(self) -> Purl:
        """The release it is about: the one that is there now, or the one that went."""
        entry = self.after or self.before
        if entry is None:
            raise ValueError("a change without an entry")
        return entry.purl


class LockComparison(msgspec.Struct, frozen=True):
    """One lock before and after: `base_path` differs where it was moved or written by another client."""

    path: str
    format: str
    status: LockStatus
    base_path: str = ""
    base_format: str = ""
    changes: tuple[LockChange, ...] = ()
    #: Entries about which nothing changed that an inspection could see.
    unchanged: int = 0


class Arrival(msgspec.Struct, frozen=True):
    """How a release comes into a project that is compared with a base: what the rules of the change gate read."""

    base: str
    change: LockChange
    #: How many packages it brings along, at any depth, and who needs it; None where the lock's format has no edges.
    weight: int | None = None
    dependents: tuple[str, ...] = ()


class Gained(msgspec.Struct, frozen=True):
    """One thing that the closure has now and had not, and the releases that bring it."""

    what: str
    by: tuple[Purl, ...]


class ClosureGains(msgspec.Struct, frozen=True):
    """What the closure gained as a whole. Of releases that were not opened nothing is known: `unopened` counts them."""

    packages: tuple[Purl, ...] = ()
    #: Accounts that published something of the change, and nothing of what it replaces.
    publishers: tuple[Gained, ...] = ()
    #: Commands and files that run at install or at an interpreter's start.
    install_code: tuple[Gained, ...] = ()
    #: `network at install`, `process at import`.
    capabilities: tuple[Gained, ...] = ()
    #: Hosts that constants of the code name.
    hosts: tuple[Gained, ...] = ()
    unopened: tuple[Purl, ...] = ()
    #: Releases of which the registry does not name the publisher.
    unnamed: tuple[Purl, ...] = ()


class Reviewed(msgspec.Struct, frozen=True):
    """A change together with what a reviewer wants to know of the release; None for one that went."""

    change: LockChange
    review: ReviewFacts | None = None
    #: How many packages it brings, and who needs it; None where the lock's format has no edges.
    weight: int | None = None
    dependents: tuple[str, ...] = ()


class Changes(msgspec.Struct, frozen=True):
    """A project compared with a revision of it."""

    #: The revision as it was named, and the commit that it led to; the commit is empty before the first one.
    base: str
    commit: str = ""
    #: When they were compared (UTC): ages are told against it.
    compared: datetime | None = None
    locks: tuple[LockComparison, ...] = ()
    reviewed: tuple[Reviewed, ...] = ()
    gains: ClosureGains = ClosureGains()
    #: Entries that are as they were, and were not inspected.
    unchanged: int = 0
    #: Files of the policy itself that differ from the base.
    policy_files: tuple[str, ...] = ()
