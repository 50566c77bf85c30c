import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from report.schemas import validator

LOCK = {
    "name": "shop",
    "version": "1.0.0",
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "shop", "version": "1.0.0", "dependencies": {"left-pad": "^1.3.0"}},
        "node_modules/left-pad": {
            "version": "1.3.0",
            "resolved": "https://registry.example/left-pad/-/left-pad-1.3.0.tgz",
            "integrity": "sha512-" + "A" * 86 + "==",
            "license": "WTFPL",
        },
    },
}


def project(folder):
    (folder / "package.json").write_text(
        json.dumps({"name": "shop", "version": "1.0.0", "dependencies": {"left-pad": "^1.3.0"}})
    )
    (folder / "package-lock.json").write_text(json.dumps(LOCK))
    return folder


def test_the_inventory_of_a_project_without_asking_anybody(customhouse, tmp_path):
    shop = project(tmp_path)
    done = customhouse("sbom", ".", cwd=shop, against_simulator=False)
    assert (done.code, done.stderr) == (0, "")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(done.stdout) is None
    (one,) = done.json["components"]
    assert (one["purl"], one["licenses"][0]["expression"]) == ("pkg:npm/left-pad@1.3.0", "WTFPL")
    assert done.json["metadata"]["component"]["name"] == "shop"
    assert done.json["dependencies"][-1] == {"ref": "project:npm:.", "dependsOn": ["pkg:npm/left-pad@1.3.0"]}


def test_two_runs_are_equal_bytes(customhouse, tmp_path):
    shop = project(tmp_path)
    epoch = {"SOURCE_DATE_EPOCH": "1700000000"}
    for form in ("cyclonedx", "spdx"):
        one, other = (
            customhouse("sbom", "--format", form, cwd=shop, environment=epoch, against_simulator=False)
            for _ in range(2)
        )
        assert one.stdout == other.stdout
        assert "2023-11-14T22:13:20Z" in one.stdout
    wrong = customhouse("sbom", cwd=shop, environment={"SOURCE_DATE_EPOCH": "soon"}, against_simulator=False)
    assert wrong.code == 2
    assert "SOURCE_DATE_EPOCH is no time" in wrong.stderr


def test_an_inventory_that_is_not_complete_says_so_and_exits_so(customhouse, tmp_path):
    shop = project(tmp_path)
    (shop / "bun.lockb").write_bytes(b"\0")
    done = customhouse("sbom", "--output", "bom.json", cwd=shop, against_simulator=False)
    assert (done.code, done.stdout) == (4, "")
    assert "not in the inventory: bun.lockb" in done.stderr
    document = json.loads((shop / "bom.json").read_text())
    assert document["compositions"][0]["aggregate"] == "incomplete"


def test_check_writes_every_format(customhouse, tmp_path):
    shop = project(tmp_path)
    inventory = customhouse("check", "--format", "cyclonedx", cwd=shop)
    assert inventory.code == 4
    names = {one["name"] for one in inventory.json["components"][0]["properties"]}
    assert {"customhouse:verdict", "customhouse:gap"} <= names
    spdx = customhouse("check", "--format", "spdx", cwd=shop)
    validator("spdx-2.3.json").validate(spdx.json)
    assert customhouse("check", "--format", "junit", cwd=shop).stdout.startswith("<?xml")
    assert customhouse("check", "--format", "html", cwd=shop).stdout.startswith("<!DOCTYPE html>")
    nothing = customhouse("check", "--format", "openvex", cwd=shop)
    assert (nothing.code, nothing.stdout) == (4, "")
    assert "no advisory speaks of any package here" in nothing.stderr


def test_an_accepted_vulnerability_becomes_a_statement(customhouse, tmp_path):
    shop = project(tmp_path)
    record = {
        "id": "GHSA-aaaa-bbbb-cccc",
        "modified": "2026-01-01T00:00:00Z",
        "aliases": ["CVE-2026-0001"],
        "summary": "Pads too far",
        "affected": [{"package": {"ecosystem": "npm", "name": "left-pad"}, "versions": ["1.3.0"]}],
    }
    (shop / "osv").mkdir()
    (shop / "osv" / "one.json").write_text(json.dumps(record))
    (shop / "customhouse.toml").write_text('[advisories]\npaths = ["osv"]\n')
    done = customhouse("sbom", "--format", "openvex", cwd=shop, against_simulator=False)
    assert done.code == 0, done.stderr
    validator("openvex-0.2.json").validate(done.json)
    (statement,) = done.json["statements"]
    assert (statement["vulnerability"]["name"], statement["status"]) == ("CVE-2026-0001", "under_investigation")
    inside = customhouse("sbom", "--vex", cwd=shop, against_simulator=False)
    assert [one["analysis"]["state"] for one in inside.json["vulnerabilities"]] == ["in_triage"]
