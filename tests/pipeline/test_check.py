"""`customhouse check` from outside: the real command, real locks, archives from the registry simulator."""

import json
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.projects import npm_project, package, python_project, rules_of

OLD = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def two_packages(registry):
    one = registry.npm.publish("one", "1.0.0", dependencies={"two": "^2.0.0"}, published=OLD)
    two = registry.npm.publish("two", "2.1.0", files={"index.js": "exports.add = (a, b) => a + b\n"}, published=OLD)
    return {("one", "1.0.0"): one, ("two", "2.1.0"): two}


def test_a_clean_project_is_allowed_with_one_package_per_entry(customhouse, two_packages, tmp_path):
    npm_project(tmp_path, two_packages)
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 0, outcome.stdout
    document = outcome.json
    assert document["schema"] == "customhouse/check/1"
    assert document["verdict"] == "allow"
    assert [each["purl"] for each in document["packages"]] == ["pkg:npm/one@1.0.0", "pkg:npm/two@2.1.0"]
    assert [(source["kind"], source["status"]) for source in document["sources"]] == [
        ("lockfile", "parsed"),
        ("manifest", "parsed"),
    ]
    assert outcome.stderr == ""


def test_one_digit_of_an_integrity_changed_blocks(customhouse, two_packages, tmp_path):
    npm_project(tmp_path, two_packages)
    lock = tmp_path / "package-lock.json"
    text = lock.read_text()
    digit = text.index("sha512-") + len("sha512-")
    lock.write_text(text[:digit] + ("A" if text[digit] != "A" else "B") + text[digit + 1 :])
    for _ in ("cold", "warm"):
        outcome = customhouse("check", tmp_path, "--format", "json")
        assert outcome.code == 20
        assert "integrity-mismatch" in rules_of(package(outcome.json, "one"))
        assert package(outcome.json, "two")["verdict"] == "allow"


def test_a_young_release_is_held_until_it_is_old_enough(customhouse, registry, tmp_path):
    archive = registry.npm.publish("young", "1.0.1", published=datetime.now(UTC) - timedelta(hours=5))
    npm_project(tmp_path, {("young", "1.0.1"): archive})
    outcome = customhouse("check", tmp_path)
    assert outcome.code == 10
    assert "release-too-young" in outcome.stdout
    assert "hint:" in outcome.stdout


def test_a_missing_publish_time_is_a_gap_that_holds(customhouse, registry, tmp_path):
    registry.npm.times = False
    archive = registry.npm.publish("undated", "1.0.0")
    npm_project(tmp_path, {("undated", "1.0.0"): archive})
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 4
    assert outcome.json["verdict"] == "hold"
    assert "publish-time" in {gap["kind"] for gap in package(outcome.json, "undated")["gaps"]}


def test_a_release_that_the_registry_no_longer_has_is_a_gap(customhouse, registry, two_packages, tmp_path):
    npm_project(tmp_path, two_packages)
    registry.npm.unpublish("two", "2.1.0")
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 4
    assert "release-unknown" in {gap["kind"] for gap in package(outcome.json, "two")["gaps"]}


def test_nothing_to_audit_and_an_unreadable_lock(customhouse, tmp_path):
    empty = customhouse("check", tmp_path)
    assert (empty.code, empty.stdout) == (3, "")
    assert "hint:" in empty.stderr
    (tmp_path / "package-lock.json").write_text("x")
    broken = customhouse("check", tmp_path)
    assert broken.code == 4
    assert "hint:" in broken.stdout
    assert json.loads(customhouse("check", tmp_path, "--format", "json").stdout)["sources"][0]["status"] == "failed"


def test_a_path_that_is_not_there_is_a_usage_error(customhouse, tmp_path):
    outcome = customhouse("check", tmp_path / "nowhere")
    assert outcome.code == 2
    assert "hint:" in outcome.stderr


def test_offline_answers_from_the_cache_alone(customhouse, registry, two_packages, tmp_path):
    npm_project(tmp_path, two_packages)
    cold = customhouse("check", tmp_path, "--offline", "--format", "json")
    assert cold.code == 4
    assert all("offline" in {gap["kind"] for gap in each["gaps"]} for each in cold.json["packages"])
    assert registry.requests == []
    assert customhouse("check", tmp_path).code == 0
    asked = len(registry.requests)
    warm = customhouse("check", tmp_path, "--offline", "--format", "json")
    assert warm.code == 0, warm.stdout
    assert len(registry.requests) == asked


def test_a_second_check_asks_the_registry_nothing(customhouse, registry, two_packages, tmp_path):
    npm_project(tmp_path, two_packages)
    assert customhouse("check", tmp_path).code == 0
    asked = len(registry.requests)
    assert customhouse("check", tmp_path).code == 0
    assert len(registry.requests) == asked


