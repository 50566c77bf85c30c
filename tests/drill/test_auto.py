"""The hunt plays every scenario by itself, through the real command: every trace with its grade, and no decoy."""

import json
from pathlib import Path

import jsonschema
import pytest

from drill.laid import IDS

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "drill-1.json").read_text())


@pytest.mark.parametrize("scenario", IDS)
def test_full_marks(customhouse, tmp_path, scenario):
    folder = tmp_path / "drill"
    done = customhouse("drill", scenario, "--auto", "--into", folder, "--jobs", "1", "--format", "json", "--seed", "11")
    said = done.json
    jsonschema.validate(said, SCHEMA)
    wrong = [
        (each["trace"]["id"], each["result"], each["graded"]) for each in said["traces"] if each["result"] != "found"
    ]
    assert wrong == []
    assert [each["decoy"]["id"] for each in said["decoys"] if each["reported"]] == []
    assert said["odd"] == []
    assert (done.code, said["marks"], said["full"]) == (0, said["out_of"], True)
    assert {each["trace"]["area"] for each in said["traces"]} == {
        "project", "history", "install", "log", "host", "network",
    }  # fmt: skip
    assert [each["refused"] for each in said["feeds"]] == [True]
    # Beside what was planted nothing is called worse than what a manifest asks for.
    assert {one["grade"] for one in said["beside"]} <= {"declared"}
    assert said["times"]["detect"] == said["times"]["contain"] > 0
    assert {each["control"] for each in said["stops"]} == {"cooldown", "scripts-off", "egress", "gate"}
    assert json.loads((folder / "AFTER-ACTION.json").read_text()) == said
    page = (folder / "AFTER-ACTION.md").read_text()
    assert "full marks" in page
    assert "What would have stopped it" in page


def test_a_scenario_that_is_not_there_is_told_with_a_hint(customhouse):
    done = customhouse("drill", "leftpad-2016", "--auto")
    assert done.code == 2
    assert "--list" in done.stderr
    listed = customhouse("drill", "--list")
    assert listed.code == 0
    assert all(each in listed.stdout for each in IDS)


def test_a_team_lays_out_hunts_and_hands_in(customhouse, tmp_path):
    folder, state = tmp_path / "team", tmp_path / "lead"
    laid = customhouse("drill", "litellm-2026-03", "--into", folder, "--state", state, "--seed", "3")
    assert laid.code == 0
    assert f"--submit FILE --into {folder} --state {state}" in laid.stdout
    assert [path.name for path in state.iterdir()] == [f"{laid.stdout.split()[2].join(('.drill-', '.json'))}"]
    hunted = customhouse(
        "hunt", "projects", "--pack", "litellm-2026-03", "--logs", "logs", "--network", "network", "--root", "hosts",
        "--jobs", "1", "--format", "json", cwd=folder,
    )  # fmt: skip
    (tmp_path / "found.json").write_text(hunted.stdout)
    done = customhouse(
        "drill", "litellm-2026-03", "--submit", tmp_path / "found.json", "--into", folder, "--state", state,
        "--contained", "2100-01-01T00:00Z", "--format", "json",
    )  # fmt: skip
    said = done.json
    assert done.code == 10
    # Nobody looked into the homes: what lies there is missed, and nothing else.
    assert {each["trace"]["area"] for each in said["traces"] if each["result"] == "missed"} == {"install"}
    assert all(each["result"] == "found" for each in said["traces"] if each["trace"]["area"] != "install")
    assert not any(each["reported"] for each in said["decoys"])
    assert 0 <= said["times"]["detect"] <= said["times"]["scope"] < said["times"]["contain"]
    assert any("missed in install" in each for each in said["improve"])


def test_a_feed_with_a_digest_of_no_length_is_not_imported(customhouse, tmp_path):
    customhouse("drill", "axios-2026-03", "--into", tmp_path / "team")
    feed = tmp_path / "team" / "intel" / "indicators.csv"
    done = customhouse("indicators", "import", feed, "-o", tmp_path / "pack.toml", "--id", "drill")
    assert done.code == 2
    assert "indicators.csv:3" in done.stderr
    assert not (tmp_path / "pack.toml").exists()


def test_a_folder_that_was_moved_is_scored_by_its_state(customhouse, tmp_path):
    folder = tmp_path / "team"
    customhouse("drill", "axios-2026-03", "--into", folder, "--seed", "5")
    lock = next(each for each in folder.glob("projects/*/package-lock.json") if '"1.14.1"' in each.read_text())
    folder.rename(tmp_path / "moved")
    (tmp_path / "found.csv").write_text(f"path,grade\n{tmp_path / 'moved' / lock.relative_to(folder)},resolved\n")
    done = customhouse("drill", "axios-2026-03", "--submit", tmp_path / "found.csv", "--state", tmp_path)
    assert done.code == 10
    assert "is not there any more" in done.stderr
    assert "4 of 29 traces found with its grade" in done.stdout


def test_without_its_key_a_drill_is_not_scored(customhouse, tmp_path):
    found = tmp_path / "found.csv"
    found.write_text("path,grade\nprojects/a/package-lock.json,resolved\n")
    done = customhouse("drill", "axios-2026-03", "--submit", found, "--into", tmp_path / "nothing")
    assert done.code == 2
    assert "no drill of axios-2026-03 is known" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name a scenario"),
        (("axios-2026-03", "--auto", "--submit", "x"), "do not go together"),
        (("axios-2026-03", "--contained", "2026-04-01"), "belongs to --submit"),
    ],
)
def test_usage(customhouse, words, told):
    done = customhouse("drill", *words)
    assert done.code == 2
    assert told in done.stderr
