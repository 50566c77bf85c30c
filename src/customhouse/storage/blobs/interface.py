"""What a store of blobs offers. A blob is a file kept by its sha256, written once and never half.

Digests are 64 lower-case hexadecimal digits everywhere here; anything else is a ValueError, so that no name out of a
request ever becomes a path.
"""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from customhouse.storage.blobs.staging import Staged

#: `damaged`: there, and its bytes are not those that its name says (bit rot, tampering).
Soundness = Literal["sound", "damaged", "missing"]
_SHA256 = re.compile(r"[0-9a-f]{64}")


class StoredBlob(msgspec.Struct, frozen=True):
    """A blob as a listing has it. `size` in bytes; `stored` in Unix seconds, by the store's clock."""

    sha256: str
    size: int
    stored: float


class Blob(Protocol):
    """A stored file. Holding one keeps nothing open."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def mark(self) -> str:
        """What is another when somebody may have written to it since; the same says that nobody has."""

    def read(self, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` up to `end`, in pieces of at most a MiB; never fewer bytes than asked for.

        Raises ValueError at once for a range that is not within the blob; while reading, BlobsUnavailableError when the
        blob is gone or the store does not answer, BlobDamagedError when it became shorter.
        """


class Blobs(Protocol):
    """A store. Every method but `stage` raises BlobsUnavailableError when the store cannot be asked or is full."""

    def stage(self) -> Staged:
        """Begin a file on the local disk; use it as a context manager. Raises BlobsUnavailableError."""

    async def commit(self, staged: Staged) -> str:
        """Keep a staged file and return its sha256. It is there whole for everybody, or not at all.

        A file that is there already is replaced by the same bytes, which heals one that was damaged. After an error it
        may be tried again.
        """

    async def has(self, sha256: str) -> bool:
        """Say whether a blob is there."""

    async def open(self, sha256: str) -> Blob | None:
        """Return a blob, None when it is not there."""

    def local_path(self, sha256: str) -> AbstractAsyncContextManager[Path | None]:
        """Give a path to read or map the blob at, for as long as the context lasts; None when it is not there.

        The file itself where the store is a directory, else a copy fetched for the occasion, which is held against its
        digest. Raises BlobDamagedError.
        """

    async def delete(self, sha256: str) -> None:
        """Remove a blob; one that is not there is no error. Readings under way may still end, or fail."""

    def sizes(self) -> AsyncIterator[StoredBlob]:
        """Yield every blob, in no promised order."""

    async def verify(self, sha256: str) -> Soundness:
        """Read a blob whole and hold it against its digest."""

    async def sweep_staging(self, older_than: timedelta) -> int:
        """Remove what killed processes left staged that long ago; return how many files that were.

        What a living process is writing stays, however old.
        """

    async def check(self) -> None:
        """Ask the store for something, so that a wrong bucket or a disk that is read-only shows before it is needed."""


def blob_key(sha256: str) -> str:
    """Return the place of a blob in its store, `sha256/ab/cdef…`. Raises ValueError for what is no digest."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"not a sha256: {sha256[:80]!r}")
    return f"sha256/{sha256[:2]}/{sha256[2:]}"


def sha256_of(shard: str, rest: str) -> str | None:
    """Return the digest that the two last parts of a place spell; None for a file that is no blob."""
    sha256 = shard + rest
    return sha256 if len(shard) == 2 and _SHA256.fullmatch(sha256) else None  # noqa: PLR2004 - as in blob_key


def checked_range(start: int, end: int, size: int) -> None:
    """Raise ValueError unless `start` to `end` is a range of a blob of `size` bytes."""
    if not 0 <= start <= end <= size:
        raise ValueError(f"bytes {start} to {end} of a blob of {size}")
