"""The evidence cache from outside: what survives kills, other runs, full disks and damage."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time

import msgspec

from customhouse.model.digest import Digest
from customhouse.storage.evidence_cache import EvidenceCache


class Note(msgspec.Struct, frozen=True):
    text: str
    numbers: tuple[int, ...] = ()


def test_a_record_comes_back_with_its_time_before_and_after_the_flush(tmp_path):
    with EvidenceCache(tmp_path) as cache:
        cache.put("content", "abc", "1", Note("one", (1, 2)), 12.5)
        assert cache.get("content", "abc", "1", Note) == (Note("one", (1, 2)), 12.5)
    with EvidenceCache(tmp_path) as cache:
        assert cache.get("content", "abc", "1", Note) == (Note("one", (1, 2)), 12.5)
        assert cache.warnings == []


def test_another_collector_version_or_kind_does_not_answer(tmp_path):
    with EvidenceCache(tmp_path) as cache:
        cache.put("content", "abc", "1", Note("one"), 0)
        cache.flush()
        assert cache.get("content", "abc", "2", Note) is None
        assert cache.get("tree", "abc", "1", Note) is None


def test_a_record_of_another_shape_counts_as_absent(tmp_path):
    with EvidenceCache(tmp_path) as cache:
        cache.put_encoded("content", "abc", "1", msgspec.msgpack.encode({"other": 1}), 0)
        cache.flush()
        assert cache.get("content", "abc", "1", Note) is None


def test_large_records_are_kept_whole(tmp_path):
    note = Note("x" * 300_000, tuple(range(5000)))
    with EvidenceCache(tmp_path) as cache:
        cache.put("content", "big", "1", note, 0)
    with EvidenceCache(tmp_path) as cache:
        assert cache.get("content", "big", "1", Note)[0] == note
    assert (tmp_path / "evidence.sqlite").stat().st_size < 200_000


def test_archives_are_found_by_strong_digests_only(tmp_path):
    strong, weak = Digest("sha512", "a" * 128), Digest("sha1", "b" * 40)
    with EvidenceCache(tmp_path) as cache:
        cache.name_artifact((strong, weak), "c" * 64, "pkg:npm/a@1", "a-1.tgz")
        assert cache.archives_named((strong, weak)) == {strong: "c" * 64}
        cache.flush()
        assert cache.archives_named((strong, weak)) == {strong: "c" * 64}
        assert cache.archives_of("pkg:npm/a@1") == (("a-1.tgz", "sha256:" + "c" * 64),)


_WRITE_MANY = """
    import sys
    from pathlib import Path
    from customhouse.storage.evidence_cache import EvidenceCache
    with EvidenceCache(Path(sys.argv[1])) as cache:
        for index in range(int(sys.argv[3])):
            cache.put("content", f"{sys.argv[2]}-{index}", "1", {"text": "x" * 5000}, index)
        assert cache.warnings == [], cache.warnings
