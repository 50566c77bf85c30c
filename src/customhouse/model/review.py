"""What a reviewer wants to know of a release before it is let in for the first time."""

from datetime import datetime

import msgspec

from customhouse.model.change import Phase
from customhouse.model.code import CapabilityKind
from customhouse.model.content import InstallHook
from customhouse.model.release import Publisher


class FoundCapability(msgspec.Struct, frozen=True):
    """Something that the code can do and when, with one place that shows it."""

    kind: CapabilityKind
    phase: Phase
    path: str
    line: int


class ReviewFacts(msgspec.Struct, frozen=True):
    """Facts of one release. None, and an empty text, mean that nobody says: never that there is none."""

    #: Accounts that may publish the package now; None where the registry does not tell (PyPI's index).
    maintainers: tuple[str, ...] | None = None
    #: Authors as the archive itself states them, which anybody may write.
    authors: tuple[str, ...] = ()
    publisher: Publisher | None = None
    #: UTC: of this release, of the project's first and of its latest.
    published: datetime | None = None
    first_published: datetime | None = None
    last_published: datetime | None = None
    release_count: int = 0
    #: Median days between two releases.
    cadence_days: float | None = None
    licence: str = ""
    repository: str = ""
    #: Bytes of the archive and of what is in it: the largest of several.
    size: int | None = None
    unpacked_size: int | None = None
    #: Whether any archive was opened: without, the four below are unknown.
    opened: bool = False
    hooks: tuple[InstallHook, ...] = ()
    capabilities: tuple[FoundCapability, ...] = ()
    hosts: tuple[str, ...] = ()
    natives: tuple[str, ...] = ()
    #: Compared with the version that it replaces; all of the above where it replaces none.
    gained_hooks: tuple[InstallHook, ...] = ()
    gained_capabilities: tuple[FoundCapability, ...] = ()
    gained_hosts: tuple[str, ...] = ()
    #: The version it was compared with; empty when with none.
    compared_with: str = ""
    previous_publisher: Publisher | None = None
