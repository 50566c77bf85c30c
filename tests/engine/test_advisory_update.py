"""The local index under updates that end well, badly, twice at once, or not at all."""

import contextlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile

import pytest

from advisories.records import many, record, write_zip
from customhouse.engine import advisory_update
from customhouse.engine.advisory_update import canonical_location, forget_source, update_index
from customhouse.evidence.advisory_files import MAX_RECORD
from customhouse.evidence.intelligence import AdvisoryIndex
from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import make_purl
from customhouse.storage.advisory_index import FILE_NAME, AdvisoryIndexReader, AdvisoryIndexWriter
from simulator.http import Response, Server


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


def update(folder, *locations, **options):
    return update_index(folder, [str(each) for each in locations], {}, **options)


def ids(folder, name="lib", version="1.0.0", ecosystem="npm"):
    with contextlib.closing(AdvisoryIndexReader(folder)) as reader:
        return {each.id for each in AdvisoryIndex([reader]).match(make_purl(ecosystem, name, version))}


def state(folder):
    with contextlib.closing(AdvisoryIndexReader(folder)) as reader:
        reader.verify()
        return reader.state()


def test_what_changed_is_read_and_what_vanished_is_removed(folder, tmp_path):
    path = tmp_path / "osv.zip"
    write_zip(path, [record("A", versions=["1.0.0"]), record("B", versions=["1.0.0"]), record("C", versions=["1.0.0"])])
    (first,) = update(folder, path).sources
    assert (first.added, first.changed, first.unchanged, first.removed) == (3, 0, 0, 0)
    assert ids(folder) == {"A", "B", "C"}
    write_zip(path, [record("A", versions=["1.0.0"]), record("B", versions=["2.0.0"]), record("D", versions=["1.0.0"])])
    (second,) = update(folder, path).sources
    assert (second.added, second.changed, second.unchanged, second.removed) == (1, 1, 1, 1)
    assert ids(folder) == {"A", "D"}
    assert ids(folder, version="2.0.0") == {"B"}
    (source,) = state(folder).sources
    assert (source.records, source.npm, source.pypi) == (3, 3, 0)


def test_unchanged_members_are_not_even_unpacked(folder, tmp_path, monkeypatch):
    path = write_zip(tmp_path / "osv.zip", many(50))
    update(folder, path)
    monkeypatch.setattr(advisory_update, "read_record", lambda _: pytest.fail("read again"))
    (again,) = update(folder, path).sources
    assert (again.unchanged, again.error) == (50, "")


def test_sources_are_counted_apart_and_can_be_forgotten(folder, tmp_path):
    one = write_zip(tmp_path / "one.zip", [record("MAL-1", versions=["1.0.0"]), record("GO-1", ecosystem="Go")])
    two = tmp_path / "two"
    two.mkdir()
    (two / "a.json").write_text(json.dumps(record("GHSA-1", "Some.Lib", "PyPI", versions=["1.0"])))
    (two / "w.json").write_text(json.dumps(record("GHSA-2", "Some.Lib", "PyPI", versions=["1.0"], withdrawn="2026")))
    write_zip(
        two / "inner.zip", [record("GHSA-3", "some_lib", "PyPI", versions=["1.0"], modified="2026-05-01T00:00:00Z")]
    )
    update(folder, one, two)
    first, second = state(folder).sources
    assert (first.records, first.malicious, first.foreign) == (1, 1, 1)
    assert (second.records, second.pypi, second.withdrawn, second.newest) == (3, 3, 1, "2026-05-01T00:00:00Z")
    assert ids(folder, "some-lib", "1.0.0", "pypi") == {"GHSA-1", "GHSA-3"}
    assert forget_source(folder, str(two))
    assert not forget_source(folder, str(two))
    assert ids(folder, "some-lib", "1.0.0", "pypi") == set()
    assert ids(folder) == {"MAL-1"}


def test_a_record_withdrawn_in_the_newer_of_two_sources_matches_nothing(folder, tmp_path):
    one = write_zip(tmp_path / "one.zip", [record("A", versions=["1.0.0"])])
    late = record("A", versions=["1.0.0"], modified="2026-06-01T00:00:00Z", withdrawn="2026-06-01T00:00:00Z")
    two = write_zip(tmp_path / "two.zip", [late])
    update(folder, one, two)
    assert ids(folder) == set()


def test_one_ecosystem_alone_and_then_both(folder, tmp_path):
    path = write_zip(tmp_path / "osv.zip", [record("A", versions=["1"]), record("B", "x", "PyPI", versions=["1"])])
    update(folder, path, ecosystems=("npm",))
    assert state(folder).records == 1
    update(folder, path)
    assert state(folder).records == 2


