from customhouse.model.intelligence import AdvisoryMatch
from customhouse.rules.advisory.known_malicious import RULE
from rules.cases import case, findings, only


def match(name, *aliases, kind="malicious", **parts):
    return AdvisoryMatch(id=name, kind=kind, aliases=aliases, **parts)


def test_aliases_are_one_finding_even_through_a_third_record():
    records = (match("MAL-2026-2", "GHSA-3"), match("GHSA-1"), match("GHSA-3", "GHSA-1", summary="Malware in it"))
    finding = only(RULE, case(advisories=records))
    assert (finding.severity, finding.confidence) == ("critical", "high")
    assert finding.message == (
        "request-maker@1.14.1 is on record as malicious: GHSA-1, GHSA-3, MAL-2026-2 (Malware in it)"
    )


def test_aliases_are_told_and_an_exception_can_name_any():
    finding = only(RULE, case(advisories=(match("MAL-2026-2", "GHSA-3"),)))
    assert "MAL-2026-2, also GHSA-3" in finding.message
    assert finding.advisories == ("GHSA-3", "MAL-2026-2")


def test_the_nearest_safe_version_is_named_before_a_fix():
    finding = only(RULE, case(advisories=(match("MAL-1", fixed="1.14.2", safe="1.14.0"),)))
    assert "1.14.0 is the nearest version that no advisory covers" in finding.hint
    assert "customhouse inspect pkg:npm/request-maker@1.14.0" in finding.hint


def test_separate_records_stay_separate():
    assert len(findings(RULE, case(advisories=(match("MAL-1"), match("MAL-2"))))) == 2


def test_the_next_clean_version_is_named():
    assert "1.14.2 is the next version" in only(RULE, case(advisories=(match("MAL-1", fixed="1.14.2"),))).hint


def test_vulnerabilities_are_not_malware():
    assert findings(RULE, case(advisories=(match("GHSA-1", kind="vulnerability"),))) == []
