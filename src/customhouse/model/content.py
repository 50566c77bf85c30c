"""Facts that opening one archive gives: its members, what is wrong with them, its manifest and its code."""

from typing import Literal

import msgspec

from customhouse.model.code import CodeFacts, Mention, Reach, TextAnomaly
from customhouse.model.release import Manifest

ArchiveIssueKind = Literal[
    "traversal",
    "absolute-name",
    "link-escape",
    "device",
    "duplicate-name",
    "case-collision",
    "undecodable-name",
    "central-local-disagreement",
    "too-many-members",
    "too-large",
    "ratio",
    "nested-archive",
    "truncated",
    "corrupt",
    "encrypted",
    "trailing-data",
    "unsupported",
    "outside-root",
    "special-mode",
]
MemberKind = Literal["file", "link", "hardlink", "directory", "device"]
HookKind = Literal["lifecycle-script", "gyp", "setup-py", "build-backend", "pth", "startup-module"]
#: `expansion`: `<!(…)`, run while the file is read; `action`: run while building; `tool`: a program in place of the
#: compiler; `code`: an expression, which gyp evaluates as Python because the file is read with `eval`.
GypCommandKind = Literal["expansion", "action", "tool", "code"]
RecordIssueKind = Literal["absent", "unreadable", "unlisted", "digest", "missing"]


class ArchiveIssue(msgspec.Struct, frozen=True):
    """Something an honest archive does not have. `member` is its name, with undecodable bytes escaped."""

    kind: ArchiveIssueKind
    member: str
    detail: str
    #: True when members after this point could not be read.
    fatal: bool = False


class Member(msgspec.Struct, frozen=True, array_like=True):
    """One file of the archive; `path` is relative to the package root (npm's leading folder taken off)."""

    path: str
    size: int
    sha256: str
    #: `script`, `native`, `archive`, `manifest`, `data`: from its first bytes and name.
    kind: str = "data"


class InstallHook(msgspec.Struct, frozen=True):
    """Code that runs when the package is installed or when any interpreter starts.

    `name` is the lifecycle's name (`postinstall`) or the file; `command` the command line or the file's line;
    `path` the package file that it starts, empty when none is named.
    """

    kind: HookKind
    name: str
    command: str = ""
    path: str = ""
    #: Whether the command line names `path` as what is run, rather than as an argument of it.
    runs: bool = False
    #: Files that the command line says are run and that the archive does not have.
    missing: tuple[str, ...] = ()
    #: What the command line speaks of.
    mentions: tuple[Mention, ...] = ()


class GypCommand(msgspec.Struct, frozen=True):
    """A command that building with node-gyp runs. `command` is as written, known variables filled in."""

    kind: GypCommandKind
    command: str
    path: str
    line: int


class GypFacts(msgspec.Struct, frozen=True):
    """A binding.gyp that an install builds, with the gyp files that it includes."""

    path: str
    commands: tuple[GypCommand, ...] = ()
    #: How many files of native source (C, C++, Objective-C, assembler, Rust) the whole archive has.
    native_sources: int = 0
    #: Why it, or a part of it, could not be read.
    unread: str = ""


class RecordIssue(msgspec.Struct, frozen=True):
    """Where a wheel's RECORD and its members disagree; `path` is the member, or RECORD itself."""

    kind: RecordIssueKind
    path: str


class BuildFacts(msgspec.Struct, frozen=True):
    """How an sdist is built (PEP 517): the backend, the folders of the sdist it comes from, what is fetched first."""

    backend: str
    backend_path: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()


class SourceDifference(msgspec.Struct, frozen=True):
    """What a wheel has that the sdist of its release cannot explain, both opened."""

    wheel: str
    sdist: str
    #: Python modules of the wheel of whose name or bytes the sdist has nothing.
    absent: tuple[str, ...] = ()
    #: Modules that the sdist has with other bytes: the path in the wheel, the path in the sdist.
    differing: tuple[tuple[str, str], ...] = ()
    #: How many modules were compared.
    compared: int = 0


class ContentFacts(msgspec.Struct, frozen=True):
    """What the archive is."""

    filename: str
    sha256: str
    sha512: str
    #: Bytes: of the archive, and of all its members together.
    size: int
    unpacked_size: int = 0
    member_count: int = 0
    issues: tuple[ArchiveIssue, ...] = ()
    manifest: Manifest | None = None
    hooks: tuple[InstallHook, ...] = ()
    #: Files with at least one fact; a file that the first look found plain is counted in `plain_files` alone.
    code: tuple[CodeFacts, ...] = ()
    plain_files: int = 0
    #: Members that hold machine code or are loaded as such (ELF, PE, Mach-O, wasm, .node, .pyc).
    natives: tuple[str, ...] = ()
    sha1: str = ""
    #: npm: package names, PyPI: top-level modules, that any code file of the archive imports.
    imported: tuple[str, ...] = ()
    #: PyPI: modules at the top of the archive, as a dependant would import them.
    top_level: tuple[str, ...] = ()
    #: Text that speaks to a reviewing machine in what is written for people (README and its like): path, place.
    addressed: tuple[tuple[str, TextAnomaly], ...] = ()
    gyp: tuple[GypFacts, ...] = ()
    #: Wheels: what RECORD and the members say differently; at most 100.
    record: tuple[RecordIssue, ...] = ()
    #: Sdists: how it is built; None where that could not be read, and for everything else.
    build: BuildFacts | None = None
    #: npm: commands whose file the archive does not have.
    missing_commands: tuple[str, ...] = ()
    #: Wheels: members that land outside of site-packages, by the path below the environment's root.
    outside: tuple[tuple[str, str], ...] = ()


class Sketch(msgspec.Struct, frozen=True, array_like=True):
    """How the text of a code file is laid out: enough to tell later what a change did to it, without the text."""

    path: str
    reach: Reach
    #: Bytes; lines; bytes of the longest line; bytes that stand in long runs of encoded data.
    size: int
    lines: int
    longest: int
    encoded: int
    #: Four bytes a piece of the text, see `evidence.sketch`; empty for a file that is not loaded, or is too long.
    pieces: bytes = b""


class Tree(msgspec.Struct, frozen=True):
    """The archive's members; stored apart from its facts because only a comparison needs it."""

    members: tuple[Member, ...] = ()
    #: Of its code files.
    sketches: tuple[Sketch, ...] = ()
