"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.new_start_of_something_odd import RULE
from rules.cases import case


def found(rule, severity="medium", phase="install"):
    return Finding(
        rule, severity, "medium", case().purl, f"said by {rule}", (Location("package.json"),), "", phase=phase
    )


HOOK = found("install-script-added", phase=None)


@pytest.mark.parametrize(
    "odd",
    [
        "script-starts-odd-file",
        "script-runs-another-runtime",
        "script-installs-packages",
        "script-runs-inline-code",
    ],
)
def test_both_parts_together(odd):
    (finding,) = RULE.findings(case(), (HOOK, found(odd)))
    assert (finding.severity, finding.confidence) == ("high", "high")
    assert finding.message == f"said by install-script-added; and said by {odd}"


@pytest.mark.parametrize(
    "others",
    [
        (HOOK,),
        (found("script-installs-packages"),),
        (HOOK, found("script-installs-packages", "low")),
        (HOOK, found("script-runs-another-runtime", phase="import")),
        (found("install-script-added", "low"), found("script-installs-packages")),
    ],
    ids=["hook", "odd", "odd-but-low", "odd-on-load", "hook-that-does-nothing"],
)
def test_one_part_alone_is_nothing(others):
    assert not list(RULE.findings(case(), others))
