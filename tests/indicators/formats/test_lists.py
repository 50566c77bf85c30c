"""CSV files and plain lists."""

import os
from pathlib import Path

import pytest

from customhouse.indicators.draft import Draft
from customhouse.indicators.formats.csv_lists import read_csv, write_csv
from customhouse.indicators.shipped import shipped_campaign
from customhouse.model.errors import CustomhouseError


def read(text, name="list.csv"):
    draft = Draft()
    read_csv(text.encode(), name, draft)
    return draft.finish("list")


def test_kinds_and_values():
    found = read(
        "type,indicator,context\n"
        'domain,c2[.]evil[.]invalid,"C2, since March"\n'
        "# a remark\n"
        "ipv4,203.0.113.7:8080,\n"
        "npm package,@a/b@1.0.0,bad\n"
        "npm package,@a/b@1.0.1,bad\n"
        "filepath,%TEMP%\\x1.vbs,Windows: dropper\n"
        "registry,HKCU\\Software\\Run\\Evil,\n"
        "email,evil@evil.invalid,\n"
        "sha1," + "a" * 39 + ",\n"
        "ipv4,10.0.0.1,\n"
    )
    assert [(each.kind, each.value, each.platform, each.note) for each in found.campaign.facts] == [
        ("domain", "c2.evil.invalid", "any", "C2, since March"),
        ("address", "203.0.113.7", "any", "port 8080"),
        ("path", "%TEMP%\\x1.vbs", "windows", "Windows: dropper"),
        ("registry-key", "HKCU\\Software\\Run\\Evil", "any", ""),
    ]
    assert [(each.name, each.versions) for each in found.campaign.releases] == [("@a/b", ("1.0.0", "1.0.1"))]
    assert [(each.place, each.message.partition(":")[0]) for each in found.problems] == [
        ("list.csv:10", f"{'a' * 39!r} has 39 digits"),
        ("list.csv:11", "'10.0.0.1' is private"),
    ]
    assert "a email has no room" in found.left_out[0].message


def test_packages_artifacts_and_plain_lists():
    packages = read("package_name,package_version\n@a/c,1.0.0 || 1.0.1\n,1.0\n")
    assert [(each.name, each.versions) for each in packages.campaign.releases] == [("@a/c", ("1.0.0", "1.0.1"))]
    assert packages.problems[0].place == "list.csv:3"
    artifacts = read('artifact_type,name,affected_versions\npypi package,E_x,"1.0, 2.0"\ndocker image,f/g,1\n')
    assert [(each.name, each.versions) for each in artifacts.campaign.releases] == [("e-x", ("1.0", "2.0"))]
    assert "a docker image has no room" in artifacts.left_out[0].message
    plain = read("# found by us\n203.0.113.9\nevil==1.0\nword\npkg:cargo/evil@1\n", "list.txt")
    assert [each.value for each in plain.campaign.facts] == ["203.0.113.9"]
    assert [each.place for each in plain.problems] == ["list.txt:4", "list.txt:5"]


def test_broken_csv_and_other_encodings_are_errors():
    with pytest.raises(CustomhouseError, match="field larger than field limit"):
        read('type,indicator\ntext,"' + "a" * 200_000)
    with pytest.raises(CustomhouseError, match="not UTF-8"):
        read_csv(b"type,indicator\ntext,\xff\n", "list.csv", Draft())


def test_rows_of_ours_say_what_they_are():
    rows = write_csv(shipped_campaign("axios-2026-03")).splitlines()
    assert rows[0] == "type,indicator,context,role,platform,confidence,sources,package"
    assert any(row.startswith("npm package,axios@1.14.1,") for row in rows)
    assert any("pkg:npm/plain-crypto-js" in row and row.startswith("sha256,58401c19") for row in rows)


def test_published_lists():
    folder = Path(os.environ.get("CUSTOMHOUSE_INDICATORS", Path(__file__).parents[4] / "shared/data/indicators"))
    if not folder.is_dir():
        pytest.skip("no published lists here: set CUSTOMHOUSE_INDICATORS to their folder")
    team = read((folder / "teampcp-2026-03.csv").read_text())
    assert len(team.campaign.releases) == 68
    assert team.problems == ()
    axios = read((folder / "axios-2026-03.csv").read_text())
    assert axios.problems == ()
    assert [each.message for each in axios.left_out] == [
        "'/tmp/.<random 6 chars>' holds the placeholder <random 6 chars>: write * for the part of a name that changes"
    ]
