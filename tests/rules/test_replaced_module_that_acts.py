"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.replaced_module_that_acts import RULE
from rules.cases import PYPI, case


def found(rule, severity="medium"):
    subject = case(PYPI).purl
    return Finding(rule, severity, "medium", subject, f"said by {rule}", (Location("requests/__init__.py"),), "")


SHADOW = found("module-shadows", "high")


@pytest.mark.parametrize("act", ["encoded-code-executed", "credentials-read", "environment-sent", "sdist-wheel-differ"])
def test_both_parts_together(act):
    (finding,) = RULE.findings(case(PYPI), (SHADOW, found(act)))
    assert finding.message == f"said by module-shadows; and said by {act}"


@pytest.mark.parametrize(
    "others",
    [(SHADOW,), (found("credentials-read"),), (found("module-shadows", "low"), found("credentials-read"))],
    ids=["module", "act", "a-fork"],
)
def test_one_part_alone_is_nothing(others):
    assert not list(RULE.findings(case(PYPI), others))
