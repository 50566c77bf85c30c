"""`db update` and then `check`, from outside: malware removed from its registry, and one vulnerability accepted."""

import json
from datetime import UTC, datetime

import jsonschema
import pytest

from advisories.records import record, write_zip
from pipeline.projects import npm_project, package, python_project, rules_of
from simulator import RegistrySimulator

OLD = datetime(2024, 1, 1, tzinfo=UTC)
AXIOS = record(
    "MAL-2026-2307", "axios", versions=["0.30.4", "1.14.1"], aliases=["GHSA-fw8c-xr5c-95f9"],
    summary="Malicious code in axios (npm)",
)  # fmt: skip
LITELLM = record("MAL-2026-2144", "litellm", "PyPI", versions=["1.82.7", "1.82.8"], aliases=["PYSEC-2026-2"])


@pytest.fixture
def index(customhouse, tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    source = write_zip(folder / "osv.zip", [AXIOS, LITELLM])
    outcome = customhouse("db", "update", "--from", source, "--db-dir", folder)
    assert outcome.code == 0, outcome.stderr
    assert "2 records (1 npm, 1 PyPI, 2 malicious, 0 withdrawn); 2 added" in outcome.stdout
    return folder


def check(customhouse, index, folder, *arguments):
    outcome = customhouse(
        "check", folder, "--format", "json", *arguments, environment={"CUSTOMHOUSE_DB_DIR": str(index)}
    )
    return outcome.code, outcome.json["packages"][0]


@pytest.mark.parametrize("removed", [True, False])
def test_axios(customhouse, registry, index, tmp_path, removed):
    for version in ("1.13.0", "1.14.0", "1.14.1"):
        archive = registry.npm.publish("axios", version, published=OLD)
    npm_project(tmp_path, {("axios", "1.14.1"): archive})
    if removed:
        registry.npm.unpublish("axios", "1.14.1")
    code, found = check(customhouse, index, tmp_path)
    assert (code, found["verdict"]) == (20, "block")
    (finding,) = [each for each in found["findings"] if each["rule"] == "known-malicious"]
    assert "MAL-2026-2307, also GHSA-fw8c-xr5c-95f9" in finding["message"]
    assert "1.14.0 is the nearest version that no advisory covers" in finding["hint"]
    assert "customhouse inspect pkg:npm/axios@1.14.0" in finding["hint"]


def test_litellm(customhouse, registry, index, tmp_path):
    registry.pypi.publish("litellm", "1.82.5", published=OLD)
    registry.pypi.publish("litellm", "1.82.6", published=OLD)
    with RegistrySimulator() as before_the_removal:
        files = before_the_removal.pypi.publish("litellm", "1.82.8", published=OLD)
    python_project(tmp_path, {("litellm", "1.82.8"): files})
    code, found = check(customhouse, index, tmp_path)
    assert code == 20
    (finding,) = [each for each in found["findings"] if each["rule"] == "known-malicious"]
    assert "MAL-2026-2144, also PYSEC-2026-2" in finding["message"]
    assert "1.82.6 is the nearest version" in finding["hint"]
    assert {gap["kind"] for gap in found["gaps"]} == {"release-unknown", "artifact-unavailable"}


def test_accepting_one_vulnerability_does_not_accept_the_next(customhouse, registry, tmp_path):
    archive = registry.npm.publish("lib", "1.0.0", published=OLD)
    project = npm_project(tmp_path / "project", {("lib", "1.0.0"): archive})
    flaws = [
        record(f"GHSA-000{at}", versions=["1.0.0"], database_specific={"severity": "CRITICAL"}, aliases=[f"CVE-{at}"])
        for at in (1, 2)
    ]
    index = tmp_path / "index"
    source = write_zip(tmp_path / "osv.zip", flaws[:1])
    customhouse("db", "update", "--from", source, "--db-dir", index)
    assert check(customhouse, index, project)[0] == 10
    said = ("approve", "pkg:npm/lib@1.0.0", "--rule", "known-vulnerable", "--reason", "not reached", "--owner", "me")
    refused = customhouse(*said, cwd=project)
    assert (refused.code, "--advisory" in refused.stderr) == (2, True)
    assert customhouse(*said, "--advisory", "CVE-1", cwd=project).code == 0
    assert check(customhouse, index, project)[0] == 0
    write_zip(source, flaws)
    customhouse("db", "update", "--from", source, "--db-dir", index)
    code, found = check(customhouse, index, project)
    assert code == 10
    assert sorted((each["decision"], each["excepted"]) for each in found["findings"]) == [
        ("allow", True),
        ("hold", False),
    ]


def test_the_state_of_the_index(customhouse, index, tmp_path):
    missing = customhouse("db", "status", "--db-dir", tmp_path)
    assert missing.code == 4
    assert "missing" in missing.stdout
    assert "customhouse db update" in missing.stdout
    fresh = customhouse("db", "status", "--db-dir", index, "--format", "json")
    assert fresh.code == 0
    assert (fresh.json["condition"], fresh.json["records"]) == ("fresh", 2)
    (tmp_path / "customhouse.toml").write_text('[advisories]\nmax_age = "0"\n')
    stale = customhouse("db", "status", "--db-dir", index, cwd=tmp_path)
    assert stale.code == 4
    assert "STALE" in stale.stdout
    with (index / "advisories.sqlite").open("rb+") as file:
        file.truncate(8192)
    damaged = customhouse("db", "status", "--db-dir", index, "--format", "json")
    assert (damaged.code, damaged.json["condition"]) == (4, "damaged")
    assert "build it anew" in damaged.json["hint"]
    from pathlib import Path  # noqa: PLC0415

    schema = json.loads((Path(__file__).parents[2] / "docs/schemas/db-status-1.json").read_text())
    for document in (fresh.json, damaged.json):
        jsonschema.Draft202012Validator(schema).validate(document)


def test_a_source_can_be_forgotten_and_a_failing_one_is_exit_four(customhouse, index, tmp_path):
    failing = customhouse("db", "update", "--from", tmp_path / "nowhere.zip", "--db-dir", index)
    assert failing.code == 4
    assert "error: " in failing.stderr
    assert "hint: " in failing.stderr
    forgotten = customhouse("db", "forget", index / "osv.zip", "--db-dir", index)
    assert forgotten.code == 0
    again = customhouse("db", "forget", index / "osv.zip", "--db-dir", index)
    assert again.code == 2
    assert "nothing from" in again.stderr


def test_sources_come_from_the_configuration(customhouse, registry, tmp_path):
    archive = registry.npm.publish("axios", "1.14.1", published=OLD)
    npm_project(tmp_path, {("axios", "1.14.1"): archive})
    write_zip(tmp_path / "osv.zip", [AXIOS])
    (tmp_path / "customhouse.toml").write_text('[advisories]\nsources = ["osv.zip"]\ndirectory = "index"\n')
    before = customhouse("check", tmp_path, "--format", "json")
    assert "missing-advisories" in {gap["kind"] for gap in before.json["packages"][0]["gaps"]}
    assert before.code == 4
    assert customhouse("db", "update", cwd=tmp_path).code == 0
    after = customhouse("check", tmp_path, "--format", "json")
    assert after.code == 20
    assert "known-malicious" in rules_of(package(after.json, "axios"))


def test_the_doctor_opens_the_index(customhouse, tmp_path):
    (tmp_path / "advisories.sqlite").write_bytes(b"no database")
    outcome = customhouse("doctor", "--offline", environment={"CUSTOMHOUSE_DB_DIR": str(tmp_path)})
    assert outcome.code == 4
    assert "FAILS  published advisories: the advisory index" in outcome.stdout
    assert "hint: build it anew" in outcome.stdout
    (tmp_path / "advisories.sqlite").unlink()
    outcome = customhouse("doctor", "--offline", environment={"CUSTOMHOUSE_DB_DIR": str(tmp_path)})
    assert outcome.code == 0
    assert "customhouse db update" in outcome.stdout
