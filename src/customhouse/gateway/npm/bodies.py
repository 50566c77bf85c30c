"""Bodies that clients send, unpacked within bounds."""

import zlib
from typing import Final

#: Bytes. A project of ten thousand packages asks with some hundred kilobytes, with its whole tree in some megabytes.
LARGEST: Final = 32 * 2**20
_GZIP: Final = 16 + zlib.MAX_WBITS


class BodyError(Exception):
    """A body that cannot be used. `status` is HTTP's word for it, `message` ours."""

    def __init__(self, status: int, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.status = status
        self.message = message


def unpacked(body: bytes, encoding: str) -> bytes:
    """Undo a Content-Encoding: none, or gzip as npm sends audits. Raises BodyError."""
    match encoding.strip().lower():
        case "" | "identity":
            plain = body
        case "gzip" | "x-gzip":
            plain = _inflated(body)
        case _:
            raise BodyError(415, "a body is taken as it is or in gzip")
    if len(plain) > LARGEST:
        raise BodyError(413, f"a body of more than {LARGEST >> 20} MiB is not taken")
    return plain


def _inflated(body: bytes) -> bytes:
    inflator = zlib.decompressobj(_GZIP)
    try:
        # One byte more than is taken shows that there is more.
        plain = inflator.decompress(body, LARGEST + 1)
    except zlib.error:
        raise BodyError(400, "the body says gzip and is none") from None
    if len(plain) <= LARGEST and (not inflator.eof or inflator.unused_data):
        raise BodyError(400, "the body ends before its gzip does, or goes on after it")
    return plain