def test_few_bad_records_are_named_and_many_refuse_the_source(folder, tmp_path):
    path = write_zip(tmp_path / "osv.zip", many(200), extra=[("bad.json", "{"), ("worse.json", '{"id": 3}')])
    (source,) = update(folder, path).sources
    assert (source.state.records, source.state.unreadable) == (200, 2)
    assert [each.partition(":")[0] for each in source.state.first_unreadable] == ["bad.json", "worse.json"]
    write_zip(path, many(100), extra=[(f"bad{at}.json", "<html>") for at in range(7)])
    (refused,) = update(folder, path).sources
    assert "7 of 107 records" in refused.error
    assert "bad0.json" in refused.error
    assert "and 2 more" in refused.error
    assert state(folder).records == 200


def test_a_record_that_turned_bad_keeps_what_was_known_of_it(folder, tmp_path):
    path = write_zip(tmp_path / "osv.zip", [*many(200), record("A", versions=["1.0.0"])])
    update(folder, path)
    write_zip(path, many(200), extra=[("A.json", "{")])
    (source,) = update(folder, path).sources
    assert source.state.unreadable == 1
    assert ids(folder) == {"A"}


@pytest.mark.parametrize("how", ["missing", "truncated", "no zip", "empty zip", "empty folder", "wrong crc", "bomb"])
def test_a_bad_source_leaves_the_index_as_it_was(folder, tmp_path, how):
    good = write_zip(tmp_path / "good.zip", [record("A", versions=["1.0.0"])])
    update(folder, good)
    path = tmp_path / "bad.zip"
    if how == "truncated":
        whole = write_zip(path, many(50)).read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    elif how == "no zip":
        path.write_bytes(b"<html>sign in</html>")
    elif how == "empty zip":
        write_zip(path, [])
    elif how == "empty folder":
        path.mkdir()
    elif how == "wrong crc":
        data = bytearray(write_zip(path, many(3), method=zipfile.ZIP_STORED).read_bytes())
        at = data.index(b"package-1")
        data[at + 8] ^= 1
        path.write_bytes(data)
    elif how == "bomb":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("A.json", b" " * (MAX_RECORD + 1))
    done = update(folder, path)
    assert done.failed
    assert done.sources[0].error
    assert done.sources[0].hint
    assert ids(folder) == {"A"}
    assert not list(folder.glob("*.new*"))


def test_a_bad_source_does_not_stop_the_others(folder, tmp_path):
    good = write_zip(tmp_path / "good.zip", [record("A", versions=["1.0.0"])])
    done = update(folder, tmp_path / "missing.zip", good)
    assert [bool(each.error) for each in done.sources] == [True, False]
    assert ids(folder) == {"A"}


def test_a_damaged_index_is_built_anew_and_said_so(folder, tmp_path):
    path = write_zip(tmp_path / "good.zip", [record("A", versions=["1.0.0"])])
    update(folder, path)
    (folder / FILE_NAME).write_bytes(b"no database")
    done = update(folder, path)
    assert "damaged" in done.note
    assert ids(folder) == {"A"}


_CHILD = """
import sys
from pathlib import Path
from customhouse.engine.advisory_update import update_index
def tell(what, count):
    print(count, flush=True)
done = update_index(Path(sys.argv[1]), [sys.argv[2]], {}, progress=tell)
print("failed" if done.failed else "done", flush=True)
"""


