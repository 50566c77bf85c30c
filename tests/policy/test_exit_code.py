import pytest

from customhouse.policy.exit_code import audit_exit_code, exit_code, verdict_exit_code
from policy.cases import finding, gap, judge
from report.audits import audit, package, verdict


@pytest.mark.parametrize(
    ("decision", "incomplete", "nothing", "code"),
    [
        ("allow", False, False, 0),
        ("hold", False, False, 10),
        ("block", False, False, 20),
        ("hold", True, False, 4),
        ("block", True, False, 20),
        ("allow", True, False, 4),
        ("allow", False, True, 3),
        ("hold", True, True, 4),
    ],
)
def test_the_table(decision, incomplete, nothing, code):
    assert exit_code(decision, incomplete=incomplete, nothing=nothing) == code


def test_no_package_is_never_success():
    assert audit_exit_code(audit()) == 3
    assert audit_exit_code(audit(sources=())) == 3
    assert audit_exit_code(audit(package(verdict()))) == 0


@pytest.mark.parametrize(
    ("findings", "gaps", "code"),
    [
        ([], [], 0),
        ([finding("low")], [], 0),
        ([finding("medium")], [], 10),
        ([finding("medium")], [gap()], 4),
        ([], [gap()], 4),
        ([], [gap("no-advisory-source")], 0),
        ([finding("critical")], [gap()], 20),
    ],
)
def test_one_release(findings, gaps, code):
    assert verdict_exit_code(judge(findings, gaps)) == code
