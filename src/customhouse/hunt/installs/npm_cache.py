"""npm's cache (`_cacache`): its index tells which archives were fetched and when, its content store whether they stay.

An entry for a package's document says only that npm asked about the package, so it is counted and accuses nobody.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.npm_archive import content_path
from customhouse.hunt.installs.npm_log import archive_release
from customhouse.hunt.installs.reading import UnreadError, entries, read_file
from customhouse.model.digest import Digest, parse_sri
from customhouse.model.hunt import Moment, Place

_MAX_BUCKET = 64 * 1024 * 1024
_MAX_ARCHIVE = 256 * 1024 * 1024
_LAST = 253402300799


class _Entry(msgspec.Struct, frozen=True):
    """One line of a bucket; of several with one key the last counts, and one without integrity is a tombstone."""

    key: str
    integrity: str | None = None
    #: Milliseconds since 1970.
    time: float = 0
    size: int | None = None


_DECODER = msgspec.json.Decoder(_Entry)


def read_npm_cache(cache: Path, findings: Findings) -> None:
    """Read a cache's index, bucket by bucket. Never raises."""
    names = {name.rpartition("/")[2].encode() for ecosystem, name in findings.asked.names if ecosystem == "npm"}
    buckets = archives = documents = broken = 0
    index = cache / "index-v5"
    for first in entries(index, findings)[0]:
        for second in entries(index / first, findings)[0]:
            for name in entries(index / first / second, findings)[1]:
                path = index / first / second / name
                buckets += 1
                try:
                    data = read_file(path, _MAX_BUCKET)
                except UnreadError as error:
                    findings.unexamined(path, str(error))
                    continue
                archives += data.count(b".tgz")
                if not any(name in data for name in names):
                    continue
                for number, line in enumerate(data.split(b"\n"), 1):
                    entry = _entry(line)
                    if entry is None:
                        broken += bool(line.strip())
                    elif not _tell(entry, Place(str(path), number), cache, findings):
                        documents += 1
    note = f"{documents} entries for documents of packages that are asked for, which show no fetch" if documents else ""
    findings.looked(cache, "npm cache", str(cache.parent), buckets=buckets, archives=archives, broken=broken, note=note)


def _entry(line: bytes) -> _Entry | None:
    """Read a line: the SHA-1 of its JSON, a tab, the JSON. None where the two do not agree."""
    digest, _, text = line.partition(b"\t")
    if hashlib.sha1(text, usedforsecurity=False).hexdigest().encode() != digest:
        return None
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def _tell(entry: _Entry, place: Place, cache: Path, findings: Findings) -> bool:
    """Tell of an archive's entry; return False for an entry that is of no archive."""
    release = archive_release(entry.key)
    if release is None:
        return False
    at = datetime.fromtimestamp(min(max(entry.time / 1000, 0), _LAST), UTC)
    message = f"npm's cache has the archive of {release[0]}@{release[1]}"
    seen = ""
    if entry.integrity is None:
        message = f"npm's cache had the archive of {release[0]}@{release[1]}, and was told to forget it"
    else:
        content = next(
            (path for one in parse_sri(entry.integrity) if (path := content_path(cache, one)).is_file()), None
        )
        if content is None:
            message += ", whose bytes are gone"
        else:
            seen, known = _checked(content, release, findings)
            message += f", whose bytes are still there{known}"
    findings.release(
        "npm",
        *release,
        "fetched",
        message,
        place,
        str(cache.parent),
        when=Moment(at, by="cache entry"),
        excerpt=entry.key,
        digest=seen,
    )
    return True


def _checked(content: Path, release: tuple[str, str], findings: Findings) -> tuple[str, str]:
    """Hash what is kept of an affected release; say whether it is what the campaign's sources report."""
    affected = findings.affected("npm", *release)
    if not affected:
        return "", ""
    try:
        data = read_file(content, _MAX_ARCHIVE)
    except UnreadError as error:
        return "", f" ({error})"
    wanted: set[Digest] = {digest for _, each in affected for digest in each.digests}
    same = any(hashlib.new(one.algorithm, data, usedforsecurity=False).hexdigest() == one.hex for one in wanted)
    return f"sha256:{hashlib.sha256(data).hexdigest()}", " and are those that were reported" if same else ""
