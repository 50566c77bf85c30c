from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.locked import Source
from customhouse.model.verdict import RepositoryVerdict
from customhouse.report.formats import Format, render_audit
from report.audits import HOSTILE, NOW, audit, everything, gap, hostile, judged, package, verdict
from report.schemas import junit


def read(of, name="shop"):
    text = render_audit(of, Format.JUNIT, when=NOW, name=name)
    junit().validate(text)
    return ET.fromstring(text)  # noqa: S314 - it is our own


def cases(root, outcome):
    return [case.get("name") for case in root.iter("testcase") if case.find(outcome) is not None]


def test_the_oracle_refuses_what_is_not_junit():
    text = render_audit(everything(), Format.JUNIT, when=NOW)
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        junit().validate(text.replace("<failure", "<defect").replace("</failure", "</defect"))


def test_a_suite_a_file_and_a_case_a_package():
    root = read(everything())
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [
        ("app/package-lock.json", "5"),
        ("docs/requirements.txt", "1"),
        ("bun.lockb", "1"),
        ("uv.lock", "1"),
    ]
    assert cases(root, "failure") == ["axios@1.0.0 (node_modules/axios)"]
    assert cases(root, "error") == ["left-pad@1.0.0 (node_modules/left-pad)", "the file is read", "the file is read"]
    assert cases(root, "skipped") == ["the file is read"]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("8", "1", "3")
    failure = root.find(".//failure")
    assert failure.get("message") == "block: runs node setup.js at install"
    assert "at app/package-lock.json:7" in failure.text
    assert "hint: npm view axios" in failure.text


def test_the_repository_is_a_suite():
    of = RepositoryVerdict("hold", (judged("hold", rule="lockfile-missing"), judged("allow")), (gap(), gap("allow")))
    whole = audit(decision="hold")
    root = read(type(whole)(**{**{n: getattr(whole, n) for n in whole.__struct_fields__}, "repository": of}))
    suite = root.find("testsuite[@name='repository']")
    assert [suite.get(name) for name in ("tests", "failures", "errors")] == ["4", "1", "1"]


def test_two_documents_of_one_file_are_two_suites():
    one, other = package(verdict("a"), source="pnpm-lock.yaml"), package(verdict("b"), source="pnpm-lock.yaml")
    sources = (
        Source("pnpm-lock.yaml", "pnpm-lock", "parsed", (one.locked,), document=1),
        Source("pnpm-lock.yaml", "pnpm-lock", "parsed", (other.locked,), document=2),
    )
    root = read(audit(one, other, sources=sources))
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [
        ("pnpm-lock.yaml", "2"),
        ("pnpm-lock.yaml, document 2", "2"),
    ]


@given(st.text(st.characters(), max_size=20))
def test_hostile_text_stays_well_formed(text):
    for strange in (text, HOSTILE, "]]>" + text, "</failure>" + text):
        root = read(hostile(strange), name=strange)
        assert root.get("failures") == "1"
