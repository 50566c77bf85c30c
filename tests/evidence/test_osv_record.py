import json

import pytest

from advisories.records import ranged, record
from customhouse.evidence.osv_record import RecordError, read_record


def read(document):
    return read_record(json.dumps(document).encode())


def test_what_is_kept():
    document = record(
        "GHSA-1",
        "Some_Lib",
        "PyPI:suffix",
        ranges=ranged(("introduced", "0"), ("fixed", "2"), kind="ECOSYSTEM"),
        versions=["1.0", "1.0"],
        aliases=["CVE-1", "CVE-1"],
        details="First line\nsecond",
        references=[{"type": "WEB", "url": "https://advisories.example/1"}, {"type": "WEB"}],
        database_specific_of={"last_known_affected_version_range": "<= 1.9"},
    )
    kept = read(document)
    (entry,) = kept.affected
    assert (entry.ecosystem, entry.name, entry.versions) == ("pypi", "some-lib", ("1.0",))
    assert entry.ranges == ((("introduced", "0"), ("fixed", "2")),)
    assert entry.known_range == "<= 1.9"
    assert (kept.kind, kept.aliases, kept.summary) == ("vulnerability", ("CVE-1",), "First line")
    assert (kept.severity, kept.severity_known) == ("medium", False)
    assert kept.references == ("https://advisories.example/1",)


@pytest.mark.parametrize(
    "document",
    [
        record("MAL-1"),
        record("GHSA-1", aliases=["MAL-1"]),
        record("GHSA-1", database_specific={"cwe_ids": ["CWE-506"], "severity": "LOW"}),
    ],
)
def test_what_counts_as_malware(document):
    kept = read(document)
    assert (kept.kind, kept.severity) == ("malicious", "critical")


def test_ranges_of_commits_say_nothing_of_versions():
    git = [{"type": "GIT", "repo": "https://git.example/x", "events": [{"introduced": "0"}]}]
    (entry,) = read(record(ranges=git)).affected
    assert entry.commits_only
    (entry,) = read(record(ranges=git, versions=["1"])).affected
    assert not entry.commits_only


@pytest.mark.parametrize("affected", [[{}], [{"package": None}], [{"package": {"ecosystem": "Go", "name": "x"}}], None])
def test_other_ecosystems_are_left_out(affected):
    assert read({"id": "GO-1", "affected": affected}).affected == ()


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'{"id": 3}', b'{"id": ""}', b'{"id": "A", "affected": {}}', b"\xff\xfe{}", b'{"a":' * 100_000,
     b'{"id": "' + b"x" * 400 + b'"}'],
)  # fmt: skip
def test_what_is_no_record(data):
    with pytest.raises(RecordError, match="not an OSV record"):
        read_record(data)
