import json
import re
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.report.formats import Format, render_audit, render_inspection, render_rule_page
from report.audits import DIGEST, LOCK, PAGE, SRI, everything, hostile, inspection

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


def validated(text, schema):
    document = json.loads(text)
    contents = json.loads((SCHEMAS / schema).read_text())
    jsonschema.Draft202012Validator.check_schema(contents)
    jsonschema.Draft202012Validator(contents).validate(document)
    return document


def test_check_has_the_published_shape():
    document = validated(render_audit(everything(), Format.JSON), "check-1.json")
    assert document["schema"] == "customhouse/check/1"
    assert document["verdict"] == "block"
    assert [source["status"] for source in document["sources"]] == ["parsed", "skipped", "unsupported", "failed"]
    assert len(document["packages"]) == 4
    blocked = document["packages"][1]
    assert {key: blocked[key] for key in ("purl", "verdict", "dependency", "scope", "integrity", "source", "line")} == {
        "purl": "pkg:npm/axios@1.0.0",
        "verdict": "block",
        "dependency": "transitive",
        "scope": "prod",
        "integrity": SRI.sri,
        "source": LOCK,
        "line": 7,
    }
    assert blocked["findings"][0] == {
        "rule": "install-script",
        "severity": "high",
        "confidence": "high",
        "subject": "pkg:npm/axios@1.0.0",
        "message": "runs node setup.js at install",
        "locations": [{"path": "package.json", "line": 12}, {"path": "lib/setup.js", "line": 3}],
        "hint": "npm view axios",
        "decision": "block",
        "because": "policy.high.high = block",
        "excepted": False,
    }
    assert document["summary"] == {
        "packages": 4,
        "allow": 2,
        "hold": 1,
        "block": 1,
        "findings": 3,
        "excepted": 1,
        "gaps": 1,
        "repository_findings": 0,
        "repository_held": 0,
        "parsed": 1,
        "skipped": 1,
        "unsupported": 1,
        "failed": 1,
        "sources": 4,
        "incomplete": True,
        "seconds": 1.25,
    }
    assert document["warnings"] == ["an exception is unused"]


def test_inspect_has_the_published_shape():
    document = validated(render_inspection(inspection(), Format.JSON), "inspect-1.json")
    assert document["schema"] == "customhouse/inspect/1"
    assert (document["purl"], document["verdict"]) == ("pkg:npm/axios@1.0.0", "block")
    assert (document["target"], document["against"]) == ("after.tgz", "before.tgz")
    assert document["evidence"][0]["collector"] == "content"
    assert datetime.fromisoformat(document["evidence"][0]["collected"]).utcoffset().total_seconds() == 0
    assert document["gaps"][0]["kind"] == "publish-time"
    assert document["digests"] == [DIGEST]


def test_rule_has_the_published_shape():
    document = validated(render_rule_page(PAGE, Format.JSON), "rule-1.json")
    assert document["facts"] == {"Severity": "high", "Since": "0.1.0"}
    assert document["parts"][1] == ["What to do now", "Read it."]


@pytest.mark.parametrize("broken", [{"verdict": "maybe"}, {"schema": "customhouse/check/2"}, {"packages": None}])
def test_the_schema_refuses_what_is_not_a_report(broken):
    document = json.loads(render_audit(everything(), Format.JSON)) | broken
    with pytest.raises(jsonschema.ValidationError):
        validated(json.dumps(document), "check-1.json")


@given(st.text(st.characters()))
def test_lossless_and_harmless(text):
    encoded = render_audit(hostile(text), Format.JSON)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u2028\ud800-\udfff]", encoded)
    encoded.encode()
    message = json.loads(encoded)["packages"][0]["findings"][0]["message"]
    expected = re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match.group()):04x}", text)
    assert message == expected
