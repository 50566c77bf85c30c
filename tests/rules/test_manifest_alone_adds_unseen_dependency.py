"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.manifest_alone_adds_unseen_dependency import RULE
from rules.cases import case


def found(rule, severity, path="package.json", phase=None):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location(path, 3),), "", phase=phase)


ONE, OTHER = found("unexplained-files", "medium"), found("dependency-never-imported", "medium")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = RULE.findings(case(), (ONE, OTHER))
    assert (finding.severity, finding.confidence) == ("high", "medium")
    assert finding.message == f"{ONE.message}; and {OTHER.message}"


@pytest.mark.parametrize(
    "others", [(ONE,), (OTHER,), (ONE, found("dependency-never-imported", "low"))], ids=["one", "other", "by nature"]
)
def test_less_is_nothing(others):
    assert not list(RULE.findings(case(), others))