def child(folder, path, **options):
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(folder), str(path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_one_that_is_killed_leaves_the_old_index_whole_and_the_next_one_works(folder, tmp_path):
    update(folder, write_zip(tmp_path / "osv.zip", [record("A", versions=["1.0.0"])]))
    before = (folder / FILE_NAME).read_bytes()
    path = write_zip(tmp_path / "large.zip", many(12_000))
    with child(folder, path) as process:
        assert process.stdout.readline().strip() == "2000"
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert (folder / FILE_NAME).read_bytes() == before
    assert ids(folder) == {"A"}
    assert list(folder.glob("*.new*"))
    assert not update(folder, path).failed
    assert state(folder).records == 12_001
    assert not list(folder.glob("*.new*"))


def test_two_at_once_the_second_is_told_and_the_first_ends_well(folder, tmp_path):
    path = write_zip(tmp_path / "large.zip", many(12_000))
    with child(folder, path) as first:
        assert first.stdout.readline().strip() == "2000"
        first.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(CustomhouseError, match="another `customhouse db update` is at work") as told:
                update(folder, path)
            assert "db status" in told.value.hint
        finally:
            first.send_signal(signal.SIGCONT)
        assert first.stdout.read().splitlines()[-1] == "done"
    assert state(folder).records == 12_000


def test_a_full_disk_leaves_the_old_index_whole(folder, tmp_path):
    """No file of the child may grow beyond a bound, which meets SQLite as a full disk does."""
    update(folder, write_zip(tmp_path / "osv.zip", [record("A", versions=["1.0.0"])]))
    path = write_zip(tmp_path / "large.zip", many(12_000))

    def bounded():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    with child(folder, path, preexec_fn=bounded) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "cannot be written" in errors
    assert "it stays as it was" in errors
    assert ids(folder) == {"A"}
    assert not list(folder.glob("*.new*"))


def test_who_reads_while_an_update_ends_goes_on_reading_the_old_one(folder, tmp_path):
    path = write_zip(tmp_path / "osv.zip", [record("A", versions=["1.0.0"])])
    update(folder, path)
    with contextlib.closing(AdvisoryIndexReader(folder)) as reader:
        write_zip(path, [record("B", versions=["1.0.0"])])
        update(folder, path)
        assert {each.id for each in AdvisoryIndex([reader]).match(make_purl("npm", "lib", "1.0.0"))} == {"A"}
    assert ids(folder) == {"B"}


class Export:
    """A server of one export: with ETag, conditions honoured, and ways to go wrong."""

    def __init__(self, data):
        self.data, self.etag, self.cut, self.asked = data, '"1"', None, []
        self.redirect = ""

    def __call__(self, request):
        self.asked.append(request)
        if self.redirect and request.path == "/all.zip":
            return Response(status=302, headers={"Location": self.redirect})
        if request.headers.get("if-none-match") == self.etag:
            return Response(status=304)
        return Response(
            headers={"ETag": self.etag, "Content-Type": "application/zip"}, body=self.data, cut_after=self.cut
        )


@pytest.fixture
def export(tmp_path):
    serving = Export(write_zip(tmp_path / "served.zip", many(300)).read_bytes())
    server = Server()
    serving.url = f"http://127.0.0.1:{server.listen('export', serving)}/all.zip"
    yield serving
    server.close()


def test_a_url_is_fetched_once_and_then_only_asked_whether_it_changed(folder, export):
    (first,) = update(folder, export.url).sources
    assert (first.added, first.state.etag) == (300, '"1"')
    checked = first.state.checked
    time.sleep(0.01)
    (again,) = update(folder, export.url).sources
    assert (again.not_modified, again.unchanged) == (True, 300)
    assert state(folder).sources[0].checked > checked
    export.etag = '"2"'
    (changed,) = update(folder, export.url).sources
    assert (changed.not_modified, changed.unchanged) == (False, 300)
    assert [request.headers.get("if-none-match") for request in export.asked] == [None, '"1"', '"1"']


def test_a_cut_connection_leaves_the_index_as_it_was(folder, export, monkeypatch):
    update(folder, export.url)
    export.etag, export.cut = '"2"', 1000
    from customhouse.ecosystems import transport  # noqa: PLC0415

    quick = transport.Bounds(attempts=2, backoff=0.01, backoff_max=0.02)
    monkeypatch.setattr(transport, "Bounds", lambda **_: quick)
    (source,) = update(folder, export.url).sources
    assert "2 attempts" in source.error
    assert "keeps what it has" in source.error
    assert state(folder).records == 300


@pytest.mark.parametrize("url", ["http://advisories.example/all.zip", "ftp://127.0.0.1/x", "http://", "https://[/"])
def test_only_https_is_fetched_from_elsewhere(folder, url):
    (source,) = update(folder, url).sources
    assert "only HTTPS is" in source.error


def test_a_download_beyond_its_bound_is_refused(folder, export, monkeypatch):
    monkeypatch.setattr(advisory_update, "MAX_DOWNLOAD", 1000)
    (source,) = update(folder, export.url).sources
    assert "larger than its bound" in source.error


def test_redirects_are_bounded(folder, export):
    export.redirect = export.url
    (source,) = update(folder, export.url).sources
    assert "redirects in a circle" in source.error


def test_an_unwritable_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CustomhouseError, match="cannot be written"):
        update(tmp_path / "file" / "index", tmp_path)


def test_paths_are_named_absolutely(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert canonical_location("osv.zip") == str(tmp_path / "osv.zip")
    assert canonical_location("https://advisories.example/a.zip") == "https://advisories.example/a.zip"


def test_a_second_member_of_one_name_is_told(folder, tmp_path):
    path = tmp_path / "osv.zip"
    again = record("MAL-2026-3", "other", versions=["1.0.0"])
    with pytest.warns(UserWarning, match="Duplicate"):
        write_zip(path, [*many(150), again])
    (source,) = update(folder, path).sources
    assert source.state.first_unreadable == ("MAL-2026-3.json: a second file of this name",)
    assert ids(folder, "package-3") == {"MAL-2026-3"}


def test_what_is_not_published_is_not_there(folder, tmp_path):
    del tmp_path
    with AdvisoryIndexWriter(folder) as writer:
        assert writer.source("nowhere") is None
    assert not list(folder.iterdir())
    with pytest.raises(FileNotFoundError):
        AdvisoryIndexReader(folder)
    assert sqlite3.sqlite_version_info >= (3, 38)  # json_each is built in