"""


def _run(script, *arguments, prefix=()):
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def _finished(run):
    output, errors = run.communicate(timeout=60)
    assert run.returncode == 0, errors
    return output


def test_several_runs_write_at_once(tmp_path):
    runs = [_run(_WRITE_MANY, tmp_path, name, 300) for name in "abcd"]
    for run in runs:
        _finished(run)
    with EvidenceCache(tmp_path) as cache:
        assert all(cache.get("content", f"{name}-{index}", "1", dict) for name in "abcd" for index in range(300))


def test_a_killed_run_leaves_a_usable_cache(tmp_path):
    run = _run(
        """
        import sys
        from pathlib import Path
        from customhouse.storage.evidence_cache import EvidenceCache
        cache = EvidenceCache(Path(sys.argv[1]))
        for index in range(10_000_000):
            cache.put("content", str(index), "1", {"text": "x" * 3000}, 0)
            if index == 500:
                print("going", flush=True)
        """,
        tmp_path,
    )
    assert run.stdout.readline() == "going\n"
    time.sleep(0.05)
    run.send_signal(signal.SIGKILL)
    run.communicate(timeout=10)
    with EvidenceCache(tmp_path) as cache:
        assert cache.warnings == []
        assert cache.get("content", "400", "1", dict)[0]["text"] == "x" * 3000
        cache.put("content", "after", "1", Note("after"), 0)
    with EvidenceCache(tmp_path) as cache:
        assert cache.get("content", "after", "1", Note) is not None


def test_a_full_disk_costs_the_cache_and_not_the_run(tmp_path):
    """A file-size limit makes every write beyond it fail, as a full disk does."""
    run = _run(
        """
        import resource, signal, sys
        from pathlib import Path
        from customhouse.storage.evidence_cache import EvidenceCache
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        cache = EvidenceCache(Path(sys.argv[1]))
        cache.put("content", "first", "1", {"text": "small"}, 0)
        cache.flush()
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        import os
        for index in range(500):
            cache.put("content", str(index), "1", {"text": os.urandom(8000).hex()}, 0)
        cache.flush()
        assert all(cache.get("content", str(index), "1", dict) for index in range(500))
        assert cache.get("content", "first", "1", dict)
        print(len(cache.warnings), cache.warnings[0])
        cache.close()
        """,
        tmp_path,
    )
    assert _finished(run).startswith("1 the evidence cache cannot be written")
    with EvidenceCache(tmp_path) as cache:
        assert cache.get("content", "first", "1", dict) is not None


def test_a_damaged_file_is_set_aside(tmp_path):
    (tmp_path / "evidence.sqlite").write_bytes(b"this is not a database" * 500)
    with EvidenceCache(tmp_path) as cache:
        assert "damaged" in cache.warnings[0]
        cache.put("content", "abc", "1", Note("one"), 0)
    with EvidenceCache(tmp_path) as cache:
        assert cache.warnings == []
        assert cache.get("content", "abc", "1", Note) is not None
    assert len(list(tmp_path.glob("evidence.damaged-*.sqlite"))) == 1


def test_a_cache_that_cannot_be_made_is_told_once_and_the_run_goes_on(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with EvidenceCache(blocked / "cache") as cache:
        cache.put("content", "abc", "1", Note("one"), 0)
        cache.flush()
        assert cache.get("content", "abc", "1", Note) is not None
        assert len(cache.warnings) == 1


def test_a_read_only_cache_still_answers(tmp_path):
    """Root may write anywhere, so for root the folder is mounted read-only in a mount namespace of its own."""
    _finished(_run(_WRITE_MANY, tmp_path, "a", 1))
    remount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    prefix = ("unshare", "-m", "sh", "-c", remount, str(tmp_path)) if os.geteuid() == 0 else ()
    tmp_path.chmod(0o500)
    try:
        run = _run(
            """
            import sys
            from pathlib import Path
            from customhouse.storage.evidence_cache import EvidenceCache
            with EvidenceCache(Path(sys.argv[1])) as cache:
                assert cache.get("content", "a-0", "1", dict)
                cache.put("content", "new", "1", {"text": "new"}, 0)
                cache.flush()
                assert cache.get("content", "new", "1", dict)
                assert cache.archives_of("pkg:npm/a@1") == ()
                print(len(cache.warnings), cache.warnings[0])
            """,
            tmp_path,
            prefix=prefix,
        )
        assert _finished(run).startswith("1 the evidence cache cannot be written")
    finally:
        tmp_path.chmod(0o700)


def test_an_older_schema_is_replaced(tmp_path):
    connection = sqlite3.connect(tmp_path / "evidence.sqlite")
    connection.execute("CREATE TABLE evidence (something TEXT)")
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with EvidenceCache(tmp_path) as cache:
        cache.put("content", "abc", "1", Note("one"), 0)
        cache.flush()
        assert cache.warnings == []
        assert cache.get("content", "abc", "1", Note) is not None
