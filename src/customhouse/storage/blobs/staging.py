"""Files that are being received: on the local disk, hashed as they are written, gone again unless they are kept.

Each is locked while its writer lives, so that a sweep tells what a killed process left from what another one is still
receiving.
"""

import contextlib
import hashlib
import io
import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Self

from customhouse.storage.blobs.errors import disk_error

_PREFIX = "staged-"


class Staged:
    """A file being received. Anything that writes to a file may write to it, beginning anew by `seek(0)`, `truncate()`.

    `size` in bytes, `sha256` and `sha512` in hexadecimal, all of what was written so far; every byte is at `path` at
    once. Leaving the context removes the file unless a store has taken it over.
    """

    def __init__(self, directory: Path) -> None:
        """Create it. Raises BlobsUnavailableError."""
        try:
            self._descriptor, name = tempfile.mkstemp(prefix=_PREFIX, dir=directory)
        except OSError as error:
            raise disk_error(error, f"no file can be staged in {directory}") from error
        self.path = Path(name)
        _lock(self._descriptor)
        self._open = True
        self._sealed = False
        self._begin()

    def _begin(self) -> None:
        self.size = 0
        self._sha256 = hashlib.sha256()
        self._sha512 = hashlib.sha512()

    @property
    def sha256(self) -> str:
        """The digest that names it."""
        return self._sha256.hexdigest()

    @property
    def sha512(self) -> str:
        """The digest that npm's registries and locks give."""
        return self._sha512.hexdigest()

    def write(self, data: bytes | memoryview, /) -> int:
        """Append. Raises BlobsUnavailableError, and the file is of no use any more."""
        self._writable()
        view, at = memoryview(data), 0
        try:
            while at < len(view):
                at += os.write(self._descriptor, view[at:])
        except OSError as error:
            raise disk_error(error, f"what is received cannot be written to {self.path.parent}") from error
        self._sha256.update(view)
        self._sha512.update(view)
        self.size += at
        return at

    def seek(self, offset: int, /) -> int:
        """Go back to the beginning, to write all of it again after `truncate`. There is nowhere else to go."""
        self._writable()
        if offset:
            raise io.UnsupportedOperation("a staged file is written from its beginning to its end")
        return os.lseek(self._descriptor, 0, os.SEEK_SET)

    def truncate(self) -> int:
        """Forget everything that was written."""
        self._writable()
        try:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.ftruncate(self._descriptor, 0)
        except OSError as error:
            raise disk_error(error, f"what is received cannot be written to {self.path.parent}") from error
        self._begin()
        return 0

    def seal(self) -> None:
        """End the writing: a store takes it over, and whoever still holds it must not change what is kept."""
        if not self._open:
            raise ValueError("the staged file was given up already")
        self._sealed = True

    def discard(self) -> None:
        """Remove the file where it was staged, and let go of it. Safe to call again."""
        if not self._open:
            return
        self._open = False
        with contextlib.suppress(OSError):  # taken over, or swept away
            self.path.unlink()
        with contextlib.suppress(OSError):
            os.close(self._descriptor)

    def _writable(self) -> None:
        if not self._open or self._sealed:
            raise ValueError("the staged file was given up, or handed to a store already")

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove it unless a store has taken it over."""
        self.discard()


class Staging:
    """The folder that files are received in. It may be shared by processes."""

    def __init__(self, directory: Path) -> None:
        """Create the folder where it is missing. Raises BlobsUnavailableError."""
        self.directory = directory
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise disk_error(error, f"the folder {directory} cannot be made") from error

    def stage(self) -> Staged:
        """Begin a file. Raises BlobsUnavailableError."""
        return Staged(self.directory)

    def sweep(self, older_than: timedelta) -> int:
        """Remove files that were last written so long ago and that no living process holds; return their number."""
        latest = time.time() - older_than.total_seconds()
        swept = 0
        try:
            left = [each for each in self.directory.iterdir() if each.name.startswith(_PREFIX)]
        except OSError as error:
            raise disk_error(error, f"the folder {self.directory} cannot be read") from error
        for path in left:
            with contextlib.suppress(OSError):  # finished or swept by another meanwhile
                if path.stat().st_mtime <= latest and _abandoned(path):
                    path.unlink()
                    swept += 1
        return swept


def _lock(descriptor: int) -> None:
    """Lock a file for as long as this process holds it open."""
    with contextlib.suppress(ImportError, OSError):  # Windows, which has none and lets nobody remove an open file
        import fcntl  # noqa: PLC0415 - see above

        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _abandoned(path: Path) -> bool:
    try:
        import fcntl  # noqa: PLC0415 - see above
    except ImportError:
        return True
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
