"""What registries said, kept as they said it: packuments and index pages, one file each by what was asked.

A document is written to a file aside and renamed, so that several processes may share the folder and a killed one
leaves nothing half. A file that does not read is as one that is not there.
"""

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import zstandard

from customhouse.model.errors import CustomhouseError

_HEADER = 4
#: The fastest level: packuments shrink to a fifth with it, at some hundred MB/s.
_LEVEL = 1


class KeptDocument(msgspec.Struct, frozen=True):
    """A document and how it came. `asked` is when it was last known to be current, in Unix seconds."""

    url: str
    content_type: str
    asked: float
    etag: str = ""
    last_modified: str = ""
    data: bytes = b""


class _Head(msgspec.Struct, frozen=True, array_like=True):
    url: str
    content_type: str
    asked: float
    etag: str
    last_modified: str
    digest: bytes


class DocumentCache:
    """A folder of documents by the question that they answer: an address, and what was accepted."""

    def __init__(self, directory: Path) -> None:
        """Use (or make) a folder. Raises CustomhouseError when it cannot be written."""
        self._directory = directory
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CustomhouseError(
                f"documents cannot be kept in {directory}: {error.strerror}", hint="name another folder with --state"
            ) from None

    def get(self, question: str) -> KeptDocument | None:
        """Return what was answered to a question; None when that is not known or does not read."""
        try:
            content = self._path(question).read_bytes()
            length = int.from_bytes(content[:_HEADER], "big")
            head = msgspec.msgpack.decode(content[_HEADER : _HEADER + length], type=_Head)
            data = zstandard.ZstdDecompressor().decompress(content[_HEADER + length :])
        except (OSError, msgspec.MsgspecError, zstandard.ZstdError):
            return None
        if hashlib.sha256(data).digest() != head.digest:
            return None
        return KeptDocument(head.url, head.content_type, head.asked, head.etag, head.last_modified, data)

    def put(self, question: str, document: KeptDocument) -> None:
        """Keep an answer. A folder that is full or gone costs only the time to ask again."""
        head = msgspec.msgpack.encode(
            _Head(
                document.url,
                document.content_type,
                document.asked,
                document.etag,
                document.last_modified,
                hashlib.sha256(document.data).digest(),
            )
        )
        packed = zstandard.ZstdCompressor(_LEVEL).compress(document.data)
        path = self._path(question)
        aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(len(head).to_bytes(_HEADER, "big") + head + packed)
            aside.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                aside.unlink()

    def forget(self, question: str) -> None:
        """Drop an answer."""
        with contextlib.suppress(OSError):
            self._path(question).unlink()

    def shrink(self, most: int) -> int:
        """Drop what was written longest ago until at most `most` bytes are left; return how many bytes were dropped.

        Files aside that a killed process left, an hour old, go too.
        """
        files = sorted(self._files())
        left, dropped = sum(size for _, size, _ in files), 0
        for written, size, path in files:
            abandoned = path.name.startswith(".") and time.time() - written > 3600  # noqa: PLR2004 - an hour
            if left - dropped <= most and not abandoned:
                continue
            with contextlib.suppress(OSError):
                path.unlink()
                dropped += size
        return dropped

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._directory.glob("*/*"):
            with contextlib.suppress(OSError):
                found = path.stat()
                yield found.st_mtime, found.st_size, path

    def _path(self, question: str) -> Path:
        name = hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()
        return self._directory / name[:2] / name[2:]
