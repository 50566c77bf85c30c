"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.new_code_to_odd_host import RULE
from rules.cases import case


def found(rule, severity, path="lib/a.js", phase=None):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location(path, 3),), "", phase=phase)


ONE, OTHER = found("payload-in-patch-release", "low"), found("new-host", "medium")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = RULE.findings(case(), (ONE, OTHER))
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert finding.message == f"{ONE.message}; and {OTHER.message}"


@pytest.mark.parametrize(
    "others",
    [(ONE,), (OTHER,), (ONE, found("new-host", "medium", "b.js")), (ONE, found("new-host", "low"))],
    ids=["one", "other", "another file", "a name"],
)
def test_less_is_nothing(others):
    assert not list(RULE.findings(case(), others))
