"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.dependency_confusion_shape import RULE
from rules.cases import case


def found(rule, severity="medium"):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location("package.json"),), "")


FIRST, SECOND = found("version-jump"), found("first-release-with-install-code")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = RULE.findings(case(), (FIRST, SECOND))
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert finding.message == "said by version-jump; and said by first-release-with-install-code"


@pytest.mark.parametrize(
    "others",
    [
        (),
        (FIRST,),
        (SECOND,),
        (found("version-jump", "low"), SECOND),
        (FIRST, found("first-release-with-install-code", "low")),
    ],
    ids=["nothing", "first", "second", "first too little", "second too little"],
)
def test_one_part_alone_is_nothing(others):
    assert not list(RULE.findings(case(), others))


@pytest.mark.parametrize("rule", ["environment-sent"])
def test_others_stand_for_the_second(rule):
    assert len(list(RULE.findings(case(), (FIRST, found(rule))))) == 1
