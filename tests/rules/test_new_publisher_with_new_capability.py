"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.new_publisher_with_new_capability import RULE
from rules.cases import case


def found(rule, severity="medium"):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location("package.json"),), "")


FIRST, SECOND = found("publisher-changed"), found("capability-gained")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = RULE.findings(case(), (FIRST, SECOND))
    assert (finding.severity, finding.confidence) == ("high", "medium")
    assert finding.message == "said by publisher-changed; and said by capability-gained"


@pytest.mark.parametrize(
    "others",
    [
        (),
        (FIRST,),
        (SECOND,),
        (found("publisher-changed", "low"), SECOND),
        (FIRST, found("capability-gained", "low")),
    ],
    ids=["nothing", "first", "second", "first too little", "second too little"],
)
def test_one_part_alone_is_nothing(others):
    assert not list(RULE.findings(case(), others))


@pytest.mark.parametrize("rule", ["provenance-lost", "provenance-changed"])
def test_others_stand_for_the_first(rule):
    assert len(list(RULE.findings(case(), (found(rule), SECOND)))) == 1
