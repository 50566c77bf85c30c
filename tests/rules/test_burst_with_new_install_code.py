"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.burst_with_new_install_code import RULE
from rules.cases import case


def found(rule, severity="medium", phase="install"):
    return Finding(
        rule, severity, "medium", case().purl, f"said by {rule}", (Location("package.json"),), "", phase=phase
    )


FIRST, SECOND = found("release-burst"), found("install-script-added")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = RULE.findings(case(), (FIRST, SECOND))
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert finding.message == "said by release-burst; and said by install-script-added"


@pytest.mark.parametrize(
    "others",
    [
        (),
        (FIRST,),
        (SECOND,),
        (found("release-burst", "low"), SECOND),
        (FIRST, found("install-script-added", "low")),
        (FIRST, found("risky-new-dependency", phase=None)),
    ],
    ids=["nothing", "first", "second", "first too little", "second too little", "a part that runs nothing at install"],
)
def test_one_part_alone_is_nothing(others):
    assert not list(RULE.findings(case(), others))


@pytest.mark.parametrize("rule", ["install-script-changed", "risky-new-dependency"])
def test_others_stand_for_the_second(rule):
    assert len(list(RULE.findings(case(), (FIRST, found(rule))))) == 1
