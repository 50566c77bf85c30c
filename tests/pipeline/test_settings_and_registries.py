"""What `check` says of clients' settings and registries, from outside."""

import json
from datetime import UTC, datetime

from pipeline.projects import npm_project

OLD = datetime(2024, 1, 1, tzinfo=UTC)


def project(registry, folder):
    one = registry.npm.publish("one", "1.0.0", published=OLD)
    npm_project(folder, {("one", "1.0.0"): one})


def rules(outcome):
    return {finding["rule"]: finding["decision"] for finding in outcome.json["findings"]}


def test_what_is_told_of_an_ordinary_project_does_not_hold_it(registry, customhouse, tmp_path):
    project(registry, tmp_path)
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 0, outcome.stdout
    assert rules(outcome) == {"scripts-not-restricted": "allow", "no-cooldown": "allow"}


def test_a_tampered_address_blocks(registry, customhouse, tmp_path):
    project(registry, tmp_path)
    lock = json.loads((tmp_path / "package-lock.json").read_text())
    registry.npm.publish("evil", "6.6.6", published=OLD)
    lock["packages"]["node_modules/one"]["resolved"] = f"{registry.npm_url}/evil/-/evil-6.6.6.tgz"
    (tmp_path / "package-lock.json").write_text(json.dumps(lock, indent=2))
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 20, outcome.stdout
    assert rules(outcome)["lockfile-tampered"] == "block"


def test_a_registry_that_policy_does_not_list_holds(registry, customhouse, tmp_path):
    project(registry, tmp_path)
    lock = json.loads((tmp_path / "package-lock.json").read_text())
    lock["packages"]["node_modules/one"]["resolved"] = f"{registry.npm_url}/one/-/one-1.0.0.tgz"
    (tmp_path / "package-lock.json").write_text(json.dumps(lock, indent=2))
    (tmp_path / "customhouse.toml").write_text('[repository]\nregistries = ["https://npm.acme.test/"]\n')
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert rules(outcome)["foreign-registry"] == "hold"
    assert outcome.code == 10


def test_settings_that_cannot_be_read_leave_a_gap(registry, customhouse, tmp_path):
    project(registry, tmp_path)
    (tmp_path / ".npmrc").write_bytes(b"<<<<<<< ours\nignore-scripts=true\n")
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 4, outcome.stdout
    assert [gap["kind"] for gap in outcome.json["gaps"]] == ["unread-settings"]
