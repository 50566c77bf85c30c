"""Starting, being told how to serve, and ending."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx2
import pytest

from gateway.running import Gateway, clean_environment, gateway
from simulator.tls import CERTIFICATE

TARBALL = "/npm/left-pad/-/left-pad-1.0.0.tgz"


@pytest.fixture
def stocked(registry):
    registry.npm.publish("left-pad", "1.0.0")
    return registry


def start(folder, *options, **environment):
    """Run the command to its end, which must be soon."""
    command = [sys.executable, "-m", "customhouse", "gateway", *map(str, options)]
    return subprocess.run(
        command,
        cwd=folder,
        env=clean_environment(folder, **environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def said(done):
    """What a user reads of a start that failed: no traceback, and a hint."""
    assert done.returncode not in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert "hint:" in done.stderr
    return done.stderr


def test_it_says_where_it_is_and_what_to_set(stocked, tmp_path):
    with gateway(tmp_path, stocked) as running:
        assert running.url.startswith("http://127.0.0.1:")
        assert running.get("/-/health").status_code == 200
        assert running.get("/-/ready").status_code == 200
        assert "customhouse_gateway_requests" in running.get("/-/metrics").text
        assert running.get("/").status_code == 200
        lines = start(tmp_path, "env", "npm", "pip", "--gateway", running.url)
        assert f"export npm_config_registry='{running.url}/npm/'" in lines.stdout
        assert f"{running.url}/pypi/simple" in lines.stdout


def test_it_ends_in_order(stocked, tmp_path):
    running = Gateway(tmp_path, stocked.npm_url, stocked.pypi_url)
    assert running.get(TARBALL).status_code == 200
    began = time.monotonic()
    assert running.stop(signal.SIGTERM) == 0
    assert time.monotonic() - began < 15


def test_a_download_that_is_under_way_is_finished_first(registry, tmp_path):
    registry.npm.publish("large", "1.0.0", files={"index.js": "1\n", "data.bin": os.urandom(12_000_000)})
    running = Gateway(tmp_path, registry.npm_url, registry.pypi_url)
    address = f"{running.url}/npm/large/-/large-1.0.0.tgz"
    whole = httpx2.get(address, timeout=60).content
    with httpx2.stream("GET", address, timeout=60) as answer:
        pieces = answer.iter_bytes(65536)
        received = next(pieces)
        ending = threading.Thread(target=running.stop)
        ending.start()
        time.sleep(0.5)
        received += b"".join(pieces)
    ending.join(30)
    assert received == whole


def test_tls(stocked, tmp_path):
    with gateway(tmp_path, stocked, "--tls-certificate", CERTIFICATE, "--tls-key", CERTIFICATE) as running:
        assert running.url.startswith("https://")
        with httpx2.Client(verify=False) as client:
            document = client.get(f"{running.url}/npm/left-pad", headers={"user-agent": "test"}).json()
            address = document["versions"]["1.0.0"]["dist"]["tarball"]
            assert address == f"{running.url}{TARBALL}"
            assert client.get(address).status_code == 200


def test_tokens_may_be_required(stocked, tmp_path):
    with gateway(tmp_path, stocked, "--require-tokens") as running:
        assert running.get(TARBALL).status_code == 401
        assert running.get("/-/health").status_code == 200
        token = (tmp_path / "kept" / "admin-token").read_text().strip()
        assert running.get(TARBALL, authorization=f"Bearer {token}").status_code == 200
        made = start(
            tmp_path, "token", "create", "ci", "--role", "reader", "--gateway", running.url, CUSTOMHOUSE_GATEWAY_TOKEN=token
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        reader = next(word for word in made.stdout.split() if word.startswith("cht_"))
        assert running.get(TARBALL, authorization=f"Bearer {reader}").status_code == 200
        block = {"act": "block", "purl": "pkg:npm/left-pad", "reason": "because", "owner": "me"}
        for secret, status in ((reader, 403), ("cht_unknown", 401), (token, 201)):
            answer = httpx2.post(
                f"{running.url}/-/customhouse/decisions",
                content=json.dumps(block),
                headers={"content-type": "application/json", "authorization": f"Bearer {secret}"},
            )
            assert answer.status_code == status, answer.text
        assert running.get(TARBALL, authorization=f"Bearer {reader}").status_code == 403
        assert not [line for line in running.log if token in line or reader in line]


def test_a_port_that_is_taken_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port}" in said(start(tmp_path, "--port", port, "--state", tmp_path / "state"))


def test_it_refuses_to_be_its_own_upstream(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/npm/"
    done = start(tmp_path, "--port", port, "--state", tmp_path / "state", npm_config_registry=address)
    assert "its own upstream" in said(done)


def test_a_state_that_cannot_be_kept_is_told(tmp_path):
    (tmp_path / "state" / "gateway.sqlite").mkdir(parents=True)
    said(start(tmp_path, "--port", "0", "--state", tmp_path / "state"))


def test_a_database_that_cannot_be_reached_is_told_without_its_password(tmp_path):
    url = "postgresql://somebody:very-secret@127.0.0.1:1/nothing"
    done = start(tmp_path, "--port", "0", "--state", tmp_path / "state", "--database", url)
    assert "very-secret" not in said(done) + done.stdout
