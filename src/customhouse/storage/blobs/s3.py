"""Blobs in a bucket of S3, or of what speaks its protocol.

An object appears whole when its upload is completed. An upload that was cut leaves parts that nobody sees and that the
bucket's own lifecycle rule (AbortIncompleteMultipartUpload) has to remove; obstore cannot list them.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from customhouse.model.errors import CustomhouseError
from customhouse.storage.blobs.errors import BlobDamagedError, BlobsUnavailableError, gone, shorter
from customhouse.storage.blobs.interface import (
    Soundness,
    StoredBlob,
    blob_key,
    checked_range,
    sha256_of,
)
from customhouse.storage.blobs.staging import Staged, Staging

#: Bytes asked for at once; the next piece is fetched while one is handed out, and no request waits for a slow reader.
_PIECE = 1 << 20
#: Bytes of one part of an upload, and how many are under way: together the memory that one takes.
_PART = 8 << 20
_PARTS = 4
#: Seconds: to connect, without a byte coming, and for one request; each moves a piece or a part and no more.
_CONNECT, _SILENCE, _REQUEST = 5, 20, 60
#: How often a request is made again, and for how many seconds at most.
_RETRIES, _RETRYING = 4, 30
#: The variables that may name the server, in the order in which they count.
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
#: What S3 calls its errors: the one word of its answers that cannot hold a credential.
_CODE = re.compile(r"<Code>([A-Za-z]{1,64})</Code>")
_STATUS = re.compile(r"status code: ([0-9]{3})")
_HINT_BUCKET = "make the bucket, or name another: customhouse gateway --blobs s3://BUCKET/PREFIX"
_HINT_KEYS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key that may read, write, list and delete there"
_HINT_SERVER = "check that the server runs, AWS_ENDPOINT_URL, AWS_REGION and the way there; nothing was kept by halves"


class S3Blob:
    """An object of the bucket."""

    def __init__(self, store: "S3Blobs", sha256: str, size: int, mark: str) -> None:
        """Take what the bucket said of it."""
        self.size = size
        self.mark = mark
        self._store = store
        self._sha256 = sha256

    def read(self, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` up to `end`. See `Blob`."""
        checked_range(start, end, self.size)
        return self._pieces(start, end)

    async def _pieces(self, start: int, end: int) -> AsyncIterator[bytes]:
        if start == end:
            return
        ahead = self._ask(start, end)
        try:
            while start < end:
                piece = await ahead
                if len(piece) != min(_PIECE, end - start):
                    raise shorter(self._sha256, start + len(piece), self.size)
                start += len(piece)
                if start < end:
                    ahead = self._ask(start, end)
                yield piece
        finally:
            ahead.cancel()

    def _ask(self, start: int, end: int) -> "asyncio.Task[bytes]":
        task = asyncio.create_task(self._store.piece(self._sha256, start, min(end, start + _PIECE)))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())  # a reader that left asks for none
        return task


