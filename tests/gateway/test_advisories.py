"""Advisories while the gateway runs: what was handed out yesterday is withdrawn, and a fix need not wait for its time."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from gateway.running import clean_environment, gateway

TARBALL = "/npm/left-pad/-/left-pad-1.0.0.tgz"


@pytest.fixture
def stocked(registry):
    now = datetime.now(UTC)
    registry.npm.publish("left-pad", "1.0.0", published=now - timedelta(days=300))
    registry.npm.publish("left-pad", "1.0.1", published=now - timedelta(hours=2))
    registry.pypi.publish("demo", "1.0", published=now - timedelta(days=300))
    registry.pypi.publish("demo", "1.1", published=now - timedelta(hours=2))
    return registry


def update(folder, index, *records):
    """Run `customhouse db update` on OSV records, as somebody would beside the running gateway."""
    source = folder / "records"
    source.mkdir(exist_ok=True)
    for record in records:
        (source / f"{record['id']}.json").write_text(json.dumps({"modified": "2026-01-01T00:00:00Z", **record}))
    command = [sys.executable, "-m", "customhouse", "db", "update", "--from", str(source), "--db-dir", str(index)]
    done = subprocess.run(command, env=clean_environment(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def covering(identity, ecosystem, name, fixed="", **more):
    events = [{"introduced": "0"}, *([{"fixed": fixed}] if fixed else [])]
    affected = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [{"type": "SEMVER", "events": events}]}
    if ecosystem == "PyPI":
        affected["ranges"][0]["type"] = "ECOSYSTEM"
    return {"id": identity, "affected": [affected], **more}


def until(ask, wanted, seconds=8):
    """Ask until the answer is the wanted one; return how long that took."""
    began = time.monotonic()
    while ask() != wanted:
        assert time.monotonic() - began < seconds, ask()
        time.sleep(0.1)
    return time.monotonic() - began


def test_what_turns_out_to_be_malware_is_withdrawn_and_who_had_it_is_told(stocked, tmp_path):
    index = tmp_path / "index"
    index.mkdir()
    environment = clean_environment(tmp_path, CUSTOMHOUSE_DB_DIR=str(index))
    with gateway(tmp_path, stocked, environment=environment) as running:
        assert running.get(TARBALL, customhouse_project="shop").status_code == 200
        assert running.get("/npm/left-pad").json()["dist-tags"]["latest"] == "1.0.0"
        update(tmp_path, index, covering("MAL-2026-9", "npm", "left-pad", fixed="1.0.1"))
        until(lambda: running.get(TARBALL).status_code, 403)
        assert "MAL-2026-9" in running.get(TARBALL).json()["error"]
        until(lambda: running.get("/npm/left-pad").status_code, 403)
        until(lambda: bool(running.events("withdrawn")), wanted=True)
        (told,) = running.events("withdrawn")
        assert told["purl"] == "pkg:npm/left-pad@1.0.0"
        assert "127.0.0.1 shop" in told["fetched_by"]
        token = (tmp_path / "kept" / "admin-token").read_text().strip()
        entries = running.get("/-/customhouse/ledger", authorization=f"Bearer {token}").text
        assert '"withdraw"' in entries
        until(lambda: [path for path in (tmp_path / "kept" / "blobs").rglob("*") if path.is_file()], [])


@pytest.mark.parametrize("ecosystem", ["npm", "PyPI"])
def test_a_fix_of_what_clients_would_get_instead_need_not_wait(stocked, tmp_path, ecosystem):
    index = tmp_path / "index"
    environment = clean_environment(tmp_path, CUSTOMHOUSE_DB_DIR=str(index))
    severe = {"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}
    name, fixed = ("left-pad", "1.0.1") if ecosystem == "npm" else ("demo", "1.1")
    update(tmp_path, index, covering("GHSA-aaaa-bbbb-cccc", ecosystem, name, fixed=fixed, **severe))
    with gateway(tmp_path, stocked, environment=environment) as running:
        told = running.get(f"/-/customhouse/explain/pkg:{ecosystem.lower()}/{name}").json()
        assert told["shown"] == [fixed]
        assert [each["ground"] for each in told["hidden"]] == ["advisory"]
        if ecosystem == "npm":
            document = running.get("/npm/left-pad").json()
            assert list(document["versions"]) == ["1.0.1"]
            assert running.get("/npm/left-pad/-/left-pad-1.0.1.tgz").status_code == 200
        one = running.get(f"/-/customhouse/explain/pkg:{ecosystem.lower()}/{name}@{fixed}").json()
        assert "GHSA-aaaa-bbbb-cccc" in json.dumps(one)


def test_without_the_advisory_the_young_version_waits(stocked, tmp_path):
    with gateway(tmp_path, stocked) as running:
        assert list(running.get("/npm/left-pad").json()["versions"]) == ["1.0.0"]


def test_a_damaged_index_is_told_and_nothing_is_handed_out(stocked, tmp_path):
    index = tmp_path / "index"
    update(tmp_path, index, covering("MAL-2026-9", "npm", "another"))
    environment = clean_environment(tmp_path, CUSTOMHOUSE_DB_DIR=str(index))
    with gateway(tmp_path, stocked, environment=environment) as running:
        assert running.get(TARBALL).status_code == 200
        for path in index.iterdir():
            if path.is_file():
                path.write_bytes(b"damaged")
        until(lambda: running.get(TARBALL).status_code, 403)
        assert "corrupt-advisories" in running.get(TARBALL).json()["error"]
