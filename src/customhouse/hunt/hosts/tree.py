"""A machine's files below a root, read without ever leaving it: the live machine's own root, or a mounted image.

Links are resolved as the machine itself would, against the root. Only regular files are opened, never for writing, and
where the system allows it without touching their access times.
"""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

import msgspec

from customhouse.hunt.notes import Notes
from customhouse.model.hunt import Unexamined

#: Links followed for one path, as Linux bounds them (path_resolution(7)).
_MAX_LINKS = 40
_MAX_PARTS = 1024
#: Levels below the start of a walk; deeper trees are made to be deep.
MAX_DEPTH = 200
#: Files of one folder that are given at once, so that a folder of a million files needs no memory for all.
_BATCH = 10_000
#: What cannot be read is told so many times for one tree, and then once more that there was more of it.
_MAX_REFUSALS = 500
_MAX_FOUND = 1000
#: Folders whose names are kept in folded form.
_MAX_FOLDED = 64
_CHUNK = 1 << 20
#: Bytes; larger files are not digested.
MAX_DIGESTED = 512 * 1024 * 1024
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
_NO_ATIME: int = getattr(os, "O_NOATIME", 0)
#: File systems of the kernel: nothing below them is a file that somebody stored.
_KERNEL = frozenset({"proc", "sys", "dev"})
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR})

#: One component of a path: its name, or an expression for all of it.
Part = str | re.Pattern[str]


class FileTimes(msgspec.Struct, frozen=True):
    """When a file was written, changed in any way, and made (None where the file system does not tell); UTC."""

    modified: datetime
    changed: datetime
    born: datetime | None = None


class Folder(msgspec.Struct):
    """Some of what one folder holds: names alone. Links, sockets, pipes and devices are not among them."""

    path: str
    depth: int
    folders: list[str]
    files: list[str]


def shown(path: str) -> str:
    r"""Write a path as text that every encoder takes: bytes that are no UTF-8 become `\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def moment(seconds: float) -> datetime:
    """Give UTC of a file's time; what no calendar holds becomes the epoch."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


