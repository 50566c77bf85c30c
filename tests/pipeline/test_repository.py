"""`customhouse check` over what stands in the repository itself, and exceptions for places in it."""

import json
import subprocess
from datetime import UTC, datetime

import pytest

from pipeline.projects import npm_project

OLD = datetime(2024, 1, 1, tzinfo=UTC)
SAID = ("--reason", "read it", "--owner", "me@acme.example")


@pytest.fixture
def project(registry, tmp_path):
    one = registry.npm.publish("one", "1.0.0", published=OLD)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return npm_project(tmp_path, {("one", "1.0.0"): one})


def test_what_ci_does_is_told_and_does_not_hold(customhouse, project):
    (project / ".github" / "workflows").mkdir(parents=True)
    (project / ".github" / "workflows" / "ci.yml").write_text(
        "jobs:\n  a:\n    steps:\n      - uses: acme/x@v1\n      - run: npm install\n"
    )
    (project / ".github" / "workflows" / "broken.yml").write_text("[")
    outcome = customhouse("check", project, "--format", "json")
    assert outcome.code == 0, outcome.stdout
    places = {one["rule"]: one["locations"][0]["line"] for one in outcome.json["findings"]}
    assert (places["ci-action-unpinned"], places["ci-installs-unlocked"]) == (4, 5)
    assert [gap["kind"] for gap in outcome.json["gaps"]] == ["unread-workflow"]
    (project / "customhouse.toml").write_text('[rules.ci-installs-unlocked]\ndecision = "hold"\n')
    assert customhouse("check", project).code == 10
    (project / "customhouse.toml").write_text("[repository]\nworkflows = false\n")
    told = customhouse("check", project, "--format", "json").json["findings"]
    assert not [one for one in told if one["rule"].startswith("ci-")]


def test_a_lock_out_of_sync_holds_until_somebody_answers_for_the_path(customhouse, project, monkeypatch):
    manifest = json.loads((project / "package.json").read_text())
    (project / "package.json").write_text(json.dumps({**manifest, "dependencies": {"one": "^2.0.0"}}))
    outcome = customhouse("check", project)
    assert outcome.code == 10
    assert "lockfile-out-of-sync: package-lock.json pins other versions" in outcome.stdout
    monkeypatch.chdir(project)
    approved = customhouse("approve", "package.json", "--rule", "lockfile-out-of-sync", *SAID)
    assert approved.code == 0, approved.stderr
    assert customhouse("check").code == 0
    (project / "package.json").write_text(json.dumps(manifest))
    outcome = customhouse("check")
    assert outcome.code == 0
    assert "exception for lockfile-out-of-sync at package.json (customhouse.toml:1) is unused" in outcome.stdout


def test_an_unread_file_holds_until_somebody_answers_for_its_bytes(customhouse, project, monkeypatch):
    (project / "bun.lockb").write_bytes(b"#!/usr/bin/env bun\n")
    assert customhouse("check", project).code == 4
    monkeypatch.chdir(project)
    assert customhouse("approve", "bun.lockb", "--gap", "unsupported-source", *SAID).code == 0
    outcome = customhouse("check")
    assert outcome.code == 0, outcome.stdout
    assert "excepted: bun.lockb was not read; exception of me@acme.example" in outcome.stdout
    (project / "bun.lockb").write_bytes(b"#!/usr/bin/env bun\nother")
    assert customhouse("check").code == 4


def test_the_organisation_decides_whether_a_repository_may(customhouse, project, monkeypatch, tmp_path_factory):
    policy = tmp_path_factory.mktemp("policy") / "policy.toml"
    policy.write_text("[repository]\nexact_versions = true\n")
    monkeypatch.chdir(project)
    environment = {"CUSTOMHOUSE_POLICY": str(policy)}
    assert customhouse("check", environment=environment).code == 0
    outcome = customhouse("approve", "package.json", "--rule", "floating-version", *SAID, environment=environment)
    assert outcome.code == 2
    assert "does not let repositories add any" in outcome.stderr


def test_explain_a_rule_over_repositories(customhouse):
    outcome = customhouse("explain", "lockfile-missing")
    assert outcome.code == 0
    assert "A manifest asks for packages" in outcome.stdout
