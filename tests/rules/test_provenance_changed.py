import pytest

from customhouse.model.history import Claims
from customhouse.rules.metadata.provenance_changed import RULE
from rules.cases import case, findings, grades, only
from rules.past import with_past

OLD = Claims(
    "https://github.com/axle/axle", ".github/workflows/publish.yml", "refs/tags/v1.14.0", "aa", "github-hosted"
)


def between(old, new):
    return with_past("pkg:npm/axle@1.14.1", claims=new, previous_claims=old)


def changed(**parts):
    return Claims(**{name: getattr(OLD, name) for name in OLD.__struct_fields__} | {"ref": "refs/tags/v1.14.1"} | parts)


@pytest.mark.parametrize(
    ("new", "grade", "words"),
    [
        (changed(repository="https://github.com/evil/axle"), ("medium", "high"), "built from github.com/evil/axle"),
        (changed(repository="https://gitlab.com/axle/axle"), ("medium", "high"), "the one before was from github.com"),
        (changed(repository="https://github.com/axle/axle2"), ("medium", "medium"), "github.com/axle/axle2"),
        (changed(ref="refs/pull/7/merge"), ("medium", "medium"), "built from refs/pull/7/merge"),
        (changed(ref="refs/heads/quick-fix"), ("medium", "medium"), "refs/heads/quick-fix"),
        (changed(runner="self-hosted"), ("medium", "medium"), "on a machine of its own"),
        (changed(workflow=".github/workflows/x.yml"), ("low", "medium"), "built by .github/workflows/x.yml"),
    ],
)
def test_each_difference_has_its_grade(new, grade, words):
    finding = only(RULE, between(OLD, new))
    assert (finding.severity, finding.confidence) == grade
    assert words in finding.message
    assert "(1.14.0)" in finding.message


@pytest.mark.parametrize(
    "new",
    [
        changed(),
        changed(repository="https://github.com/Axle/axle.git"),
        changed(repository=""),
        changed(ref="refs/heads/main"),
        changed(ref="refs/heads/release/1.14"),
        changed(ref="refs/heads/1.x"),
        changed(ref="refs/heads/changeset-release/main"),
        changed(ref=""),
        changed(workflow="publish.yml"),
        changed(runner=""),
    ],
)
def test_silent(new):
    assert findings(RULE, between(OLD, new)) == []


def test_odd_refs_twice_are_a_habit():
    assert findings(RULE, between(changed(ref="refs/heads/odd"), changed(ref="refs/heads/odder"))) == []


def test_two_differences_are_two_findings():
    new = changed(repository="https://github.com/evil/axle", ref="refs/heads/quick-fix")
    assert grades(RULE, between(OLD, new)) == [("medium", "high"), ("medium", "medium")]


def test_unknown_differs_from_nothing():
    assert findings(RULE, between(None, OLD)) == []
    assert findings(RULE, between(OLD, None)) == []
    assert findings(RULE, case()) == []
