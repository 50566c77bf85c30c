"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.new_payload_to_new_host import RULE
from rules.cases import case


def found(rule, severity, path="lib/a.js", phase=None):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location(path, 3),), "", phase=phase)


ONE, OTHER = found("payload-in-patch-release", "medium"), found("new-host", "low")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = RULE.findings(case(), (ONE, OTHER))
    assert (finding.severity, finding.confidence) == ("high", "medium")
    assert finding.message == f"{ONE.message}; and {OTHER.message}"


@pytest.mark.parametrize(
    "others",
    [(ONE,), (OTHER,), (ONE, found("new-host", "low", "b.js")), (found("payload-in-patch-release", "low"), OTHER)],
    ids=["one", "other", "another file", "no new ability"],
)
def test_less_is_nothing(others):
    assert not list(RULE.findings(case(), others))
