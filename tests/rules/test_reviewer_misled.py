"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.reviewer_misled import RULE
from rules.cases import case


def found(rule, severity, path="index.js"):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location(path),), "")


WORDS = found("ai-reviewer-addressed", "medium")
GRAVE = found("encoded-code-executed", "critical", "payload.js")


def test_words_and_grave_code():
    (finding,) = RULE.findings(case(), (GRAVE, WORDS))
    assert (finding.severity, finding.confidence) == ("critical", "high")
    assert [place.path for place in finding.locations] == ["index.js", "payload.js"]


@pytest.mark.parametrize(
    "others",
    [
        (WORDS,),
        (GRAVE,),
        (found("ai-reviewer-addressed", "low"), GRAVE),
        (WORDS, found("encoded-code-executed", "medium")),
    ],
    ids=["words", "code", "a-prompt", "ordinary-code"],
)
def test_one_part_alone_is_nothing(others):
    assert not list(RULE.findings(case(), others))
