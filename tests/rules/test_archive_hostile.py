from typing import get_args

import pytest

from customhouse.model.content import ArchiveIssue, ArchiveIssueKind
from customhouse.model.finding import Location
from customhouse.rules.archive.archive_hostile import RULE
from rules.cases import case, content, findings, only


def issues(*found):
    return case(contents=(content(issues=found),))


@pytest.mark.parametrize("kind", get_args(ArchiveIssueKind))
def test_every_kind_has_a_grade_and_a_sentence(kind):
    finding = only(RULE, issues(ArchiveIssue(kind, "package/a", "why")))
    assert finding.message.startswith("request-maker-1.14.1.tgz ")
    assert "(package/a: why)" in finding.message
    assert finding.locations == (Location("package/a"),)


@pytest.mark.parametrize(
    ("severity", "kinds"),
    [
        ("critical", ("traversal", "absolute-name", "link-escape", "device")),
        ("high", ("too-large", "ratio", "too-many-members", "duplicate-name", "central-local-disagreement")),
        ("high", ("truncated", "corrupt", "encrypted")),
        ("medium", ("undecodable-name", "unsupported", "outside-root")),
        ("low", ("case-collision", "special-mode", "trailing-data", "nested-archive")),
    ],
)
def test_grades(severity, kinds):
    assert {only(RULE, issues(ArchiveIssue(kind, "a", ""))).severity for kind in kinds} == {severity}


def test_one_finding_a_kind_however_many_members():
    many = [ArchiveIssue("traversal", f"../{number}", "") for number in range(1000)]
    finding = only(RULE, issues(*many))
    assert "(../0) and 999 more" in finding.message
    assert len(finding.locations) == 5


def test_the_archive_itself_is_the_place_when_no_member_is():
    assert only(RULE, issues(ArchiveIssue("truncated", "", ""))).locations == (Location("request-maker-1.14.1.tgz"),)
    assert findings(RULE, issues()) == []
