"""Measuring processes: what dies or hangs costs its own answer, and the next question finds a fresh process."""

import sys
from pathlib import Path

import pytest

from evals import measuring
from evals.measuring import Cost, PeerCost, largest_memory, measure_guarddog, measure_ours
from evals.workers import Worker
from simulator.archives import npm_tarball

_ECHO = """
import json, os, sys, time
for line in sys.stdin:
    path = json.loads(line)
    if path == "/die":
        os._exit(1)
    if path == "/die-talking":
        print("half", end="", flush=True); os._exit(1)
    if path == "/hang":
        time.sleep(60)
    print(json.dumps({"path": path, "process": os.getpid()}), flush=True)
"""
_PEER = """
import json, sys
for line in sys.stdin:
    path = json.loads(line)
    print(json.dumps({"error": "unreadable"} if "bad" in path else {"score": 6.5, "cpu": 0.25}), flush=True)
"""


@pytest.fixture
def worker():
    with Worker([sys.executable, "-c", _ECHO], seconds=10) as one:
        yield one


def test_one_process_answers_all(worker):
    said = [worker.ask(Path(name)) for name in ("/a b", "/ä\n")]
    assert [one["path"] for one in said] == ["/a b", "/ä\n"]
    assert said[0]["process"] == said[1]["process"]


@pytest.mark.parametrize("path", ["/die", "/die-talking"])
def test_one_that_dies_is_begun_anew(worker, path):
    first = worker.ask(Path("/a"))
    assert worker.ask(Path(path)) is None
    assert worker.ask(Path("/b"))["process"] != first["process"]


def test_one_that_hangs_is_ended():
    with Worker([sys.executable, "-c", _ECHO], seconds=0.5) as worker:
        assert worker.ask(Path("/hang")) is None


def test_our_costs_are_measured_once(tmp_path):
    path = tmp_path / "a-1.0.0.tgz"
    path.write_bytes(npm_tarball({"index.js": "module.exports = 1\n"}, {"name": "a", "version": "1.0.0"}))
    steps = []
    first = measure_ours([("d1", path)], tmp_path / "results", lambda: steps.append(1))
    assert first["d1"].wall > 0
    assert first["d1"].cpu > 0
    assert not first["d1"].failed
    assert largest_memory(tmp_path / "results") == first["d1"].peak > 1e6
    path.unlink()
    assert measure_ours([("d1", path)], tmp_path / "results", lambda: steps.append(1)) == first
    assert len(steps) == 2


def test_an_archive_that_cannot_be_read_has_no_cost(tmp_path):
    assert measure_ours([("d1", tmp_path / "missing.tgz")], tmp_path, lambda: None) == {"d1": Cost(failed=True)}


def test_the_peers_word_is_kept_by_its_version(tmp_path, monkeypatch):
    script = tmp_path / "guarddog_worker.py"
    script.write_text(_PEER)
    monkeypatch.setattr(measuring, "HERE", tmp_path)
    asked = [("d1", Path("/good.tgz")), ("d2", Path("/bad.tgz"))]
    expected = {"d1": PeerCost(6.5, 0.25), "d2": PeerCost(failed=True)}
    assert measure_guarddog(asked, tmp_path, [sys.executable], "3.2.0", lambda: None) == expected
    script.write_text("raise SystemExit")
    assert measure_guarddog(asked, tmp_path, [sys.executable], "3.2.0", lambda: None) == expected
    again = measure_guarddog(asked[:1], tmp_path, [sys.executable], "3.3.0", lambda: None)
    assert again == {"d1": PeerCost(failed=True)}