class S3Blobs:
    """A store in a bucket."""

    def __init__(self, bucket: str, prefix: str, staging: Staging, environ: Mapping[str, str]) -> None:
        """Prepare; nothing is asked yet. obstore takes everything but the place from the AWS_* variables itself.

        Raises CustomhouseError when they make no sense.
        """
        self._staging = staging
        self._where = f"s3://{bucket}/{prefix}".rstrip("/")
        try:
            self._store = S3Store(
                bucket,
                prefix=prefix or None,
                client_options={
                    "connect_timeout": timedelta(seconds=_CONNECT),
                    "read_timeout": timedelta(seconds=_SILENCE),
                    "timeout": timedelta(seconds=_REQUEST),
                    "allow_http": _unencrypted(environ),
                },
                retry_config={"max_retries": _RETRIES, "retry_timeout": timedelta(seconds=_RETRYING)},
                # One at a time is deleted here, and not every server knows the request for many.
                disable_bulk_delete=True,
            )
        except (BaseError, ValueError, TypeError):
            raise CustomhouseError(
                f"{self._where} cannot be opened with what the AWS_* variables say",
                hint="check AWS_ENDPOINT_URL, AWS_REGION and the other AWS_* variables for typing mistakes",
            ) from None

    def stage(self) -> Staged:
        """Begin a file."""
        return self._staging.stage()

    async def commit(self, staged: Staged) -> str:
        """Upload a staged file, in parts where it is large. The file stays until its context ends."""
        sha256 = staged.sha256
        staged.seal()
        with self._telling(f"the blob {sha256} was not kept"):
            try:
                await obstore.put_async(
                    self._store, blob_key(sha256), staged.path, chunk_size=_PART, max_concurrency=_PARTS
                )
            except FileNotFoundError:
                raise self._no_bucket() from None
        return sha256

    async def has(self, sha256: str) -> bool:
        """Say whether a blob is there."""
        return await self.open(sha256) is not None

    async def open(self, sha256: str) -> S3Blob | None:
        """Return a blob, None when it is not there."""
        key = blob_key(sha256)
        with self._telling(f"the blob {sha256} cannot be asked for"):
            try:
                found = await obstore.head_async(self._store, key)
            except FileNotFoundError:
                return None
        mark = f"{found.get('e_tag')} {found.get('version')} {found['last_modified'].timestamp()}"
        return S3Blob(self, sha256, found["size"], mark)

    async def piece(self, sha256: str, start: int, end: int) -> bytes:
        """Fetch a part of a blob. Raises BlobsUnavailableError."""
        with self._telling(f"the blob {sha256} cannot be read"):
            try:
                return bytes(await obstore.get_range_async(self._store, blob_key(sha256), start=start, end=end))
            except FileNotFoundError:
                raise gone(sha256) from None

    @asynccontextmanager
    async def local_path(self, sha256: str) -> AsyncIterator[Path | None]:
        """Give a copy, fetched and held against its digest."""
        blob = await self.open(sha256)
        if blob is None:
            yield None
            return
        with self._staging.stage() as copy:
            async for piece in blob.read(0, blob.size):
                await asyncio.to_thread(copy.write, piece)
            if copy.sha256 != sha256:
                raise BlobDamagedError(
                    f"the blob {sha256} of {self._where} has other bytes: {copy.sha256}",
                    hint="delete it, so that it is fetched anew, and look for who else writes to the bucket",
                )
            yield copy.path

    async def delete(self, sha256: str) -> None:
        """Remove a blob."""
        key = blob_key(sha256)
        with self._telling(f"the blob {sha256} cannot be removed"):
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError:
                return

    async def sizes(self) -> AsyncIterator[StoredBlob]:
        """Yield every blob, as the bucket lists them: a thousand at a request."""
        with self._telling("the blobs cannot be listed"):
            async for several in obstore.list(self._store, "sha256", chunk_size=1000):
                for each in several:
                    sha256 = sha256_of(*each["path"].split("/")[-2:])
                    if sha256 is not None:
                        yield StoredBlob(sha256, each["size"], each["last_modified"].timestamp())

    async def verify(self, sha256: str) -> Soundness:
        """Read a blob whole and hold it against its digest."""
        blob = await self.open(sha256)
        if blob is None:
            return "missing"
        digest = hashlib.sha256()
        try:
            async for piece in blob.read(0, blob.size):
                await asyncio.to_thread(digest.update, piece)
        except BlobDamagedError:
            return "damaged"
        return "sound" if digest.hexdigest() == sha256 else "damaged"

    async def sweep_staging(self, older_than: timedelta) -> int:
        """Remove what killed processes left on the local disk."""
        return await asyncio.to_thread(self._staging.sweep, older_than)

    async def check(self) -> None:
        """List a little of the bucket: asked for one blob, a bucket that is not there says only that it has none."""
        with self._staging.stage() as trial:
            trial.write(b"?")
        with self._telling("the bucket cannot be used"):
            async for _ in obstore.list(self._store, "sha256", chunk_size=1):
                return

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        """Tell obstore's errors as ours. Their texts show requests and answers whole, so next to nothing of them is."""
        try:
            yield
        except BaseError as error:
            if "NoSuchBucket" in str(error):
                raise self._no_bucket() from None
            if _refused(error):
                said, hint = f"the key may not do that{_detail(error)}", _HINT_KEYS
            else:
                said, hint = f"no usable answer{_detail(error)}", _HINT_SERVER
        except OSError as error:
            said, hint = error.strerror or type(error).__name__, "check the disk that files are staged on"
        else:
            return
        raise BlobsUnavailableError(f"{self._where}: {what}: {said}", hint=hint) from None

    def _no_bucket(self) -> BlobsUnavailableError:
        return BlobsUnavailableError(f"{self._where}: there is no such bucket", hint=_HINT_BUCKET)


def _refused(error: BaseError) -> bool:
    """Whether it is a matter of rights; a refused listing has no class of its own."""
    status = _STATUS.search(str(error))
    return isinstance(error, PermissionDeniedError | UnauthenticatedError) or (
        status is not None and status.group(1) in ("401", "403")
    )


def _detail(error: Exception) -> str:
    text = str(error)
    found = _CODE.search(text) or _STATUS.search(text)
    return f" ({found.group(1)})" if found else ""


def _unencrypted(environ: Mapping[str, str]) -> bool:
    """Whether the configured server is spoken to without TLS, which its address says and obstore asks to be told."""
    endpoint = next((environ[name] for name in _ENDPOINTS if environ.get(name)), "")
    return urlsplit(endpoint).scheme == "http" or environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true", "yes")
