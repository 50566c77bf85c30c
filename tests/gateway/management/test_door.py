"""Every address of the management door, asked over loopback: who may, what is answered, what is refused."""

import json
import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from customhouse.model.gateway import Fetch
from customhouse.model.purl import Purl
from simulator import status

ADDRESSES = [
    ("GET", "/-/health", ""),
    ("GET", "/-/ready", ""),
    ("GET", "/-/metrics", ""),
    ("GET", "/-/customhouse/explain/pkg:npm/left-pad", ""),
    ("GET", "/-/customhouse/downgrades", ""),
    ("GET", "/-/customhouse/openapi.json", ""),
    ("GET", "/-/customhouse/ledger", "approver"),
    ("GET", "/-/customhouse/fetches/pkg:npm/left-pad", "approver"),
    ("POST", "/-/customhouse/decisions", "approver"),
    ("GET", "/-/customhouse/tokens", "admin"),
    ("POST", "/-/customhouse/tokens", "admin"),
    ("DELETE", "/-/customhouse/tokens/nobody", "admin"),
]
ORDER = ["", "reader", "approver", "admin"]


def test_who_may_do_what(shared):
    for method, path, needed in ADDRESSES:
        for role in ORDER:
            answer = shared.ask(method, path, role=role, json={} if method == "POST" else None)
            if ORDER.index(role) >= ORDER.index(needed):
                assert answer.status_code not in {401, 403}, (method, path, role)
                continue
            assert answer.status_code == (403 if role else 401), (method, path, role)
            assert answer.json()["error"], (method, path, role)
            assert answer.json()["hint"], (method, path, role)
            assert ("www-authenticate" in answer.headers) == (not role)


def test_a_token_that_opens_nothing_is_refused_everywhere(shared):
    for method, path, _ in ADDRESSES[2:]:
        answer = shared.ask(method, path, headers={"authorization": "Bearer cht_" + "x" * 43})
        assert answer.status_code == 401, path


def test_a_token_as_basic_password(shared):
    answer = shared.ask("GET", "/-/customhouse/ledger", auth=("anything", shared.tokens["approver"]))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/-/health", "GET, HEAD"),
        ("PUT", "/-/customhouse/decisions", "POST"),
        ("GET", "/-/customhouse/decisions", "POST"),
        ("DELETE", "/-/customhouse/tokens", "GET, POST, HEAD"),
        ("GET", "/-/customhouse/tokens/some", "DELETE"),
        ("POST", "/", "GET, HEAD"),
    ],
)
def test_methods_that_mean_nothing(shared, method, path, allow):
    answer = shared.ask(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)


@pytest.mark.parametrize(
    "path",
    ["/-/", "/-/healthy", "/-/health/", "/-/customhouse", "/-/customhouse/", "/-/customhouse/explain",
     "/-/customhouse/explain/", "/-/customhouse/tokens/", "/health", "/customhouse/tokens", "/favicon.ico",
     "/-/%68ealth"],
)  # fmt: skip
def test_nothing_else_is_served(shared, path):
    answer = shared.ask("GET", path)
    assert answer.status_code == 404
    assert set(answer.json()) == {"error", "hint"}


def test_health(shared):
    assert shared.ask("GET", "/-/health").json() == {"status": "ok"}
    head = shared.ask("HEAD", "/-/health")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "15")


def test_readiness_names_what_is_not(gateway):
    assert gateway.ask("GET", "/-/ready").json()["ready"] is True
    gateway.desk.running = False
    answer = gateway.ask("GET", "/-/ready")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["parts"] == {
        "state": "ok", "watch": "ok", "inspector": "the inspecting process does not run",
    }  # fmt: skip
    gateway.desk.running = True
    (gateway.folder / "state.sqlite").rename(gateway.folder / "elsewhere.sqlite")
    answer = gateway.ask("GET", "/-/ready")
    assert answer.status_code == 503
    assert answer.json()["error"] == "the database cannot be read (StateUnavailableError)"


def test_a_database_that_is_gone_is_a_503_that_tells_no_secret(gateway):
    (gateway.folder / "state.sqlite").rename(gateway.folder / "elsewhere.sqlite")
    answer = gateway.ask("GET", "/-/customhouse/downgrades")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "sqlite" not in answer.text


def test_metrics_are_prometheus(gateway):
    gateway.ask("GET", "/-/health")
    answer = gateway.ask("GET", "/-/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert re.search(
        r'^customhouse_gateway_requests_total\{door="-",method="GET",status="200"\} 1\.0$', answer.text, re.MULTILINE
    )


