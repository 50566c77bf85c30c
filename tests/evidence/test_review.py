import json
from datetime import UTC, datetime, timedelta

from customhouse.ecosystems.npm.manifest import read_package_json
from customhouse.ecosystems.npm.registry import NpmProject
from customhouse.ecosystems.pypi.manifest import read_metadata
from customhouse.evidence.change import compare
from customhouse.evidence.closure import closure_gains
from customhouse.evidence.metadata import describe
from customhouse.evidence.review import review_facts
from customhouse.model.change import ChangeFacts, GainedCapability
from customhouse.model.closure import LockChange, Reviewed
from customhouse.model.content import Tree
from customhouse.model.evidence import MetadataFacts
from customhouse.model.locked import LockedPackage
from customhouse.model.purl import parse_purl
from customhouse.model.release import Publisher
from rules.cases import can, case, code, content, hook, manifest, release

START = datetime(2026, 1, 1, tzinfo=UTC)


def packument(**extra):
    days = {"1.0.0": 0, "1.1.0": 10, "1.2.0": 12, "1.3.0": 42}
    versions = {version: {"name": "a", "version": version, "license": "MIT"} for version in days}
    versions["1.3.0"] |= {"maintainers": [{"name": "then"}]}
    times = {version: (START + timedelta(days=day)).isoformat() for version, day in days.items()}
    return NpmProject("a", json.dumps({"name": "a", "versions": versions, "time": times, **extra}).encode())


def test_cadence_is_the_median_of_days_between_releases():
    facts, _ = describe(packument(), parse_purl("pkg:npm/a@1.3.0"))
    assert facts.cadence_days == 10.0  # of 10, 2 and 30
    assert facts.last_published == START + timedelta(days=42)
    assert facts.release.manifest.licence == "MIT"


def test_maintainers_are_those_of_today_then_those_of_the_release_then_unknown():
    assert packument(maintainers=[{"name": "b"}, "c", {"x": 1}]).release("1.3.0").maintainers == ("b", "c")
    assert packument().release("1.3.0").maintainers == ("then",)
    assert packument().release("1.0.0").maintainers is None
    assert packument(maintainers=[]).release("1.0.0").maintainers is None
    assert packument(maintainers={"name": "b"}).release("1.0.0").maintainers is None


def test_licences_as_packages_write_them():
    def licence(**fields):
        return read_package_json({"name": "a", "version": "1.0.0", **fields}).licence

    assert licence(license="(MIT OR Apache-2.0)") == "(MIT OR Apache-2.0)"
    assert licence(license={"type": "ISC", "url": "https://x.test"}) == "ISC"
    assert licence(licenses=[{"type": "MIT"}, "BSD"]) == "MIT OR BSD"
    assert licence(license=3) == licence() == ""
    assert len(licence(license="x" * 10_000)) == 200


def test_core_metadata_says_licence_and_authors():
    def read(text):
        return read_metadata(f"Metadata-Version: 2.4\nName: a\nVersion: 1\n{text}\n".encode())

    assert read("License-Expression: MIT OR BSD-3-Clause").licence == "MIT OR BSD-3-Clause"
    assert read("License: Apache 2\nClassifier: License :: OSI Approved :: MIT License").licence == "MIT License"
    assert read("License: Apache 2").licence == "Apache 2"
    assert read("License: long\n  text of it").licence == ""
    assert read("Author: A B\nAuthor-email: a@x.test\nMaintainer: UNKNOWN").authors == ("A B", "a@x.test")


def test_a_new_package_gained_all_that_it_has():
    file = code(can("network", "fetch"), can("network", "fetch", line=9), can("process", "exec", when="call"))
    found = case(contents=(content(file, hooks=(hook(),), manifest=manifest(licence="MIT")),))
    facts = review_facts(found, replaces=False)
    assert [(each.kind, each.phase) for each in facts.capabilities] == [("network", "import"), ("process", "call")]
    assert facts.gained_capabilities == facts.capabilities
    assert facts.gained_hooks == facts.hooks == (hook(),)
    assert (facts.licence, facts.opened, facts.compared_with) == ("MIT", True, "")


def test_an_upgrade_gained_what_the_comparison_says_and_no_more():
    gained = (GainedCapability("network", "import", "index.js", 3, "fetch"),)
    before = release("pkg:npm/request-maker@1.14.0", publisher=Publisher("old"))
    metadata = MetadataFacts(release(publisher=Publisher("new")), before)
    parts = {"contents": (content(code(can("process", "exec")), hooks=(hook(),)),), "metadata": metadata}
    facts = review_facts(case(change=ChangeFacts("1.14.0", gained=gained), **parts), replaces=True)
    assert [each.kind for each in facts.gained_capabilities] == ["network"]
    assert (facts.gained_hooks, facts.compared_with) == ((), "1.14.0")
    nothing = review_facts(case(**parts), replaces=True)
    assert (nothing.gained_hooks, nothing.gained_capabilities) == ((), ())


def test_what_nobody_says_is_unknown_and_not_zero():
    facts = review_facts(case(), replaces=False)
    assert facts.maintainers is None
    assert facts.size is None
    assert facts.unpacked_size is None
    assert not facts.opened


def test_hosts_gained_are_those_named_nowhere_before():
    def named(*hosts):
        return content(code(can("network", "fetch"), path="a.js", hosts=hosts))

    before, after = named("https://one.test/a", "two.test"), named("https://one.test/b", "https://u@three.test:8/x")
    assert compare(after, Tree(), before, Tree(), "1").added_hosts == ("three.test:8",)


def test_the_closure_gains_accounts_that_published_nothing_it_replaces():
    def reviewed(name, publisher, previous=None, **parts):
        metadata = MetadataFacts(release(publisher=publisher), release(publisher=previous) if previous else None)
        facts = review_facts(case(metadata=metadata, **parts), replaces=previous is not None)
        entry = LockedPackage("npm", name, "1.0.0")
        kind = "upgraded" if previous else "added"
        return Reviewed(LockChange(kind, "a.lock", entry if previous else None, entry), facts)

    gains = closure_gains(
        [
            reviewed("a", Publisher("known"), Publisher("known")),
            reviewed("b", Publisher("known")),
            reviewed("c", Publisher("stranger"), contents=(content(hooks=(hook(),)),)),
            reviewed("d", None),
        ]
    )
    assert [(each.what, [purl.name for purl in each.by]) for each in gains.publishers] == [("stranger", ["c"])]
    assert [purl.name for purl in gains.unnamed] == ["d"]
    assert [purl.name for purl in gains.packages] == ["b", "c", "d"]
    assert [purl.name for purl in gains.unopened] == ["a", "b", "d"]
    assert [each.what for each in gains.install_code] == ["postinstall: node setup.js"]
