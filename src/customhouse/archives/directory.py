"""A folder read in the shape of an archive, for `inspect ./unpacked-package`."""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from customhouse.archives.interface import Limits, StreamedMember
from customhouse.archives.issues import IssueLog
from customhouse.archives.links import Link, Links
from customhouse.archives.names import Names, decode_name, runs_as_owner

_STEP = 1 << 20


def directory_members(root: Path, limits: Limits, log: IssueLog) -> Iterator[StreamedMember]:
    """Yield what is under `root`, sorted by path within each folder, links last.

    Nothing is left out: `.git` or `node_modules` are as much of the folder as the rest. Links are not followed into
    folders, and files not opened through them; a link to a file under `root` carries that file's bytes.

    Raises:
        Halted: a bound was crossed; the log says which.

    """
    reader = _Reader(root, limits, log)
    yield from reader.walk()
    for link in reader.links.all:
        reached = reader.links.resolve(link)
        if reached is not None and reached in reader.files:
            member = reader.file(reached, reader.files[reached], claim=False)
            yield StreamedMember(
                link.path,
                member.size,
                "link",
                member.data,
                withheld=member.withheld,
                executable=member.executable,
                target=link.target,
                sha256=member.sha256,
            )
        else:
            yield StreamedMember(link.path, 0, "link", target=link.target)


class _Reader:
    """Walks one folder."""

    def __init__(self, root: Path, limits: Limits, log: IssueLog) -> None:
        self.links = Links(log)
        #: Path of a file → how the file system has it.
        self.files: dict[str, bytes] = {}
        self._root = os.fsencode(root)
        self._limits = limits
        self._log = log
        self._names = Names("plain", log, limits)
        self._count = 0
        self._total = 0

    def walk(self) -> Iterator[StreamedMember]:
        """Yield every member but links, without recursion of our own: depth is the file system's business."""
        pending = [("", self._root)]
        while pending:
            here, raw = pending.pop()
            below: list[tuple[str, bytes]] = []
            for entry in self._scan(here, raw):
                name = self._decode(entry.name)
                path = f"{here}/{name}" if here else name
                self._count += 1
                if self._count > self._limits.max_members:
                    raise self._log.halt("too-many-members", "", f"more than {self._limits.max_members:,} members")
                if entry.is_symlink():
                    self._link(path, entry.path)
                elif entry.is_dir(follow_symlinks=False):
                    self._names.claim_folder(path)
                    below.append((path, entry.path))
                    yield StreamedMember(path, 0, "directory")
                elif entry.is_file(follow_symlinks=False):
                    self.files[path] = entry.path
                    yield self.file(path, entry.path)
                else:
                    self._log.add("device", path, "is neither file, folder nor link")
                    yield StreamedMember(path, 0, "device")
            pending.extend(reversed(below))

    def _scan(self, here: str, raw: bytes) -> list[os.DirEntry[bytes]]:
        try:
            with os.scandir(raw) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._log.halt("corrupt", here, f"cannot be read: {error.strerror}")
            return []

    def _decode(self, raw: bytes) -> str:
        if b"\\" in raw:
            self._log.add("absolute-name", raw.decode(errors="backslashreplace"), "'\\' separates folders on Windows")
        return decode_name(raw, self._log)

    def _link(self, path: str, raw: bytes) -> None:
        try:
            target = os.readlink(raw).decode(errors="backslashreplace")  # noqa: PTH115 - bytes
        except OSError as error:
            self._log.halt("corrupt", path, f"cannot be read: {error.strerror}")
            return
        self._names.claim_link(path)
        self.links.add(Link(path, "link", target))

    def file(self, path: str, raw: bytes, *, claim: bool = True) -> StreamedMember:
        """Read a file without following a link that took its place meanwhile."""
        parts: list[bytes] = []
        digest, size, kept = hashlib.sha256(), 0, 0
        mode = 0
        try:
            handle = os.open(raw, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with open(handle, "rb", buffering=0) as stream:  # noqa: PTH123 - a descriptor, not a path
                state = os.fstat(handle)
                mode = state.st_mode
                if not stat.S_ISREG(mode):
                    self._log.add("device", path, "is no file any more")
                    return StreamedMember(path, 0, "device")
                keep = state.st_size <= self._limits.max_member
                while chunk := stream.read(_STEP):
                    size += len(chunk)
                    self._spend(len(chunk))
                    digest.update(chunk)
                    if keep and kept + len(chunk) <= self._limits.max_member:
                        parts.append(chunk)
                        kept += len(chunk)
                    else:
                        keep = False
        except OSError as error:
            self._log.halt("corrupt", path, f"cannot be read: {error.strerror}")
            return StreamedMember(path, size, "file", withheld=True)
        hexed = digest.hexdigest()
        if claim:
            self._names.claim(path, hexed)
        if mode & 0o6000 and runs_as_owner(mode):
            self._log.add("special-mode", path, f"runs with its owner's rights (mode {mode & 0o7777:04o})")
        return StreamedMember(
            path,
            size,
            "file",
            b"".join(parts) if keep else b"",
            withheld=not keep,
            executable=mode & 0o111 != 0,
            sha256=hexed,
        )

    def _spend(self, count: int) -> None:
        self._total += count
        if self._total > self._limits.max_unpacked:
            raise self._log.halt("too-large", "", f"holds more than {self._limits.max_unpacked:,} bytes")
