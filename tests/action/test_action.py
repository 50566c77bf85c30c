"""action.yml, step by step, by a small runner: what a pull request would see."""

import json
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from action.runner import ROOT, action, clean_environment, run_action
from pipeline.projects import npm_project
from pipeline.repositories import Repository

OLD = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def pull_request(registry, tmp_path):
    """A repository whose change adds a package, and a function that runs the action in it."""
    one = registry.npm.publish("one", "1.0.0", published=OLD)
    two = registry.npm.publish("two", "2.0.0", published=OLD)
    repository = Repository(tmp_path / "workspace")
    npm_project(repository.folder, {("one", "1.0.0"): one})
    base = repository.commit("base")
    npm_project(repository.folder, {("one", "1.0.0"): one, ("two", "2.0.0"): two})
    repository.commit("add two")
    environment = clean_environment(tmp_path / "home") | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "CUSTOMHOUSE_PYPI_INDEX": registry.pypi_url,
    }

    def run(workspace=repository.folder, **inputs):
        given = {"python": sys.executable, "npm-registry": registry.npm_url}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        event = {"pull_request": {"base": {"sha": base}}}
        return run_action(tmp_path / "runner", workspace, given, environment, event=event)

    run.repository, run.base = repository, base
    return run


def test_a_pull_request_that_adds_a_package_is_held_and_told(pull_request):
    run = pull_request()
    assert run.code == 10, run.log
    assert run.outputs["exit-code"] == "10"
    assert run.outputs["verdict"] == "hold"
    assert "## Customhouse: ✋ hold" in run.summary
    assert "### Changes since" in run.summary
    assert re.search(
        r"^::warning file=package-lock\.json,line=\d+,title=two@2\.0\.0%3A new-dependency::", run.log, re.MULTILINE
    )
    assert "customhouse approve pkg:npm/two@2.0.0" in run.log
    document = json.loads(Path(run.outputs["json"]).read_text())
    assert document["changes"]["base"] == pull_request.base
    assert json.loads(Path(run.outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert len(Path(run.outputs["markdown"]).read_text()) <= 65_536


@pytest.mark.parametrize(("fail_on", "code"), [("block", 0), ("never", 0), ("hold", 10), ("nonsense", 2)])
def test_what_fails_the_step_is_the_callers_choice(pull_request, fail_on, code):
    run = pull_request(fail_on=fail_on)
    assert run.code == code, run.log
    assert run.outputs["exit-code"] == ("" if fail_on == "nonsense" else "10")


def test_an_error_of_use_fails_whatever_the_choice(pull_request):
    run = pull_request(fail_on="never", base="no-such-revision")
    assert run.code == 2
    assert "no commit 'no-such-revision'" in run.log
    assert run.outputs["verdict"] == ""


def test_paths_one_a_line_and_the_base_of_the_callers_own(pull_request):
    folder = pull_request.repository.folder
    (folder / "a b").mkdir()
    for name in ("package.json", "package-lock.json"):
        (folder / name).rename(folder / "a b" / name)
    run = pull_request(path="a b/package-lock.json\n", base="HEAD", format="json", fail_on="never")
    assert run.code == 0, run.log
    document = json.loads(Path(run.outputs["json"]).read_text())
    assert [source["path"] for source in document["sources"]] == ["a b/package-lock.json"]
    assert document["changes"]["base"] == "HEAD"


def test_a_shallow_checkout_fetches_the_base_it_lacks(pull_request, tmp_path):
    repository = pull_request.repository
    repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
    shallow = tmp_path / "shallow"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.folder}", str(shallow))
    run = pull_request(workspace=shallow)
    assert run.code == 10, run.log
    assert "two@2.0.0 is new" in run.log


def test_nothing_of_the_workspace_is_imported_or_interpreted(pull_request, tmp_path):
    """Modules that shadow ours, and inputs that would be commands if any were written into a script."""
    folder = pull_request.repository.folder
    for name in ("click", "msgspec", "json", "customhouse", "venv", "sitecustomize"):
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'w')\n")
    evil = f'$(touch "{tmp_path}/run")`touch "{tmp_path}/run"`"; touch "{tmp_path}/run"; #'
    for name in ("path", "base", "format", "npm_registry", "pypi_index", "offline", "fail_on"):
        pull_request(**{name: evil})
    assert pull_request().code == 10
    assert not (tmp_path / "imported").exists()
    assert not (tmp_path / "run").exists()


def test_options_cannot_be_smuggled_in(pull_request):
    run = pull_request(path="--help\n")
    assert run.code == 2
    assert "Usage:" not in run.log.split("no such file or folder: --help")[0]


def test_no_expression_stands_in_a_script_and_nothing_unpinned_is_used():
    for step in action()["runs"]["steps"]:
        assert "uses" not in step
        assert "${{" not in step["run"]
    text = (ROOT / "action.yml").read_text()
    assert "--require-hashes" in text
    assert "pull_request_target" not in text


def test_the_requirements_that_it_installs_are_hashed_to_the_last():
    lines = (ROOT / "requirements" / "runtime.txt").read_text().replace("\\\n", " ").splitlines()
    pinned = [line for line in lines if line.strip() and not line.strip().startswith("#")]
    assert pinned
    assert all("==" in line and "--hash=sha256:" in line for line in pinned)


def test_the_hooks_file_is_what_pre_commit_reads():
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    pattern = re.compile(hooks[0]["files"])
    for name in ("package-lock.json", "a/b/uv.lock", "requirements/dev.txt", "web/pnpm-lock.yaml", "pylock.dev.toml"):
        assert pattern.search(name), name
    for name in ("README.md", "src/package.json.orig", "notes.txt", "uv.lock.bak"):
        assert not pattern.search(name), name