class Tree:
    """The files below `root`. What cannot be read is noted as unexamined, once."""

    def __init__(self, root: str, notes: Notes, *, folded: bool = False, one_filesystem: bool = True) -> None:
        """`folded` trees do not tell upper from lower case, as those of Windows and macOS."""
        self.root = root.rstrip(os.sep) or os.sep
        self.folded = folded
        self._notes = notes
        self._one_filesystem = one_filesystem
        self._refused: set[str] = set()
        #: Names as they are by their folded form, of folders that were searched.
        self._folded: dict[str, dict[str, str]] = {}

    def refuse(self, path: str, reason: str, *, serious: bool = True) -> None:
        """Note that something was not looked at."""
        if path in self._refused or len(self._refused) > _MAX_REFUSALS:
            return
        self._refused.add(path)
        if len(self._refused) > _MAX_REFUSALS:
            path, reason = (
                self.root,
                f"more than {_MAX_REFUSALS} files and folders could not be read; the rest is not told",
            )
        self._notes.unexamined(Unexamined("host", shown(path), reason, serious))

    def fold(self, name: str) -> str:
        """Write a name as this tree compares names."""
        return name.casefold() if self.folded else name

    def inner(self, real: str) -> str:
        """Name a file as the machine itself does: from its own root, with `/`."""
        if self.root == os.sep:
            return real
        return real[len(self.root) :].replace(os.sep, "/") or "/"

    def resolve(self, inner: str) -> str | None:
        """Find where a path of the machine (`/etc/passwd`) stands on this one; None where nothing stands there."""
        pending = [part for part in inner.split("/") if part][::-1]
        at: list[str] = []
        links = 0
        while pending:
            name = pending.pop()
            if name == ".":
                continue
            if name == "..":
                del at[-1:]
                continue
            here = self._join(at, name)
            status = self._status(here)
            if status is None and self.folded:
                name = self._other_case(at, name)
                here = self._join(at, name)
                status = self._status(here) if name else None
            if status is None:
                return None
            if not stat.S_ISLNK(status.st_mode):
                at.append(name)
                continue
            links += 1
            try:
                target = os.readlink(here)  # noqa: PTH115 - texts all along: a walk of a million files makes no Path
            except OSError as error:
                self._cannot(here, error)
                return None
            if links > _MAX_LINKS or len(pending) > _MAX_PARTS:
                self.refuse(here, "its links lead in a circle", serious=False)
                return None
            if target.startswith("/"):
                at.clear()
            pending += [part for part in target.split("/") if part][::-1]
        return self._join(at)

    def find(self, parts: Sequence[Part]) -> Iterator[str]:
        """Give every path that a pattern of components leads to, where it stands; at most a thousand."""
        starts = [""]
        for part in parts:
            if isinstance(part, str):
                starts = [f"{start}/{part}" for start in starts]
                continue
            found: list[str] = []
            for start in starts:
                real = self.resolve(start or "/")
                names = self.names(real) if real is not None else ()
                found += [f"{start}/{name}" for name in names if part.fullmatch(name)]
                if len(found) > _MAX_FOUND:
                    self.refuse(real or start, f"more than {_MAX_FOUND} names fit one indicator")
                    break
            starts = found[:_MAX_FOUND]
        for start in starts:
            real = self.resolve(start) or self._dangling(start)
            if real is not None:
                yield real

    def _dangling(self, inner: str) -> str | None:
        """Return where a link stands that leads to nothing; None where there is none."""
        folder, _, name = inner.rpartition("/")
        parent = self.resolve(folder)
        if parent is None or not name:
            return None
        here = f"{parent.rstrip(os.sep)}{os.sep}{name}"
        status = self._status(here)
        return here if status is not None and stat.S_ISLNK(status.st_mode) else None

    def names(self, real: str) -> tuple[str, ...]:
        """Name what a folder holds, sorted; nothing where it is no folder or cannot be listed."""
        try:
            with os.scandir(real) as entries:
                return tuple(sorted(entry.name for entry in entries))
        except (OSError, ValueError) as error:
            self._cannot(real, error)
            return ()

    def files(self, inner: str, suffix: str = "") -> Iterator[str]:
        """Give the files of one folder of the machine, links to files followed within the tree."""
        folder = self.resolve(inner)
        if folder is None or not self.is_folder(folder):
            return
        for name in self.names(folder):
            if name.endswith(suffix):
                real = self.resolve(f"{self.inner(folder)}/{name}")
                if real is not None and self.is_file(real):
                    yield real

    def present(self, inner: Iterable[str]) -> Iterator[str]:
        """Give those of some paths of the machine at which a regular file stands."""
        for each in inner:
            real = self.resolve(each)
            if real is not None and self.is_file(real):
                yield real

    def is_file(self, real: str) -> bool:
        """Say whether a regular file stands there."""
        status = self._status(real)
        return status is not None and stat.S_ISREG(status.st_mode)

    def is_folder(self, real: str) -> bool:
        """Say whether a folder stands there."""
        status = self._status(real)
        return status is not None and stat.S_ISDIR(status.st_mode)

    def is_link(self, real: str) -> bool:
        """Say whether a link stands there."""
        status = self._status(real)
        return status is not None and stat.S_ISLNK(status.st_mode)

    def size(self, real: str) -> int | None:
        """Return a regular file's size in bytes; None of anything else."""
        status = self._status(real)
        return status.st_size if status is not None and stat.S_ISREG(status.st_mode) else None

    def is_executable(self, real: str) -> bool:
        """Say whether somebody may run it."""
        status = self._status(real)
        return status is not None and bool(status.st_mode & 0o111)

    def times(self, real: str) -> FileTimes | None:
        """Return a file's times."""
        status = self._status(real)
        if status is None:
            return None
        born = getattr(status, "st_birthtime", None)
        return FileTimes(moment(status.st_mtime), moment(status.st_ctime), moment(born) if born is not None else None)

    def open(self, real: str) -> BinaryIO | None:
        """Open a regular file for reading; None, and a note, where that cannot be."""
        try:
            if not stat.S_ISREG(os.lstat(real).st_mode):
                self.refuse(real, "it is no regular file", serious=False)
                return None
            try:
                descriptor = os.open(real, _FLAGS | _NO_ATIME)
            except PermissionError:  # only its owner may leave the access time alone
                descriptor = os.open(real, _FLAGS)
            file = os.fdopen(descriptor, "rb")
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                file.close()
                return None
        except (OSError, ValueError) as error:
            self._cannot(real, error, vanished=True)
            return None
        return file

    def read(self, real: str, limit: int) -> bytes | None:
        """Return a file's bytes, no more than `limit` of them (the rest is noted as unexamined)."""
        file = self.open(real)
        if file is None:
            return None
        try:
            with file:
                data = file.read(limit + 1)
        except OSError as error:
            self._cannot(real, error, vanished=True)
            return None
        if len(data) > limit:
            self.refuse(real, f"only its first {limit} bytes were read")
        return data[:limit]

    def lines(self, real: str, longest: int = 1 << 16) -> Iterator[tuple[int, bytes]]:
        """Give a file's lines with their 1-based numbers, longer ones cut to `longest` bytes, which is noted."""
        file = self.open(real)
        if file is None:
            return
        try:
            with file:
                number = 0
                begins = True
                while line := file.readline(longest):
                    if begins:
                        number += 1
                        yield number, line.rstrip(b"\r\n")
                    elif line.strip():
                        self.refuse(real, f"line {number} is longer than {longest} bytes, and its rest was not read")
                    begins = line.endswith(b"\n")
        except OSError as error:
            self._cannot(real, error, vanished=True)

    def digests(self, real: str, algorithms: frozenset[str]) -> dict[str, str]:
        """Digest a file by each algorithm (hex, by name) in one reading; empty where it cannot be, or is too large."""
        size = self.size(real)
        file = self.open(real) if size is not None and size <= MAX_DIGESTED else None
        if file is None:
            if size is not None and size > MAX_DIGESTED:
                self.refuse(real, f"larger than {MAX_DIGESTED >> 20} MiB, and not digested")
            return {}
        hashes = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
        read = 0
        try:
            with file:
                while (chunk := file.read(_CHUNK)) and read <= MAX_DIGESTED:
                    read += len(chunk)
                    for each in hashes.values():
                        each.update(chunk)
        except OSError as error:
            self._cannot(real, error, vanished=True)
            return {}
        return {name: each.hexdigest() for name, each in hashes.items()}

    def walk(
        self, start: str, depth: int = MAX_DEPTH, enter: Callable[[str], bool] = lambda _: True
    ) -> Iterator[Folder]:
        """Give every folder from `start` (a real path) down, without following a link; a large one in several parts.

        `enter` is asked of every folder's name. What is listed only is not looked up: names come with their types.
        """
        first = self._status(start)
        if first is None or not stat.S_ISDIR(first.st_mode):
            return
        pending = [(start, 0)]
        while pending:
            path, level = pending.pop()
            status = self._status(path, vanished=True) if level else first
            if status is None or not stat.S_ISDIR(status.st_mode):
                continue
            if self._one_filesystem and status.st_dev != first.st_dev:
                self.refuse(path, "it is another file system", serious=False)
                continue
            below: list[str] = []
            for folder in self._listed(path, level):
                below += folder.folders
                yield folder
            kernel = path == self.root
            entered = [name for name in below if enter(name) and not (kernel and name in _KERNEL)]
            if level < depth:
                prefix = path if path.endswith(os.sep) else path + os.sep
                pending += [(prefix + name, level + 1) for name in sorted(entered, reverse=True)]
            elif depth == MAX_DEPTH and entered:
                self.refuse(path, f"nested more than {MAX_DEPTH} levels deep")

    def _listed(self, path: str, level: int) -> Iterator[Folder]:
        part = Folder(path, level, [], [])
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    try:
                        if entry.is_dir(follow_symlinks=False):
                            part.folders.append(entry.name)
                        elif entry.is_file(follow_symlinks=False):
                            part.files.append(entry.name)
                    except OSError as error:  # the listing did not say its type, and it vanished
                        self._cannot(entry.path, error, vanished=True)
                    if len(part.files) >= _BATCH:
                        yield part
                        part = Folder(path, level, [], [])
        except (OSError, ValueError) as error:
            self._cannot(path, error, vanished=True)
        yield part

    def _join(self, at: list[str], *names: str) -> str:
        own = [*at, *names]
        return f"{self.root.rstrip(os.sep)}{os.sep}{os.sep.join(own)}" if own else self.root  # noqa: PTH118 - texts

    def _status(self, real: str, *, vanished: bool = False) -> os.stat_result | None:
        try:
            return os.lstat(real)
        except (OSError, ValueError) as error:
            self._cannot(real, error, vanished=vanished)
            return None

    def _other_case(self, at: list[str], name: str) -> str:
        """Find a name that differs by case alone; empty where there is none."""
        folder = self._join(at)
        known = self._folded.get(folder)
        if known is None:
            known = {each.casefold(): each for each in reversed(self.names(folder))}
            if len(self._folded) >= _MAX_FOLDED:
                self._folded.clear()
            self._folded[folder] = known
        return known.get(name.casefold(), "")

    def _cannot(self, path: str, error: Exception, *, vanished: bool = False) -> None:
        """Note an error; that nothing stands there is one only where something did a moment ago."""
        if isinstance(error, OSError) and error.errno in _GONE:
            if vanished:
                self.refuse(path, "it vanished while it was looked at", serious=False)
            return
        detail = error.strerror if isinstance(error, OSError) else str(error)
        self.refuse(path, (detail or str(error)).lower())
