import json
from datetime import date

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.model.verdict import Acceptance
from customhouse.report.formats import Format, NothingToStateError, render_audit
from customhouse.report.vex import statements
from report.audits import HOSTILE, NOW, everything
from report.inventories import accepted
from report.schemas import validator


def write(of):
    document = json.loads(render_audit(of, Format.OPENVEX, when=NOW))
    validator("openvex-0.2.json").validate(document)
    return document


def test_the_oracle_refuses_what_is_not_openvex():
    document = write(accepted())
    denied = next(one for one in document["statements"] if one["status"] == "not_affected")
    del denied["justification"]
    with pytest.raises(jsonschema.ValidationError):
        validator("openvex-0.2.json").validate(document)


def test_a_statement_a_vulnerability():
    told = {one["vulnerability"]["name"]: one for one in write(accepted())["statements"]}
    assert told["CVE-2024-0001"] == {
        "vulnerability": {"name": "CVE-2024-0001", "description": "of a", "aliases": ["GHSA-a"]},
        "timestamp": "2026-10-01T00:00:00Z",
        "products": [
            {
                "@id": "pkg:npm/a@1.0.0",
                "identifiers": {"purl": "pkg:npm/a@1.0.0"},
                "hashes": {"sha-256": "a" * 64},
            }
        ],
        "status": "not_affected",
        "supplier": "me",
        "status_notes": "we never parse queries (me, until 2027-01-01)",
        "justification": "vulnerable_code_not_in_execute_path",
    }
    assert told["CVE-2024-0002"]["status"] == "affected"
    assert told["CVE-2024-0002"]["action_statement"] == "the risk is accepted until 2027-01-01 by you: internal only"
    assert (told["GHSA-open"]["status"], told["GHSA-open"]["status_notes"]) == ("under_investigation", "move to 2")
    assert (told["MAL-2026-1"]["status"], told["MAL-2026-1"]["action_statement"]) == ("affected", "move to 2")


def test_one_of_two_that_only_accepts_the_risk_denies_nothing():
    of = accepted()
    one = of.packages[0]
    judged = one.verdict.findings[0]
    sooner = Acceptance("them", "fine", date(2026, 12, 1))
    both = msgspec.structs.replace(judged, accepted_by=(*judged.accepted_by, sooner))
    told = msgspec.structs.replace(one, verdict=msgspec.structs.replace(one.verdict, findings=(both,)))
    (statement,) = statements(type(of)("allow", of.sources, (told,)))
    assert (statement.status, statement.owner, statement.until) == ("affected", "them", date(2026, 12, 1))


def test_the_document_says_who_and_when_and_is_the_same_again():
    document = write(accepted())
    assert (document["author"], document["timestamp"], document["version"]) == ("me, you", "2026-11-21T12:00:00Z", 1)
    assert document == write(accepted())


def test_without_advisories_there_is_nothing_to_state():
    with pytest.raises(NothingToStateError, match="no advisory"):
        render_audit(everything(), Format.OPENVEX, when=NOW)


def test_one_release_in_many_places_is_told_once():
    of = accepted()
    twice = type(of)(of.decision, of.sources, (*of.packages, *of.packages))
    assert statements(twice) == statements(of)


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(), max_size=20))
def test_hostile_text_stays_valid(text):
    for strange in (text, HOSTILE):
        of = accepted()
        named = type(of)(of.decision, of.sources, tuple(_renamed(one, strange) for one in of.packages))
        write(named)


def _renamed(one, text):
    judged = one.verdict.findings[0]
    records = tuple(
        msgspec.structs.replace(record, summary=text, aliases=(f"X-{text}",)) for record in judged.finding.records
    )
    finding = msgspec.structs.replace(judged.finding, records=records, hint=text)
    by = tuple(msgspec.structs.replace(each, owner=text, reason=text) for each in judged.accepted_by)
    purl = msgspec.structs.replace(one.verdict.purl, name=f"n{text}")
    judged = msgspec.structs.replace(judged, finding=finding, accepted_by=by)
    return msgspec.structs.replace(one, verdict=msgspec.structs.replace(one.verdict, purl=purl, findings=(judged,)))
