"""Archives made by hand, for what no honest writer would write."""

import gzip
import io
import mmap
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from typing import Any

from customhouse.archives.interface import DEFAULT_LIMITS, Limits, StreamedMember
from customhouse.archives.stream import MemberStream, open_archive

END = bytes(1024)
#: Bytes of an archive that is read in every kind of buffer.
_TWICE = 200_000


def header(  # noqa: PLR0913 - one for each field of the block
    name: bytes = b"package/a.js",
    size: int | bytes = 0,
    *,
    flag: bytes = b"0",
    link: bytes = b"",
    mode: int | bytes = 0o644,
    prefix: bytes = b"",
    magic: bytes = b"ustar\x0000",
    mtime: bytes = b"00000000000\0",
    checksum: bytes | None = None,
) -> bytes:
    """Return one header block with its checksum put right, or the one given."""
    block = bytearray(512)
    block[0 : len(name)] = name
    block[100:108] = mode if isinstance(mode, bytes) else b"%07o\0" % mode
    block[108:124] = b"0000000\0" * 2
    block[124:136] = size if isinstance(size, bytes) else b"%011o\0" % size
    block[136:148] = mtime
    block[148:156] = b" " * 8
    block[156:157] = flag
    block[157 : 157 + len(link)] = link
    block[257 : 257 + len(magic)] = magic
    block[345 : 345 + len(prefix)] = prefix
    block[148:156] = b"%06o\0 " % sum(block) if checksum is None else checksum
    return bytes(block)


def padded(body: bytes) -> bytes:
    return body + bytes(-len(body) % 512)


def member(name: bytes = b"package/a.js", body: bytes = b"", **fields: Any) -> bytes:
    fields.setdefault("size", len(body))
    return header(name, **fields) + padded(body)


def record(key: bytes, value: bytes) -> bytes:
    rest = b" %b=%b\n" % (key, value)
    length = len(rest) + 1
    while len(b"%d" % length) + len(rest) != length:
        length += 1
    return b"%d" % length + rest


def pax(*records: bytes, flag: bytes = b"x", **fields: Any) -> bytes:
    return member(b"PaxHeader/a", b"".join(records), flag=flag, **fields)


def tgz(*parts: bytes, end: bytes = END) -> bytes:
    return gzip.compress(b"".join(parts) + end, 6, mtime=0)


def plain_tar(members: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return out.getvalue()


def plain_zip(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name), body, method)
    return out.getvalue()


class ZipEntry:
    """One zip entry whose two headers may say different things; `local` and `central` override fields."""

    def __init__(self, name: bytes, body: bytes = b"", **more: Any) -> None:
        self.name = name
        self.method = more.get("method", 8)
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        self.packed = more.get("packed", deflate.compress(body) + deflate.flush() if self.method == 8 else body)
        self.fields = {
            "name": name,
            "flags": more.get("flags", 0),
            "method": self.method,
            "crc": zlib.crc32(body),
            "packed": len(self.packed),
            "size": len(body),
            "extra": b"",
        }
        self.local = self.fields | more.get("local", {})
        self.central = self.fields | more.get("central", {})
        self.mode = more.get("mode", 0)
        self.descriptor = more.get("descriptor", b"")
        self.gap = more.get("gap", b"")
        self.listed = more.get("listed", True)
        self.offset: int | None = more.get("offset")


def zip_of(*entries: ZipEntry, before: bytes = b"", comment: bytes = b"", after: bytes = b"", **end: int) -> bytes:
    out = bytearray(before)
    offsets = []
    for entry in entries:
        out += entry.gap
        offsets.append(len(out) - len(before) * end.get("shifted", 0) if entry.offset is None else entry.offset)
        f = entry.local
        out += struct.pack(
            "<4s5H3L2H", b"PK\x03\x04", 20, f["flags"], f["method"], 0, 33, f["crc"], f["packed"], f["size"],
            len(f["name"]), len(f["extra"]),
        )  # fmt: skip
        out += f["name"] + f["extra"] + entry.packed + entry.descriptor
    start = len(out)
    listed = 0
    for entry, offset in zip(entries, offsets, strict=True):
        if not entry.listed:
            continue
        listed += 1
        f = entry.central
        out += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 0x0314, 20, f["flags"], f["method"], 0, 33, f["crc"], f["packed"], f["size"],
            len(f["name"]), len(f["extra"]), 0, 0, 0, entry.mode << 16, offset,
        )  # fmt: skip
        out += f["name"] + f["extra"]
    size = len(out) - start
    start -= len(before) * end.get("shifted", 0)
    count = end.get("count", listed)
    out += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, start, end.get("comment", len(comment)))
    return bytes(out) + comment + after


def read(
    data: bytes, filename: str = "a-1.0.0.tgz", limits: Limits = DEFAULT_LIMITS
) -> tuple[list[StreamedMember], Any]:
    """Read to the end; return members and the stream. From a mapped file, or a part of one, come the same."""
    stream = open_archive(data, filename, limits)
    members = list(stream)
    if 0 < len(data) < _TWICE:
        for buffer in (memoryview(b"?" + data + b"?")[1:-1], map_of(data)):
            other = open_archive(buffer, filename, limits)
            assert list(other) == members
            assert other.issues == stream.issues
    return members, stream


def map_of(data: bytes) -> mmap.mmap:
    """Return a mapping of these bytes, as of a file."""
    made = mmap.mmap(-1, len(data))
    made[:] = data
    return made


def kinds(stream: MemberStream) -> list[str]:
    return [issue.kind for issue in stream.issues]


def files(members: Iterable[StreamedMember]) -> list[tuple[str, bytes]]:
    return [(member.path, member.data) for member in members if member.kind == "file"]
