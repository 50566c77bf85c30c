"""Sources opened for a run: which gaps they leave, and what they say together."""

import asyncio
import json
import time
from pathlib import Path

import msgspec
import pytest

from advisories.records import many, ranged, record, write_zip
from customhouse.engine.advisory_update import update_index
from customhouse.engine.intelligence import Intelligence, open_intelligence
from customhouse.evidence.intelligence import AdvisoryIndex, FileRecords
from customhouse.model.errors import UnreachableUpstream
from customhouse.model.purl import make_purl
from customhouse.policy.configuration import Advisories, Configuration
from customhouse.storage.advisory_index import FILE_NAME, AdvisoryIndexWriter

LIB = make_purl("npm", "lib", "1.0.0")


@pytest.fixture
def folder(tmp_path):
    bad = record("MAL-LIB", versions=["1.0.0"], summary="A summary to be found")
    update_index(tmp_path / "index", [str(write_zip(tmp_path / "osv.zip", [*many(500), bad]))], {})
    return tmp_path / "index"


def configured(**fields):
    return Configuration(advisories=Advisories(**fields))


def kinds(intelligence):
    return [gap.kind for gap in intelligence.gaps()]


def aged(folder, seconds):
    with AdvisoryIndexWriter(folder) as writer:
        (source,) = (writer.source(str(folder.parent / "osv.zip")),)
        writer.touch(msgspec.structs.replace(source, checked=time.time() - seconds))
        writer.publish()


def test_the_index_is_asked_wherever_it_is(folder):
    opened = open_intelligence(configured(), folder)
    assert (kinds(opened), opened.known) == ([], True)
    assert [match.id for match in opened.match(LIB)] == ["MAL-LIB"]


def test_nothing_configured_is_a_note_and_something_configured_and_missing_is_a_gap(tmp_path):
    opened = open_intelligence(configured(), tmp_path)
    assert (kinds(opened), opened.known) == (["no-advisory-source"], False)
    assert kinds(open_intelligence(configured(directory=str(tmp_path)), tmp_path)) == ["missing-advisories"]
    assert kinds(open_intelligence(configured(sources=("https://advisories.example/a.zip",)), tmp_path)) == [
        "missing-advisories"
    ]


@pytest.mark.parametrize(
    ("seconds", "gaps"), [(6 * 86_400, []), (8 * 86_400, ["stale-advisories"]), (-3e5, ["stale-advisories"])]
)
def test_an_index_older_than_policy_allows_is_a_gap(folder, seconds, gaps):
    aged(folder, seconds)
    opened = open_intelligence(configured(), folder)
    assert kinds(opened) == gaps
    assert opened.match(LIB)  # what it knows still counts


@pytest.mark.parametrize("how", ["no database", "cut", "another version", "altered page", "altered entry"])
def test_a_damaged_index_is_a_gap(folder, how):
    path = folder / FILE_NAME
    data = bytearray(path.read_bytes())
    match how:
        case "no database":
            data = bytearray(b"no database")
        case "cut":
            del data[-4096:]
        case "another version":
            data[60:64] = (99).to_bytes(4, "big")
        case "altered page":
            data[4096 : len(data)] = bytes(len(data) - 4096)
        case "altered entry":
            data[data.index(b"A summary to be found")] ^= 1
    path.write_bytes(data)
    opened = open_intelligence(configured(), folder)
    asyncio.run(opened.prepare([LIB, *(make_purl("npm", f"package-{at}", "1.0.0") for at in range(500))]))
    assert opened.match(LIB) == ()
    assert kinds(opened) == ["corrupt-advisories"]


def test_records_of_paths_and_of_the_index_count_together(folder, tmp_path):
    (tmp_path / "own.json").write_text(json.dumps(record("OWN-1", versions=["1.0.0"])))
    opened = open_intelligence(configured(paths=(str(tmp_path / "own.json"),)), folder)
    assert {match.id for match in opened.match(LIB)} == {"MAL-LIB", "OWN-1"}


def test_unreadable_records_in_the_index_are_a_note(tmp_path):
    path = write_zip(tmp_path / "osv.zip", many(200), extra=[("bad.json", "{")])
    update_index(tmp_path / "index", [str(path)], {})
    opened = open_intelligence(configured(), tmp_path / "index")
    assert kinds(opened) == []
    assert "1 records of" in opened.note(LIB)
    assert "bad.json" in opened.note(LIB)


def index_of(tmp_path, *records):
    for number, each in enumerate(records):
        (tmp_path / f"{number}.json").write_text(json.dumps(each))
    return AdvisoryIndex([FileRecords([tmp_path])])


