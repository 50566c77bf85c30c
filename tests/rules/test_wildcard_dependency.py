from customhouse.rules.dependency.wildcard_dependency import RULE
from rules.cases import Dependency, case, content, findings, manifest, metadata, only


def test_all_are_told_in_one_finding():
    held = manifest(Dependency("b", "*"), Dependency("a", ""), Dependency("c", "^1"), Dependency("d", "x", "optional"))
    finding = only(RULE, case(contents=(content(manifest=held),)))
    assert finding.message == "request-maker@1.14.1 accepts any version of a, b, d"
    assert (finding.severity, finding.confidence) == ("low", "high")


def test_the_registry_s_manifest_serves_when_there_is_no_archive():
    assert only(RULE, case(metadata=metadata(manifest=manifest(Dependency("a", ">= 0")))))
    assert findings(RULE, case()) == []


def test_types_packages_by_convention():
    purl = "pkg:npm/%40types/thing@1.0.0"
    held = manifest(Dependency("@types/node", "*"))
    assert only(RULE, case(purl, contents=(content(manifest=held),))).severity == "info"
    mixed = manifest(Dependency("@types/node", "*"), Dependency("other", "*"))
    assert only(RULE, case(purl, contents=(content(manifest=mixed),))).severity == "low"


def test_bounded_ranges_are_fine():
    held = manifest(*(Dependency(f"d{i}", text) for i, text in enumerate(("^1", "1.x", ">=1", "~0.1", "npm:a@*"))))
    assert findings(RULE, case(contents=(content(manifest=held),))) == []


def test_it_is_for_npm():
    assert RULE.ecosystems == ("npm",)
