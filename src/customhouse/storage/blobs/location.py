"""Opening the store that a location names."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from customhouse.model.errors import CustomhouseError
from customhouse.storage.blobs.interface import Blobs
from customhouse.storage.blobs.local import LocalBlobs
from customhouse.storage.blobs.staging import Staging

_HINT = "give a folder, file:///FOLDER, or s3://BUCKET/PREFIX with the AWS_* variables set"
#: Two letters at least: one is a drive of Windows.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
#: What S3 lets a bucket be called (docs, Bucket naming rules), the older underscores and capitals included.
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")


def open_blobs(location: str, staging: Path) -> Blobs:
    """Open a store: a folder, `file:///…`, or `s3://bucket/prefix` with the usual AWS_* variables.

    `staging` is a folder on the local disk where files are received; on the same disk as the store they need not be
    copied. Folders are made where they are missing; a bucket is not asked for anything: see `Blobs.check`.

    Raises CustomhouseError for what is no location, BlobsUnavailableError when a folder cannot be made.
    """
    scheme = _SCHEME.match(location)
    if scheme is None:
        return _local(Path(location).expanduser() if location else None, staging)
    kind = scheme.group(1).lower()
    # Nothing of an address is shown in messages: somebody may have put a key into it.
    try:
        parts = urlsplit(location)
        plain = not (parts.query or parts.fragment or "@" in parts.netloc or parts.port)
    except ValueError:
        plain = False
    if not plain:
        raise CustomhouseError(
            f"the {kind[:20]} location of the blobs holds more than a place: a key, a port, or a question", hint=_HINT
        )
    if kind == "file":
        if parts.netloc not in ("", "localhost"):
            raise CustomhouseError("a file:// location names another machine", hint=f"{_HINT}; mind the three slashes")
        return _local(Path(unquote(parts.path)) if parts.path.strip("/") else None, staging)
    if kind != "s3":
        raise CustomhouseError(f"blobs cannot be kept at {kind[:20]}: locations", hint=_HINT)
    if not _BUCKET.fullmatch(parts.netloc):
        raise CustomhouseError("the s3 location of the blobs names no bucket", hint=_HINT)
    from customhouse.storage.blobs.s3 import S3Blobs  # noqa: PLC0415 - a folder need not pay for it

    return S3Blobs(parts.netloc, parts.path.strip("/"), Staging(staging), os.environ)


def _local(folder: Path | None, staging: Path) -> Blobs:
    if folder is None:
        raise CustomhouseError("the location of the blobs is empty", hint=_HINT)
    if folder.exists() and not folder.is_dir():
        raise CustomhouseError(f"{folder} is no folder, so no blobs can be kept there", hint=_HINT)
    return LocalBlobs(folder.absolute(), Staging(staging))
