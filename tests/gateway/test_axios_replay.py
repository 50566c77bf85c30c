"""The axios attack of 2026-03-31, replayed before a gateway: what it hides, and how it explains that to a person."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from gateway.running import clean_environment, gateway
from simulator.archives import npm_tarball

EXAMPLES = Path(__file__).parents[2] / "examples"
GOOD, BAD, DEPENDENCY, DROPPER = "1.14.0", "1.14.1", "plain-crypto-js", "4.2.1"

#: Where `make demo` takes the genuine archive, a library of ours stands here: what the attack changed is the same.
LIBRARY = {
    "index.js": "module.exports = require('./lib/axios.js');\n",
    "lib/axios.js": """\
'use strict';
const follow = require('follow-redirects');
const FormData = require('form-data');
const proxy = require('proxy-from-env');
module.exports = function request(config) {
  return { follow, proxy, form: new FormData(), config };
};
""",
}
MANIFEST = {
    "name": "axios",
    "version": GOOD,
    "main": "index.js",
    "repository": "https://git.example/axios/axios",
    "dependencies": {"follow-redirects": "^1.0.0", "form-data": "^1.0.0", "proxy-from-env": "^1.0.0"},
}
PUBLISHED, FOUND = datetime(2026, 3, 31, 0, 21, tzinfo=UTC), datetime(2026, 3, 31, 1, 0, tzinfo=UTC)


@pytest.fixture
def replay(registry, monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    from axios_replay.replica import publish  # noqa: PLC0415 - found by the path above

    publish(registry, npm_tarball(LIBRARY, MANIFEST))
    yield registry
    sys.modules.pop("axios_replay.replica", None)


def as_if_now(registry):
    """Move every release so that the attack is as old as it was when the first people met it; return when it came."""
    moved = datetime.now(UTC).replace(microsecond=0) - FOUND
    for package in registry.npm._packages.values():
        package["time"] = {version: when + moved for version, when in package["time"].items()}
    return PUBLISHED + moved


def explain(running, subject, *options):
    command = [sys.executable, "-m", "customhouse", "explain", subject, "--gateway", running.url, *options]
    return subprocess.run(
        command, env=clean_environment(running.state), capture_output=True, text=True, check=False, timeout=60
    )


def moment(when):
    return f"{when:%Y-%m-%d %H:%M} UTC"


def test_after_somebody_asked_for_it_the_inspection_explains_what_is_hidden(replay, tmp_path):
    with gateway(tmp_path, replay) as running:
        refused = running.get(f"/npm/axios/-/axios-{BAD}.tgz")
        assert refused.status_code == 403
        assert running.get(f"/npm/axios/-/axios-{GOOD}.tgz").status_code == 200
        end = time.monotonic() + 5
        while (
            BAD in (listed := running.get("/npm/axios").json())["versions"]
        ):  # what is kept is looked at twice a second
            assert time.monotonic() < end
            time.sleep(0.1)
        assert listed["dist-tags"]["latest"] == GOOD
        said = explain(running, "pkg:npm/axios")
        assert said.returncode == 0, said.stderr
        lines = said.stdout.splitlines()
        assert lines[0] == "pkg:npm/axios  2 versions shown, 1 hidden"
        assert f"  the newest, {BAD}, is hidden: clients get {GOOD}" in lines
        assert f"block  {BAD}  its inspection found something" in lines
        rules = {line.strip().partition(":")[0] for line in lines if line.startswith("  ")}
        assert {"risky-new-dependency", "dependency-never-imported", "new-publisher-with-new-code"} <= rules
        assert f"  published {moment(PUBLISHED)}, since " in said.stdout
        # Of the release itself the same, and the exit code says what it would for one that was inspected here.
        alone = explain(running, f"pkg:npm/axios@{BAD}")
        assert alone.returncode == 20
        assert "risky-new-dependency" in alone.stdout
        assert f"axios-{BAD}.tgz  block" in alone.stdout


def test_on_its_day_it_is_too_young_and_both_packages_say_when_they_come_free(replay, tmp_path):
    published = as_if_now(replay)
    with gateway(tmp_path, replay) as running:
        listed = running.get("/npm/axios").json()
        assert listed["dist-tags"]["latest"] == GOOD
        assert BAD not in {*listed["versions"], *listed["time"]}
        said = explain(running, "pkg:npm/axios").stdout.splitlines()
        assert said[0] == "pkg:npm/axios  2 versions shown, 1 hidden"
        assert f"hold  {BAD}  too young" in said
        assert any(line.startswith("  release-too-young: was published on") for line in said)
        free = f"  published {moment(published)}, free from {moment(published + timedelta(days=3))}"
        assert free in said
        (hidden,) = json.loads(explain(running, "pkg:npm/axios", "--format", "json").stdout)["hidden"]
        assert hidden["version"] == BAD
        assert hidden["until"] == f"{published + timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}"
        assert [each["rule"] for each in hidden["reasons"]] == ["release-too-young"]
        # What it brings along is as young, and all there is of that package.
        brought = explain(running, f"pkg:npm/{DEPENDENCY}").stdout
        assert "0 versions shown, 2 hidden" in brought
        assert f"hold  {DROPPER}  too young" in brought
        for name, version in (("axios", BAD), (DEPENDENCY, DROPPER)):
            assert running.get(f"/npm/{name}/-/{name}-{version}.tgz").status_code == 403


def test_whoever_approves_what_is_too_young_is_told_what_its_inspection_found(replay, tmp_path):
    as_if_now(replay)
    with gateway(tmp_path, replay) as running:
        token = (running.state / "kept" / "admin-token").read_text().strip()
        body = {"act": "approve", "purl": f"pkg:npm/axios@{BAD}", "reason": "a fix", "owner": "ops@registry.example"}
        address = f"{running.url}/-/customhouse/decisions"
        answer = httpx2.post(address, json=body, headers={"authorization": f"Bearer {token}"}, timeout=60)
        assert "risky-new-dependency" in answer.text
        assert answer.status_code == 409
        assert running.get(f"/npm/axios/-/axios-{BAD}.tgz").status_code == 403
        rules = [word for word in answer.json()["hint"].split() if word.count("-") and not word.startswith("--")]
        knowing = httpx2.post(
            address, json={**body, "despite": rules}, headers={"authorization": f"Bearer {token}"}, timeout=60
        )
        assert knowing.status_code == 201, knowing.text
