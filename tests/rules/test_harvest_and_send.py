"""What the parts mean is tested with the examples, through the whole pipeline; here, that each part is needed."""

import pytest

from customhouse.model.finding import Finding, Location
from customhouse.rules.combined.harvest_and_send import RULE
from rules.cases import case


def found(rule, severity="medium", path="setup.js", phase="install"):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location(path),), "", phase=phase)


SECRETS = found("credentials-read", phase=None)
PLACE = found("drop-service-contacted")


@pytest.mark.parametrize("place", ["drop-service-contacted", "raw-address-contacted", "dns-exfiltration"])
def test_both_in_one_file(place):
    (finding,) = RULE.findings(case(), (SECRETS, found(place)))
    assert (finding.severity, finding.confidence) == ("critical", "high")
    assert finding.message == f"said by credentials-read; and said by {place}"


@pytest.mark.parametrize(
    "others",
    [
        (SECRETS,),
        (PLACE,),
        (SECRETS, found("drop-service-contacted", path="other.js")),
        (SECRETS, found("drop-service-contacted", phase="call")),
        (SECRETS, found("drop-service-contacted", "low")),
        (found("credentials-read", "low"), PLACE),
    ],
    ids=["secrets", "place", "two-files", "called", "weak-place", "weak-secrets"],
)
def test_one_part_alone_is_nothing(others):
    assert not list(RULE.findings(case(), others))
