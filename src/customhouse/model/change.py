"""What a release changes against the one before it."""

from datetime import datetime
from typing import Literal

import msgspec

from customhouse.model.code import CapabilityKind, Reach
from customhouse.model.content import BuildFacts, InstallHook
from customhouse.model.release import Dependency, Script

ResolutionStatus = Literal["resolved", "unknown-package", "no-matching-version", "not-registry", "unreachable"]
#: When gained code can run: `install`, `import`, or only when `call`ed.
Phase = Literal["install", "import", "call"]


class AddedDependency(msgspec.Struct, frozen=True):
    """A dependency that the previous release lacks, resolved as its registry stood when this one was published."""

    dependency: Dependency
    #: Whether any file of the archive imports it; None when that could not be told.
    imported: bool | None
    resolution: ResolutionStatus
    version: str = ""
    #: UTC: of the resolved release, and of the project's first.
    published: datetime | None = None
    first_published: datetime | None = None
    release_count: int = 0
    #: What the resolved release runs at install.
    hooks: tuple[InstallHook, ...] = ()
    #: When the dependant was published, for ages to be told against.
    dependant_published: datetime | None = None


class HookChange(msgspec.Struct, frozen=True):
    """A hook whose command or started file is not what it was."""

    before: InstallHook
    after: InstallHook
    #: True when the command is the same and the file it starts changed.
    file_changed: bool = False


class GainedCapability(msgspec.Struct, frozen=True):
    """Something the code can do now and could not before, with one place that shows it."""

    kind: CapabilityKind
    phase: Phase
    path: str
    line: int
    detail: str
    reach: Reach = "other"


class ChangeFacts(msgspec.Struct, frozen=True):
    """Differences between two archives of a package. `previous` is the version (or file) compared with."""

    previous: str
    added_dependencies: tuple[AddedDependency, ...] = ()
    added_hooks: tuple[InstallHook, ...] = ()
    changed_hooks: tuple[HookChange, ...] = ()
    added_natives: tuple[str, ...] = ()
    gained: tuple[GainedCapability, ...] = ()
    #: Unpacked bytes before and after.
    size_before: int = 0
    size_after: int = 0
    added_files: int = 0
    removed_files: int = 0
    changed_files: int = 0
    #: Largest added files, at most 5: path, bytes.
    largest_added: tuple[tuple[str, int], ...] = ()
    #: Hosts that the code names and named nowhere before.
    added_hosts: tuple[str, ...] = ()
    #: Commands and top-level modules (of wheels) that the earlier artifact did not install.
    added_commands: tuple[Script, ...] = ()
    added_top_level: tuple[str, ...] = ()
    #: How the earlier sdist was built; None where there was none, or that could not be read.
    build_before: BuildFacts | None = None
    #: Commands of gyp files that the earlier artifact's had not, as written.
    added_gyp_commands: tuple[str, ...] = ()