def test_what_the_registry_said_is_asked_again_when_it_is_old(customhouse, registry, two_packages, tmp_path):
    npm_project(tmp_path, two_packages)
    (tmp_path / "customhouse.toml").write_text('[cache]\nmetadata_max_age = "0"\n')
    assert customhouse("check", tmp_path).code == 0
    asked = len(registry.requests)
    assert customhouse("check", tmp_path).code == 0
    fresh = [request.path for request in registry.requests[asked:]]
    assert sorted(fresh) == ["/one", "/two"]


def test_a_killed_run_leaves_a_usable_cache(customhouse, registry, tmp_path):
    archives = {}
    for number in range(60):
        name = f"package-{number}"
        archives[name, "1.0.0"] = registry.npm.publish(name, "1.0.0", published=OLD)
    npm_project(tmp_path / "project", archives)
    cache = tmp_path / "cache"
    command = [sys.executable, "-m", "customhouse", "check", str(tmp_path / "project"), "--cache-dir", str(cache)]
    run = subprocess.Popen(
        [*command, "--npm-registry", registry.npm_url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while len(registry.requests) < 40 and time.monotonic() < deadline:
        time.sleep(0.005)
    run.kill()
    run.wait(10)
    assert len(registry.requests) >= 40
    outcome = customhouse("check", tmp_path / "project", "--cache-dir", cache, "--format", "json")
    assert outcome.code == 0, outcome.stdout
    assert len(outcome.json["packages"]) == 60


def test_two_runs_at_once_agree(registry, tmp_path):
    archives = {}
    for number in range(30):
        archives[f"package-{number}", "1.0.0"] = registry.npm.publish(f"package-{number}", "1.0.0", published=OLD)
    npm_project(tmp_path / "project", archives)
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "PYTHONPATH": ":".join(sys.path),
        "CUSTOMHOUSE_NPM_REGISTRY": registry.npm_url,
    }
    command = [sys.executable, "-m", "customhouse", "check", str(tmp_path / "project"), "--format", "json"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(3)]
    documents = [json.loads(run.communicate(timeout=60)[0]) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert len({json.dumps([_timeless(each) for each in document["packages"]]) for document in documents}) == 1


def _timeless(package):
    """Leave out when the evidence was collected, which each run tells for itself."""
    return {**package, "evidence": [{**each, "collected": None} for each in package["evidence"]]}


def test_every_file_of_a_pypi_release_is_opened(customhouse, registry, tmp_path):
    line = "import os, subprocess, sys; subprocess.Popen([sys.executable, '-c', 'pass'])\n"
    clean = {"lib/__init__.py": "VALUE = 1\n"}
    files = registry.pypi.publish(
        "lib",
        "1.0",
        wheels={"py3-none-any": clean, "cp311-cp311-win_amd64": {**clean, "lib_init.pth": line}},
        source={"lib/__init__.py": "VALUE = 1\n"},
        published=OLD,
    )
    python_project(tmp_path, {("lib", "1.0"): files})
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 20
    assert "pth-runs-code" in rules_of(package(outcome.json, "lib"))
    assert len(package(outcome.json, "lib")["digests"]) == 3


def test_a_lock_that_does_not_allow_the_bad_file_is_not_concerned_by_it(customhouse, registry, tmp_path):
    clean = {"lib/__init__.py": "VALUE = 1\n"}
    files = registry.pypi.publish("lib", "1.0", wheels={"py3-none-any": clean}, published=OLD)
    registry.pypi.publish("lib", "1.0", wheels={"cp311-cp311-win_amd64": {**clean, "x.pth": "import os; os.x()\n"}})
    python_project(tmp_path, {("lib", "1.0"): files})
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 0, outcome.stdout


@pytest.mark.parametrize("html_only", [True, False])
def test_both_index_formats_give_the_same_verdicts(customhouse, registry, tmp_path, html_only):
    registry.pypi.html_only = html_only
    files = registry.pypi.publish("some-lib", "1.0", published=OLD)
    python_project(tmp_path, {("some_lib", "1.0"): files})
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 0, outcome.stdout
    assert outcome.json["packages"][0]["purl"] == "pkg:pypi/some-lib@1.0"


def test_a_requirement_hash_that_no_file_has_blocks(customhouse, registry, tmp_path):
    registry.pypi.publish("lib", "1.0", published=OLD)
    (tmp_path / "requirements.txt").write_text(f"lib==1.0 --hash=sha256:{'0' * 64}\n")
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 20
    assert rules_of(package(outcome.json, "lib")) == {"integrity-mismatch"}


def test_an_unpinned_requirement_is_a_gap(customhouse, registry, tmp_path):
    registry.pypi.publish("lib", "1.0", published=OLD)
    (tmp_path / "requirements.txt").write_text("lib>=1\n")
    outcome = customhouse("check", tmp_path)
    assert outcome.code == 4
    assert "pins no version" in outcome.stdout


def test_git_dependencies_are_named_as_not_inspected(customhouse, two_packages, tmp_path):
    npm_project(tmp_path, two_packages)
    lock = json.loads((tmp_path / "package-lock.json").read_text())
    commit = "0123456789abcdef0123456789abcdef01234567"
    lock["packages"]["node_modules/two"] = {
        "version": "2.1.0",
        "resolved": f"git+ssh://git@forge.test/x/two.git#{commit}",
    }
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 4
    assert "not-from-registry" in {gap["kind"] for gap in package(outcome.json, "two")["gaps"]}


def test_an_approved_finding_comes_in_until_the_archive_changes(customhouse, registry, tmp_path):
    archive = registry.npm.publish("young", "1.0.1", published=datetime.now(UTC) - timedelta(hours=5))
    npm_project(tmp_path, {("young", "1.0.1"): archive})
    assert customhouse("check", tmp_path, cwd=tmp_path).code == 10
    words = ("--rule", "release-too-young", "--reason", "security fix", "--owner", "ops@project.test")
    approved = customhouse("approve", "pkg:npm/young@1.0.1", *words, cwd=tmp_path)
    assert approved.code == 0, approved.stderr
    assert "sha256:" in (tmp_path / "customhouse.toml").read_text()
    assert customhouse("check", tmp_path, cwd=tmp_path).code == 0
    replaced = registry.npm.publish(
        "young", "1.0.1", files={"index.js": "2\n"}, published=datetime.now(UTC) - timedelta(hours=5)
    )
    npm_project(tmp_path, {("young", "1.0.1"): replaced})
    again = customhouse("check", tmp_path, "--cache-dir", tmp_path / "fresh", cwd=tmp_path)
    assert again.code == 10
    assert "unused" in again.stdout


def test_a_token_reaches_its_registry_and_nothing_else(customhouse, registry, two_packages, tmp_path):
    registry.require_token("s3cret-token")
    npm_project(tmp_path, two_packages)
    refused = customhouse("check", tmp_path, "--cache-dir", tmp_path / "a")
    assert refused.code == 4
    host = registry.npm_url.removeprefix("http:")
    (customhouse.home / ".npmrc").write_text(f"registry={registry.npm_url}/\n{host}/:_authToken=${{TOKEN_VARIABLE}}\n")
    outcome = customhouse("check", tmp_path, "--verbose", environment={"TOKEN_VARIABLE": "s3cret-token"})
    assert outcome.code == 0, outcome.stdout + outcome.stderr
    for text in (outcome.stdout, outcome.stderr, refused.stdout, refused.stderr):
        assert "s3cret-token" not in text
    kept = b"".join(path.read_bytes() for path in (customhouse.home / "cache").rglob("*") if path.is_file())
    assert b"s3cret-token" not in kept


@pytest.mark.parametrize("form", ["plain", "json", "sarif", "markdown"])
def test_every_format_tells_the_block(customhouse, registry, tmp_path, form):
    registry.npm.publish("bad", "1.0.0", published=OLD)
    npm_project(tmp_path, {("bad", "1.0.0"): b"another archive"})
    outcome = customhouse("check", tmp_path, "--format", form)
    assert outcome.code == 20
    assert "integrity-mismatch" in outcome.stdout
    assert not re.search(r"\x1b", outcome.stdout)


def test_configured_advisories_block_and_hold(customhouse, two_packages, tmp_path):
    npm_project(tmp_path, two_packages)
    package_of = {"ecosystem": "npm", "name": "one"}
    record = {"id": "MAL-2026-1", "affected": [{"package": package_of, "versions": ["1.0.0"]}]}
    flaw = {
        "id": "GHSA-1",
        "database_specific": {"severity": "CRITICAL"},
        "affected": [{"package": {**package_of, "name": "two"}, "versions": ["2.1.0"]}],
    }
    (tmp_path / "osv").mkdir()
    for each in (record, flaw):
        (tmp_path / "osv" / f"{each['id']}.json").write_text(json.dumps(each))
    (tmp_path / "customhouse.toml").write_text('[advisories]\npaths = ["osv"]\n')
    outcome = customhouse("check", tmp_path, "--format", "json")
    assert outcome.code == 20
    assert "known-malicious" in rules_of(package(outcome.json, "one"))
    assert (package(outcome.json, "two")["verdict"], rules_of(package(outcome.json, "two"))) == (
        "hold",
        {"known-vulnerable"},
    )
    (tmp_path / "osv" / "broken.json").write_text("{")
    assert "unreadable-advisories" in customhouse("check", tmp_path, "--format", "json").stdout
