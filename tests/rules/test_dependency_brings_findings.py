from customhouse.model.brought import Brought
from customhouse.model.finding import Finding, Location
from customhouse.model.purl import parse_purl
from customhouse.rules.dependency.dependency_brings_findings import RULE
from rules.cases import case, findings, metadata, only

ONE, TWO = parse_purl("pkg:npm/one@1.0.0"), parse_purl("pkg:npm/two@2.0.0")


def found(severity="critical", confidence="high"):
    place = (Location("setup.js", 1),)
    return Finding("encoded-code-executed", severity, confidence, TWO, "it decodes", place, "look", phase="install")


def test_the_worst_is_told_with_the_way_that_leads_there():
    brought = Brought(TWO, (ONE, TWO), (found(), found("high", "medium")))
    finding = only(RULE, case(metadata=metadata(), brought=(brought,)))
    assert (finding.severity, finding.confidence, finding.phase) == ("critical", "high", "install")
    assert finding.message == (
        "request-maker@1.14.1 -> one@1.0.0 -> two@2.0.0: encoded-code-executed: it decodes (and 1 more finding)"
    )
    assert finding.hint == "look at it, and keep request-maker@1.14.0 meanwhile: customhouse inspect pkg:npm/two@2.0.0"
    assert finding.locations == (Location("package.json"),)


def test_nothing_brought_or_nothing_found_is_nothing():
    assert findings(RULE, case()) == []
    assert findings(RULE, case(brought=(Brought(TWO, (TWO,), ()),))) == []
