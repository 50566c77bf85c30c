"""A range that admits an affected release beside a lock: a trace only where the lock may not have held it."""

import json
import os
from datetime import timedelta

import pytest
from msgspec.structs import replace

from customhouse.hunt.asked import Asked
from customhouse.hunt.hunting import Targets, hunt
from customhouse.policy.hunt_exit_code import hunt_exit_code
from hunt.campaigns import ASKED, AXIOS, LITELLM
from hunt.projects.test_history import START, Clone, lock

MANIFEST = json.dumps({"dependencies": {"axios": "^1.13.0"}})
LONG_BEFORE = START - timedelta(days=30)
HOUR = timedelta(hours=1)


def hunted(folder, asked=ASKED):
    return hunt(Targets((folder,)), asked, 1)


def grades(found):
    return {(one.area, one.grade) for one in found.hits}


@pytest.fixture
def clone(tmp_path):
    made = Clone(tmp_path / "p")
    made.commit({"app/package.json": MANIFEST, "app/package-lock.json": lock("1.14.0")}, LONG_BEFORE)
    return made


def test_a_lock_that_was_there_all_the_time_makes_it_a_note(clone):
    clone.commit({"app/package-lock.json": lock("1.14.0", other="1.0.0")}, START + HOUR)
    found = hunted(clone.folder)
    assert found.hits == ()
    assert hunt_exit_code(found) == 0
    notes = [one.note for one in found.looked if one.kind == "range beside a lock"]
    assert len(notes) == 2, "in the manifest as it is, and in its history"
    assert all("axios@1.14.1" in note and "app/package-lock.json pinned another version" in note for note in notes)


def test_the_lock_of_a_workspace_above_counts(tmp_path):
    made = Clone(tmp_path / "p")
    made.commit({"packages/a/package.json": MANIFEST, "package-lock.json": lock("1.14.0")}, LONG_BEFORE)
    assert hunted(made.folder).hits == ()


def test_a_lock_that_was_taken_out_for_a_while(clone):
    clone.commit({"app/package-lock.json": None}, START + HOUR)
    clone.commit({"app/package-lock.json": lock("1.14.0")}, START + 2 * HOUR)
    assert grades(hunted(clone.folder)) == {("project", "declared"), ("history", "declared")}


def test_a_lock_that_was_made_afterwards(tmp_path):
    made = Clone(tmp_path / "p")
    made.commit({"package.json": MANIFEST}, LONG_BEFORE)
    made.commit({"package-lock.json": lock("1.14.0")}, START + timedelta(days=9))
    assert ("project", "declared") in grades(hunted(made.folder))


def test_a_lock_that_pinned_the_release_meanwhile(clone):
    clone.commit({"app/package-lock.json": lock("1.14.1")}, START + HOUR)
    clone.commit({"app/package-lock.json": lock("1.14.0")}, START + 2 * HOUR)
    assert grades(hunted(clone.folder)) == {("project", "declared"), ("history", "declared"), ("history", "resolved")}


@pytest.mark.parametrize("text", ["{", lock("1.15.0").replace("axios", "other"), None])
def test_a_lock_that_does_not_pin_the_package_now(clone, text):
    if text is None:
        (clone.folder / "app/package-lock.json").unlink()
    else:
        (clone.folder / "app/package-lock.json").write_text(text)
    assert ("project", "declared") in grades(hunted(clone.folder))


def test_times_that_nobody_knows_lower_nothing(clone):
    releases = tuple(replace(each, published=None, removed=None) for each in AXIOS.releases)
    unknown = replace(AXIOS, starts=None, ends=None, releases=releases)
    assert ("project", "declared") in grades(hunted(clone.folder, Asked([unknown])))


@pytest.mark.parametrize("days", [-30, 1])
def test_without_git_the_age_of_the_lock_tells(tmp_path, days):
    for name, text in (("package.json", MANIFEST), ("package-lock.json", lock("1.14.0"))):
        (tmp_path / name).write_text(text)
    at = (START + timedelta(days=days)).timestamp()
    os.utime(tmp_path / "package-lock.json", (at, at))
    assert (grades(hunted(tmp_path)) == set()) == (days < 0)


def test_python_too(tmp_path):
    made = Clone(tmp_path / "p")
    manifest = '[project]\nname = "x"\nversion = "1"\ndependencies = ["litellm>=1.80"]\n'
    text = 'version = 1\n[[package]]\nname = "litellm"\nversion = "VERSION"\nsource = { registry = "https://registry.example/simple" }\n'
    made.commit({"pyproject.toml": manifest, "uv.lock": text.replace("VERSION", "1.81.0")}, LONG_BEFORE)
    assert grades(hunted(made.folder, Asked([LITELLM]))) == set()
