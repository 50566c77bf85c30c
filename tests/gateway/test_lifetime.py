"""How a gateway ends: in order when it is told to, and without leaving anything behind when it is killed."""

import os
import signal
import sqlite3
import threading
import time
from pathlib import Path

import httpx2
import pytest

from gateway.running import gateway
from simulator import misbehaviour

LARGE = "/npm/large/-/large-1.0.0.tgz"


@pytest.fixture
def stocked(registry):
    registry.npm.publish("left-pad", "1.0.0")
    registry.npm.publish("slow", "1.0.0")
    registry.npm.publish("large", "1.0.0", files={"index.js": "1\n", "data.bin": os.urandom(20_000_000)})
    return registry


def test_a_download_is_finished_and_noted_and_nothing_is_left(stocked, tmp_path):
    with gateway(tmp_path, stocked) as running:
        whole = running.get(LARGE).content
        family = descendants(running.process.pid)
        assert family
        found = []
        reading = threading.Thread(target=slowly, args=(running.url + LARGE, found))
        reading.start()
        time.sleep(0.5)
        assert running.stop() == 0
        reading.join(30)
        assert b"".join(found) == whole
        assert gone(family)
    with sqlite3.connect(tmp_path / "kept" / "gateway.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM gateway_fetch WHERE name = 'large'").fetchone() == (2,)


def test_kill_9_leaves_no_process_behind(stocked, tmp_path):
    stocked.misbehave("slow-1.0.0.tgz", misbehaviour.stall(30))
    with gateway(tmp_path, stocked) as running:
        asking = threading.Thread(target=swallowed, args=(running.url + "/npm/slow/-/slow-1.0.0.tgz",), daemon=True)
        asking.start()
        time.sleep(1)
        family = descendants(running.process.pid)
        running.stop(signal.SIGKILL)
        assert family
        assert gone(family)


def slowly(url, found):
    with httpx2.stream("GET", url, timeout=60) as answer:
        for piece in answer.iter_raw(1_000_000):
            found.append(piece)
            time.sleep(0.1)


def swallowed(url):
    try:
        httpx2.get(url, timeout=20)
    except httpx2.HTTPError:
        return


def descendants(pid):
    """Every process below one."""
    own = [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if parent(path) == pid]
    return [*own, *(each for child in own for each in descendants(child))]


def parent(stat):
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def gone(pids, seconds=10):
    """Wait until none of them runs."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(lives(pid) for pid in pids):
            return True
        time.sleep(0.1)
    return False


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
