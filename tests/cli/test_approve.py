from datetime import UTC, date, datetime, timedelta
from types import ModuleType

import pytest
from click.testing import CliRunner

from customhouse.cli import approve
from customhouse.model.errors import CustomhouseError
from customhouse.policy.reading import parse_configuration

PURL = "pkg:npm/esbuild@0.25.0"
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
SAID = ("--reason", "read", "--owner", "me")


@pytest.fixture
def known(monkeypatch):
    """What the evidence cache knows of any release."""
    found = []
    module = ModuleType("customhouse.engine.digests")
    module.known_digests = lambda _purl, _cache_dir: tuple(found)
    monkeypatch.setitem(__import__("sys").modules, "customhouse.engine.digests", module)
    return found


@pytest.fixture
def run(tmp_path, monkeypatch, known):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CUSTOMHOUSE_POLICY", raising=False)
    assert known == []
    return lambda *arguments: CliRunner().invoke(approve.command, arguments, catch_exceptions=False)


def standing(tmp_path, name="customhouse.toml"):
    return parse_configuration((tmp_path / name).read_text(), name).exceptions


def test_a_new_file_is_made_at_the_repositorys_root(run, tmp_path, monkeypatch):
    (tmp_path / "app").mkdir()
    monkeypatch.chdir(tmp_path / "app")
    result = run(PURL, "--rule", "install-script", "--digest", ONE, *SAID)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "approved install-script for esbuild@0.25.0 until" in result.stderr
    exception = standing(tmp_path)[0]
    today = datetime.now(UTC).date()
    assert (exception.rule, exception.purl, exception.digest) == ("install-script", PURL, ONE)
    assert (exception.approved, exception.expires) == (today, today + timedelta(days=90))


def test_the_projects_own_file_is_used(run, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.customhouse.gaps]\ndefault = "hold"\n')
    run(PURL, "--gap", "publish-time", "--digest", ONE, "--digest", TWO, *SAID)
    exception = standing(tmp_path, "pyproject.toml")[0]
    assert (exception.rule, exception.digests) == ("gap:publish-time", (ONE, TWO))


def test_the_digest_comes_from_what_was_inspected(run, tmp_path, known):
    with pytest.raises(CustomhouseError) as caught:
        run(PURL, "--rule", "install-script", *SAID)
    assert f"run: customhouse inspect {PURL}" in caught.value.hint
    known[:] = [ONE]
    run(PURL, "--rule", "install-script", *SAID)
    assert standing(tmp_path)[0].digest == ONE


def test_two_archives_of_one_npm_release_are_ambiguous(run, tmp_path, known):
    known[:] = [ONE, TWO]
    with pytest.raises(CustomhouseError, match="2 different archives"):
        run(PURL, "--rule", "install-script", *SAID)
    assert not (tmp_path / "customhouse.toml").exists()
    run("pkg:pypi/numpy@2.0.0", "--rule", "size-jump", *SAID)
    assert standing(tmp_path)[0].digests == (ONE, TWO)


@pytest.mark.parametrize(
    "arguments",
    [
        ("pkg:npm/esbuild", "--rule", "install-script", "--digest", ONE, *SAID),
        ("esbuild@1", "--rule", "install-script", "--digest", ONE, *SAID),
        (PURL, "--rule", "install-scrip", "--digest", ONE, *SAID),
        (PURL, "--rule", "install-script", "--digest", "sha256:1", *SAID),
        (PURL, "--rule", "install-script", "--digest", ONE, "--expires", "400d", *SAID),
        (PURL, "--rule", "install-script", "--digest", ONE, "--expires", "2020-01-01", *SAID),
        (PURL, "--rule", "install-script", "--digest", ONE, "--expires", "soon", *SAID),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(run, tmp_path, arguments):
    with pytest.raises(CustomhouseError) as caught:
        run(*arguments)
    assert caught.value.hint
    assert not (tmp_path / "customhouse.toml").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--digest", ONE, *SAID),
        (PURL, "--all-new", "--base", "HEAD", *SAID),
        ("--all-new", *SAID),
        (PURL, "pkg:npm/a@1.0.0", "--digest", ONE, *SAID),
        (PURL, "pkg:npm/a@1.0.0", "--rule", "size-jump", "--digest", ONE, *SAID),
        (PURL, "--rule", "size-jump", "--gap", "x", "--digest", ONE, *SAID),
        (PURL, "--rule", "size-jump", "--digest", ONE, "--owner", "me"),
        (PURL, "--rule", "size-jump", "--digest", ONE, "--reason", " ", "--owner", "me"),
    ],
)
def test_wrong_usage_is_code_2(run, arguments):
    assert run(*arguments).exit_code == 2


def test_an_organisation_may_forbid_it(run, tmp_path, monkeypatch):
    (tmp_path / "org.toml").write_text("")
    monkeypatch.setenv("CUSTOMHOUSE_POLICY", str(tmp_path / "org.toml"))
    with pytest.raises(CustomhouseError, match="does not let repositories add any"):
        run(PURL, "--rule", "install-script", "--digest", ONE, *SAID)
    assert not (tmp_path / "customhouse.toml").exists()
    (tmp_path / "org.toml").write_text("allow_repository_exceptions = true\n")
    run(PURL, "--rule", "install-script", "--digest", ONE, *SAID)
    assert len(standing(tmp_path)) == 1


def test_days_and_durations():
    today = date(2026, 11, 21)
    assert approve.last_day("2027-01-31", today) == date(2027, 1, 31)
    assert approve.last_day("2w", today) == date(2026, 12, 5)
    assert approve.last_day("0", today) == today


def test_a_justification_is_written_where_there_can_be_one(run, tmp_path):
    why = ("--justification", "vulnerable_code_not_present")
    assert run(PURL, "--rule", "install-script", "--digest", ONE, *SAID, *why).exit_code == 2
    assert run(PURL, "--rule", "known-vulnerable", "--digest", ONE, *SAID, *why).exit_code == 0
    assert standing(tmp_path)[0].justification == "vulnerable_code_not_present"
