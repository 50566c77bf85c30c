"""A wheel's RECORD beside its members: what it does not list, and what it lists with another digest.

The format is that of the binary distribution specification: a CSV of path, `algorithm=digest` (base64 without padding)
and size. RECORD itself and its signatures have no digest. pip does not compare the digests; other installers and the
index do.
"""

import base64
import csv
from collections.abc import Iterable, Iterator, Mapping

from customhouse.model.content import Member, RecordIssue
from customhouse.model.lazy_regex import lazy_regex

_RECORD = lazy_regex(r"^[^/]+\.dist-info/RECORD$")
_UNLISTED = (".dist-info/RECORD", ".dist-info/RECORD.jws", ".dist-info/RECORD.p7s")
_MAX_ISSUES = 100


def record_issues(manifests: Mapping[str, bytes], members: Iterable[Member]) -> tuple[RecordIssue, ...]:
    """Compare; at most 100 issues, those of code first. Of members with one path the last counts, as for unpackers."""
    path = min((path for path in manifests if _RECORD.match(path)), key=len, default=None)
    if path is None:
        return (RecordIssue("absent", "RECORD"),)
    try:
        listed = _listed(manifests[path])
    except (UnicodeDecodeError, csv.Error):
        return (RecordIssue("unreadable", path),)
    return tuple(sorted(_issues(listed, members), key=_weight)[:_MAX_ISSUES])


def _listed(data: bytes) -> dict[str, str]:
    """Every path that RECORD lists, and the digest as written."""
    rows = csv.reader(data.decode("utf-8-sig").splitlines())
    return {row[0].replace("\\", "/").removeprefix("./"): row[1] if len(row) > 1 else "" for row in rows if row}


def _issues(listed: Mapping[str, str], members: Iterable[Member]) -> Iterator[RecordIssue]:
    found = {member.path: member for member in members}
    for path, member in found.items():
        if path.endswith(_UNLISTED):
            continue
        said = listed.get(path)
        if said is None:
            yield RecordIssue("unlisted", path)
        elif member.sha256 and said.startswith("sha256=") and said[7:].rstrip("=") != _encoded(member.sha256):
            yield RecordIssue("digest", path)
    for path in listed:
        if path not in found and not path.endswith("/"):
            yield RecordIssue("missing", path)


def _encoded(sha256: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")


def _weight(issue: RecordIssue) -> tuple[bool, str, str]:
    return not issue.path.endswith((".py", ".pth", ".so", ".pyd", ".dll")), issue.kind, issue.path
