import json
from pathlib import Path

import jsonschema
import pytest

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "harden-1.json"


def npm_project(folder, npmrc=None):
    folder.mkdir(exist_ok=True)
    document = {"name": "a", "private": True, "packageManager": "npm@11.19.1", "dependencies": {"b": "1"}}
    (folder / "package.json").write_text(json.dumps(document))
    entry = {"version": "1.0.0", "resolved": "https://registry.example/b/-/b-1.0.0.tgz", "hasInstallScript": True}
    lock = {"name": "a", "lockfileVersion": 3, "packages": {"": document, "node_modules/b": entry}}
    (folder / "package-lock.json").write_text(json.dumps(lock))
    if npmrc is not None:
        (folder / ".npmrc").write_bytes(npmrc)


def test_shows_a_diff_and_writes_nothing(customhouse, tmp_path):
    npm_project(tmp_path, b"# ours\r\nignore-scripts = false\r\nfund=false")
    shown = customhouse("harden", cwd=tmp_path)
    assert shown.code == 10
    assert shown.stdout.startswith("--- a/.npmrc\n+++ b/.npmrc\n")
    assert "+min-release-age=3" in shown.stdout
    assert "customhouse harden --write" in shown.stderr
    assert (tmp_path / ".npmrc").read_bytes() == b"# ours\r\nignore-scripts = false\r\nfund=false"


def test_the_diff_is_one_that_git_applies(customhouse, tmp_path):
    import subprocess  # noqa: PLC0415

    npm_project(tmp_path, b"# ours\r\nfund=false\r\n")
    diff = tmp_path / "harden.diff"
    diff.write_bytes(customhouse("harden", cwd=tmp_path).stdout.encode())
    assert customhouse("harden", "--write", cwd=tmp_path).code == 0
    written = (tmp_path / ".npmrc").read_bytes()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "-R", "--ignore-whitespace", "harden.diff"], cwd=tmp_path, check=True)
    assert written.startswith(b"# ours\r\nfund=false\r\n")
    assert (tmp_path / ".npmrc").read_bytes().splitlines() == [b"# ours", b"fund=false"]


def test_writes_and_has_then_nothing_to_do(customhouse, tmp_path):
    npm_project(tmp_path, b"# ours\r\nignore-scripts = false\r\nfund=false")
    done = customhouse("harden", "--write", cwd=tmp_path)
    assert (done.code, "wrote .npmrc" in done.stderr) == (0, True)
    assert (tmp_path / ".npmrc").read_bytes() == (
        b"# ours\r\nignore-scripts=true\r\nfund=false\r\nmin-release-age=3\r\nsave-exact=true\r\n"
    )
    again = customhouse("harden", cwd=tmp_path)
    assert (again.code, again.stdout) == (0, "")
    assert "nothing to set" in again.stderr


def test_a_new_file_names_the_packages_that_have_scripts(customhouse, tmp_path):
    npm_project(tmp_path)
    assert customhouse("harden", "--write", cwd=tmp_path).code == 0
    assert (tmp_path / ".npmrc").read_text().startswith("# Packages of the lock that have install scripts: b@1.0.0\n# ")


def test_the_age_is_the_policys(customhouse, tmp_path):
    npm_project(tmp_path)
    (tmp_path / "customhouse.toml").write_text("[cooldown]\nnpm = '100h'\n")
    assert "+min-release-age=5\n" in customhouse("harden", cwd=tmp_path).stdout


def test_a_longer_age_is_left_alone(customhouse, tmp_path):
    npm_project(tmp_path, b"min-release-age=30\nignore-scripts=true\nsave-exact=true\n")
    assert customhouse("harden", cwd=tmp_path).code == 0


def test_json_fits_its_schema(customhouse, tmp_path):
    npm_project(tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "package.json").write_text('{"name": "b", "dependencies": {"x": "1"}}')
    (tmp_path / "b" / "yarn.lock").write_text("# yarn lockfile v1\n")
    shown = customhouse("harden", "--format", "json", cwd=tmp_path)
    assert shown.code == 10
    jsonschema.validate(shown.json, json.loads(SCHEMA.read_text()))
    assert (shown.json["schema"], shown.json["written"]) == ("customhouse/harden/1", False)
    assert [one["path"] for one in shown.json["changes"]] == ["a/.npmrc", "b/.yarnrc"]
    assert [(one["client"], one["protects"]) for one in shown.json["impossible"]] == [("yarn", "cooldown")]


@pytest.mark.parametrize("text", [b"[tool.uv\n", b"\xff\xfe\x00"])
def test_a_settings_file_that_cannot_be_read_stops_it(customhouse, tmp_path, text):
    (tmp_path / "uv.lock").write_text('version = 1\nrequires-python = ">=3.11"\n')
    (tmp_path / "uv.toml").write_bytes(text)
    shown = customhouse("harden", "--write", cwd=tmp_path)
    assert shown.code == 2
    assert "uv.toml cannot be read" in shown.stderr
    assert "hint:" in shown.stderr
    assert (tmp_path / "uv.toml").read_bytes() == text


def test_a_key_that_cannot_be_set_safely_is_told(customhouse, tmp_path):
    (tmp_path / "uv.lock").write_text('version = 1\nrequires-python = ">=3.11"\n')
    text = '[project]\nname = "a"\nversion = "1"\n[tool]\nuv = { offline = true }\n'
    (tmp_path / "pyproject.toml").write_text(text)
    shown = customhouse("harden", "--write", cwd=tmp_path)
    assert shown.code == 0
    assert "tool.uv.no-build stands there in a form that cannot be changed safely" in shown.stderr
    assert (tmp_path / "pyproject.toml").read_text() == text


def test_nothing_here(customhouse, tmp_path):
    shown = customhouse("harden", cwd=tmp_path)
    assert (shown.code, "no package client" in shown.stderr) == (0, True)
