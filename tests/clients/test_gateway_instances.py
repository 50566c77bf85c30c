"""Two gateways on one PostgreSQL behind a balancer: one dies in the middle of a cold install, and nobody notices.

Both are the command itself before the registry simulator; the archives are in a folder that both see, or in a bucket.
"""

import base64
import hashlib
import json
import logging
import os
import signal
import statistics
import subprocess
import threading
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx2
import pytest

from clients.conftest import COMMANDS
from customhouse.ecosystems.npm.configuration import last_resort
from gateway.balancer import Balancer
from gateway.processes import children
from gateway.real_clients import Through, need
from gateway.running import Gateway, clean_environment
from postgresql import fixtures
from simulator import misbehaviour

pytestmark = pytest.mark.clients

postgresql_server = fixtures.postgresql_server
postgresql_url = fixtures.postgresql_url

SETTLED = datetime.now(UTC) - timedelta(days=400)
#: What was measured; `--log-cli-level=info` shows it.
MEASURED = logging.getLogger(__name__)
#: How many packages are installed, and every how many-th archive upstream is slow with, for how many seconds.
PACKAGES, SLOW_EVERY, SLOW = 48, 4, 2.0
#: Requests that npm has under way at once.
AT_ONCE = 15
PATIENT = '[gateway]\nwait = "55s"\n'
#: Seconds within which what one instance was told has to be in force at the other.
SOON = 1.0


@pytest.fixture
def upstream(registry):
    for number in range(PACKAGES):
        files = {"index.js": f"module.exports = {number}\n", "data.bin": os.urandom(20_000)}
        registry.npm.publish(f"part-{number}", "1.0.0", files=files, published=SETTLED)
    for number in range(0, PACKAGES, SLOW_EVERY):
        registry.misbehave(f"/part-{number}-1.0.0.tgz", misbehaviour.stall(SLOW))
    registry.npm.publish("young", "1.0.0", published=datetime.now(UTC) - timedelta(hours=1))
    return registry


@pytest.fixture
def bucket(monkeypatch):
    """A new bucket in a server on loopback, with the usual variables pointing to it."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - a second that the test of the folder need not pay

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT", "AWS_SESSION_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        named = {"ACCESS_KEY_ID": "AKIDEXAMPLEKEY", "SECRET_ACCESS_KEY": "wJalrEXAMPLEsecret", "REGION": "us-east-1"}
        for name, value in {**named, "ENDPOINT_URL": endpoint, "ALLOW_HTTP": "true"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        assert httpx2.put(f"{endpoint}/archives").status_code == 200
        yield "s3://archives/gateway"
    finally:
        server.stop()


@pytest.fixture
def pair(upstream, postgresql_url, tmp_path):
    """Return a function that starts two instances on one database, with the archives at a location."""
    with ExitStack() as stack:

        def start(blobs):
            options = ("--database", postgresql_url, "--blobs", blobs)
            started = []
            for name in ("one", "two"):
                each = Gateway(
                    tmp_path / name, upstream.npm_url, upstream.pypi_url, *options, configuration=PATIENT,
                    environment=clean_environment(tmp_path / name),
                )  # fmt: skip
                stack.callback(each.stop)
                started.append(each)
            return started

        yield start


def project(folder, registry):
    """A project whose lock was written before there was a gateway."""
    folder.mkdir()
    names = [f"part-{number}" for number in range(PACKAGES)]
    root = {"name": "shop", "version": "1.0.0", "dependencies": dict.fromkeys(names, "1.0.0")}
    packages = {"": root}
    for name in names:
        path = f"{name}/-/{name}-1.0.0.tgz"
        digest = hashlib.sha512(registry.npm._tarballs[f"/{path}"]).digest()
        integrity = f"sha512-{base64.b64encode(digest).decode()}"
        resolved = f"{last_resort()}{path}"
        packages[f"node_modules/{name}"] = {"version": "1.0.0", "resolved": resolved, "integrity": integrity}
    lock = {"name": "shop", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": packages}
    (folder / "package.json").write_text(json.dumps(root))
    (folder / "package-lock.json").write_text(json.dumps(lock))
    return folder


class Asking(threading.Thread):
    """Asks for a held file over and over, and keeps what it was answered."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url = url
        self.statuses = Counter()
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.1):
            try:
                answer = httpx2.get(self.url, timeout=60)
            except httpx2.HTTPError:
                self.statuses["cut"] += 1
            else:
                self.statuses[answer.status_code] += 1


def archives_asked(upstream):
    return Counter(each.path for each in upstream.asked("npm") if each.path.endswith(".tgz"))


