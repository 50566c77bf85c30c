"""Approvals, blocks and releases: bound to bytes, in force at once, in the ledger, and refused where they say nothing."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from customhouse.gateway.interface import Opened, Refused
from customhouse.model.purl import Purl
from customhouse.storage.gateway.chain import read_export, verify
from managed_gateway.desk import digest
from simulator import status

TODAY = datetime.now(UTC).date


def shown(gateway, purl):
    return gateway.explain(purl)["shown"]


def entries(gateway):
    lines = gateway.ask("GET", "/-/customhouse/ledger", role="approver").content.splitlines()
    return read_export(lines)


def test_an_approval_is_in_force_at_once_and_names_the_bytes(gateway):
    assert shown(gateway, "pkg:npm/left-pad") == ["1.1.0", "1.0.0"]
    answer = gateway.decide("approve", "pkg:npm/left-pad@1.2.0", reason="  we need\nit  ")
    assert answer.status_code == 201, answer.text
    entry = answer.json()
    assert (entry["act"], entry["purl"], entry["actor"]) == ("approve", "pkg:npm/left-pad@1.2.0", "some-approver")
    assert entry["reason"] == "we need it"
    assert entry["expires"] == (TODAY() + timedelta(days=90)).isoformat()
    assert entry["digests"] == [digest(_tarball(gateway, "left-pad", "1.2.0"))]
    assert gateway.desk.orders == [("pkg:npm/left-pad@1.2.0", "left-pad-1.2.0.tgz")]
    assert shown(gateway, "pkg:npm/left-pad") == ["1.2.0", "1.1.0", "1.0.0"]
    opened = gateway.run(gateway.gate.open(Purl("npm", "left-pad", "1.2.0"), "left-pad-1.2.0.tgz"))
    assert isinstance(opened, Opened)
    assert entries(gateway)[-1].hash == entry["hash"]
    assert verify(entries(gateway)) == ()


def test_a_list_that_clients_were_told_is_another_at_once(gateway):
    def told():
        return sorted(gateway.ask("GET", "/npm/left-pad").json()["versions"])

    assert (told(), told()) == (["1.0.0", "1.1.0"], ["1.0.0", "1.1.0"])  # the second one from memory
    gateway.decide("approve", "pkg:npm/left-pad@1.2.0")
    assert told() == ["1.0.0", "1.1.0", "1.2.0"]
    assert gateway.ask("GET", "/npm/left-pad/-/left-pad-1.2.0.tgz").status_code == 200
    gateway.decide("block", "pkg:npm/left-pad@1.2.0")
    refused = gateway.ask("GET", "/npm/left-pad/-/left-pad-1.2.0.tgz")
    assert refused.status_code == 403
    assert f"customhouse release pkg:npm/left-pad@1.2.0 --gateway {gateway.url}" in refused.json()["error"]
    assert told() == ["1.0.0", "1.1.0"]


def test_an_approval_of_a_python_release_names_every_file_by_the_page_and_opens_each(gateway):
    answer = gateway.decide("approve", "pkg:pypi/plain@1.1.0")
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["digests"]) == 2
    assert gateway.desk.orders == []  # the page says what bytes they are
    assert shown(gateway, "pkg:pypi/plain") == ["1.1.0", "1.0.0"]
    for python in ("cp311", "cp312"):
        filename = f"plain-1.1.0-{python}-{python}-manylinux_2_17_x86_64.whl"
        opened = gateway.run(gateway.gate.open(Purl("pypi", "plain", "1.1.0"), filename))
        assert isinstance(opened, Opened), python


def test_a_python_version_in_another_spelling_means_the_same(gateway):
    assert gateway.decide("approve", "pkg:pypi/Plain@1.1").json()["purl"] == "pkg:pypi/plain@1.1.0"
    assert "1.1.0" in shown(gateway, "pkg:pypi/plain")


def test_an_approval_of_what_the_inspection_blocked(gateway):
    gateway.desk.words["bad-1.0.1.tgz"] = ("block", "risky-new-dependency", "it runs `node setup.js`")
    refused = gateway.run(gateway.gate.open(Purl("npm", "bad", "1.0.1"), "bad-1.0.1.tgz"))
    assert isinstance(refused, Refused)
    unknowing = gateway.decide("approve", "pkg:npm/bad@1.0.1")
    assert unknowing.status_code == 409
    assert "it runs `node setup.js`" in unknowing.json()["error"]
    assert "--despite risky-new-dependency" in unknowing.json()["hint"]
    assert gateway.decide("approve", "pkg:npm/bad@1.0.1", despite=["another-rule"]).status_code == 409
    assert gateway.decide("approve", "pkg:npm/bad@1.0.1", despite=["risky-new-dependency"]).status_code == 201
    assert isinstance(gateway.run(gateway.gate.open(Purl("npm", "bad", "1.0.1"), "bad-1.0.1.tgz")), Opened)


def test_despite_is_of_approvals_alone(gateway):
    assert gateway.decide("block", "pkg:npm/bad@1.0.1", despite=["some-rule"]).status_code == 400


def test_digests_that_are_given_are_all_that_counts(gateway):
    other = "sha256:" + "0" * 64
    gateway.decide("approve", "pkg:npm/left-pad@1.2.0", digests=[other, other])
    assert entries(gateway)[-1].digests == (other,)
    assert gateway.desk.orders == []
    assert "1.2.0" not in shown(gateway, "pkg:npm/left-pad")


def test_a_block_of_a_whole_package_and_its_release(gateway):
    assert gateway.decide("block", "pkg:npm/left-pad").status_code == 201
    found = gateway.explain("pkg:npm/left-pad")
    assert found["shown"] == []
    assert (found["newest"], found["offered"]) == ("1.2.0", None)
    assert {each["ground"] for each in found["hidden"]} == {"blocked-here"}
    assert {each["owner"] for each in found["hidden"]} == {"ops@registry.example"}
    refused = gateway.decide("approve", "pkg:npm/left-pad@1.2.0")
    assert (refused.status_code, "release" in refused.json()["hint"]) == (409, True)
    wrong = gateway.decide("release", "pkg:npm/left-pad@1.0.0")
    assert wrong.status_code == 409
    assert "pkg:npm/left-pad" in wrong.json()["hint"]
    assert gateway.decide("release", "pkg:npm/left-pad").status_code == 201
    assert shown(gateway, "pkg:npm/left-pad") == ["1.1.0", "1.0.0"]
    assert gateway.decide("release", "pkg:npm/left-pad").status_code == 409
    assert [each.act for each in entries(gateway)] == ["token", "block", "release"]


def test_a_name_is_blocked_before_it_exists_and_while_upstream_is_away(gateway):
    assert gateway.decide("block", "pkg:npm/not-yet@1.0.0").status_code == 201
    gateway.registry.misbehave("@scope", status(500))
    assert gateway.decide("block", "pkg:npm/%40scope/name").status_code == 201
    assert gateway.explain("pkg:npm/not-yet")["ledger"][0]["act"] == "block"


def test_what_cannot_be_bound_is_not_approved(gateway):
    assert gateway.decide("approve", "pkg:npm/nothing@1.0.0").status_code == 404
    assert gateway.decide("approve", "pkg:npm/left-pad@9.9.9").status_code == 404
    gateway.desk.away = True
    answer = gateway.decide("approve", "pkg:npm/left-pad@1.2.0")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert [each.act for each in entries(gateway)] == ["token"]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"act": "withdraw"}, "act"),
        ({"purl": "left-pad"}, "package URL"),
        ({"purl": "pkg:npm/left-pad", "act": "approve"}, "version"),
        ({"purl": "pkg:npm/a\u0000b"}, "name"),
        ({"purl": 1}, "purl"),
        ({"reason": " \n "}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"reason": "a\u0000b"}, "reason"),
        ({"owner": ""}, "owner"),
        ({"expires": "2020-01-01"}, "between today and a year"),
        ({"expires": (TODAY() + timedelta(days=367)).isoformat()}, "between today and a year"),
        ({"expires": "2027-02-30"}, "day"),
        ({"expires": "tomorrow"}, "expires"),
        ({"expires": "2027-01-31\n"}, "day"),
        ({"digests": ["sha256:" + "0" * 64]}, "digests"),
        ({"act": "approve", "purl": "pkg:npm/left-pad@1.2.0", "digests": ["sha1:" + "0" * 40]}, "digests"),
        ({"act": "approve", "purl": "pkg:npm/left-pad@1.2.0", "digests": ["sha256:" + "0" * 64 + "\n"]}, "digests"),
        ({"act": "release", "expires": TODAY().isoformat()}, "end"),
        ({"force": True}, "force"),
    ],
)
def test_what_is_not_a_decision_is_refused(shared, changed, word):
    body = {"act": "block", "purl": "pkg:npm/left-pad", "reason": "because", "owner": "ops", **changed}
    answer = shared.ask("POST", "/-/customhouse/decisions", role="approver", json=body)
    assert answer.status_code == 400, answer.text
    assert word in answer.json()["error"]
    assert answer.json()["hint"]
    assert [each.act for each in entries(shared)] == ["token"]


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("text/plain", '{"act":"block","purl":"pkg:npm/left-pad","reason":"r","owner":"o"}'),
        ("application/x-www-form-urlencoded", "act=block&purl=pkg:npm/left-pad&reason=r&owner=o"),
        ("", '{"act":"block","purl":"pkg:npm/left-pad","reason":"r","owner":"o"}'),
        ("application/json", "{"),
        ("application/json", "[" * 5000),
        ("application/json", b"\xff"),
        ("application/json", '{"act":"block","reason":"' + "x" * 70_000 + '"}'),
        ("application/json", ""),
    ],
)
def test_bodies_that_are_not_json_or_not_whole(shared, content_type, content):
    headers = {"content-type": content_type} if content_type else {}
    answer = shared.ask("POST", "/-/customhouse/decisions", role="approver", headers=headers, content=content)
    assert answer.status_code == 400
    assert answer.json()["hint"]


def test_pages_of_other_sites_decide_nothing(shared):
    body = {"act": "block", "purl": "pkg:npm/left-pad", "reason": "because", "owner": "ops"}
    for site in ("cross-site", "same-site"):
        for method, path in (("POST", "decisions"), ("POST", "tokens"), ("DELETE", "tokens/some-reader")):
            headers = {"sec-fetch-site": site, "origin": "http://attacker.invalid"}
            answer = shared.ask(method, f"/-/customhouse/{path}", role="admin", headers=headers, json=body)
            assert answer.status_code == 403, (method, path)
    asked = {"origin": "http://attacker.invalid", "access-control-request-method": "POST"}
    preflight = shared.ask("OPTIONS", "/-/customhouse/decisions", headers=asked)
    assert preflight.status_code == 405
    assert not [name for name in preflight.headers if name.startswith("access-control")]


def test_a_decision_made_elsewhere_is_in_force_within_a_second(gateway):
    assert len(shown(gateway, "pkg:npm/left-pad")) == 2
    gateway.state.ledger.append(
        "block", "pkg:npm/left-pad@1.1.0", reason="r", owner="o", actor="other", now=datetime.now(UTC)
    )
    deadline = datetime.now(UTC) + timedelta(seconds=1)
    while len(shown(gateway, "pkg:npm/left-pad")) == 2:
        assert datetime.now(UTC) < deadline


def test_everything_that_is_answered_can_be_read_as_json(gateway):
    for answer in (gateway.decide("approve", "pkg:npm/left-pad@1.2.0"), gateway.decide("nonsense", "pkg:npm/left-pad")):
        assert json.loads(answer.content)
        assert answer.headers["content-type"] == "application/json"


def _tarball(gateway, name, version):
    return gateway.registry.npm._tarballs[f"/{name}/-/{name}-{version}.tgz"]
