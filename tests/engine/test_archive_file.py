"""Archives read where they lie: the same is found as in memory, in little memory, and a file that changes is no archive."""

import asyncio
import bz2
import contextlib
import faulthandler
import gzip
import lzma
import os
import sys
import threading
import time
import zipfile
from pathlib import Path

import msgspec
import pytest

from customhouse.archives.stream import DEFAULT_LIMITS
from customhouse.engine import readers
from customhouse.engine.archive_file import archive_file
from customhouse.engine.readers import OpenedArchive, ReaderPool, decode_tree, read_encoded
from customhouse.model.errors import HostileUpstream, UnreachableUpstream
from simulator import npm_tarball
from simulator.archives import sdist, targz, wheel

MIB = 1 << 20
FILES = {
    "a/__init__.py": "import os\nos.system('id')\n" * 40,
    "a/data.bin": bytes(range(256)) * 300,
    "README.md": "# a",
}
TGZ = npm_tarball({"index.js": "eval(process.env.X)\n" * 50}, {"name": "a", "version": "1.0.0"})
TAR = gzip.decompress(targz(FILES, "a-1"))
ARCHIVES = {
    "a-1.0.0.tgz": TGZ, "a-1-py3-none-any.whl": wheel("a", "1", FILES), "a-1.tar.gz": sdist("a", "1", FILES),
    "a-1.tar.bz2": bz2.compress(TAR), "a-1.tar.xz": lzma.compress(TAR), "a-1.tar": TAR,
    "empty.tgz": b"", "one.whl": b"P", "noise.tgz": b"\x00\x01" * 700, "cut.tgz": TGZ[: len(TGZ) // 2],
    "cut.whl": wheel("a", "1", FILES)[:-30],
}  # fmt: skip


@pytest.fixture
def pool():
    made = ReaderPool(DEFAULT_LIMITS, workers=1)
    yield made
    made.close()


def read(pool, *files, ecosystem="pypi"):
    async def work():
        return await asyncio.gather(*(pool.read(each, each.name, ecosystem) for each in files), return_exceptions=True)

    return asyncio.run(work())


def test_a_file_tells_what_its_bytes_tell(pool, tmp_path):
    for name, data in ARCHIVES.items():
        (tmp_path / name).write_bytes(data)
    for name, got in zip(ARCHIVES, read(pool, *(tmp_path / each for each in ARCHIVES)), strict=True):
        assert got == read_encoded(ARCHIVES[name], name, "pypi", DEFAULT_LIMITS), name


def private(pid):
    """Bytes of memory that a process has for itself: pages of mapped files, which the system takes back, left out."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    return 0


class Watched:
    """The most memory that processes had together while the context lasted, beyond what they had before."""

    def __init__(self, *pids):
        self._pids = pids
        self._before = sum(map(private, pids))
        self._ended = threading.Event()
        self.grown = 0
        self.looks = 0
        self._thread = threading.Thread(target=self._look)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def _look(self):
        while not self._ended.wait(0.003):
            self.looks += 1
            self.grown = max(self.grown, sum(map(private, self._pids)) - self._before)


def large_wheel(path):
    """Write a wheel of 200 MB, stored: small files of Python around one library of other people's code."""
    noise = os.urandom(MIB)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(40):
            archive.writestr(f"big/part{number}.py", f"import json\n\ndef f{number}():\n    return json\n" * 20)
        with archive.open(zipfile.ZipInfo("big/libbig.so"), "w", force_zip64=True) as library:
            library.write(b"\x7fELF" + bytes(60))
            for _ in range(200):
                library.write(noise)
        archive.writestr("big-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: big\nVersion: 1\n")
        archive.writestr("big-1.dist-info/RECORD", "")
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process has for itself")
def test_a_wheel_of_200_mb_is_read_in_a_fraction_of_its_size(pool, tmp_path):
    path = large_wheel(tmp_path / "big-1-py3-none-any.whl")
    small = tmp_path / "a-1-py3-none-any.whl"
    small.write_bytes(ARCHIVES["a-1-py3-none-any.whl"])
    read(pool, small)  # both sides have loaded what reading takes
    with Watched(os.getpid(), *pool._pool._processes) as watched:
        (encoded,) = read(pool, path)
    facts = msgspec.msgpack.decode(encoded.opened, type=OpenedArchive).facts
    sizes = {each.path: each.size for each in decode_tree(encoded.tree).members}
    assert (facts.member_count, sizes["big/libbig.so"]) == (43, 200 * MIB + 64)
    assert facts.size == path.stat().st_size > 200 * MIB
    assert watched.looks > 20
    print(f"grew by {watched.grown / MIB:.1f} MiB over {watched.looks} looks")  # noqa: T201 - shown by -s
    assert watched.grown < 48 * MIB


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process has for itself")
def test_the_watch_sees_what_bytes_in_memory_cost(pool, tmp_path):
    """So that the test above cannot pass for want of eyes."""
    path = large_wheel(tmp_path / "big-1-py3-none-any.whl")

    async def work():
        return await pool.read(path.read_bytes(), path.name, "pypi")

    with Watched(os.getpid(), *pool._pool._processes) as watched:
        asyncio.run(work())
    assert watched.grown > 200 * MIB


def _meddled(how):
    """A reader that does this to the file when it has mapped it, before it looks."""

    def reading(buffer, filename, ecosystem, limits):
        if filename.startswith("bad"):
            faulthandler.disable()  # pytest's own, which would print where the worker ended
            how(Path(os.environ["MEDDLED"]))
        return REAL(buffer, filename, ecosystem, limits)

    return reading


REAL = readers.read_artifact
CHANGES = {
    "cut": lambda path: os.truncate(path, 10),
    "emptied": lambda path: os.truncate(path, 0),
    "grown": lambda path: os.truncate(path, path.stat().st_size + 1),
    "rewritten": lambda path: path.write_bytes(b"\0" * path.stat().st_size),
}


@pytest.mark.parametrize("how", CHANGES)
def test_a_file_that_changes_while_it_is_read_is_no_archive_and_its_neighbours_are_read(monkeypatch, tmp_path, how):
    monkeypatch.setattr(readers, "read_artifact", _meddled(CHANGES[how]))
    bad, good = tmp_path / "bad-1-py3-none-any.whl", tmp_path / "a-1-py3-none-any.whl"
    monkeypatch.setenv("MEDDLED", str(bad))
    bad.write_bytes(wheel("bad", "1", {"bad.py": os.urandom(300_000)}))  # more than a page, so that a cut is felt
    good.write_bytes(ARCHIVES[good.name])
    pool = ReaderPool(DEFAULT_LIMITS, workers=2)
    try:
        first, second = read(pool, bad, good)
        assert isinstance(first, UnreachableUpstream), first
        assert "changed while it was read" in first.message
        assert isinstance(second, readers.EncodedContent)
        bad.write_bytes(b"")
        (after,) = read(pool, good)
        assert isinstance(after, readers.EncodedContent)
    finally:
        pool.close()


def test_a_file_cut_at_every_reading_ends_every_reader_and_not_the_pool(monkeypatch, tmp_path):
    """The worst that SIGBUS can do: the file is put back whenever somebody looks, and cut again under every reader."""
    path = tmp_path / "bad-1-py3-none-any.whl"
    monkeypatch.setenv("MEDDLED", str(path))
    path.write_bytes(wheel("bad", "1", {"bad.py": os.urandom(300_000)}))
    told = archive_file(path, path.name)

    def cut_and_leave(buffer, filename, *_):
        if filename.startswith("bad"):
            faulthandler.disable()
            os.truncate(path, 10)
            return buffer[200_000]  # the worker ends here
        return REAL(buffer, filename, *_)

    monkeypatch.setattr(readers, "read_artifact", cut_and_leave)
    pool = ReaderPool(DEFAULT_LIMITS, workers=1)
    stop = threading.Event()

    def put_back():
        while not stop.wait(0.002):
            if path.stat().st_size < told.size:
                os.truncate(path, told.size)
                os.utime(path, ns=(told.written, told.written))

    healer = threading.Thread(target=put_back)
    healer.start()
    try:
        started = time.monotonic()
        (outcome,) = read(pool, path)
        assert isinstance(outcome, HostileUpstream | UnreachableUpstream)
        assert time.monotonic() - started < 90, "far from the timeout of a reading"
    finally:
        stop.set()
        healer.join()
        pool.close()


def test_a_file_that_is_not_there_is_told(pool, tmp_path):
    missing, folder = read(pool, tmp_path / "gone.tgz", tmp_path)
    assert isinstance(missing, UnreachableUpstream)
    assert "cannot be opened" in missing.message
    assert isinstance(folder, UnreachableUpstream)
    assert "is no file" in folder.message
