"""OSV records from files, folders and zips, matched against releases."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from customhouse.evidence.intelligence import AdvisoryIndex, FileRecords
from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import make_purl


def record(identity, ecosystem="npm", name="lib", **fields):
    affected = {"package": {"ecosystem": ecosystem, "name": name}}
    affected |= {key: fields.pop(key) for key in ("versions", "ranges") if key in fields}
    return {"id": identity, "affected": [affected], **fields}


def events(*pairs, kind="SEMVER"):
    return [{"type": kind, "events": [dict([pair]) for pair in pairs]}]


MALICIOUS = record("MAL-2026-1", versions=["1.0.1"], aliases=["GHSA-aaaa-bbbb-cccc"], summary="Malicious code in lib")
FLAW = record(
    "GHSA-xxxx-yyyy-zzzz",
    ranges=events(("introduced", "1.0.0"), ("fixed", "1.2.0")),
    database_specific={"severity": "HIGH"},
    aliases=["CVE-2026-1"],
)


@pytest.fixture
def index(tmp_path):
    def write(*records):
        for number, each in enumerate(records):
            (tmp_path / f"{number}.json").write_text(json.dumps(each))
        return AdvisoryIndex([FileRecords([tmp_path])])

    return write


def test_a_malicious_release_is_critical_whatever_the_record_says(index):
    (match,) = index(MALICIOUS).match(make_purl("npm", "lib", "1.0.1"))
    assert (match.kind, match.severity, match.summary) == ("malicious", "critical", "Malicious code in lib")
    assert index(MALICIOUS).match(make_purl("npm", "lib", "1.0.0")) == ()
    assert index(MALICIOUS).match(make_purl("pypi", "lib", "1.0.1")) == ()


def test_ranges_give_the_fix(index):
    (match,) = index(FLAW).match(make_purl("npm", "lib", "1.1.0"))
    assert (match.kind, match.severity, match.fixed) == ("vulnerability", "high", "1.2.0")
    assert index(FLAW).match(make_purl("npm", "lib", "1.2.0")) == ()


def test_records_that_name_each_other_are_one_match_and_malice_wins(index):
    same = {**FLAW, "id": "GHSA-aaaa-bbbb-cccc", "aliases": []}
    (match,) = index(same, MALICIOUS).match(make_purl("npm", "lib", "1.0.1"))
    assert (match.id, match.kind) == ("MAL-2026-1", "malicious")
    assert "GHSA-aaaa-bbbb-cccc" in match.aliases


def test_withdrawn_records_say_nothing(index):
    assert index({**MALICIOUS, "withdrawn": "2026-01-01T00:00:00Z"}).match(make_purl("npm", "lib", "1.0.1")) == ()


@pytest.mark.parametrize(
    ("vector", "severity"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "critical"),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", "medium"),
        ("nonsense", "medium"),
    ],
)
def test_without_a_word_the_vector_gives_the_severity(index, vector, severity):
    scored = record("PYSEC-1", "PyPI", "Some_Lib", versions=["1.0"], severity=[{"type": "CVSS_V3", "score": vector}])
    (match,) = index(scored).match(make_purl("pypi", "some-lib", "1.0"))
    assert match.severity == severity


def test_a_zip_and_single_files_are_read_too(tmp_path):
    archive = tmp_path / "records.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("a/MAL-2026-1.json", json.dumps(MALICIOUS))
        bundle.writestr("readme.txt", "not a record")
    single = tmp_path / "flaw.json"
    single.write_text(json.dumps(FLAW))
    files = FileRecords([archive, single])
    assert files.record_count == 2
    both = AdvisoryIndex([files])
    assert {match.id for match in both.match(make_purl("npm", "lib", "1.0.1"))} == {"MAL-2026-1", FLAW["id"]}


def test_what_is_no_record_is_named_and_what_cannot_be_read_at_all_is_an_error(tmp_path):
    (tmp_path / "bad.json").write_text("{")
    (unreadable,) = FileRecords([tmp_path]).unreadable
    assert "bad.json" in unreadable
    (tmp_path / "bad.zip").write_bytes(b"PK")
    for path in (tmp_path / "bad.zip", tmp_path / "nowhere.json"):
        with pytest.raises(CustomhouseError, match="advisories cannot be read"):
            FileRecords([path])


def test_published_records_are_read_whole():
    archive = Path(os.environ.get("CUSTOMHOUSE_OSV_ZIP", Path(__file__).parents[3] / "shared/data/osv"))
    bundles = sorted(archive.glob("*.zip")) if archive.is_dir() else [archive]
    if not bundles or not bundles[0].exists():
        pytest.skip("no bundle of published OSV records here; name one with CUSTOMHOUSE_OSV_ZIP")
    published = FileRecords(bundles)
    assert published.record_count > 1000
    assert published.unreadable == []
    assert AdvisoryIndex([published]).match(make_purl("pypi", "requests", "2.19.0"))
