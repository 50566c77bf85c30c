"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.hidden_code_gained import RULE
from rules.cases import case


def found(rule, severity="medium", path="setup.js", phase="install"):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location(path),), "", phase=phase)


GAIN = found("capability-gained")


def test_new_abilities_of_a_hidden_file_hold():
    (finding,) = RULE.findings(case(), (found("hidden-address"), GAIN))
    assert (finding.severity, finding.confidence) == ("high", "medium")
    assert finding.message == "said by hidden-address; and said by capability-gained"


@pytest.mark.parametrize(
    "others",
    [
        (GAIN,),
        (found("hidden-address"),),
        (found("encoded-code-executed"), GAIN),
        (found("hidden-address", path="other.js"), GAIN),
        (found("obfuscated-code", "low"), GAIN),
    ],
    ids=["gain", "hidden", "one-fact-twice", "two-files", "an-old-habit"],
)
def test_less_is_nothing(others):
    assert not list(RULE.findings(case(), others))
