"""What every store of blobs does, in a folder and in a bucket."""

import asyncio
import hashlib
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import obstore
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customhouse.storage.blobs.errors import BlobDamagedError, BlobsUnavailableError
from customhouse.storage.blobs.interface import blob_key
from customhouse.storage.blobs.location import open_blobs
from storage.blobs.storing import keep, run, whole, writer

MIB = 1 << 20
LARGE = os.urandom(1000) * 3700 + b"end"  # more than three pieces, and no whole number of them


def spoil(store, sha256, data):
    """Put other bytes under a blob's name, as a disk or an intruder would."""
    if store.kind == "folder":
        path = store.root / blob_key(sha256)
        path.chmod(0o600)
        path.write_bytes(data)
    else:
        obstore.put(store._store, blob_key(sha256), data)


@pytest.mark.parametrize("data", [b"", b"a", b"\0" * MIB, LARGE], ids=["empty", "byte", "piece", "large"])
def test_what_is_kept_comes_back_under_its_digest(store, data):
    async def work():
        sha256 = await keep(store, data)
        blob = await store.open(sha256)
        assert sha256 == hashlib.sha256(data).hexdigest()
        assert (blob.size, await whole(blob), await store.has(sha256)) == (len(data), data, True)
        assert await store.verify(sha256) == "sound"
        async with store.local_path(sha256) as path:
            assert path.read_bytes() == data
        assert all([len(piece) <= MIB async for piece in blob.read(0, blob.size)])

    run(work())


def test_digests_and_size_run_along_and_a_sink_may_begin_anew(store):
    with store.stage() as staged:
        staged.write(b"half of ano")
        staged.seek(0)
        staged.truncate()
        assert (staged.size, staged.path.read_bytes()) == (0, b"")
        staged.write(b"whole")
        staged.write(memoryview(b" file"))
        assert (staged.size, staged.path.read_bytes()) == (10, b"whole file")
        assert staged.sha512 == hashlib.sha512(b"whole file").hexdigest()
        with pytest.raises(OSError, match="from its beginning"):
            staged.seek(3)
        assert run(store.commit(staged)) == staged.sha256 == hashlib.sha256(b"whole file").hexdigest()
        for act in (lambda: staged.write(b"!"), lambda: staged.seek(0), staged.truncate):
            with pytest.raises(ValueError, match="handed to a store already"):
                act()
        assert run(store.commit(staged)) == staged.sha256, "said twice, kept once"
        assert run(store.verify(staged.sha256)) == "sound"
    with pytest.raises(ValueError, match="given up"):
        run(store.commit(staged))


def test_what_is_not_committed_leaves_nothing(store, tmp_path):
    with pytest.raises(KeyError), store.stage() as staged:  # noqa: PT012 - the error has to come from inside
        staged.write(LARGE)
        raise KeyError
    assert list((tmp_path / "staging").iterdir()) == []
    assert not run(store.has(hashlib.sha256(LARGE).hexdigest()))


def test_what_is_not_there_is_told_as_that(store):
    async def work():
        sha256 = hashlib.sha256(b"never").hexdigest()
        assert await store.open(sha256) is None
        assert not await store.has(sha256)
        assert await store.verify(sha256) == "missing"
        async with store.local_path(sha256) as path:
            assert path is None
        await store.delete(sha256)
        assert [each async for each in store.sizes()] == []

    run(work())


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 63 + "/", "a" * 64 + "\n"]
)
def test_only_a_digest_is_a_name(store, name):
    async def path():
        async with store.local_path(name):
            pass

    for act in (lambda: store.open(name), lambda: store.has(name), lambda: store.delete(name), lambda: store.verify(name), path):  # fmt: skip
        with pytest.raises(ValueError, match="not a sha256"):
            run(act())


def test_every_blob_is_listed_with_size_and_age(store):
    async def work():
        kept = {await keep(store, b"x" * size): size for size in range(1, 40)}
        listed = [each async for each in store.sizes()]
        assert {each.sha256: each.size for each in listed} == kept
        assert len(listed) == len(kept)
        assert all(abs(each.stored - time.time()) < 60 for each in listed)

    run(work())


def test_a_file_that_is_no_blob_is_not_listed(tmp_path):
    store = open_blobs(str(tmp_path / "store"), tmp_path / "staging")
    sha256 = run(keep(store, b"x"))
    (tmp_path / "store" / "sha256" / sha256[:2] / "notes.txt").write_text("mine")
    (tmp_path / "store" / "sha256" / "README").write_text("mine")

    async def listed():
        return [each.sha256 async for each in store.sizes()]

    assert run(listed()) == [sha256]


