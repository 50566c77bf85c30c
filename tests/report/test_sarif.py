import json
import re
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.report.formats import Format, render_audit, render_inspection
from report.audits import PAGE, audit, everything, hostile, inspection, judged, package, verdict

#: The OASIS schema of SARIF 2.1.0 as an npm package of Microsoft's SARIF SDK ships it; `npm ci` in tests/oracles.
SCHEMA = Path(__file__).parents[1] / "oracles/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"


@cache
def validator():
    if not SCHEMA.is_file():
        pytest.fail("the SARIF schema is missing; run: npm ci --ignore-scripts --prefix tests/oracles")
    schema = json.loads(SCHEMA.read_text())
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def run_of(text):
    log = json.loads(text)
    validator().validate(log)
    return log["runs"][0]


def run_of_audit(of, **extra):
    return run_of(render_audit(of, Format.SARIF, **extra))


def test_the_oracle_refuses_what_is_not_sarif():
    with pytest.raises(jsonschema.ValidationError):
        run_of(render_audit(everything(), Format.SARIF).replace('"level": "error"', '"level": "fatal"'))


def test_a_result_stands_at_the_line_of_the_lockfile():
    result = run_of_audit(everything())["results"][0]
    assert (result["ruleId"], result["level"], result["kind"]) == ("install-script", "error", "fail")
    location = result["locations"][0]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "app/package-lock.json", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7},
    }
    assert [place["fullyQualifiedName"] for place in location["logicalLocations"]] == [
        "pkg:npm/axios@1.0.0",
        "pkg:npm/axios@1.0.0!/package.json:12",
        "pkg:npm/axios@1.0.0!/lib/setup.js:3",
    ]
    assert "hint: npm view axios" in result["message"]["text"]


def test_excepted_is_suppressed_and_allowed_is_told_only_when_asked():
    results = run_of_audit(everything())["results"]
    assert [(result["level"], "suppressions" in result) for result in results] == [("error", False), ("note", True)]
    assert "until 2027-01-01" in results[1]["suppressions"][0]["justification"]
    told = run_of_audit(everything(), verbose=True)["results"]
    assert [(result["ruleId"], result["kind"], result["level"]) for result in told][1] == (
        "size-jump",
        "informational",
        "none",
    )


def test_gaps_and_unread_files_are_notifications():
    invocation = run_of_audit(everything())["invocations"][0]
    assert invocation["executionSuccessful"] is False
    notes = {note.get("descriptor", {}).get("id"): note for note in invocation["toolExecutionNotifications"]}
    assert notes["gap/publish-time"]["level"] == "error"
    assert notes["gap/publish-time"]["locations"][0]["physicalLocation"]["region"] == {"startLine": 11}
    assert {name: notes[name]["level"] for name in ("source/skipped", "source/unsupported", "source/failed")} == {
        "source/skipped": "note",
        "source/unsupported": "error",
        "source/failed": "error",
    }
    assert run_of_audit(audit(package(verdict())))["invocations"][0]["executionSuccessful"] is True


def test_rules_carry_severity_precision_and_help():
    rules = run_of_audit(everything(), pages=[PAGE])["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["install-script"]
    assert rules[0]["properties"] == {
        "security-severity": "8.0",
        "precision": "high",
        "tags": ["security", "supply-chain"],
    }
    assert rules[0]["shortDescription"]["text"] == "A script runs at install"
    assert "## What it looks for" in rules[0]["help"]["markdown"]


def test_rule_indexes_point_at_their_rules():
    findings = [judged(rule="size-jump"), judged(rule="archive-hostile"), judged(rule="install-script")]
    run = run_of_audit(audit(package(verdict(decision="block", findings=findings)), decision="block"))
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ids == sorted(ids)
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_fingerprints_survive_moved_lines_and_differ_otherwise():
    def prints(line, name="axios"):
        of = verdict(name, "block", [judged(name=name), judged(name=name)])
        run = run_of_audit(audit(package(of, line), decision="block"))
        return [result["partialFingerprints"]["customhouse/v1"] for result in run["results"]]

    assert prints(7) == prints(900)
    assert len({*prints(7), *prints(7, "other")}) == 4


def test_the_same_audit_gives_the_same_bytes():
    assert render_audit(everything(), Format.SARIF) == render_audit(everything(), Format.SARIF)


def test_paths_are_uris():
    of = verdict(decision="block", findings=[judged()])
    uris = [
        run_of_audit(audit(package(of, source=source), decision="block"))["results"][0]["locations"][0]
        ["physicalLocation"]["artifactLocation"]["uri"]
        for source in ("a b/ü#%.json", "/abs/uv.lock")
    ]  # fmt: skip
    assert uris == ["a%20b/%C3%BC%23%25.json", "file:///abs/uv.lock"]


def test_inspection_of_a_file_and_of_a_purl():
    local = run_of(render_inspection(inspection(), Format.SARIF))["results"][0]["locations"][0]
    assert local["physicalLocation"]["artifactLocation"]["uri"] == "after.tgz"
    remote = render_inspection(inspection(target="pkg:npm/axios@1.0.0", against=""), Format.SARIF)
    assert "physicalLocation" not in run_of(remote)["results"][0]["locations"][0]


@given(st.text(st.characters(), max_size=20))
def test_hostile_text_stays_valid_and_harmless(text):
    encoded = render_audit(hostile(text), Format.SARIF)
    run_of(encoded)
    encoded.encode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u200b\ud800-\udfff]", encoded)
