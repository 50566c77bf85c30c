import pytest

from customhouse.model.intelligence import AdvisoryMatch
from customhouse.rules.known_vulnerable import RULE
from rules.cases import PYPI, case, findings, only


def match(name, severity="high", *aliases, **parts):
    return AdvisoryMatch(id=name, kind="vulnerability", severity=severity, aliases=aliases, **parts)


@pytest.mark.parametrize(
    ("advisory", "finding"),
    [("critical", "high"), ("high", "medium"), ("medium", "low"), ("low", "info"), ("info", "info")],
)
def test_one_step_below_the_advisory(advisory, finding):
    said = only(RULE, case(advisories=(match("GHSA-1", advisory),)))
    assert (said.severity, said.confidence) == (finding, "medium")


def test_the_worst_of_the_aliases_counts():
    records = (match("PYSEC-1", "medium", "CVE-1"), match("GHSA-1", "critical", "CVE-1", fixed="1.15.0"))
    said = only(RULE, case(PYPI, advisories=records))
    assert said.severity == "high"
    assert "a critical vulnerability, CVE-1, GHSA-1, PYSEC-1" in said.message
    assert "customhouse inspect pkg:pypi/request-maker@1.15.0" in said.hint


def test_without_a_fix_the_hint_does_not_promise_one():
    assert "no fixed version is known" in only(RULE, case(advisories=(match("GHSA-1"),))).hint


def test_malware_is_not_a_vulnerability():
    assert findings(RULE, case(advisories=(AdvisoryMatch(id="MAL-1", kind="malicious"),))) == []


def test_the_finding_carries_the_records_it_rests_on():
    records = (match("GHSA-1", "high", "CVE-1"), match("PYSEC-1", "high", "CVE-1"))
    assert only(RULE, case(PYPI, advisories=records)).records == records
