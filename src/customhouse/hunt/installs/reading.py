"""Reading files of a machine that may be hostile, broken or gone meanwhile: bounded, and regular files alone.

A link to a file is followed, as clients do that link into their caches; the walks follow no link to a folder.
"""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from customhouse.model.hunt import Moment

_LAST = 253402300799.0


class UnreadError(Exception):
    """A file cannot be read. The message is a clause: `it is larger than 8 MiB`."""


def read_file(path: str | Path, limit: int) -> bytes:
    """Return a regular file's bytes. Raises UnreadError where it is none, larger than `limit` bytes, or unreadable."""
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
        detail = error.strerror if isinstance(error, OSError) else None
        raise UnreadError((detail or str(error)).lower()) from error


def lines_of(path: str | Path, limit: int, longest: int = 1 << 16) -> Iterator[bytes]:
    """Give a file's lines without their ends, each cut at `longest` bytes; `limit` bytes of the file are read.

    Raises UnreadError where it cannot be opened or read.
    """
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
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) else None
        raise UnreadError((detail or str(error)).lower()) from error


def entries(folder: str | Path) -> tuple[list[str], list[str]]:
    """Name a folder's folders, and its other entries, sorted; both empty where it cannot be listed."""
    folders: list[str] = []
    others: list[str] = []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                (folders if entry.is_dir(follow_symlinks=False) else others).append(entry.name)
    except (OSError, ValueError):
        return [], []
    return sorted(folders), sorted(others)


def file_time(path: str | Path) -> Moment | None:
    """Return when a file was last written, as the file system says: whoever may write it may set that too."""
    try:
        seconds = os.stat(path, follow_symlinks=False).st_mtime  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return Moment(datetime.fromtimestamp(min(max(seconds, 0.0), _LAST), UTC), by="file time", doubtful=True)
