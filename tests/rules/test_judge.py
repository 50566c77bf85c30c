import msgspec
import pytest

from customhouse.model.content import ArchiveIssue, InstallHook
from customhouse.model.errors import CustomhouseError
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.rules.all_rules import RULES
from customhouse.rules.judge import judge
from rules.cases import NPM, PYPI, added, can, case, change, code, content, hook, manifest, metadata


def test_the_axios_attack_is_told_worst_first():
    subject = case(
        metadata=metadata(days=0.1),
        contents=(content(code(can("process", "child_process.spawn")), manifest=manifest(), member_count=86),),
        change=change(added_dependencies=(added(hooks=(hook(),)),)),
    )
    found = judge(subject)
    assert [finding.rule for finding in found] == [
        "risky-new-dependency",
        "dependency-never-imported",
        "release-too-young",
    ]
    assert found[0].severity == "critical"
    assert found[1].message == (
        "simple-crypto-js ^4.2.1 was added in 1.14.1 (after 1.14.0) and none of its 86 files imports it"
    )


def test_nothing_known_is_nothing_said():
    assert judge(case()) == ()
    assert judge(case(PYPI)) == ()


def test_what_two_artifacts_show_alike_is_said_once():
    hooks = (InstallHook("pth", "x.pth", "import x"),)
    wheels = [content(filename=f"x-1-{tag}.whl", hooks=hooks) for tag in ("a", "b")]
    assert len(judge(case(PYPI, contents=tuple(wheels)))) == 1


def test_order_does_not_depend_on_the_order_of_rules_or_evidence():
    issues = tuple(ArchiveIssue(kind, "a", "") for kind in ("trailing-data", "traversal", "ratio"))
    advisories = tuple(AdvisoryMatch(id=f"GHSA-{it}", kind="vulnerability", severity="high") for it in "abc")
    one = judge(case(NPM, contents=(content(issues=issues),), advisories=advisories))
    other = judge(case(NPM, contents=(content(issues=issues[::-1]),), advisories=advisories[::-1]))
    assert one == other
    assert [finding.severity for finding in one] == ["critical", "high", "medium", "medium", "medium", "low"]


def test_a_rule_of_the_other_ecosystem_is_not_asked():
    pth = content(hooks=(InstallHook("pth", "x.pth", "import os; os.system('x')"),))
    assert "pth-runs-code" not in {finding.rule for finding in judge(case(NPM, contents=(pth,)))}
    assert "pth-runs-code" in {finding.rule for finding in judge(case(PYPI, contents=(pth,)))}


def test_a_failing_rule_is_our_error_and_never_a_missing_finding():
    def broken(subject):
        yield from subject.mismatches
        raise ZeroDivisionError("by nothing")

    rules = (*RULES[:3], msgspec.structs.replace(RULES[3], judge=broken))
    with pytest.raises(CustomhouseError) as error:
        judge(case(), rules)
    assert "integrity-mismatch" in error.value.message
    assert "pkg:npm/request-maker@1.14.1" in error.value.message
    assert "report it" in error.value.hint
    assert isinstance(error.value.__cause__, ZeroDivisionError)
