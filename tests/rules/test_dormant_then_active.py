import pytest

from customhouse.rules.metadata.dormant_then_active import RULE
from rules.cases import case, findings, grades, only
from rules.past import at, with_past


def test_years_are_medium_and_told():
    finding = only(RULE, with_past("pkg:npm/a@1.14.1", at(2700, "1.14.0"), at(2720, "1.13.0")))
    assert (finding.severity, finding.confidence) == ("medium", "medium")
    assert "a@1.14.1 came after 7 years in which a published nothing (1.14.0 on 2018-" in finding.message


@pytest.mark.parametrize(
    ("days", "grade"),
    [(731, [("medium", "medium")]), (729, [("low", "medium")]), (366, [("low", "medium")]), (364, [])],
)
def test_the_bounds(days, grade):
    assert grades(RULE, with_past("pkg:npm/a@1.14.1", at(days), at(days + 30))) == grade


def test_the_only_release_before_counts():
    assert grades(RULE, with_past("pkg:npm/a@1.14.1", at(800))) == [("medium", "medium")]


def test_a_slow_project_is_not_dormant():
    slow = [at(800), at(1200), at(1600), at(2000)]
    assert findings(RULE, with_past("pkg:npm/a@1.14.1", *slow)) == []


def test_unknown_and_mirrors_dates_say_nothing():
    assert findings(RULE, case()) == []
    assert findings(RULE, with_past("pkg:npm/a@1.14.1")) == []
    assert findings(RULE, with_past("pkg:npm/a@1.14.1", at(2700), dates_in_order=False)) == []
