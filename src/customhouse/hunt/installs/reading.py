"""Reading files of a machine that may be hostile, broken or gone meanwhile: bounded, and regular files alone.

A link to a file is followed, as clients do that link into their caches; the walks follow no link to a folder. Links
of a mounted image are resolved against its own root, so that none leads to a file of this machine.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import MAX_BYTES, DiskFiles
from customhouse.hunt.hosts.tree import Tree
from customhouse.hunt.notes import Notebook
from customhouse.model.hunt import Moment

_LAST = 253402300799.0
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR})


class UnreadError(Exception):
    """A file cannot be read. The message is a clause: `it is larger than 8 MiB`."""

    #: Whether it is there, and the system or the disk does not give it.
    refused = False


#: The image that is being read, if any: the readers are many, and what they read is one machine's.
_IMAGE: ContextVar[Tree | None] = ContextVar("image", default=None)


@contextmanager
def reading_image(root: Path | None) -> Iterator[None]:
    """Have everything below a folder read as what it is on the machine that it is an image of."""
    tree = Tree(os.path.abspath(root), Notebook()) if root is not None else None  # noqa: PTH100 - links stay
    token = _IMAGE.set(tree)
    try:
        yield
    finally:
        _IMAGE.reset(token)


def inside(path: str | Path) -> str:
    """Return where a path of an image stands here; any other as it is. Raises UnreadError where it leads to nothing."""
    tree, text = _IMAGE.get(), str(path)
    if tree is None or not text.startswith(tree.root.rstrip(os.sep) + os.sep):
        return text
    real = tree.resolve(text[len(tree.root.rstrip(os.sep)) :].replace(os.sep, "/"))
    if real is None:
        raise UnreadError("nothing stands there in the image")
    return real


class ImageFiles(DiskFiles):
    """The disk, with links of an image resolved as `inside` does."""

    def read(self, path: Path, limit: int = MAX_BYTES) -> bytes:
        """Return a file's bytes, as `Files.read` says."""
        try:
            return super().read(Path(inside(path)), limit)
        except UnreadError as error:
            raise UnreadableError(str(error)) from error

    def is_file(self, path: Path) -> bool:
        """Say whether a regular file stands there."""
        try:
            return super().is_file(Path(inside(path)))
        except UnreadError:
            return False


FILES = ImageFiles()


def read_file(path: str | Path, limit: int) -> bytes:
    """Return a regular file's bytes. Raises UnreadError where it is none, larger than `limit` bytes, or unreadable."""
    path = inside(path)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor
            state = os.fstat(handle)
            if not stat.S_ISREG(state.st_mode):
                raise UnreadError("it is no regular file")
            if state.st_size > limit:
                raise UnreadError(f"it is larger than {limit >> 20} MiB")
            parts, size = [], 0
            while chunk := file.read(1 << 20):
                size += len(chunk)
                if size > limit:
                    raise UnreadError(f"it is larger than {limit >> 20} MiB")
                parts.append(chunk)
            return b"".join(parts)
    except (OSError, ValueError) as error:
        raise _unread(error) from error


def _unread(error: OSError | ValueError) -> UnreadError:
    detail = error.strerror if isinstance(error, OSError) else None
    made = UnreadError((detail or str(error)).lower())
    made.refused = isinstance(error, OSError) and error.errno not in _GONE
    return made


def lines_of(path: str | Path, limit: int, longest: int = 1 << 16) -> Iterator[bytes]:
    """Give a file's lines without their ends, each cut at `longest` bytes; `limit` bytes of the file are read.

    Raises UnreadError where it cannot be opened or read, and at the end where there is more of it.
    """
    path = inside(path)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise UnreadError("it is no regular file")
            size, fresh = 0, True
            while size < limit and (line := file.readline(longest)):
                size += len(line)
                if fresh:
                    yield line.rstrip(b"\r\n")
                fresh = line.endswith(b"\n")
            if file.read(1):
                raise UnreadError(f"only its first {size:,} bytes were read")
    except (OSError, ValueError) as error:
        raise _unread(error) from error


class Refusals(Protocol):
    """Where it is noted that something was not looked at."""

    def unexamined(self, path: Path, reason: str, *, serious: bool = True) -> None:
        """Note it."""


def entries(folder: str | Path, noted: Refusals) -> tuple[list[str], list[str]]:
    """Name a folder's folders, and its other entries, sorted; both empty where it cannot be listed.

    That is noted, unless nothing stands there.
    """
    folders: list[str] = []
    others: list[str] = []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                (folders if entry.is_dir(follow_symlinks=False) else others).append(entry.name)
    except (OSError, ValueError) as error:
        unread = _unread(error)
        if unread.refused:
            noted.unexamined(Path(folder), f"cannot be listed: {unread}")
        return [], []
    return sorted(folders), sorted(others)


def walked(folder: str | Path, noted: Refusals) -> Iterator[tuple[str, list[str], list[str]]]:
    """Walk as os.walk does, in order of names; a folder that cannot be listed is noted."""

    def refused(error: OSError) -> None:
        unread = _unread(error)
        if unread.refused:
            noted.unexamined(Path(error.filename or folder), f"cannot be listed: {unread}")

    for here, folders, names in os.walk(folder, onerror=refused):
        folders.sort()
        yield here, folders, sorted(names)


def file_time(path: str | Path) -> Moment | None:
    """Return when a file was last written, as the file system says: whoever may write it may set that too."""
    try:
        seconds = os.stat(path, follow_symlinks=False).st_mtime  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return Moment(datetime.fromtimestamp(min(max(seconds, 0.0), _LAST), UTC), by="file time", doubtful=True)
