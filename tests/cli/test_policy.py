import json

import pytest
from click.testing import CliRunner

from customhouse.cli.policy import command
from customhouse.model.errors import CustomhouseError


@pytest.fixture
def run(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CUSTOMHOUSE_POLICY", raising=False)
    return lambda *arguments: CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_show_without_a_file(run):
    output = run("show").stdout
    assert "the defaults alone" in output
    assert 'policy.critical.high = "block"' in output
    assert 'gaps.no-advisory-source = "allow"' in output
    assert all(line.endswith("# default") for line in output.splitlines()[1:])


def test_show_tells_where_each_value_stands(run, tmp_path):
    (tmp_path / "customhouse.toml").write_text('[cooldown]\nminimum_age = "7d"\n')
    lines = run("show").stdout.splitlines()
    assert lines[0] == "# from customhouse.toml"
    assert next(line for line in lines if line.startswith("cooldown.minimum_age")).split("#") == [
        'cooldown.minimum_age = "7d"                  ',
        " customhouse.toml:2",
    ]


def test_show_refuses_a_rule_that_does_not_exist(run, tmp_path):
    (tmp_path / "customhouse.toml").write_text('[rules.instal-script]\ndecision = "hold"\n')
    with pytest.raises(CustomhouseError, match="there is no rule `instal-script`") as caught:
        run("show")
    assert "did you mean `install-script`?" in caught.value.hint


def test_show_as_json(run, tmp_path):
    (tmp_path / "mine.toml").write_text('[cooldown]\nminimum_age = "7d"\n')
    document = json.loads(run("show", "--format", "json", "--config", "mine.toml").stdout)
    assert document["schema"] == "customhouse/policy/1"
    assert document["sources"] == ["mine.toml"]
    assert {"key": "cooldown.minimum_age", "value": "7d", "origin": "mine.toml:2"} in document["values"]


def test_show_names_the_floor(run, tmp_path, monkeypatch):
    (tmp_path / "org.toml").write_text('[gaps]\ndefault = "block"\n')
    (tmp_path / "customhouse.toml").write_text('[cooldown]\nminimum_age = "7d"\n')
    monkeypatch.setenv("CUSTOMHOUSE_POLICY", "org.toml")
    output = run("show").stdout
    assert "# from org.toml, customhouse.toml" in output
    assert 'gaps.default = "block"' in output
    assert "under the organisation's file alone" in output


def test_init_writes_a_file_that_changes_nothing_and_never_overwrites(run, tmp_path):
    before = run("show").stdout.splitlines()[1:]
    result = run("init")
    assert result.stdout == ""
    assert "wrote customhouse.toml" in result.stderr
    assert run("show").stdout.splitlines()[1:] == before
    (tmp_path / "customhouse.toml").write_text("# mine\n")
    with pytest.raises(CustomhouseError, match="exists already"):
        run("init")
    assert (tmp_path / "customhouse.toml").read_text() == "# mine\n"
