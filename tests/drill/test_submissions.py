"""What is handed in: tables and hunts, right ones and others; and the key that they are scored by."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.drill.answer_key import find_key, key_path
from customhouse.drill.submissions import inside, read_submission
from customhouse.model.errors import CustomhouseError
from customhouse.model.hunt import GRADES, Hit, Hunted, Place, in_order
from customhouse.report.hunt import hunt_json
from drill.laid import BY_ID, CLOCK, laid_out

DRILL = Path("/srv/drill")


def table(tmp_path, text):
    path = tmp_path / "found.csv"
    path.write_text(text)
    return read_submission(path, DRILL, "axios-2026-03")


def test_a_table(tmp_path):
    found = table(
        tmp_path,
        "# ours\nGrade, Path ,area,found\nresolved,projects/a/yarn.lock,history,2026-11-30T09:20Z\n"
        'Script ran,"/srv/drill/logs/x, y.txt:12",,2026-11-30T10:10+01:00\ncontacted,/elsewhere/z,,\n',
    )
    assert [(one.path, one.grade, one.area, one.line) for one in found.reported] == [
        ("projects/a/yarn.lock", "resolved", "history", None),
        ("logs/x, y.txt", "script-ran", None, 12),
    ]
    assert found.detected == datetime(2026, 11, 30, 9, 10, tzinfo=UTC)
    assert found.elsewhere == ("/elsewhere/z",)


def test_a_table_without_a_header(tmp_path):
    found = table(tmp_path, "projects/a/yarn.lock,resolved\n")
    assert [(one.path, one.grade) for one in found.reported] == [("projects/a/yarn.lock", "resolved")]
    assert found.detected is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("path,grade\nprojects/a,stolen\n", "2: 'stolen' is no grade"),
        ("path,grade,area\nprojects/a,resolved,cellar\n", "'cellar' is no area"),
        ("path,grade,found\nprojects/a,resolved,at noon\n", "'at noon' is no time"),
        ("path,grade\n,resolved\n", "no path and grade"),
        ("just a sentence\n", "no path and grade"),
        ('{"schema": "customhouse/check/1"}', "no hunt's JSON"),
        ("{", "no hunt's JSON"),
        ("[" * 5000, "no path and grade"),
    ],
)
def test_what_is_none_is_refused_with_its_line(tmp_path, text, told):
    with pytest.raises(CustomhouseError, match=told) as error:
        table(tmp_path, text)
    assert error.value.hint


def test_a_hunt_counts_with_its_own_campaign_alone(tmp_path):
    def hit(path, campaign="axios-2026-03", area="project", asset="/srv/drill/projects/a"):
        return Hit(campaign, asset, area, "resolved", "pkg:npm/axios@1.14.1", "m", Place(path, 3))

    hits = [
        hit("/srv/drill/projects/a/yarn.lock"),
        hit("yarn.lock", area="history"),
        hit("/copy/of/drill/hosts/b/tmp/ld.py", area="host"),
        hit("/srv/drill/logs/x.txt", campaign=""),
        hit("/srv/drill/logs/x.txt", campaign="chaindrop"),
    ]
    path = tmp_path / "found.json"
    path.write_text(hunt_json(Hunted(("axios-2026-03",), None, None, CLOCK, 2.0, in_order(hits))))
    found = read_submission(path, DRILL, "axios-2026-03")
    assert sorted((one.path, one.area, one.line) for one in found.reported) == [
        ("hosts/b/tmp/ld.py", "host", 3),
        ("projects/a/yarn.lock", "history", 3),
        ("projects/a/yarn.lock", "project", 3),
    ]
    assert found.detected == CLOCK
    assert [one.path for one in found.odd] == ["logs/x.txt"]


@pytest.mark.parametrize(
    ("path", "inner"),
    [
        ("projects/a", "projects/a"),
        ("./logs//x.txt", "logs/x.txt"),
        ("/srv/drill/homes/a/.npmrc", "homes/a/.npmrc"),
        ("/mnt/copy/network/p.log", "network/p.log"),
        ("../drill/hosts/b", "hosts/b"),
        ("/etc/passwd", None),
        ("", None),
    ],
)
def test_paths_are_taken_below_the_drill(path, inner):
    assert inside(path, DRILL) == inner


@given(st.text(max_size=300), st.sampled_from(["", "path,grade\n", "grade,area,path,found\n"]))
def test_no_text_is_more_than_refused(tmp_path_factory, text, head):
    path = tmp_path_factory.mktemp("s") / "found.csv"
    path.write_text(head + text, encoding="utf-8", errors="surrogatepass")
    try:
        found = read_submission(path, DRILL, "axios-2026-03")
    except CustomhouseError:
        return
    assert all(one.grade in GRADES for one in found.reported)


def test_the_key_is_kept_outside_sealed_and_for_its_owner_alone(tmp_path):
    laid = laid_out(tmp_path / "team", state=tmp_path / "lead")
    assert laid.kept == key_path(tmp_path / "lead", laid.key)
    assert laid.kept.stat().st_mode & 0o077 == 0
    assert find_key(tmp_path / "lead", "axios-2026-03", tmp_path / "team") == laid.key
    assert laid.key.seal in (tmp_path / "team" / "BRIEF.md").read_text()
    told = json.loads(laid.kept.read_text())
    told["decoys"] = []
    laid.kept.write_text(json.dumps(told))
    with pytest.raises(CustomhouseError, match="not as it was sealed"):
        find_key(tmp_path / "lead", "axios-2026-03")
    laid.kept.write_text("[]")
    with pytest.raises(CustomhouseError, match="no answer key"):
        find_key(tmp_path / "lead", "axios-2026-03")


def test_the_latest_drill_counts_where_none_is_named(tmp_path):
    first = laid_out(tmp_path / "one")
    later = laid_out(tmp_path / "two", clock=CLOCK.replace(hour=15))
    assert find_key(tmp_path, "axios-2026-03") == later.key
    assert find_key(tmp_path, "axios-2026-03", tmp_path / "one") == first.key
    with pytest.raises(CustomhouseError, match="no drill of shai-hulud-2"):
        find_key(tmp_path, "shai-hulud-2")


def test_every_scenario_has_its_pack_and_all_four_controls():
    from customhouse.indicators.shipped import shipped_ids  # noqa: PLC0415

    for scenario in BY_ID.values():
        assert scenario.campaign in shipped_ids()
        assert len({stop.control for stop in scenario.stops}) == 4
