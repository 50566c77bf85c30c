import msgspec
import pytest

from customhouse.model.content import ArchiveIssue, InstallHook
from customhouse.model.errors import CustomhouseError
from customhouse.model.evidence import MetadataFacts
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.rules.all_rules import RULES
from customhouse.rules.judge import judge
from rules.cases import NPM, PYPI, Publisher, added, can, case, change, code, content, hook, manifest, metadata, release


def test_the_axios_attack_is_told_worst_first():
    subject = case(
        metadata=metadata(days=0.1),
        contents=(content(code(can("process", "child_process.spawn")), manifest=manifest(), member_count=86),),
        change=change(added_dependencies=(added(hooks=(hook(),)),)),
    )
    found = judge(subject)
    assert [finding.rule for finding in found] == [
        "unseen-dependency-runs-at-install",
        "risky-new-dependency",
        "dependency-never-imported",
        "manifest-alone-adds-unseen-dependency",
        "release-too-young",
        "unexplained-files",
    ]
    assert found[0].severity == "critical"
    assert found[2].message == (
        "simple-crypto-js ^4.2.1 was added in 1.14.1 (after 1.14.0) and none of its 86 files imports it"
    )


def test_the_version_that_the_project_has_counts_too_and_the_graver_of_like_findings_stands():
    before, project = change("1.14.0", added_hooks=(hook(),)), change("1.13.9", added_hooks=(hook(),))
    subject = case(metadata=metadata(), change=before)
    alone = [finding for finding in judge(subject) if finding.rule == "install-script-added"]
    assert [finding.confidence for finding in alone] == ["high"]
    both = msgspec.structs.replace(subject, project_change=project, project_previous=release(days=90))
    like = [finding for finding in judge(both) if finding.rule == "install-script-added"]
    assert like == alone
    gained = msgspec.structs.replace(project, added_natives=("a.dll",))
    more = msgspec.structs.replace(both, project_change=gained)
    (found,) = (finding for finding in judge(more) if finding.rule == "native-binary-added")
    assert "that 1.13.9 did not" in found.message


def test_another_publisher_than_that_of_the_version_which_the_project_has_counts():
    new, old = Publisher("a", "a@mail.test"), Publisher("b", "b@mail.test")
    facts = MetadataFacts(release(publisher=new), release("pkg:npm/request-maker@1.14.0", 40, publisher=new))
    subject = case(metadata=facts, change=change(), project_change=change("1.13.0"))
    assert judge(subject) == ()
    other = release("pkg:npm/request-maker@1.13.0", 60, publisher=old)
    found = judge(msgspec.structs.replace(subject, project_previous=other))
    assert [finding.rule for finding in found] == ["publisher-changed"]


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
