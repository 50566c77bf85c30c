"""A folder read in the shape of an archive, for `inspect ./unpacked-package`."""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from customhouse.archives.interface import Limits, StreamedMember
from customhouse.archives.issues import IssueLog
from customhouse.archives.links import Link, Links
from customhouse.archives.names import Names, runs_as_owner

_STEP = 1 << 20


def directory_members(root: Path, limits: Limits, log: IssueLog) -> Iterator[StreamedMember]:
    """Yield what is under `root`, sorted by path within each folder, links last.

    Nothing is left out: `.git` or `node_modules` are as much of the folder as the rest. Links are not followed into
    folders, and files not opened through them; a link to a file under `root` carries that file's bytes.

    Raises:
        Halted: a bound was crossed; the log says which.

    """
    reader = _Reader(root, limits, log)
    yield from reader.folder("")
    for link in reader.links.all:
        reached = reader.links.resolve(link)
        if reached is not None and reached in reader.files:
            member = reader.file(reached, claim=False)
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
        self.files: set[str] = set()
        self._root = os.fsencode(root)
        self._limits = limits
        self._log = log
        self._names = Names("plain", log, limits)
        self._count = 0
        self._total = 0

    def folder(self, start: str) -> Iterator[StreamedMember]:
        """Yield the members under one folder, without recursion of our own: depth is the file system's business."""
        pending = [start]
        while pending:
            here = pending.pop()
            below: list[str] = []
            for entry in self._scan(here):
                name = self._decode(entry.name)
                path = f"{here}/{name}" if here else name
                self._count += 1
                if self._count > self._limits.max_members:
                    raise self._log.halt("too-many-members", "", f"more than {self._limits.max_members:,} members")
                if entry.is_symlink():
                    self._link(path)
                elif entry.is_dir(follow_symlinks=False):
                    self._names.claim_folder(path)
                    below.append(path)
                    yield StreamedMember(path, 0, "directory")
                elif entry.is_file(follow_symlinks=False):
                    self.files.add(path)
                    yield self.file(path)
                else:
                    self._log.add("device", path, "is neither file, folder nor link")
                    yield StreamedMember(path, 0, "device")
            pending.extend(reversed(below))

    def _scan(self, here: str) -> list[os.DirEntry[bytes]]:
        try:
            with os.scandir(self._at(here)) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._log.halt("corrupt", here, f"cannot be read: {error.strerror}")
            return []

    def _decode(self, raw: bytes) -> str:
        """Decode a name, keeping undecodable bytes recoverable for opening it."""
        name = os.fsdecode(raw)
        if any(0xDC80 <= ord(ch) <= 0xDCFF for ch in name):  # noqa: PLR2004 - PEP 383's escapes
            self._log.add("undecodable-name", raw.decode(errors="backslashreplace"), "the name is not UTF-8")
        return name

    def _at(self, path: str) -> bytes:
        return os.path.join(self._root, os.fsencode(path))  # noqa: PTH118 - bytes, for names that are not UTF-8

    def _link(self, path: str) -> None:
        try:
            target = os.fsdecode(os.readlink(self._at(path)))  # noqa: PTH115 - bytes
        except OSError as error:
            self._log.halt("corrupt", path, f"cannot be read: {error.strerror}")
            return
        self._names.claim_link(path)
        self.links.add(Link(path, "link", target))

    def file(self, path: str, *, claim: bool = True) -> StreamedMember:
        """Read a file without following a link that took its place meanwhile."""
        parts: list[bytes] = []
        digest, size, kept = hashlib.sha256(), 0, 0
        mode = 0
        try:
            handle = os.open(self._at(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
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
