"""pip's HTTP cache (and Poetry's, which is the same library's): answers stored under a digest of their address.

The address is not kept, and older entries are serialised objects that nobody should load. But an archive names itself:
a wheel by the `.dist-info` in its directory, an sdist by its first member, a metadata file by its headers. Nothing is
deserialised; the beginning and the end of each file are searched.
"""

import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from customhouse.hunt.installs.archive_names import projects
from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.reading import file_time, walked
from customhouse.model.hunt import Grade, Place
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import pypi_name

#: Bytes at either end that are searched; the directory of a wheel with ten thousand members is about as long.
_HEAD, _TAIL = 64 * 1024, 1024 * 1024
#: In a zip's central directory: its magic, then within the fixed part and the name a `.dist-info` folder.
_WHEEL = lazy_regex(
    rb"PK\x01\x02.{42}([A-Za-z0-9][A-Za-z0-9._]{0,120})-([0-9][A-Za-z0-9.+!_]{0,60})\.dist-info/", re.DOTALL
)
_SDIST = lazy_regex(rb"([A-Za-z0-9][A-Za-z0-9._-]{0,120})-([0-9][A-Za-z0-9.+!_]{0,60})(?:/|\.tar\0)")
_METADATA = lazy_regex(rb"Metadata-Version: [0-9.]{1,8}\r?\nName: ([^\r\n]{1,120})\r?\nVersion: ([^\r\n]{1,60})")
_GZIP = b"\x1f\x8b\x08"


def read_http_cache(cache: Path, findings: Findings) -> None:
    """Search every entry of a cache. Never raises."""
    wanted = frozenset(projects(findings))
    count = unread = 0
    for folder, _, names in walked(cache, findings):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118
            count += 1
            try:
                head, tail = _ends(path)
            except (OSError, ValueError):
                unread += 1
                continue
            for project, version, grade in dict.fromkeys(_releases(head, tail)):
                if project in wanted:
                    what = "the archive" if grade == "fetched" else "the metadata"
                    message = f"pip's HTTP cache has {what} of {project}=={version}"
                    findings.release(
                        "pypi", project, version, grade, message, Place(path), str(cache), when=file_time(path)
                    )
    if unread:
        findings.unexamined(cache, f"{unread} of its entries cannot be read")
    findings.looked(cache, "pip HTTP cache", str(cache), entries=count)


def _ends(path: str) -> tuple[bytes, bytes]:
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
        head = file.read(_HEAD)
        if b"PK\x03\x04" not in head:
            return head, b""
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - _TAIL))
        return head, file.read(_TAIL)


def _releases(head: bytes, tail: bytes) -> Iterator[tuple[str, str, Grade]]:
    if wheel := _WHEEL.search(tail):
        yield _named(wheel[1], wheel[2], "fetched")
    start = head.find(_GZIP)
    if start >= 0 and (sdist := _SDIST.match(_first_member(head[start:]))):
        yield _named(sdist[1], sdist[2], "fetched")
    if metadata := _METADATA.search(head):
        yield _named(metadata[1], metadata[2], "resolved")


def _named(name: bytes, version: bytes, grade: Grade) -> tuple[str, str, Grade]:
    return pypi_name(name.decode("utf-8", "replace")), version.decode("utf-8", "replace").replace("_", "+"), grade


def _first_member(data: bytes) -> bytes:
    """Return the first name in a gzipped tar; empty where it cannot be unpacked that far."""
    try:
        return zlib.decompressobj(31).decompress(data, 512)
    except zlib.error:
        return b""
