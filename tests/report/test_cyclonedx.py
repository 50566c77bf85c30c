import json
from datetime import UTC, datetime
from functools import cache

import msgspec
import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.model.audit import Audit, AuditedPackage
from customhouse.model.digest import Digest
from customhouse.model.locked import LockedArtifact, Source
from customhouse.report.cyclonedx import write_cyclonedx
from customhouse.report.inventory import inventory
from report.audits import HOSTILE, NOW, everything, hostile, judged, verdict
from report.inventories import LOCK, SHA512, accepted, entry, express, listed, pipfile


@cache
def validator():
    return JsonStrictValidator(SchemaVersion.V1_6)


def write(*sources, audit=None, vex=False, when=NOW):
    text = write_cyclonedx(inventory(audit or Audit("allow", sources, ()), "shop"), when, vex=vex)
    problem = validator().validate_str(text)
    assert problem is None, problem
    document = json.loads(text)
    assert Bom.from_json(document) is not None
    return document


def component(document, ref):
    return next(one for one in document["components"] if one["bom-ref"] == ref)


def facts(one, name):
    return [each["value"] for each in one["properties"] if each["name"] == f"customhouse:{name}"]


def test_the_oracle_refuses_what_is_not_cyclonedx():
    text = write_cyclonedx(inventory(Audit("allow", (express(),), ()), "shop"), NOW, vex=False)
    assert validator().validate_str(text.replace('"SHA-512"', '"SHA-1024"')) is not None


def test_a_package_with_all_that_its_lock_says():
    one = component(write(express()), "pkg:npm/%40scope/kit@2.0.0-rc.1")
    assert (one["group"], one["name"], one["version"], one["scope"]) == ("@scope", "kit", "2.0.0-rc.1", "optional")
    assert one["hashes"] == [{"alg": "SHA-512", "content": SHA512.hex}]
    assert one["evidence"] == {"occurrences": [{"location": LOCK, "line": 40}]}
    assert facts(one, "location") == [f"{LOCK}:40"]


def test_development_is_marked_as_npm_tools_mark_it():
    one = component(write(express()), "pkg:npm/lodash@3.10.1")
    assert {"name": "cdx:npm:package:development", "value": "true"} in one["properties"]
    assert (one["scope"], facts(one, "scope"), facts(one, "alias")) == ("optional", ["dev"], ["lodash3"])


def test_the_graph_has_projects_and_edges():
    document = write(express())
    assert document["metadata"]["component"] == {"type": "application", "bom-ref": "project", "name": "shop"}
    graph = {one["ref"]: one.get("dependsOn", []) for one in document["dependencies"]}
    assert graph["project"] == ["project:npm:api", "project:npm:api/tools/kit-runner"]
    assert graph["project:npm:api"] == ["pkg:npm/express@4.19.2", "pkg:npm/lodash@3.10.1"]
    assert graph["pkg:npm/express@4.19.2"] == ["pkg:npm/body-parser@1.20.2", "pkg:npm/qs@6.11.0"]
    assert [one["name"] for one in document["components"][:2]] == ["storefront-api", "kit-runner"]


def test_one_project_is_the_document_s_own_component():
    document = write(pipfile())
    assert document["metadata"]["component"]["bom-ref"] == "project:pypi:."
    assert document["dependencies"] == [
        {"ref": "project:pypi:.", "dependsOn": ["pkg:pypi/idna@3.7", "pkg:pypi/requests@2.32.3"]}
    ]


def test_what_is_not_known_is_said():
    unread = Source("bun.lockb", "bun-lockb", "unsupported", (), "is binary")
    document = write(pipfile(), unread)
    assert document["compositions"] == [
        {"aggregate": "incomplete", "assemblies": ["project:pypi:."]},
        {"aggregate": "incomplete", "dependencies": ["project:pypi:."]},
        {"aggregate": "unknown", "dependencies": ["pkg:pypi/idna@3.7", "pkg:pypi/requests@2.32.3"]},
    ]
    files = [one["value"] for one in document["metadata"]["properties"] if one["name"] == "customhouse:file"]
    assert files == ["parsed Pipfile.lock (pipfile-lock)", "unsupported bun.lockb (bun-lockb): is binary"]


def test_one_release_in_two_locks_is_one_component_unless_its_bytes_differ():
    def lock(path, digest):
        return Source(path, "x", "parsed", (entry("qs", "6.11.0", artifacts=(LockedArtifact(digests=(digest,)),)),))

    other = Digest("sha512", "00" * 64)
    same = write(lock("a/package-lock.json", SHA512), lock("b/package-lock.json", SHA512))
    assert [one["bom-ref"] for one in same["components"] if one["type"] == "library"] == ["pkg:npm/qs@6.11.0"]
    assert facts(component(same, "pkg:npm/qs@6.11.0"), "location") == ["a/package-lock.json", "b/package-lock.json"]
    differ = write(lock("a/package-lock.json", SHA512), lock("b/package-lock.json", other))
    libraries = [one for one in differ["components"] if one["type"] == "library"]
    assert [one["purl"] for one in libraries] == ["pkg:npm/qs@6.11.0"] * 2
    assert len({one["bom-ref"] for one in libraries}) == 2


def test_addresses_carry_no_secret():
    git = entry("a", source="git", resolved=f"git+ssh://git:pw@forge.example/a.git#{'c' * 40}", artifacts=())
    url = entry("b", source="url", resolved="https://me:token@files.example/b.tgz?token=secret", artifacts=())
    registry = entry("c", resolved="https://user:pw@registry.example/c/-/c-1.0.0.tgz")
    document = write(Source(LOCK, "package-lock", "parsed", (git, url, registry)))
    text = json.dumps(document)
    assert not any(secret in text for secret in ("pw", "token", "secret", "user:"))
    urls = {one["name"]: one["externalReferences"][0] for one in document["components"]}
    assert urls["a"] == {"type": "vcs", "url": f"git+ssh://git@forge.example/a.git#{'c' * 40}"}
    assert urls["c"] == {"type": "distribution", "url": "https://registry.example/c/-/c-1.0.0.tgz"}
    assert component(document, "pkg:npm/b@1.0.0?download_url=https://files.example/b.tgz")["scope"] == "required"


