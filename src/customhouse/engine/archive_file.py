"""An archive that lies in a file: read where it lies, mapped into the memory of a worker and never copied whole.

Whoever shortens a mapped file ends the process that reads on (SIGBUS): that is a worker, and the pool tries again. So
that a second try does not take what is left for the archive, a file is read only while it is what was handed over.
"""

import contextlib
import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from customhouse.archives.buffers import Buffer
from customhouse.model.errors import UnreachableUpstream


class ArchiveFile(msgspec.Struct, frozen=True):
    """A file as it was when it was handed over. `size` in bytes; `written` is its modification time, nanoseconds."""

    path: str
    size: int
    written: int


def archive_file(path: Path, filename: str) -> ArchiveFile:
    """Note what a file is now. Raises UnreachableUpstream when it cannot be seen; messages call it `filename`."""
    try:
        found = path.stat()
    except OSError as error:
        raise _lost(filename, f"cannot be opened: {error.strerror or error}") from error
    if not stat.S_ISREG(found.st_mode):
        raise _lost(filename, "is no file")
    return ArchiveFile(str(path), found.st_size, found.st_mtime_ns)


@contextmanager
def mapped(file: ArchiveFile, filename: str) -> Iterator[Buffer]:
    """Give the file's bytes. Raises UnreachableUpstream when it is not as it was, now or at the end."""
    try:
        descriptor = os.open(file.path, os.O_RDONLY)
    except OSError as error:
        raise _lost(filename, f"cannot be opened: {error.strerror or error}") from error
    try:
        _hold(file, filename, descriptor)
        if not file.size:  # which cannot be mapped
            yield b""
            return
        try:
            buffer = mmap.mmap(descriptor, file.size, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise _lost(filename, f"cannot be mapped: {error}") from error
        try:
            yield buffer
        finally:
            with contextlib.suppress(BufferError):  # an error on its way out still looks at it
                buffer.close()
        _hold(file, filename, descriptor)
    finally:
        os.close(descriptor)


def _hold(file: ArchiveFile, filename: str, descriptor: int) -> None:
    found = os.fstat(descriptor)
    if (found.st_size, found.st_mtime_ns) != (file.size, file.written):
        raise _lost(filename, f"changed while it was read: {file.size:,} bytes then, {found.st_size:,} now")


def _lost(filename: str, what: str) -> UnreachableUpstream:
    return UnreachableUpstream(
        f"{filename}: the file it was received in {what}",
        hint="inspect it again; when that happens once more, look at the disk that archives are received on",
    )
