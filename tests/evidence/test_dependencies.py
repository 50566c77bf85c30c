"""Which dependencies a release adds, and what an installer would choose of them."""

import json

import pytest

from customhouse.ecosystems.npm.registry import NpmProject
from customhouse.evidence.dependencies import added_dependencies, installed_dependencies, package_of, resolve_now
from customhouse.model.release import Dependency, Manifest


def manifest(*dependencies):
    return Manifest("a", "1.0.0", dependencies)


def names(after, before):
    return [each.name for each in added_dependencies((manifest(*after),), (manifest(*before),))]


def test_a_name_is_new_when_nothing_before_had_it():
    assert names([Dependency("x", "^1"), Dependency("y", "^1")], [Dependency("x", "^2", "optional")]) == ["y"]
    assert names([Dependency("x", "^1", "dev")], []) == []
    assert names([Dependency("x", "^1")], [Dependency("x", "^1", "dev")]) == ["x"]


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ("^1.0.0", "^2.0.0", False),
        ("^1.0.0", "npm:other@^1.0.0", True),
        ("npm:other@^1.0.0", "npm:other@^2.0.0", False),
        ("^1.0.0", "github:someone/x#main", True),
        ("github:someone/x#v1", "github:someone/x#v2", False),
        ("github:someone/x#v1", "github:other/x#v1", True),
        ("npm:x@1", "^1.0.0", False),
    ],
)
def test_a_known_name_that_leads_elsewhere_is_new(before, after, new):
    assert bool(names([Dependency("x", after)], [Dependency("x", before)])) is new


def test_what_an_installer_brings_in():
    kinds = ("runtime", "optional", "peer", "dev", "bundled")
    found = installed_dependencies(manifest(*(Dependency(kind, "*", kind) for kind in kinds)))
    assert [each.kind for each in found] == ["runtime", "optional", "peer"]
    assert installed_dependencies(None) == ()
    assert package_of(Dependency("x", "npm:@s/y@1")) == "@s/y"
    assert package_of(Dependency("x", "git+https://git.test/x.git")) is None


def packument(**extra):
    versions = {
        version: {"name": "x", "version": version, **extra.pop(version.replace(".", "_"), {})}
        for version in ("1.0.0", "1.1.0", "2.0.0")
    }
    times = dict.fromkeys(versions, "2026-01-01T00:00:00Z")
    tags = {"latest": "1.0.0", "next": "2.0.0"}
    document = {"name": "x", "versions": versions, "time": times, "dist-tags": tags}
    return NpmProject("x", json.dumps(document).encode())


@pytest.mark.parametrize(
    ("specifier", "chosen"),
    [("^1.0.0", "1.0.0"), ("^1.1.0", "1.1.0"), ("next", "2.0.0"), ("*", "1.0.0"), ("^3", None), ("npm:x@^2", "2.0.0")],
)
def test_the_latest_tag_comes_before_the_highest_version(specifier, chosen):
    found = resolve_now(packument(), Dependency("x", specifier))
    assert found.status == ("resolved" if chosen else "no-matching-version")
    assert (found.purl.version if found.purl else None) == chosen
    assert found.release_count == 3


def test_whether_it_runs_code_at_install():
    hooked = packument(**{"1_0_0": {"scripts": {"install": "node a.js"}}})
    assert resolve_now(hooked, Dependency("x", "^1.0.0")).runs_at_install is True
    assert resolve_now(hooked, Dependency("x", "^1.1.0")).runs_at_install is False
