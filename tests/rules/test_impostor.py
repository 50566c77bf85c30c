"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.impostor import RULE
from rules.cases import case


def found(rule, severity="medium"):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location("package.json"),), "")


FIRST, SECOND = found("typosquat"), found("copied-metadata")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = RULE.findings(case(), (FIRST, SECOND))
    assert (finding.severity, finding.confidence) == ("high", "medium")
    assert finding.message == "said by typosquat; and said by copied-metadata"


@pytest.mark.parametrize(
    "others",
    [
        (),
        (FIRST,),
        (SECOND,),
        (found("typosquat", "low"), SECOND),
        (FIRST, found("copied-metadata", "low")),
    ],
    ids=["nothing", "first", "second", "first too little", "second too little"],
)
def test_one_part_alone_is_nothing(others):
    assert not list(RULE.findings(case(), others))
