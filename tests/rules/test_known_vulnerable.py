import pytest

from customhouse.model.intelligence import AdvisoryMatch
from customhouse.rules.advisory.known_vulnerable import RULE
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


def test_a_severity_that_nobody_gave_is_said_to_be_assumed():
    unknown = match("GHSA-1", "medium", severity_known=False)
    assert "not on record: medium is assumed" in only(RULE, case(advisories=(unknown,))).message
    known = match("PYSEC-1", "low", "GHSA-1")
    said = only(RULE, case(advisories=(unknown, known)))
    assert ("a low vulnerability" in said.message, said.severity) == (True, "info")


def test_a_fix_that_another_advisory_covers_is_no_place_to_go():
    said = only(RULE, case(advisories=(match("GHSA-1", fixed="1.15.0", safe="1.15.1"),)))
    assert "1.15.1 is the nearest version" in said.hint
    assert (said.fixed, said.advisories) == ("1.15.0", ("GHSA-1",))


def test_what_to_know_of_the_match_is_told():
    assert said_with_note().endswith("; known to affect <= 0.9")


def said_with_note():
    return only(RULE, case(advisories=(match("GHSA-1", note="known to affect <= 0.9"),))).message