def test_folders_of_this_machine_stay_here():
    def checkout(root):
        lock = msgspec.structs.replace(express(), path=f"{root}/api/package-lock.json")
        return write(lock, msgspec.structs.replace(pipfile(), path=f"{root}/Pipfile.lock"))

    one, other = checkout("/home/me/shop"), checkout("/srv/build/17")
    assert one == other
    assert "/home" not in json.dumps(one)


def test_files_of_a_python_release_keep_their_own_digests():
    wheels = tuple(
        LockedArtifact(f"x-{n}.whl", f"https://files.example/x-{n}.whl", (Digest("sha256", f"{n}{n}" * 32),))
        for n in (1, 2)
    )
    document = write(Source("uv.lock", "uv-lock", "parsed", (entry("x", ecosystem="pypi", artifacts=wheels),)))
    one = component(document, "pkg:pypi/x@1.0.0")
    assert [each["content"][:2] for each in one["hashes"]] == ["11", "22"]
    assert [(each["url"][-7:], each["hashes"][0]["content"][:2]) for each in one["externalReferences"]] == [
        ("x-1.whl", "11"),
        ("x-2.whl", "22"),
    ]


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("(MIT or apache-2.0)", {"expression": "MIT OR Apache-2.0", "acknowledgement": "declared"}),
        ("MIT", {"expression": "MIT", "acknowledgement": "declared"}),
        ("SEE LICENSE IN x", {"license": {"name": "SEE LICENSE IN x", "acknowledgement": "declared"}}),
        ("UNLICENSED", {"license": {"name": "UNLICENSED", "acknowledgement": "declared"}}),
        ("MIT AND (", {"license": {"name": "MIT AND (", "acknowledgement": "declared"}}),
    ],
)
def test_licences_are_expressions_or_texts(licence, expected):
    document = write(Source(LOCK, "package-lock", "parsed", (entry("a", licence=licence),)))
    assert component(document, "pkg:npm/a@1.0.0")["licenses"] == [expected]


def test_verdicts_are_properties():
    document = write(audit=listed(everything()))
    one = component(document, "pkg:npm/axios@1.0.0")
    assert facts(one, "verdict") == ["block"]
    assert facts(one, "finding")[0] == "block install-script (high): runs node setup.js at install"
    assert facts(component(document, "pkg:npm/left-pad@1.0.0"), "gap") == [
        "hold publish-time: the registry does not say when"
    ]
    whole = {one["name"]: one["value"] for one in document["metadata"]["properties"]}
    assert (whole["customhouse:verdict"], whole["customhouse:incomplete"]) == ("block", "true")


def test_vex_says_what_was_answered_for_and_what_was_not():
    document = write(audit=accepted(), vex=True)
    analyses = {one["id"]: one["analysis"] for one in document["vulnerabilities"]}
    assert analyses["CVE-2024-0001"] == {
        "state": "not_affected",
        "justification": "code_not_reachable",
        "detail": "we never parse queries; me, until 2027-01-01; "
        "OpenVEX justification: vulnerable_code_not_in_execute_path",
        "firstIssued": "2026-10-01T00:00:00Z",
    }
    assert (analyses["CVE-2024-0002"]["state"], analyses["CVE-2024-0002"]["response"]) == (
        "exploitable",
        ["will_not_fix"],
    )
    assert analyses["GHSA-open"]["state"] == "in_triage"
    assert analyses["MAL-2026-1"]["state"] == "exploitable"
    refs = {one["bom-ref"] for one in document["components"]}
    assert all(each["ref"] in refs for one in document["vulnerabilities"] for each in one["affects"])
    assert all(one["affects"] for one in document["vulnerabilities"])


def test_equal_inventories_are_equal_bytes():
    of = inventory(Audit("allow", (express(), pipfile()), ()), "shop")
    again = inventory(Audit("allow", (express(), pipfile()), ()), "shop")
    assert write_cyclonedx(of, NOW, vex=False) == write_cyclonedx(again, NOW, vex=False)
    later = json.loads(write_cyclonedx(again, datetime(2027, 1, 1, tzinfo=UTC), vex=False))
    now = json.loads(write_cyclonedx(of, NOW, vex=False))
    assert later["serialNumber"] == now["serialNumber"]
    assert now["serialNumber"] != write(express())["serialNumber"]


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(), max_size=20))
def test_hostile_text_stays_valid(text):
    strange = entry(
        f"n{text}", f"1{text}", resolved=f"https://h{text}/{text}", source="url", alias=text, licence=text or "x"
    )
    write(Source(f"l{text}", f"f{text}", "parsed", (strange,), reason=text))
    write(audit=listed(hostile(text)), vex=True)
    write(audit=listed(hostile(HOSTILE)), vex=True)


def test_a_package_judged_twice_has_the_worse_verdict():
    one, other = entry("axios", line=1), entry("axios", line=2)
    judgements = (verdict("axios"), verdict("axios", "block", [judged()]))
    audited = tuple(AuditedPackage(LOCK, each, of) for each, of in zip((one, other), judgements, strict=True))
    source = Source(LOCK, "package-lock", "parsed", (one, other))
    document = write(audit=msgspec.structs.replace(Audit("block", (source,), audited)))
    assert facts(component(document, "pkg:npm/axios@1.0.0"), "verdict") == ["block"]
