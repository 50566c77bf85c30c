"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.new_publisher_with_new_code import RULE
from rules.cases import case


def found(rule, severity="medium"):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location("package.json"),), "")


PUBLISHER = found("publisher-changed")
HOOK = found("install-script-added")


def test_both_parts_together_are_one_finding_that_tells_both():
    (finding,) = RULE.findings(case(), (PUBLISHER, HOOK))
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert finding.message == "said by publisher-changed; and said by install-script-added"


@pytest.mark.parametrize(
    "others",
    [(), (PUBLISHER,), (HOOK,), (PUBLISHER, found("install-script-added", "low"))],
    ids=["nothing", "publisher", "hook", "too-little"],
)
def test_one_part_alone_is_nothing(others):
    assert not list(RULE.findings(case(), others))
