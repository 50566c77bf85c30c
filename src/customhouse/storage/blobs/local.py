"""Blobs in a directory of this machine, or of a network disk.

The files are handled here and not through obstore's LocalStore, which neither takes over a file by renaming it, nor
waits until a disk has it, nor reads without going through another thread.
"""

import asyncio
import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from customhouse.storage.blobs.errors import BlobDamagedError, disk_error, gone, shorter
from customhouse.storage.blobs.interface import (
    Soundness,
    StoredBlob,
    blob_key,
    checked_range,
    sha256_of,
)
from customhouse.storage.blobs.staging import Staged, Staging

#: Bytes read at once. Up to this many are read where the caller stands: from the page cache that is faster than handing
#: them to a thread, and takes a fraction of a millisecond.
_PIECE = 1 << 20
_MISSING = (FileNotFoundError, NotADirectoryError)


class LocalBlob:
    """A file of the store."""

    def __init__(self, path: Path, sha256: str, found: os.stat_result) -> None:
        """Take the path, opened anew by every reading, and what was found there."""
        self.size = found.st_size
        # Unlike the time of the last writing, this one cannot be set back.
        self.mark = f"{found.st_dev}.{found.st_ino}.{found.st_ctime_ns}.{found.st_size}"
        self._path = path
        self._sha256 = sha256

    def read(self, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` up to `end`. See `Blob`."""
        checked_range(start, end, self.size)
        return self._pieces(start, end)

    async def _pieces(self, start: int, end: int) -> AsyncIterator[bytes]:
        if start == end:
            return
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except _MISSING:
            raise gone(self._sha256) from None
        except OSError as error:
            raise disk_error(error, f"the blob {self._sha256} cannot be read") from error
        # Whoever removes the file now takes only its name away: this reading goes on to its end.
        try:
            direct = end - start <= _PIECE
            while start < end:
                count = min(_PIECE, end - start)
                try:
                    piece = (
                        os.pread(descriptor, count, start)
                        if direct
                        else await asyncio.to_thread(os.pread, descriptor, count, start)
                    )
                except OSError as error:
                    raise disk_error(error, f"the blob {self._sha256} cannot be read") from error
                if not piece:
                    raise shorter(self._sha256, start, self.size)
                start += len(piece)
                yield piece
        finally:
            os.close(descriptor)


class LocalBlobs:
    """A store in a directory."""

    def __init__(self, root: Path, staging: Staging) -> None:
        """Create the directory where it is missing. Raises BlobsUnavailableError."""
        self.root = root
        self._staging = staging
        #: Where files are copied to before they are renamed, when they were staged on another disk.
        self._beside = Staging(root / "incoming")

    def stage(self) -> Staged:
        """Begin a file."""
        return self._staging.stage()

    async def commit(self, staged: Staged) -> str:
        """Keep a staged file, as soon as the disk has it."""
        sha256 = staged.sha256
        staged.seal()
        try:
            await asyncio.to_thread(self._keep, staged, sha256)
        except OSError as error:
            raise disk_error(error, f"the blob {sha256} cannot be kept in {self.root}") from error
        return sha256

    def _keep(self, staged: Staged, sha256: str) -> None:
        target = self._path(sha256)
        _make_folder(target.parent, self.root)
        try:
            _settle(staged.path)
            staged.path.replace(target)
        except FileNotFoundError:
            if not target.is_file():  # else it was kept by an earlier attempt
                raise
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._copy(staged, target, sha256)
        _settle(target.parent)

    def _copy(self, staged: Staged, target: Path, sha256: str) -> None:
        """Take over a file from another disk."""
        with self._beside.stage() as copy:
            for piece in _pieces_of(staged.path):
                copy.write(piece)
            if copy.sha256 != sha256:
                raise BlobDamagedError(
                    f"what was received as {sha256} changed while it was copied to {self.root}",
                    hint="check the disk that files are staged on",
                )
            copy.seal()
            _settle(copy.path)
            copy.path.replace(target)

    async def has(self, sha256: str) -> bool:
        """Say whether a blob is there."""
        return await self.open(sha256) is not None

    async def open(self, sha256: str) -> LocalBlob | None:
        """Return a blob, None when it is not there."""
        path = self._path(sha256)
        try:
            found = os.stat(path)  # noqa: PTH116 - a thread costs twenty times what this does
        except _MISSING:
            return None
        except OSError as error:
            raise disk_error(error, f"the blob {sha256} cannot be opened") from error
        return LocalBlob(path, sha256, found) if stat.S_ISREG(found.st_mode) else None

    @asynccontextmanager
    async def local_path(self, sha256: str) -> AsyncIterator[Path | None]:
        """Give the file itself."""
        yield self._path(sha256) if await self.has(sha256) else None

    async def delete(self, sha256: str) -> None:
        """Remove a blob, so that it does not come back with the power."""
        path = self._path(sha256)

        def remove() -> None:
            with contextlib.suppress(*_MISSING):
                path.unlink()
                _settle(path.parent)

        try:
            await asyncio.to_thread(remove)
        except OSError as error:
            raise disk_error(error, f"the blob {sha256} cannot be removed") from error

    async def sizes(self) -> AsyncIterator[StoredBlob]:
        """Yield every blob, sorted; a folder at a time, so that neither the loop nor the memory feels it."""
        for shard in await asyncio.to_thread(_listed, self.root / "sha256"):
            for blob in await asyncio.to_thread(_blobs_in, shard):
                yield blob

    async def verify(self, sha256: str) -> Soundness:
        """Read a blob whole and hold it against its digest."""
        path = self._path(sha256)
        try:
            return await asyncio.to_thread(_soundness, path, sha256)
        except _MISSING:
            return "missing"
        except OSError as error:
            raise disk_error(error, f"the blob {sha256} cannot be read") from error

    async def sweep_staging(self, older_than: timedelta) -> int:
        """Remove what killed processes left, here and where the store lies."""
        here, beside = self._staging.sweep, self._beside.sweep
        return await asyncio.to_thread(here, older_than) + await asyncio.to_thread(beside, older_than)

    async def check(self) -> None:
        """Write a file where blobs are received and one where they come to lie, and remove both again."""
        for folder in (self._staging, self._beside):
            with folder.stage() as trial:
                trial.write(b"?")

    def _path(self, sha256: str) -> Path:
        return self.root / blob_key(sha256)


def _settle(path: Path) -> None:
    """Wait until the disk has what the system holds of a file or a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path, root: Path) -> None:
    """Make the folder of a blob, and let the disk have its name in the ones above it."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for above in folder.parents:
        _settle(above)
        if above == root:
            return


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            yield piece


def _soundness(path: Path, sha256: str) -> Soundness:
    digest = hashlib.sha256()
    for piece in _pieces_of(path):
        digest.update(piece)
    return "sound" if digest.hexdigest() == sha256 else "damaged"


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except _MISSING:
        return []
    except OSError as error:
        raise disk_error(error, f"the store's folder {folder} cannot be read") from error


def _blobs_in(shard: Path) -> list[StoredBlob]:
    blobs = []
    for path in _listed(shard):
        sha256 = sha256_of(shard.name, path.name)
        with contextlib.suppress(*_MISSING):
            if sha256 is not None:
                found = path.stat()
                blobs.append(StoredBlob(sha256, found.st_size, found.st_mtime))
    return blobs