def until(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def kill(instance, *, with_worker):
    """End an instance as a machine ends that loses its power, or the front alone."""
    workers = children(instance.process.pid) if with_worker else []
    for pid in (instance.process.pid, *workers):
        os.kill(pid, signal.SIGKILL)
    instance.process.wait(10)


def inspected(*instances):
    """Count inspections that came to an end, by file."""
    return Counter(entry["filename"] for each in instances for entry in each.events("inspected"))


def served(*instances):
    entries = [entry for each in instances for entry in each.events("request") if entry["status"] == 200]
    return {entry["path"].rpartition("/")[2] for entry in entries if entry["path"].endswith(".tgz")}


def install_while_one_dies(pair, upstream, database, server, tmp_path, blobs, *, with_worker):
    need("npm")
    folder = project(tmp_path / "shop", upstream)
    one, two = pair(blobs)
    with Balancer([one.url, two.url]) as balancer:
        asking = Asking(f"{balancer.url}/npm/young/-/young-1.0.0.tgz")
        asking.start()
        through = Through(tmp_path / "home", balancer.url)
        # npm waits ten seconds before it asks again for what was cut.
        environment = through.environment("npm") | {
            "npm_config_fetch_retry_mintimeout": "200",
            "npm_config_audit": "false",
        }
        began = time.monotonic()
        client = subprocess.Popen(
            [*COMMANDS["npm"], "ci"], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )  # fmt: skip
        until(lambda: len(archives_asked(upstream)) >= PACKAGES // 2)
        assert client.poll() is None
        before = len(archives_asked(upstream))
        kill(one, with_worker=with_worker)
        killed = time.monotonic()
        said, _ = client.communicate(timeout=120)
        took, after_kill = time.monotonic() - began, time.monotonic() - killed
        asking.over.set()
        asking.join(60)
    assert client.returncode == 0, (said, balancer.left, balancer.cut)
    for number in range(PACKAGES):
        installed = folder / "node_modules" / f"part-{number}"
        data = (installed / "data.bin").read_bytes()
        assert json.loads((installed / "package.json").read_text())["version"] == "1.0.0"
        assert len(data) == 20_000
    files = {f"part-{number}-1.0.0.tgz" for number in range(PACKAGES)}
    # Each was inspected once, by whichever came first. What the dead one had just kept it may not have told any more.
    counts = inspected(one, two)
    assert {name for name in counts if counts[name] > 1} == set()
    assert len(files - set(counts)) <= AT_ONCE
    # What is fetched a second time is what the dead one had begun, and nothing that was done.
    twice = {path.rpartition("/")[2] for path, count in archives_asked(upstream).items() if count > 1}
    assert twice.isdisjoint(inspected(one))
    assert len(twice) <= AT_ONCE
    assert max(archives_asked(upstream).values()) <= 2
    # Nothing was served without an admission of those bytes, and nothing held, by either, at any time.
    rows = server.execute("SELECT filename, decision, sha256 FROM gateway_admission", database)
    admitted = {name: sha256 for name, decision, sha256 in rows if decision == "allow"}
    assert served(one, two) == files
    assert set(admitted) == files
    tarballs = {path.rpartition("/")[2]: data for path, data in upstream.npm._tarballs.items()}
    assert all(hashlib.sha256(tarballs[name]).hexdigest() == admitted[name] for name in files)
    assert 403 in asking.statuses
    assert set(asking.statuses) <= {403, "cut"}
    # Both had their share, or this shows nothing.
    assert balancer.left[one.url]
    assert not balancer.left[two.url]
    assert inspected(one)
    assert inspected(two)
    return {
        "seconds": round(took, 1),
        "seconds after the kill": round(after_kill, 1),
        "inspected by each": [len(inspected(one)), len(inspected(two))],
        "asked for at the kill": before,
        "fetched twice": len(twice),
        "taken over by the balancer": balancer.left[one.url],
        "the held file": dict(asking.statuses),
    }


@pytest.fixture
def dying(pair, upstream, postgresql_url, postgresql_server, tmp_path):
    """Return a function that runs the whole with the archives at a location."""
    database = urlsplit(postgresql_url).path[1:]

    def run(blobs, *, with_worker):
        return install_while_one_dies(
            pair, upstream, database, postgresql_server, tmp_path, blobs, with_worker=with_worker
        )

    return run


def test_one_dies_in_the_middle_of_a_cold_install(dying, tmp_path):
    MEASURED.info("%s", dying(str(tmp_path / "blobs"), with_worker=False))


def test_one_dies_with_its_worker_and_the_archives_in_a_bucket(dying, bucket):
    MEASURED.info("%s", dying(bucket, with_worker=True))


def listed(client):
    """The versions of the package that an instance shows."""
    return client.get("/npm/part-1").json().get("versions", {})


def test_what_one_is_told_is_in_force_at_the_other_within_a_second(pair, tmp_path):
    one, two = pair(str(tmp_path / "blobs"))
    token = (tmp_path / "one" / "kept" / "admin-token").read_text().strip()
    path = "/npm/part-1/-/part-1-1.0.0.tgz"
    delays = {"block": [], "release": []}
    with (
        httpx2.Client(base_url=one.url, headers={"authorization": f"Bearer {token}"}, timeout=30) as desk,
        httpx2.Client(base_url=two.url, timeout=30) as other,
    ):
        assert other.get(path).status_code == 200
        for _ in range(5):
            for act, refused in (("block", True), ("release", False)):
                body = {
                    "act": act,
                    "purl": "pkg:npm/part-1@1.0.0",
                    "reason": "a drill",
                    "owner": "ops@registry.example",
                }
                answer = desk.post("/-/customhouse/decisions", json=body)
                assert answer.status_code in (200, 201), answer.text
                told = time.monotonic()
                # The wall asks the ledger itself; the list may be the one in memory until the other instance has looked.
                until(lambda wanted=refused: (other.get(path).status_code == 403) == wanted, 10)
                until(lambda wanted=refused: ("1.0.0" not in listed(other)) == wanted, 10)
                delays[act].append(time.monotonic() - told)
                time.sleep(0.13)  # so that rounds meet the other's looks at different moments
    for act, found in delays.items():
        MEASURED.info("%s is in force at the other after %s s", act, [round(each, 2) for each in found])
        assert statistics.median(found) < SOON
        assert max(found) < 2 * SOON  # this machine may be busy with something else
