"""Files of packages whose digests a campaign names: bytes that are known, whatever they are called."""

import hashlib
import os
from pathlib import Path

from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.reading import UnreadError, file_time, read_file
from customhouse.model.hunt import Hit, Place

#: Bytes of one file, and of all files below one folder, that are hashed.
_MAX_FILE = 32 * 1024 * 1024
_BUDGET = 16 << 30


def read_file_digests(folder: Path, asset: str, findings: Findings) -> None:
    """Hash every file below a folder when a campaign names digests of files. Never raises."""
    lengths = {len(digest) for digest in findings.digests}
    algorithms = [name for name, length in (("sha256", 64), ("sha1", 40), ("md5", 32)) if length in lengths]
    if not algorithms:
        return
    count = total = large = 0
    for here, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(here, name)  # noqa: PTH118
            try:
                state = os.lstat(path)
                if state.st_size > _MAX_FILE:
                    large += 1
                    continue
                if os.path.islink(path) or total + state.st_size > _BUDGET:  # noqa: PTH114
                    continue
                data = read_file(path, _MAX_FILE)
            except (OSError, ValueError, UnreadError):
                continue
            count += 1
            total += len(data)
            for algorithm in algorithms:
                digest = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
                if digest in findings.digests:
                    _tell(path, algorithm, digest, asset, findings)
    if total + _MAX_FILE > _BUDGET:
        findings.unexamined(folder, f"not all of its files were hashed: they are more than {_BUDGET >> 30} GiB")
    note = f"{large} files larger than {_MAX_FILE >> 20} MiB were not hashed" if large else ""
    findings.looked(folder, "digests of files", asset, files=count, bytes=total, note=note)


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
