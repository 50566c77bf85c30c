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


class AddedFile(msgspec.Struct, frozen=True):
    """A new file that loading or installing the package can start, or that a system's shell can."""

    path: str
    size: int
    reach: Reach
    #: Of a code file: its lines, bytes of the longest, and bytes in long runs of encoded data.
    lines: int = 0
    longest: int = 0
    encoded: int = 0
    #: How much of its text stood in the earlier archive already, 0 to 1: a renamed or split file is hardly new.
    #: None where that could not be told.
    known: float | None = None


class Insertion(msgspec.Struct, frozen=True):
    """New text in a code file of which everything else is as it was, the version number apart."""

    path: str
    reach: Reach
    #: Lines of the new file, 1-based, both inclusive.
    first: int
    last: int
    place: Literal["start", "middle", "end"]
    #: Bytes that the whole file grew by.
    grown: int


class LoneVariant(msgspec.Struct, frozen=True):
    """Code that was changed in one of the forms that a file is built in (CommonJS, ES module) and not in others."""

    changed: str
    unchanged: tuple[str, ...]


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
    #: Code files and shell scripts that are new, those started at install first; at most 40.
    added_code: tuple[AddedFile, ...] = ()
    #: Of the code files before that are loaded or run at install: bytes of the longest line, and the most bytes of
    #: encoded data in one.
    longest_before: int = 0
    encoded_before: int = 0
    insertions: tuple[Insertion, ...] = ()
    lone_variants: tuple[LoneVariant, ...] = ()
    #: Paths of members that are in both and differ; of code files those in which more than the version number does.
    #: At most 40: `altered_files` counts them all.
    altered: tuple[str, ...] = ()
    altered_files: int = 0
    #: Built files that changed while the sources, which the archive holds beside them, are all as they were.
    built_alone: tuple[str, ...] = ()
    #: Whether members were compared at all, or only what the registry states.
    compared: bool = True
    #: Commands and top-level modules (of wheels) that the earlier artifact did not install.
    added_commands: tuple[Script, ...] = ()
    added_top_level: tuple[str, ...] = ()
    #: How the earlier sdist was built; None where there was none, or that could not be read.
    build_before: BuildFacts | None = None
    #: Files with marks of an obfuscator that had none before, or that are new in a package without such files.
    newly_obfuscated: tuple[str, ...] = ()
    #: Commands of gyp files that the earlier artifact's had not, as written.
    added_gyp_commands: tuple[str, ...] = ()
