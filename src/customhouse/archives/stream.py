"""The room's door: an archive, or a folder, as a bounded stream of members that never raises on hostile bytes."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from customhouse.archives.buffers import Buffer
from customhouse.archives.interface import DEFAULT_LIMITS, Format, Layout, Limits, StreamedMember
from customhouse.archives.issues import Halted, IssueLog
from customhouse.model.content import ArchiveIssue

if TYPE_CHECKING:
    from customhouse.archives.nested import Nested

__all__ = ["DEFAULT_LIMITS", "Limits", "MemberStream", "StreamedMember", "open_archive", "open_directory"]

_TAR_MAGICS: tuple[tuple[bytes, Format], ...] = (
    (b"\x1f\x8b", "tar.gz"),
    (b"BZh", "tar.bz2"),
    (b"\xfd7zXZ\0", "tar.xz"),
)
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
#: How members begin that are archives themselves: gzip and zip, what a bomb is made of.
NESTED_MAGICS = (b"\x1f\x8b", b"PK")
#: Bytes that tell a format: one block of a tar.
_HEAD = 512
_ZIP_NAMES = (".whl", ".zip", ".egg")
#: Formats whose magic is known and which no installer of the two ecosystems needs.
_UNSUPPORTED = {
    b"\x28\xb5\x2f\xfd": "zstandard",
    b"\x1f\x9d": "compress (.Z)",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"MZ": "a Windows executable",
}


class MemberStream:
    """Members of one archive, read once. `issues` is complete when the iteration is exhausted."""

    def __init__(self, form: Format, members: Iterator[StreamedMember], log: IssueLog, limits: Limits) -> None:
        """Take the generator that reads, and the log it writes to."""
        self.format = form
        self.issues: list[ArchiveIssue] = log.issues
        #: So far: members handed out, and their bytes.
        self.member_count = 0
        self.unpacked_size = 0
        self._log = log
        self._members = members
        self._limits = limits

    def __iter__(self) -> Iterator[StreamedMember]:
        """Yield the members that are left."""
        nested: Nested | None = None
        try:
            for member in self._members:
                self.member_count += 1
                self.unpacked_size += member.size
                if member.data[:2] in NESTED_MAGICS:
                    nested = nested or _nested(self._limits, self._log)
                    nested.look(member)
                yield member
        except Halted:
            pass
        if not self.member_count and not self.issues:
            self._log.halt("corrupt", "", "holds no member at all")
        self._log.close()

    @property
    def fatal(self) -> bool:
        """Whether members are missing because the rest could not be read."""
        return any(issue.fatal for issue in self.issues)


def open_archive(data: Buffer, filename: str, limits: Limits = DEFAULT_LIMITS) -> MemberStream:
    """Open an archive by what its bytes say; the name decides the layout, and a name that says otherwise is an issue.

    `.tgz` is npm's (the first component of every name goes), `.tar.*` and `.zip` an sdist's (`name-version/` goes),
    `.whl` and `.egg` have no leading folder.
    """
    log = IssueLog(limits)
    layout = layout_of(filename)
    named_zip = filename.lower().endswith(_ZIP_NAMES)
    head = bytes(data[:_HEAD])
    form = _sniff(data, head, named_zip=named_zip)
    if form == "unknown":
        _refuse(head, log)
        return MemberStream(form, iter(()), log, limits)
    if form == "zip":
        if not named_zip and "." in filename:
            log.add("corrupt", "", f"the name {filename} says tar, the bytes are zip")
        from customhouse.archives.zip import zip_members  # noqa: PLC0415 - one format a run is the rule

        return MemberStream(form, zip_members(data, layout, limits, log), log, limits)
    if named_zip:
        log.add("corrupt", "", f"the name {filename} says zip, the bytes are {form}")
    from customhouse.archives.tar import tar_members  # noqa: PLC0415 - as above

    return MemberStream(form, tar_members(data, form, layout, limits, log), log, limits)


def open_directory(path: Path, limits: Limits = DEFAULT_LIMITS) -> MemberStream:
    """Read a folder as if it were an archive of itself, sorted; links are not followed out of it."""
    from customhouse.archives.directory import directory_members  # noqa: PLC0415 - as above

    log = IssueLog(limits)
    return MemberStream("directory", directory_members(path, limits, log), log, limits)


def _nested(limits: Limits, log: IssueLog) -> "Nested":
    from customhouse.archives.nested import Nested  # noqa: PLC0415 - few packages hold archives

    return Nested(limits, log)


def layout_of(filename: str) -> Layout:
    """Tell from a file's name whose installers will open it."""
    name = filename.lower()
    if name.endswith(".tgz"):
        return "npm"
    if name.endswith((".whl", ".egg")):
        return "wheel"
    if name.endswith((".tar.gz", ".tar.bz2", ".tar.xz", ".tar", ".tbz2", ".tbz", ".txz", ".zip")):
        return "sdist"
    return "plain"


def _sniff(data: Buffer, head: bytes, *, named_zip: bool) -> Format:
    if named_zip and (head.startswith(_ZIP_MAGICS) or b"PK\x05\x06" in bytes(data[-66_000:])):
        return "zip"
    for magic, form in _TAR_MAGICS:
        if head.startswith(magic):
            return form
    if head.startswith(_ZIP_MAGICS):
        return "zip"
    if head[257:262] == b"ustar" or (len(head) == _HEAD and head[148:156].strip(b" \0").isdigit()):
        return "tar"
    return "unknown"


def _refuse(head: bytes, log: IssueLog) -> None:
    """Say why nothing can be read."""
    if not head:
        log.halt("truncated", "", "the file is empty")
        return
    for magic, name in _UNSUPPORTED.items():
        if head.startswith(magic):
            log.halt("unsupported", "", f"the file is {name}, which no installer of a package needs")
            return
    log.halt("corrupt", "", "the file is neither tar, gzip, bzip2, xz nor zip")
