import pytest

from customhouse.rules.metadata.release_burst import RULE
from rules.cases import case, findings, grades, only
from rules.past import near, with_past

PURL = "pkg:npm/request-maker@0.30.4"


def test_two_lines_are_told_with_the_time_between():
    finding = only(RULE, with_past(PURL, around=(near(0.65, "1.14.1"), near(20, "0.29.9"))))
    assert (finding.severity, finding.confidence) == ("medium", "medium")
    assert "came within 39 minutes of 1.14.1: releases of other lines" in finding.message


@pytest.mark.parametrize(
    "around",
    [
        (near(13, "1.14.1"),),
        (near(0.1, "0.30.5"),),
        (near(0.1, "2.0.0-beta.1"),),
        (near(0.1, "0.31.0"),),
        (),
    ],
    ids=["half a day", "same line", "prerelease", "next minor", "alone"],
)
def test_silent(around):
    assert findings(RULE, with_past(PURL, around=around)) == []


def test_an_early_line_that_is_carried_on_is_one_and_a_young_project_is_not_judged():
    around = (near(0.65, "0.29.5"),)
    assert grades(RULE, with_past(PURL, around=around)) == [("medium", "medium")]
    assert findings(RULE, with_past(PURL, around=around, first=13)) == []
    assert grades(RULE, with_past(PURL, around=around, first=15)) == [("medium", "medium")]


def test_a_habit_and_a_mirror_silence_it():
    around = (near(0.65, "1.14.1"),)
    assert grades(RULE, with_past(PURL, around=around, lines_together_before=1)) == [("medium", "medium")]
    assert findings(RULE, with_past(PURL, around=around, lines_together_before=2)) == []
    assert findings(RULE, with_past(PURL, around=around, dates_in_order=False)) == []


def test_many_in_an_hour_of_one_line_are_low():
    around = tuple(near(0.1 * step, f"0.30.{10 + step}") for step in range(5))
    finding = only(RULE, with_past(PURL, around=around))
    assert (finding.severity, finding.confidence) == ("low", "medium")
    assert "one of 6 releases" in finding.message
    assert findings(RULE, with_past(PURL, around=around[:4])) == []


def test_a_prerelease_itself_and_no_metadata():
    assert findings(RULE, with_past("pkg:npm/request-maker@2.0.0-beta.1", around=(near(0.1, "1.14.1"),))) == []
    assert findings(RULE, case(PURL)) == []
