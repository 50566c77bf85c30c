import pytest

from customhouse.model.history import SourceFacts
from customhouse.rules.metadata.source_missing import RULE
from rules.cases import case, findings, grades, only
from rules.past import at, with_past

REMOTE = "https://code.example/a/a.git"


def source(tag="", looked=5, tagged=5, status="reached", at_ref=None):
    return with_past(source=SourceFacts(REMOTE, status, tag, looked, tagged, at_ref))


def test_no_tag_where_every_release_has_one():
    finding = only(RULE, source())
    assert (finding.severity, finding.confidence) == ("medium", "medium")
    assert f"has no tag in {REMOTE}; 5 of the 5 releases before it have one" in finding.message


@pytest.mark.parametrize(
    ("subject", "grade"),
    [
        (source(tagged=3), [("low", "medium")]),
        (source(tagged=3, at_ref=False), [("medium", "medium")]),
        (source(tagged=2), []),
        (source(looked=2, tagged=2), []),
        (source(tag="v1.14.1"), []),
        (source(status="unreachable", looked=0, tagged=0), []),
    ],
    ids=["most", "and no commit", "few", "no habit", "tagged", "unreachable"],
)
def test_the_habit_decides(subject, grade):
    assert grades(RULE, subject) == grade


ALL = (True, True, True)


def commits(*told, commit=""):
    past = [at(10 * step, f"1.{20 - step}.0", commit=one) for step, one in enumerate(told, 1)]
    return with_past("pkg:npm/a@1.21.0", *past, release={"commit": commit})


def test_no_commit_where_every_release_named_one():
    finding = only(RULE, commits(*ALL))
    assert (finding.severity, finding.confidence) == ("low", "medium")
    assert "names no commit" in finding.message


@pytest.mark.parametrize("told", [(True, True), (True, False, True, True), (None, None, None), (False, False, False)])
def test_without_the_habit_nothing(told):
    assert findings(RULE, commits(*told)) == []


def test_with_a_commit_or_without_metadata_nothing():
    assert findings(RULE, commits(*ALL, commit="abc")) == []
    assert findings(RULE, case()) == []
