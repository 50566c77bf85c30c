import hashlib

import pytest
from click.testing import CliRunner

from customhouse.cli import approve
from customhouse.model.errors import CustomhouseError
from customhouse.policy.reading import parse_configuration

SAID = ("--reason", "read", "--owner", "me")


@pytest.fixture
def run(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "bun.lockb").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CUSTOMHOUSE_POLICY", raising=False)
    return lambda *arguments: CliRunner().invoke(approve.command, (*arguments, *SAID), catch_exceptions=False)


def standing(tmp_path):
    text = (tmp_path / "customhouse.toml").read_text()
    return parse_configuration(text, "customhouse.toml").exceptions


def test_a_path_is_written_from_the_root(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path / "app")
    result = run("bun.lockb", "--rule", "lockfile-missing")
    assert result.exit_code == 0, result.output
    (written,) = standing(tmp_path)
    assert (written.rule, written.path, written.purl, written.digests) == (
        "lockfile-missing",
        "app/bun.lockb",
        None,
        (),
    )
    assert "approved lockfile-missing for app/bun.lockb until" in result.stderr


def test_a_file_that_cannot_be_read_is_bound_to_its_bytes(run, tmp_path):
    assert run("app/bun.lockb", "--gap", "unsupported-source").exit_code == 0
    (written,) = standing(tmp_path)
    assert written.digests == ("sha256:" + hashlib.sha256(b"x").hexdigest(),)
    assert written.rule == "gap:unsupported-source"


def test_a_pattern(run, tmp_path):
    assert run("services/*/package.json", "--rule", "lockfile-missing").exit_code == 0
    assert standing(tmp_path)[0].path == "services/*/package.json"


@pytest.mark.parametrize(
    ("target", "option", "name", "told"),
    [
        ("nothing.json", "--rule", "lockfile-missing", "no such file"),
        ("nothing.json", "--gap", "failed-source", "cannot read"),
        ("../other/package.json", "--rule", "lockfile-missing", "is not below"),
        ("app/*", "--gap", "failed-source", "cannot read"),
        ("app/bun.lockb", "--rule", "lockfile-mising", "there is no rule"),
    ],
)
def test_mistakes(run, target, option, name, told):
    with pytest.raises(CustomhouseError) as error:
        run(target, option, name)
    assert told in error.value.message


def test_one_at_a_time(run):
    assert run("app", "services", "--rule", "lockfile-missing").exit_code == 2