def test_aliases_join_through_a_record_that_does_not_match_itself(tmp_path):
    index = index_of(
        tmp_path,
        record("GHSA-1", versions=["1.0.0"], aliases=["CVE-1"], summary="Malware in lib"),
        record("MAL-9", versions=["1.0.0"], aliases=["PYSEC-1"]),
        record("CVE-1", versions=["9.9.9"], aliases=["PYSEC-1"]),
        record("GHSA-2", versions=["1.0.0"], related=["GHSA-1"], upstream=["GHSA-1"]),
    )
    first, second = index.match(LIB)
    assert (first.id, first.kind, first.summary) == ("MAL-9", "malicious", "Malware in lib")
    assert first.aliases == ("CVE-1", "GHSA-1", "PYSEC-1")
    assert (second.id, second.aliases) == ("GHSA-2", ())


def test_the_nearest_safe_version_goes_back_from_malware_and_forward_to_a_fix(tmp_path):
    index = index_of(
        tmp_path,
        record("MAL-1", versions=["1.14.1", "0.30.4"]),
        record("GHSA-1", versions=["1.13.5"]),
        record("GHSA-2", "other", ranges=ranged(("introduced", "1.0.0"), ("fixed", "1.2.0"))),
        record("MAL-2", "other", versions=["1.2.0"]),
    )
    listed = ("0.30.3", "1.13.4", "1.13.5", "1.14.0", "1.14.2-beta.1", "1.14.2", "2.0.0")
    assert index.match(make_purl("npm", "lib", "1.14.1"), listed)[0].safe == "1.14.0"
    assert index.match(make_purl("npm", "lib", "0.30.4"), listed)[0].safe == "0.30.3"
    assert index.match(make_purl("npm", "lib", "1.14.1"), ("1.14.1", "1.13.5", "1.13.4"))[0].safe == "1.13.4"
    assert index.match(make_purl("npm", "lib", "1.14.1"), ("1.14.1", "1.15.0"))[0].safe == "1.15.0"
    assert index.match(make_purl("npm", "lib", "1.14.1"))[0].safe == ""
    (flaw,) = index.match(make_purl("npm", "other", "1.1.0"), ("0.9.0", "1.0.0", "1.1.0", "1.2.0", "1.2.1"))
    assert (flaw.fixed, flaw.safe) == ("1.2.0", "1.2.1")


def test_versions_are_compared_as_the_ecosystems_compare_them(tmp_path):
    index = index_of(
        tmp_path,
        record("A", "Some.Lib", "PyPI", versions=["1.0"]),
        record("B", versions=["1.0.0+build"]),
        record("C", "@scope/x", ranges=ranged(("introduced", "0"))),
    )
    assert index.match(make_purl("pypi", "some_lib", "1.0.0"))
    assert index.match(make_purl("npm", "lib", "1.0.0"))
    assert index.match(make_purl("npm", "@scope/x", "0.0.0-alpha"))
    assert index.match(make_purl("npm", "@scope/x")) == ()


def test_commits_alone_and_ranges_beyond_what_was_looked_at_are_told(tmp_path):
    git = [{"type": "GIT", "events": [{"introduced": "0"}]}]
    known = {"last_known_affected_version_range": "<= 0.9"}
    index = index_of(
        tmp_path,
        record("GHSA-1", ranges=git),
        record("GHSA-2", ranges=ranged(("introduced", "0")), database_specific_of=known),
    )
    assert index.unmatchable(LIB) == ("GHSA-1",)
    (match,) = index.match(LIB)
    assert "<= 0.9" in match.note


class Source:
    name = "a source"

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    async def ask(self, purls):
        self.asked.append(tuple(purls))
        await asyncio.sleep(0.01)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_an_online_source_is_asked_once_and_what_it_cannot_say_is_a_gap():
    failing = Source(UnreachableUpstream("no answer", hint="later"))
    opened = Intelligence([], online=[failing])

    async def both():
        await asyncio.gather(opened.prepare([LIB]), opened.prepare([LIB]))

    asyncio.run(both())
    assert failing.asked == [(LIB,)]
    assert kinds(opened) == ["advisories-unreachable"]


def test_offline_leaves_online_sources_out_and_says_so(tmp_path):
    source = Source({})
    opened = open_intelligence(configured(paths=(str(_empty(tmp_path)),)), tmp_path, [source], offline=True)
    asyncio.run(opened.prepare([LIB]))
    assert source.asked == []
    assert "a source not asked: --offline" in opened.note(LIB)


def _empty(tmp_path: Path) -> Path:
    folder = tmp_path / "osv"
    folder.mkdir()
    return folder
