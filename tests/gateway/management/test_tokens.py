"""Tokens by the management door: issued once, listed without their secrets, revoked at once."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest


def issue(gateway, name, role="reader", *, by="admin", **more):
    return gateway.ask("POST", "/-/customhouse/tokens", role=by, json={"name": name, "role": role, **more})


def test_a_token_works_from_its_issue_to_its_revocation(gateway):
    last = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    answer = issue(gateway, "ci/build@shop", "approver", expires=last)
    assert answer.status_code == 201
    issued = answer.json()
    assert (issued["name"], issued["role"], issued["expires"][:10] > last) == ("ci/build@shop", "approver", True)
    gateway.tokens["new"] = issued["secret"]
    assert gateway.ask("GET", "/-/customhouse/ledger", role="new").status_code == 200
    listed = gateway.ask("GET", "/-/customhouse/tokens", role="admin")
    assert issued["secret"] not in listed.text
    assert [each["name"] for each in listed.json()["tokens"]][-1] == "ci/build@shop"
    assert gateway.ask("DELETE", "/-/customhouse/tokens/ci%2Fbuild%40shop", role="admin").json()["revoked"] is True
    deadline = datetime.now(UTC) + timedelta(seconds=1)
    while gateway.ask("GET", "/-/customhouse/ledger", role="new").status_code == 200:
        assert datetime.now(UTC) < deadline
    assert gateway.ask("DELETE", "/-/customhouse/tokens/ci%2Fbuild%40shop", role="admin").status_code == 404


def test_every_change_is_in_the_ledger(gateway):
    issue(gateway, "someone", "admin")
    gateway.ask("DELETE", "/-/customhouse/tokens/someone", role="admin")
    said = [(each.actor, each.reason) for each in gateway.state.ledger.entries()]
    assert said == [
        ("system", "issued the token admin (admin), the first one"),
        ("admin", "issued the token someone (admin)"),
        ("admin", "revoked the token someone"),
    ]


def test_a_name_that_is_taken(gateway):
    assert issue(gateway, "someone").status_code == 201
    answer = issue(gateway, "someone")
    assert (answer.status_code, bool(answer.json()["hint"])) == (409, True)


def test_the_last_admin_stays(gateway):
    answer = gateway.ask("DELETE", "/-/customhouse/tokens/admin", role="admin")
    assert answer.status_code == 409
    issue(gateway, "other", "admin")
    assert gateway.ask("DELETE", "/-/customhouse/tokens/admin", role="admin").status_code == 200


@pytest.mark.parametrize(
    "body",
    [{"name": "x", "role": "root"}, {"name": "", "role": "reader"}, {"name": "1x", "role": "reader"}, {"name": "x"},
     {"name": "x\n", "role": "reader"}, {"name": "x" * 101, "role": "reader"}, {"name": "x", "role": "reader", "secret": "s"},
     {"name": "x", "role": "reader", "expires": "2020-01-01"}, {"name": ["x"], "role": "reader"}, []],
)  # fmt: skip
def test_what_is_no_token(shared, body):
    answer = shared.ask("POST", "/-/customhouse/tokens", role="admin", json=body)
    assert answer.status_code in {400, 409}
    assert answer.json()["hint"]
    assert len(shared.state.tokens.all()) == 3


def test_a_credential_that_is_sent_twice_counts_once(gateway):
    """pnpm 12 does so; two different ones open nothing, since readers of headers may disagree over which counts."""

    def ask(*roles):
        sent = [("authorization", f"Bearer {gateway.tokens[role]}") for role in roles]
        return httpx2.get(f"{gateway.url}/-/customhouse/ledger", headers=sent, trust_env=False).status_code

    assert ask("approver", "approver") == 200
    assert ask("approver", "admin") == 401
    assert ask("reader", "admin") == 401
