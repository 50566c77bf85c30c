"""Real OSV records against an evaluation of our own that is slow and shares nothing with the one under test."""

import json
import os
import zipfile
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from customhouse.evidence.advisory_files import members
from customhouse.evidence.osv_record import read_record
from customhouse.versions.osv import affects, covers

#: Records of the bundle of October 2024 whose own statements disagree: they list versions that no range of theirs
#: covers, or the very version that they call fixed. Both count as affected, by the schema's algorithm.
LISTED_OUTSIDE = {"PYSEC-2021-114", "PYSEC-2023-177", "PYSEC-2023-61"}
LISTED_AND_FIXED = {"PYSEC-2023-177"}
#: Ranges whose end is no version by PEP 440: they are taken as having none.
UNORDERED = {"PYSEC-2019-125", "PYSEC-2021-371"}


@pytest.fixture(scope="module")
def bundle():
    folder = Path(os.environ.get("CUSTOMHOUSE_OSV_ZIP", Path(__file__).parents[3] / "shared/data/osv"))
    bundles = sorted(folder.glob("*.zip")) if folder.is_dir() else [folder]
    if not bundles or not bundles[0].exists():
        pytest.skip("no bundle of published OSV records here; name one with CUSTOMHOUSE_OSV_ZIP")
    return bundles[0]


def parsed(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


def slow_range(events, version):
    """Cut the range into stretches, each a SpecifierSet: from an introduction to the first end above it."""
    ends = sorted(
        (
            (parsed(text), kind)
            for event in events
            for kind, text in event.items()
            if kind in ("fixed", "last_affected")
        ),
        key=lambda end: end[0],
    )
    for start in (event["introduced"] for event in events if "introduced" in event):
        low = Version("0.dev0") if start == "0" else parsed(start)
        stretch = [] if start == "0" else [f">={start}"]
        for end, kind in ends:
            if (kind == "fixed" and end > low) or (kind == "last_affected" and end >= low):
                stretch.append(f"{'<' if kind == 'fixed' else '<='}{end}")
                break
        # `<` of PEP 440 leaves out prereleases of its own version, which are affected: compared by order instead.
        if all(_holds(one, version) for one in stretch):
            return True
    return False


def _holds(specifier, version):
    if specifier.startswith("<") and not specifier.startswith("<="):
        return version < Version(specifier[1:])
    if specifier.startswith("<="):
        return version <= Version(specifier[2:])
    return SpecifierSet(specifier).contains(version, prereleases=True)


def entries(bundle):
    """Every entry of every record: its id, the entry, its ranges of versions, and the versions that it lists."""
    with zipfile.ZipFile(bundle) as archive:
        for name in archive.namelist():
            record = json.loads(archive.read(name))
            for entry in record["affected"]:
                ranges = [one for one in entry.get("ranges", ()) if one["type"] in ("ECOSYSTEM", "SEMVER")]
                listed = {text: version for text in entry.get("versions", ()) if (version := parsed(text))}
                yield record["id"], entry, ranges, listed


def test_every_range_as_the_slow_evaluation_says(bundle):
    asked, unordered = 0, set()
    for name, _, ranges, listed in entries(bundle):
        for one in ranges:
            points = {text for event in one["events"] for text in event.values() if text != "0"}
            if not all(map(parsed, points)):
                unordered.add(name)
                continue
            for text in [*[*listed][::7], *points]:
                asked += 1
                assert affects({"ranges": [one]}, "pypi", text)[0] == slow_range(one["events"], parsed(text)), (
                    name,
                    text,
                )
    assert asked > 10_000
    assert unordered == UNORDERED


def test_every_listed_version_is_covered_and_disagreements_are_the_known_ones(bundle):
    disagreeing = set()
    for name, entry, ranges, listed in entries(bundle):
        assert all(affects(entry, "pypi", text)[0] for text in [*listed][::9]), name
        if ranges and not all(affects({"ranges": ranges}, "pypi", text)[0] for text in listed):
            disagreeing.add(name)
    assert disagreeing == LISTED_OUTSIDE


def test_no_fixed_version_is_covered_unless_the_record_lists_it_itself(bundle):
    contradicting = set()
    for name, entry, ranges, listed in entries(bundle):
        events = ranges[0]["events"] if len(ranges) == 1 else []
        fixes = [event["fixed"] for event in events if "fixed" in event] if len(events) == 2 else []
        for fixed in fixes:
            if parsed(fixed) in listed.values():
                contradicting.add(name)
            else:
                assert not affects(entry, "pypi", fixed)[0], (name, fixed)
    assert contradicting == LISTED_AND_FIXED


def test_what_is_kept_of_a_record_says_what_the_whole_record_says(bundle):
    for member in members(bundle):
        whole = json.loads(member.read())
        kept = read_record(member.read())
        for entry, ours in zip(whole["affected"], kept.affected, strict=True):
            for text in [*entry.get("versions", ())[::25], "0", "999"]:
                assert covers(ours.ranges, ours.versions, "pypi", text) == affects(entry, "pypi", text)
