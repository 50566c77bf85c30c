"""An installed package against the archive that npm's cache still has of it, address by address of its content."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from customhouse.archives.stream import Limits, open_archive
from customhouse.hunt.installs.reading import UnreadError, read_file
from customhouse.model.digest import Digest
from customhouse.model.locked import LockedPackage

#: Bytes of an archive, and of a file, that are compared.
_MAX_ARCHIVE = 256 * 1024 * 1024
_MAX_FILE = 64 * 1024 * 1024
_LIMITS = Limits(max_members=50_000, max_unpacked=1 << 30, max_member=1 << 20)
#: Files that are named; the rest is counted.
_NAMED = 3
#: npm itself writes these anew as it unpacks: with the bin's line ends, or with fields of its own (npm 6).
_REWRITTEN = frozenset({"package.json"})


def content_path(cache: Path, digest: Digest) -> Path:
    """Return where a cache (`_cacache`) keeps the content of a digest."""
    return cache / "content-v2" / digest.algorithm / digest.hex[:2] / digest.hex[2:4] / digest.hex[4:]


def differs_from_archive(package: LockedPackage, folder: str, caches: Sequence[Path]) -> list[str]:
    """Say how a package's folder differs from its archive, a clause each; empty where it does not, or none is kept."""
    for digest in package.integrity:
        for cache in caches:
            try:
                data = read_file(content_path(cache, digest), _MAX_ARCHIVE)
            except UnreadError:
                continue
            if hashlib.new(digest.algorithm, data, usedforsecurity=False).hexdigest() == digest.hex:
                return list(_differences(data, folder))
    return []


def _differences(data: bytes, folder: str) -> Iterator[str]:
    gone: list[str] = []
    changed: list[str] = []
    stream = open_archive(data, "package.tgz", _LIMITS)
    for member in stream:
        if member.kind != "file":
            continue
        path = os.path.join(folder, member.path)  # noqa: PTH118 - the archive's names are put below the root
        if not os.path.lexists(path):
            gone.append(member.path)
        elif member.path not in _REWRITTEN and member.size <= _MAX_FILE:
            try:
                own = hashlib.sha256(read_file(path, _MAX_FILE)).hexdigest()
            except UnreadError:
                continue
            if own != member.sha256 and not member.executable:
                changed.append(member.path)
    if gone:
        yield f"its archive, which npm's cache still has, holds {_several(gone)}, and its folder does not"
    if changed:
        yield f"{_several(changed)} differ from what its archive holds"


def _several(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(sorted(names)[:_NAMED]) + (f" and {more} more" if more > 0 else "")
