"""The hooks of .pre-commit-hooks.yaml, installed and run by pre-commit itself."""

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.projects import npm_project
from pipeline.repositories import Repository

pytestmark = pytest.mark.clients
ROOT = Path(__file__).parents[2]
OLD = datetime(2024, 1, 1, tzinfo=UTC)
_PARTS = ("src", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


@pytest.fixture
def hooks(tmp_path):
    """What stands here now, as a repository of hooks."""
    repository = Repository(tmp_path / "hooks")
    for name in _PARTS:
        source, target = ROOT / name, repository.folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, target)
    repository.commit("hooks")
    return repository.folder


def test_the_hook_holds_a_new_dependency_until_it_is_approved(clients, customhouse, registry, hooks, tmp_path):
    one = registry.npm.publish("one", "1.0.0", published=OLD)
    two = registry.npm.publish("two", "2.0.0", published=OLD)
    project = Repository(tmp_path / "project")
    npm_project(project.folder, {("one", "1.0.0"): one})
    project.commit("one")
    npm_project(project.folder, {("one", "1.0.0"): one, ("two", "2.0.0"): two})
    project.git("add", "--all")
    # The hook's environment is made without an index: what the package depends on is taken from the tests' own.
    environment = {
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it the other way about
        "PYTHONPATH": os.pathsep.join(sys.path),
        "CUSTOMHOUSE_NPM_REGISTRY": registry.npm_url,
    }
    run = ("pre-commit", "try-repo", str(hooks))
    verbose = ("customhouse-check", "--verbose")
    held = clients.run(*run, *verbose, cwd=project.folder, fails=True, **environment)
    assert "exit code: 10" in held, held
    assert "two@2.0.0 is new: nothing at HEAD had two" in held

    said = ("--reason", "read", "--owner", "me@registry.example")
    assert customhouse("approve", "pkg:npm/two@2.0.0", *said, cwd=project.folder).code == 0
    project.git("add", "--all")
    allowed = clients.run(*run, *verbose, cwd=project.folder, **environment)
    assert "Passed" in allowed
    everything = clients.run(*run, "customhouse-check-all", cwd=project.folder, **environment)
    assert "Passed" in everything


def test_a_commit_without_a_lock_does_not_run_it(clients, hooks, tmp_path):
    project = Repository(tmp_path / "project")
    (project.folder / "README.md").write_text("x")
    project.git("add", "--all")
    said = clients.run(
        "pre-commit",
        *("try-repo", str(hooks), "customhouse-check"),
        cwd=project.folder,
        PIP_NO_DEPS="1",
        PIP_NO_INDEX="1",
        PIP_NO_BUILD_ISOLATION="0",
        PYTHONPATH=os.pathsep.join(sys.path),
    )
    assert "no files to check" in said


def test_pre_commit_takes_the_manifest_of_hooks_for_valid(clients):
    clients.run("pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"), cwd=ROOT)
