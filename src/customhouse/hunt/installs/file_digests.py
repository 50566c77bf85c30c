"""Files of packages whose digests a campaign names: bytes that are known, whatever they are called."""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.reading import UnreadError, file_time, read_file, walked
from customhouse.model.hunt import Hit, Place

#: Bytes of one file, and of all files below one folder, that are hashed.
_MAX_FILE = 32 * 1024 * 1024
_BUDGET = 16 << 30
#: Hex digits of what campaigns may name (docs/indicators.md).
_LENGTHS = {"sha512": 128, "sha256": 64, "sha1": 40, "md5": 32}


class _Counts(msgspec.Struct):
    files: int = 0
    size: int = 0
    large: int = 0
    unread: int = 0


def read_file_digests(folder: Path, asset: str, findings: Findings) -> None:
    """Hash every file below a folder when a campaign names digests of files. Never raises."""
    lengths = {len(digest) for digest in findings.digests}
    algorithms = [name for name, length in _LENGTHS.items() if length in lengths]
    if not algorithms:
        return
    counts = _Counts()
    for path, data in _files(folder, counts, findings):
        for algorithm in algorithms:
            digest = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
            if digest in findings.digests:
                _tell(path, algorithm, digest, asset, findings)
    if counts.unread:
        findings.unexamined(folder, f"{counts.unread} of its files cannot be read, so their digests are not known")
    if counts.size + _MAX_FILE > _BUDGET:
        findings.unexamined(folder, f"not all of its files were hashed: they are more than {_BUDGET >> 30} GiB")
    note = f"{counts.large} files larger than {_MAX_FILE >> 20} MiB were not hashed" if counts.large else ""
    findings.looked(folder, "digests of files", asset, files=counts.files, bytes=counts.size, note=note)


def _files(folder: Path, counts: _Counts, findings: Findings) -> Iterator[tuple[str, bytes]]:
    for here, _, names in walked(folder, findings):
        for name in names:
            path = os.path.join(here, name)  # noqa: PTH118
            try:
                state = os.lstat(path)
                if stat.S_ISREG(state.st_mode) and state.st_size > _MAX_FILE:
                    counts.large += 1
                if (
                    not stat.S_ISREG(state.st_mode)
                    or state.st_size > _MAX_FILE
                    or counts.size + state.st_size > _BUDGET
                ):
                    continue
                data = read_file(path, _MAX_FILE)
            except (OSError, ValueError):
                continue
            except UnreadError as error:
                counts.unread += error.refused
                continue
            counts.files += 1
            counts.size += len(data)
            yield path, data


def _tell(path: str, algorithm: str, digest: str, asset: str, findings: Findings) -> None:
    for campaign, fact in findings.digests[digest]:
        note = f" ({fact.note})" if fact.note else ""
        findings.notes.hit(
            Hit(
                campaign.id,
                asset,
                "install",
                "fetched",
                f"{algorithm}:{digest}",
                f"{Path(path).name} has the digest of the campaign's {fact.role}{note}",
                Place(path),
                fact.confidence,
                file_time(path),
                digest=f"sha256:{digest}" if algorithm == "sha256" else "",
            )
        )
