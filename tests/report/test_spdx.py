import json
import re

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.model.audit import Audit
from customhouse.model.digest import Digest
from customhouse.model.locked import LockedArtifact, Source
from customhouse.report.inventory import inventory
from customhouse.report.spdx import write_spdx
from report.audits import NOW, everything, hostile
from report.inventories import LOCK, SHA512, entry, express, listed, pipfile
from report.schemas import validator


def write(*sources, audit=None):
    text = write_spdx(inventory(audit or Audit("allow", sources, ()), "shop"), NOW)
    document = json.loads(text)
    validator("spdx-2.3.json").validate(document)
    ids = [one["SPDXID"] for one in document["packages"]]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", one) for one in ids)
    known = {*ids, "SPDXRef-DOCUMENT", "NONE", "NOASSERTION"}
    for relation in document["relationships"]:
        assert {relation["spdxElementId"], relation["relatedSpdxElement"]} <= known
    return document


def package(document, name):
    return next(one for one in document["packages"] if one["name"] == name)


def relations(document):
    names = {one["SPDXID"]: one["name"] for one in document["packages"]}
    return [
        (
            names.get(one["spdxElementId"], one["spdxElementId"]),
            one["relationshipType"],
            names.get(one["relatedSpdxElement"], one["relatedSpdxElement"]),
        )
        for one in document["relationships"]
    ]


def test_the_oracle_refuses_what_is_not_spdx():
    document = write(express())
    document["packages"][0]["filesAnalysed"] = False
    with pytest.raises(jsonschema.ValidationError):
        validator("spdx-2.3.json").validate(document)


def test_a_package_with_all_that_its_lock_says():
    one = package(write(express()), "@scope/kit")
    assert one["versionInfo"] == "2.0.0-rc.1"
    assert one["checksums"] == [{"algorithm": "SHA512", "checksumValue": SHA512.hex}]
    assert one["externalRefs"] == [
        {
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": "pkg:npm/%40scope/kit@2.0.0-rc.1",
        }
    ]
    assert one["sourceInfo"] == f"pinned by {LOCK}:40"
    assert one["comment"] == "scope optional; direct; source registry"


def test_the_graph_has_projects_scopes_and_edges():
    told = relations(write(express()))
    assert told[:3] == [
        ("SPDXRef-DOCUMENT", "DESCRIBES", "shop"),
        ("shop", "CONTAINS", "storefront-api"),
        ("shop", "CONTAINS", "kit-runner"),
    ]
    assert ("storefront-api", "DEPENDS_ON", "express") in told
    assert ("lodash", "DEV_DEPENDENCY_OF", "storefront-api") in told
    assert ("@scope/kit", "OPTIONAL_DEPENDENCY_OF", "kit-runner") in told
    assert ("express", "DEPENDS_ON", "qs") in told
    assert ("lodash", "DEPENDS_ON", "NONE") in told


def test_what_is_not_known_is_said():
    document = write(pipfile(), Source("uv.lock", "uv-lock", "failed", (), "is no TOML"))
    assert ("idna", "DEPENDS_ON", "NOASSERTION") in relations(document)
    assert "failed uv.lock (uv-lock): is no TOML" in document["comment"]
    assert "is not complete" in document["comment"]


def test_where_its_bytes_come_from():
    commit = "c" * 40
    git = entry("a", source="git", resolved=f"ssh://git@forge.example/a.git#{commit}", artifacts=())
    npm = entry("b", resolved="https://user:pw@registry.example/b.tgz?x=1")
    wheels = tuple(
        LockedArtifact(f"x{n}", f"https://files.example/x{n}.whl", (Digest("sha256", "11" * 32),)) for n in (1, 2)
    )
    several = entry("c", ecosystem="pypi", artifacts=wheels)
    document = write(Source(LOCK, "x", "parsed", (git, npm, several)))
    assert package(document, "b")["downloadLocation"] == "https://registry.example/b.tgz"
    assert package(document, "a")["downloadLocation"].startswith("git+ssh://git@forge.example/a.git")
    assert package(document, "c")["downloadLocation"] == "NOASSERTION"


def test_a_licence_that_is_no_expression_is_extracted():
    entries = (entry("a", licence="SEE LICENSE IN x"), entry("b", licence="mit"))
    document = write(Source(LOCK, "x", "parsed", entries))
    declared = package(document, "a")["licenseDeclared"]
    assert document["hasExtractedLicensingInfos"] == [
        {"licenseId": declared, "extractedText": "SEE LICENSE IN x", "name": "SEE LICENSE IN x"}
    ]
    assert package(document, "b")["licenseDeclared"] == "MIT"


def test_verdicts_are_annotations():
    document = write(audit=listed(everything()))
    notes = [one["comment"] for one in package(document, "axios")["annotations"]]
    assert notes[:2] == [
        "customhouse:verdict block",
        "customhouse:finding block install-script (high): runs node setup.js at install",
    ]
    assert document["annotations"][0]["comment"] == "customhouse:verdict block"


def test_equal_inventories_are_equal_bytes():
    one, again = (write_spdx(inventory(Audit("allow", (express(), pipfile()), ()), "shop"), NOW) for _ in range(2))
    assert one == again
    assert json.loads(one)["documentNamespace"] != write(express())["documentNamespace"]


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(), max_size=20))
def test_hostile_text_stays_valid(text):
    strange = entry(f"n{text}", f"1{text}", resolved=f"https://h/{text}", source="url", licence=text or "x")
    write(Source(f"l{text}", f"f{text}", "parsed", (strange,), reason=text))
    write(audit=listed(hostile(text)))