def test_the_page_at_the_root(shared):
    answer = shared.ask("GET", "/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"npm_config_registry={shared.url}/npm/" in answer.text
    assert "PIP_INDEX_URL" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in answer.text


def test_the_page_does_not_believe_a_host_that_is_none(shared):
    answer = shared.ask("GET", "/", headers={"host": '"><script>alert(1)</script>'})
    assert "<script" not in answer.text
    assert answer.headers["content-type"].startswith(("application/json", "text/plain")) or answer.status_code == 200


def test_what_is_hidden_of_a_package(shared):
    found = shared.explain("pkg:npm/left-pad")
    assert found["schema"] == "customhouse/gateway-explain/1"
    assert (found["newest"], found["offered"], found["shown"]) == ("1.2.0", "1.1.0", ["1.1.0", "1.0.0"])
    (hidden,) = found["hidden"]
    assert (hidden["version"], hidden["decision"], hidden["ground"]) == ("1.2.0", "hold", "cooldown")
    assert hidden["reasons"][0]["rule"] == "release-too-young"
    assert hidden["since"] == hidden["published"] < hidden["until"] == found["until"]
    assert found["release"] is None


@pytest.mark.parametrize(
    "written",
    ["pkg:npm/%40scope/name@1.1.0", "pkg:npm/@scope/name@1.1.0", quote("pkg:npm/%40scope/name@1.1.0", safe=""),
     quote("pkg:npm/@scope/name@1.1.0"), "PKG%3anpm/%2540scope%2Fname%401.1.0".replace("PKG", "pkg")],
)  # fmt: skip
def test_a_purl_in_every_spelling(shared, written):
    assert shared.explain(written)["purl"] == "pkg:npm/%40scope/name@1.1.0"


def test_a_python_version_in_another_spelling(shared):
    found = shared.explain("pkg:pypi/Plain@1.1")
    assert found["purl"] == "pkg:pypi/plain@1.1.0"
    assert found["release"]["standing"]["ground"] == "cooldown"
    assert len(found["release"]["files"]) == 2
    assert all(each["digest"].startswith("sha256:") and each["decision"] is None for each in found["release"]["files"])


def test_a_release_with_its_files_verdict_and_fetches(gateway):
    gateway.desk.words["bad-1.0.1.tgz"] = ("block", "risky-new-dependency", "it runs `node setup.js` at install")
    refused = gateway.run(_opened(gateway, "bad", "1.0.1"))
    assert refused.standing.ground == "verdict"
    gateway.state.fetches.record([_fetch("bad", "1.0.1", 403)])
    found = gateway.explain("pkg:npm/bad@1.0.1", role="reader")
    assert found["release"]["standing"]["decision"] == "block"
    (file,) = found["release"]["files"]
    assert (file["filename"], file["decision"]) == ("bad-1.0.1.tgz", "block")
    assert file["reasons"] == [
        {"rule": "risky-new-dependency", "message": "it runs `node setup.js` at install", "severity": "critical"}
    ]
    assert file["verdict"]["schema"] == "customhouse/inspect/1"
    assert file["verdict"]["findings"][0]["rule"] == "risky-new-dependency"
    assert found["release"]["fetches"] is None
    (fetch,) = gateway.explain("pkg:npm/bad@1.0.1", role="approver")["release"]["fetches"]
    assert (fetch["client"], fetch["status"], fetch["project"]) == ("192.0.2.7", 403, "shop")


def test_fetches_of_a_package(gateway):
    gateway.state.fetches.record([_fetch("bad", "1.0.0", 200), _fetch("bad", "1.0.1", 403)])
    found = gateway.ask("GET", "/-/customhouse/fetches/pkg:npm/bad", role="approver").json()
    assert [each["purl"] for each in found["fetches"]] == ["pkg:npm/bad@1.0.1", "pkg:npm/bad@1.0.0"]
    assert (found["schema"], found["more"]) == ("customhouse/gateway-fetches/1", False)


def test_what_the_registry_took_back_is_explained_from_what_is_known_here(gateway):
    gateway.run(_opened(gateway, "bad", "1.0.0"))
    gateway.registry.npm.unpublish("bad", "1.0.0")
    gateway.run(_forget(gateway))
    found = gateway.explain("pkg:npm/bad@1.0.0")
    assert found["release"]["standing"] is None
    assert [each["filename"] for each in found["release"]["files"]] == ["bad-1.0.0.tgz"]


def test_what_nobody_knows_is_not_found(shared):
    for purl in ("pkg:npm/nothing", "pkg:npm/left-pad@9.9.9", "pkg:pypi/nothing@1"):
        answer = shared.ask("GET", f"/-/customhouse/explain/{purl}")
        assert answer.status_code == 404, purl
        assert answer.json()["hint"]


def test_upstream_that_does_not_answer_is_a_503(gateway):
    gateway.registry.misbehave("left-pad", status(500))
    answer = gateway.ask("GET", "/-/customhouse/explain/pkg:npm/left-pad")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert set(answer.json()) == {"error", "hint"}


@pytest.mark.parametrize(
    "rest",
    ["left-pad", "pkg:cargo/serde", "pkg:npm/", "pkg:npm/..", "pkg:npm/a/b", "pkg:npm/@scope", "pkg:npm/a%00b",
     "pkg:npm/a%0Ab", "pkg:npm/a%5Cb", "pkg:npm/%ED%A0%80@%01", "pkg:npm/a%2F..%2Fb", "pkg:npm/" + "a" * 3000],
)  # fmt: skip
def test_what_is_no_purl_is_refused(shared, rest):
    answer = shared.ask("GET", f"/-/customhouse/explain/{rest}")
    assert answer.status_code in {400, 404}
    assert answer.json()["hint"]


@pytest.mark.parametrize(
    "path",
    ["/-/customhouse/ledger?after=-1", "/-/customhouse/ledger?after=x", "/-/customhouse/ledger?before=1",
     "/-/customhouse/ledger?after=1&after=2", "/-/customhouse/downgrades?day=2026-13-01",
     "/-/customhouse/downgrades?day=20261201", "/-/customhouse/downgrades?days=2026-12-01",
     "/-/health?x", "/-/customhouse/explain/pkg:npm/left-pad?version=1"],
)  # fmt: skip
def test_queries_are_read_strictly(shared, path):
    answer = shared.ask("GET", path, role="admin")
    assert answer.status_code == 400, answer.text
    assert answer.json()["hint"]


def test_a_page_for_whoever_prefers_one_and_nothing_in_it_is_markup(gateway):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e\"'&"
    gateway.desk.words["bad-1.0.1.tgz"] = ("block", "risky-new-dependency", hostile)
    gateway.run(_opened(gateway, "bad", "1.0.1"))
    gateway.decide("block", "pkg:npm/bad", reason=f"{hostile} here", owner=hostile)
    gateway.state.fetches.record([_fetch("bad", "1.0.1", 200, agent=hostile, project=hostile)])
    browser = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    for purl in ("pkg:npm/bad", "pkg:npm/bad@1.0.1"):
        answer = gateway.ask("GET", f"/-/customhouse/explain/{purl}", role="approver", headers=browser)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "script-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "accept" in answer.headers["vary"]
        assert "<script" not in answer.text
        assert "<img" not in answer.text
        assert "\u202e" not in answer.text
        assert "&lt;script&gt;" in answer.text
    assert gateway.ask("GET", "/-/customhouse/explain/pkg:npm/bad", headers={"accept": "*/*"}).json()["purl"]


def test_downgrades_of_a_day(shared):
    answer = shared.ask("GET", "/-/customhouse/downgrades?day=2026-11-30")
    assert answer.json() == {"schema": "customhouse/gateway-downgrades/1", "day": "2026-11-30", "downgrades": []}


def test_nothing_is_kept_by_caches(shared):
    for path in ("/-/health", "/-/customhouse/explain/pkg:npm/left-pad", "/", "/-/nothing"):
        assert shared.ask("GET", path).headers["cache-control"] == "no-store", path


def test_ledger_lines_are_the_chain(gateway):
    gateway.decide("block", "pkg:npm/left-pad")
    answer = gateway.ask("GET", "/-/customhouse/ledger", role="approver")
    assert answer.headers["content-type"] == "application/x-ndjson"
    entries = [json.loads(line) for line in answer.text.splitlines()]
    assert [each["act"] for each in entries] == ["token", "block"]
    assert entries[1]["previous"] == entries[0]["hash"]
    after = gateway.ask("GET", "/-/customhouse/ledger?after=1", role="approver").text.splitlines()
    assert [json.loads(line)["number"] for line in after] == [2]
    assert gateway.ask("GET", "/-/customhouse/ledger?after=2", role="approver").text == ""


async def _opened(gateway, name, version):
    return await gateway.gate.open(Purl("npm", name, version), f"{name}-{version}.tgz")


async def _forget(gateway):
    gateway.listings._kept.clear()


def _fetch(name, version, code, agent="npm/11", project="shop"):
    purl = Purl("npm", name, version)
    return Fetch(datetime.now(UTC), purl, f"{name}-{version}.tgz", "", code, "192.0.2.7", agent, project)
