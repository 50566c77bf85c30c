"""What must hold of any bytes, asserted by the archive targets."""
# ruff: noqa: S101 - asserting is what it does

import mmap
from typing import get_args

from customhouse.archives.interface import Limits
from customhouse.archives.stream import open_archive
from customhouse.model.content import ArchiveIssueKind, MemberKind

LIMITS = Limits(
    max_members=2_000,
    max_unpacked=8 << 20,
    max_member=1 << 20,
    ratio_floor=2 << 20,
    nested_budget=2 << 20,
    max_names=1 << 20,
)
ISSUE_KINDS = frozenset(get_args(ArchiveIssueKind))
MEMBER_KINDS = frozenset(get_args(MemberKind))


def check(data: bytes, filename: str) -> None:
    """Read the bytes to the end, and again where they are mapped: any exception is a finding, and any difference."""
    stream = open_archive(data, filename, LIMITS)
    members = tuple(stream)
    if data:
        with mmap.mmap(-1, len(data)) as place:
            place[:] = data
            mapped = open_archive(place, filename, LIMITS)
            assert tuple(mapped) == members
            assert mapped.issues == stream.issues
            del mapped
    count = total = 0
    for member in members:
        count += 1
        total += member.size
        parts = member.path.split("/")
        assert member.path
        assert not member.path.startswith("/"), member.path
        assert not {"", ".", ".."} & set(parts), member.path
        assert member.kind in MEMBER_KINDS
        assert len(member.data) <= LIMITS.max_member
        assert not member.data or len(member.data) == member.size
        assert not (member.withheld and member.data)
        assert len(member.sha256) in (0, 64)
        member.path.encode()
    assert count <= LIMITS.max_members
    assert total <= LIMITS.max_unpacked
    assert count or stream.issues, "nothing read and nothing said"
    for issue in stream.issues:
        assert issue.kind in ISSUE_KINDS
        assert issue.detail
        assert issue.member.isprintable(), issue.member
        issue.member.encode()
        issue.detail.encode()
