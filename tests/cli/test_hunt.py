"""`customhouse hunt` from outside: what is asked is what is looked at, and nothing that was found is lost."""

import os

import pytest
from click.testing import CliRunner

from customhouse.cli.hunt import command
from customhouse.model.errors import CustomhouseError
from customhouse.storage.case_folder import CaseFolder
from hunt.projects.test_history import START, Clone, lock


def run(*arguments):
    return CliRunner().invoke(command, [str(each) for each in arguments], catch_exceptions=False)


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "package-lock.json").write_text(lock("1.14.1"))
    return folder


def test_a_day_alone_ends_with_the_day(tmp_path):
    clone = Clone(tmp_path / "p")
    late = START.replace(day=31, hour=23, minute=40)
    clone.commit({"package-lock.json": lock("1.14.0")}, late.replace(month=1))
    for day, name in ((2, "in"), (3, "out")):
        clone.commit({f"{name}/package-lock.json": lock("1.14.1")}, late.replace(month=4, day=day))
    # Histories are looked at two days beyond the window.
    done = run(
        clone.folder, "--pack", "axios-2026-03", "--since", "2026-03-31", "--until", "2026-03-31", "--format", "json"
    )
    assert '"in/package-lock.json"' in done.stdout
    assert '"out/package-lock.json"' not in done.stdout


def test_another_machine_is_not_taken_for_this_one(tmp_path):
    done = run("--host", "--root", tmp_path)
    assert done.exit_code == 2
    assert "--root" in done.output


def test_a_case_that_cannot_be_kept_is_said_before_the_work(project, tmp_path, monkeypatch):
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "mine.txt").write_text("x")
    monkeypatch.setattr("customhouse.hunt.hunting.hunt", lambda *_: pytest.fail("hunted first"))
    with pytest.raises(CustomhouseError, match="other things"):
        run(project, "--pack", "axios-2026-03", "--case", tmp_path / "case")


def test_what_was_found_is_told_though_the_disk_is_full(project, tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = CliRunner().invoke(command, [str(project), "--pack", "axios-2026-03", "--case", str(tmp_path / "case")])
    assert isinstance(done.exception, CustomhouseError)
    assert "axios@1.14.1" in done.stdout


def test_a_folder_that_may_not_be_entered_is_no_crash(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.exists", refused)
    assert run(tmp_path / "nowhere").exit_code == 2


def test_a_case_is_kept_twice(project, tmp_path):
    for _ in range(2):
        assert run(project, "--pack", "axios-2026-03", "--case", tmp_path / "case").exit_code == 10
    assert CaseFolder(tmp_path / "case").problems() == ()
