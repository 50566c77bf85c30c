"""Fuzzes the reading of a wheel's RECORD: issues of the kinds that there are, at most as many as are kept.

Run: `python fuzz/fuzz_wheel_record.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import hashlib
import sys
from typing import get_args

import atheris
import msgspec

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.evidence.wheel_record import record_issues
    from customhouse.model.content import Member, RecordIssueKind

MOST = 100
KINDS = frozenset(get_args(RecordIssueKind))
MEMBERS = (
    Member("a/__init__.py", 1, hashlib.sha256(b"a").hexdigest()),
    Member("a-1.dist-info/RECORD", 1, hashlib.sha256(b"").hexdigest()),
    Member("a.pth", 1, ""),
)


def one(data: bytes) -> None:
    issues = record_issues({"a-1.dist-info/RECORD": data}, MEMBERS)
    if len(issues) > MOST:
        raise AssertionError(len(issues))
    if not {issue.kind for issue in issues} <= KINDS:
        raise AssertionError(issues)
    msgspec.msgpack.encode(issues)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
