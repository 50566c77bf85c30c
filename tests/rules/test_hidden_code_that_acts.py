"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.hidden_code_that_acts import RULE
from rules.cases import case


def found(rule, severity="medium", path="setup.js", phase="install"):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location(path),), "", phase=phase)


HIDDEN = found("obfuscated-code", "high")
DEED = found("install-time-download-and-run")


def test_a_hidden_file_that_acts_is_one_finding_that_tells_both():
    (finding,) = RULE.findings(case(), (HIDDEN, DEED))
    assert (finding.severity, finding.confidence) == ("critical", "high")
    assert finding.message == "said by obfuscated-code; and said by install-time-download-and-run"


@pytest.mark.parametrize(
    "others",
    [
        (HIDDEN,),
        (DEED,),
        (found("obfuscated-code"), DEED),
        (HIDDEN, found("install-time-download-and-run", path="other.js")),
        (HIDDEN, found("install-time-download-and-run", "low")),
        (found("obfuscated-code", "high", phase="call"), DEED),
    ],
    ids=["hidden", "deed", "hidden-a-little", "two-files", "small-deed", "called"],
)
def test_less_is_nothing(others):
    assert not list(RULE.findings(case(), others))