def test_bytes_that_lost_their_digest_are_found_and_healed_by_the_next_commit(store):
    async def work():
        sha256 = await keep(store, LARGE)
        spoil(store, sha256, LARGE[:-1] + b"!")
        assert await store.verify(sha256) == "damaged"
        if store.kind == "bucket":  # fetched anyway, so held against its digest on the way
            with pytest.raises(BlobDamagedError, match="other bytes"):
                async with store.local_path(sha256):
                    pass
        assert await keep(store, LARGE) == sha256
        assert await store.verify(sha256) == "sound"

    run(work())


def test_a_blob_that_became_shorter_never_reads_as_a_short_file(store):
    async def work():
        sha256 = await keep(store, LARGE)
        blob = await store.open(sha256)
        spoil(store, sha256, LARGE[: MIB + 5])
        with pytest.raises((BlobDamagedError, BlobsUnavailableError)):
            await whole(blob)
        with pytest.raises((BlobDamagedError, BlobsUnavailableError)):
            await whole(blob, 3 * MIB, 3 * MIB + 4)
        assert await store.verify(sha256) == "damaged"

    run(work())


def test_what_is_deleted_while_it_is_read_is_read_whole_or_fails(store):
    async def work():
        sha256 = await keep(store, LARGE)
        blob = await store.open(sha256)
        pieces = blob.read(0, blob.size)
        got = await anext(pieces)
        await store.delete(sha256)
        assert not await store.has(sha256)
        if store.kind == "folder":
            got += b"".join([piece async for piece in pieces])
            assert got == LARGE
        else:
            with pytest.raises(BlobsUnavailableError, match="removed meanwhile"):
                [piece async for piece in pieces]
        with pytest.raises(BlobsUnavailableError, match="removed meanwhile"):
            await whole(blob)

    run(work())


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what is open")
def test_readers_that_leave_early_hold_nothing(store):
    async def work():
        blob = await store.open(await keep(store, LARGE))
        before = open_files()
        for _ in range(20):
            pieces = blob.read(0, blob.size)
            await anext(pieces)
            await pieces.aclose()
        await asyncio.sleep(0.1)
        assert open_files() <= before + 4  # what the connections keep

    run(work())


def test_two_writers_of_the_same_bytes_leave_one_sound_blob(store):
    async def work():
        names = await asyncio.gather(*(keep(store, LARGE) for _ in range(4)))
        assert len(set(names)) == 1
        assert await store.verify(names[0]) == "sound"
        assert [each.size async for each in store.sizes()] == [len(LARGE)]

    run(work())


def test_any_range_is_what_the_bytes_have_there(store):
    sha256 = run(keep(store, LARGE))
    size = len(LARGE)
    edges = st.one_of(
        st.integers(-2, size + 2), st.sampled_from([0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, size - 1, size])
    )

    @settings(max_examples=150 if store.kind == "folder" else 25, deadline=None,
              suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
    @given(edges, edges)
    def check(start, end):
        async def work():
            blob = await store.open(sha256)
            if 0 <= start <= end <= size:
                assert await whole(blob, start, end) == LARGE[start:end]
            else:
                with pytest.raises(ValueError, match="of a blob of"):
                    blob.read(start, end)

        run(work())

    check()


@pytest.mark.parametrize("delay", [0.02, 0.07, 0.15, 0.31])
def test_a_killed_writer_leaves_whole_blobs_and_staged_files_that_are_swept(store, tmp_path, delay, request):
    location = str(tmp_path / "store") if store.kind == "folder" else request.getfixturevalue("bucket")
    process = writer(location, tmp_path / "staging", 40)
    time.sleep(delay)
    process.kill()
    said = process.communicate(timeout=10)[0].split()

    async def check():
        listed = [each.sha256 async for each in store.sizes()]
        assert {await store.verify(each) for each in listed} <= {"sound"}
        assert {each for each in said if len(each) == 64} <= set(listed), "what was said to be kept is kept"
        await store.sweep_staging(timedelta())
        assert list((tmp_path / "staging").iterdir()) == []
        sha256 = await keep(store, b"after it")
        assert await store.verify(sha256) == "sound"

    run(check())


def test_a_sweep_leaves_what_living_processes_write_and_what_is_young(store, tmp_path):
    with store.stage() as staged:
        staged.write(b"still coming")
        os.utime(staged.path, (0, 0))
        (tmp_path / "staging" / "staged-left").write_bytes(b"half")
        (tmp_path / "staging" / "notes").write_text("not ours")
        assert run(store.sweep_staging(timedelta(hours=1))) == 0
        os.utime(tmp_path / "staging" / "staged-left", (0, 0))
        assert run(store.sweep_staging(timedelta(hours=1))) == 1
        assert sorted(each.name for each in (tmp_path / "staging").iterdir()) == ["notes", staged.path.name]
        assert run(store.verify(run(store.commit(staged)))) == "sound"


def test_a_store_that_works_passes_its_check(store):
    run(store.check())
