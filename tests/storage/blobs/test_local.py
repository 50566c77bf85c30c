"""What only a folder can do wrong: full disks, other disks, wrong rights."""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from customhouse.storage.blobs import local
from customhouse.storage.blobs.errors import BlobDamagedError, BlobsUnavailableError
from customhouse.storage.blobs.location import open_blobs
from storage.blobs.storing import keep, run, whole

MIB = 1 << 20


@pytest.fixture
def tiny(tmp_path):
    """A disk of one MiB."""
    place = tmp_path / "tiny"
    place.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"mounting a small disk is not permitted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def files(folder):
    return [each for each in folder.rglob("*") if each.is_file()]


def test_a_disk_that_is_full_while_receiving_is_told_and_nothing_stays(tiny, tmp_path):
    store = open_blobs(str(tmp_path / "store"), tiny / "staging")
    with pytest.raises(BlobsUnavailableError, match="No space left") as told:
        run(keep(store, b"x" * 2 * MIB))
    assert "make room" in told.value.hint
    assert files(tmp_path / "store") + files(tiny) == []
    assert run(whole(run(store.open(run(keep(store, b"small")))))) == b"small"


def test_a_disk_that_is_full_while_keeping_is_told_and_nothing_stays(tiny, tmp_path):
    store = open_blobs(str(tiny / "store"), tmp_path / "staging")
    with pytest.raises(BlobsUnavailableError, match="No space left"):
        run(keep(store, b"x" * 2 * MIB))
    assert files(tmp_path / "staging") + files(tiny) == []
    sha256 = run(keep(store, b"small"))
    assert run(store.verify(sha256)) == "sound"


def test_what_was_staged_on_another_disk_is_copied_whole(tiny, tmp_path):
    store = open_blobs(str(tmp_path / "store"), tiny / "staging")
    sha256 = run(keep(store, b"y" * 700_000))
    assert run(store.verify(sha256)) == "sound"
    assert [each.name for each in files(tmp_path / "store")] == [sha256[2:]]
    assert files(tiny) == []


def test_a_copy_that_a_killed_process_left_is_swept_as_well(tmp_path):
    store = open_blobs(str(tmp_path / "store"), tmp_path / "staging")
    (tmp_path / "store" / "incoming" / "staged-left").write_bytes(b"half")
    assert run(store.sweep_staging(timedelta())) == 1
    assert files(tmp_path) == []


def test_what_changes_while_it_is_copied_is_not_kept(tiny, tmp_path):
    store = open_blobs(str(tmp_path / "store"), tiny / "staging")
    with store.stage() as staged:
        staged.write(b"as it came")
        staged.path.write_bytes(b"as it isn't")
        with pytest.raises(BlobDamagedError, match="changed while it was copied"):
            run(store.commit(staged))
    assert files(tmp_path / "store") == []


def test_the_disk_has_the_file_before_its_name_and_then_the_name(tmp_path, monkeypatch):
    order = []
    fsync, replace = os.fsync, local.Path.replace
    monkeypatch.setattr(
        os, "fsync", lambda fd: order.append(str(local.Path(f"/proc/self/fd/{fd}").readlink())) or fsync(fd)
    )
    monkeypatch.setattr(local.Path, "replace", lambda one, other: order.append("renamed") or replace(one, other))
    store = open_blobs(str(tmp_path / "store"), tmp_path / "staging")
    sha256 = run(keep(store, b"x"))
    renamed = order.index("renamed")
    assert "/staging/staged-" in order[renamed - 1]
    assert order[renamed + 1 :] == [str(tmp_path / "store" / "sha256" / sha256[:2])]
    assert str(tmp_path / "store") in order[:renamed], "a new folder's name is on the disk as well"


def test_a_disk_that_fails_to_settle_keeps_nothing(tmp_path, monkeypatch):
    def fails(_):
        raise OSError(5, "Input/output error")

    store = open_blobs(str(tmp_path / "store"), tmp_path / "staging")
    run(keep(store, b"before"))
    before = files(tmp_path / "store")
    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(BlobsUnavailableError, match="Input/output error"):
        run(keep(store, b"x"))
    assert files(tmp_path / "store") == before
    assert files(tmp_path / "staging") == []


def test_a_store_that_vanished_or_is_spoilt_is_told(tmp_path):
    store = open_blobs(str(tmp_path / "store"), tmp_path / "staging")
    sha256 = run(keep(store, b"x"))
    shard = tmp_path / "store" / "sha256" / sha256[:2]
    for each in files(shard):
        each.unlink()
    shard.rmdir()
    shard.symlink_to(shard.name)  # a loop: neither there nor missing
    for act in (lambda: store.open(sha256), lambda: store.verify(sha256), lambda: store.delete(sha256)):
        with pytest.raises(BlobsUnavailableError):
            run(act())
    with pytest.raises(BlobsUnavailableError):
        run(keep(store, b"x"))
    (tmp_path / "staging").rmdir()
    with pytest.raises(BlobsUnavailableError, match="staged"):
        store.stage()


def test_large_files_are_read_beside_the_loop_and_small_ones_without_going_elsewhere(tmp_path, monkeypatch):
    pread, here = os.pread, []

    def watched(*arguments):
        here.append(threading.current_thread() is threading.main_thread())
        return pread(*arguments)

    store = open_blobs(str(tmp_path / "store"), tmp_path / "staging")
    large, small = run(keep(store, b"z" * 6 * MIB)), run(keep(store, b"z" * 9000))
    monkeypatch.setattr(local.os, "pread", watched)
    for sha256, size, where in ((large, 6 * MIB, [False] * 6), (small, 9000, [True])):
        here.clear()
        assert len(run(whole(run(store.open(sha256))))) == size
        assert here == where
