"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.young_impostor import RULE
from rules.cases import case


def found(rule, severity="medium"):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location("package.json"),), "")


FIRST, SECOND = found("typosquat"), found("first-release-with-install-code")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = RULE.findings(case(), (FIRST, SECOND))
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert finding.message == "said by typosquat; and said by first-release-with-install-code"


@pytest.mark.parametrize(
    "others",
    [
        (),
        (FIRST,),
        (SECOND,),
        (found("typosquat", "low"), SECOND),
        (FIRST, found("first-release-with-install-code", "low")),
    ],
    ids=["nothing", "first", "second", "first too little", "second too little"],
)
def test_one_part_alone_is_nothing(others):
    assert not list(RULE.findings(case(), others))


@pytest.mark.parametrize("rule", ["copied-metadata"])
def test_others_stand_for_the_first(rule):
    assert len(list(RULE.findings(case(), (found(rule), SECOND)))) == 1


@pytest.mark.parametrize("rule", ["encoded-code-executed", "credentials-read"])
def test_others_stand_for_the_second(rule):
    assert len(list(RULE.findings(case(), (FIRST, found(rule))))) == 1
