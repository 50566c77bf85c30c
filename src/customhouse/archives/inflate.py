"""Inflating what gzip and deflate packed: zlib-ng, which takes and refuses what installers' zlib does (ADR 25)."""

from typing import TYPE_CHECKING, cast

from zlib_ng import zlib_ng

if TYPE_CHECKING:
    from zlib_ng.zlib_ng import _Decompress

#: A stream is damaged. The library's own declaration calls it an instance.
InflateError = cast("type[Exception]", zlib_ng.error)
crc32 = zlib_ng.crc32


def gzip_stream() -> "_Decompress":
    """Begin a gzip stream; its checksum and length are verified at its end."""
    return zlib_ng.decompressobj(31)


def deflate_stream() -> "_Decompress":
    """Begin a bare deflate stream, as in a zip, which has a checksum of its own."""
    return zlib_ng.decompressobj(-15)
