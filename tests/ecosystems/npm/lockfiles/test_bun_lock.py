"""Against locks that bun 1.1, 1.3 and 1.4 wrote, and what bun never would."""

import json
from pathlib import Path
from typing import Any

import pytest

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.lockfiles.bun_lock import BUN_LOCK
from customhouse.model.locked import LockedPackage, Source

FIXTURES = Path(__file__).with_name("fixtures")
NOWHERE = Path("no-such-folder/bun.lock")
DIGEST = "sha512-" + "A" * 86 + "=="


def read(document: Any) -> Source:
    data = document if isinstance(document, bytes) else json.dumps(document, indent=2).encode()
    (source,) = BUN_LOCK.read(NOWHERE, data, DISK)
    return source


def lock(packages: dict[str, Any], version: int = 1, **root: Any) -> dict[str, Any]:
    return {"lockfileVersion": version, "workspaces": {"": {"name": "app", **root}}, "packages": packages}


def row(ident: str = "a@1.0.0", registry: str = "", **info: Any) -> list[Any]:
    return [ident, registry, info, DIGEST]


def fixture(name: str) -> Source:
    path = FIXTURES / name / "bun.lock"
    (source,) = BUN_LOCK.read(path, path.read_bytes(), DISK)
    return source


def by_key(source: Source) -> dict[str, LockedPackage]:
    return {one.key: one for one in source.packages}


@pytest.mark.parametrize("name", ["bun-1.1.45", "bun-1.3.5", "bun-1.4.5"])
def test_what_bun_writes(name: str) -> None:
    """lockfileVersion 0, 1 and 2. `bun pm ls --all` lists 153 packages on Linux: all but fsevents, for macOS alone."""
    source = fixture(name)
    assert (source.format, source.status, source.reason) == ("bun-lock", "parsed", "")
    found = by_key(source)
    assert len(found) == len(source.packages) == 154
    express = found["express"]
    assert (express.name, express.source, express.scope, express.dependency) == (
        "express",
        "registry",
        "prod",
        "direct",
    )
    assert [one.algorithm for one in express.integrity] == ["sha512"]
    assert express.resolved == ""
    alias = found["lodash4"]
    assert (alias.name, alias.alias, alias.version) == ("lodash", "lodash4", "4.17.21")
    assert found["mocha"].scope == "dev"
    assert found["fsevents"].scope == "optional"
    a = found["@demo/a"]
    assert (a.source, a.version, a.resolved) == ("workspace", "1.0.0", "packages/a")
    assert a.requires == ("@demo/b", "@demo/a/debug", "left-pad")
    assert (found["local"].source, found["local"].resolved) == ("workspace", "vendor/local")
    # A path leads through node_modules: the nearest one upwards counts.
    assert found["@demo/a/debug"].requires == ("@demo/a/debug/ms",)
    assert found["mocha"].requires.count("mocha/debug") == 1
    assert found["debug"].requires == ("ms",)
    assert (found["@demo/a/debug"].name, found["@demo/a/debug"].alias) == ("debug", "")


@pytest.mark.parametrize("name", ["bun-1.1.45", "bun-1.3.5", "bun-1.4.5"])
def test_importers_are_the_workspaces(name: str) -> None:
    source = fixture(name)
    root, a, b = source.importers
    assert (root.folder, root.name, len(root.requires)) == ("", "demo", 7)
    assert ("lodash4", "npm:lodash@4.17.21") in (root.specifiers or ())
    assert (a.folder, a.name) == ("packages/a", "@demo/a")
    assert dict(a.specifiers or ())["@demo/b"] == ("workspace:packages/b" if name == "bun-1.1.45" else "1.0.0")
    assert (b.folder, b.requires) == ("packages/b", ("chalk", "semver"))
    assert ("react", "^18.0.0") in (b.specifiers or ())  # an optional peer, which nobody brings
    found = by_key(source)
    still = [key for one in source.importers for key in one.requires]
    reached = set(still)
    while still:
        still += (new := set(found[still.pop()].requires) - reached)
        reached |= new
    assert set(found) - reached <= {"@demo/a"}


def test_versions_agree() -> None:
    first, *others = (
        {(one.key, str(one.purl), one.integrity, one.scope, one.dependency, one.requires) for one in source.packages}
        for source in map(fixture, ["bun-1.1.45", "bun-1.3.5", "bun-1.4.5"])
    )
    assert all(other == first for other in others)


def test_lines_lead_to_the_entry() -> None:
    lines = (FIXTURES / "bun-1.4.5" / "bun.lock").read_text().splitlines()
    for one in fixture("bun-1.4.5").packages:
        assert one.line is not None
        assert lines[one.line - 1].startswith(f'    "{one.key}": [')


@pytest.mark.parametrize("name", ["bun-sources", "bun-scoped-overrides"])
def test_where_bun_takes_things_from(name: str) -> None:
    """lockfileVersion 2, and 3 where `overrides` has a rule for one parent."""
    source = fixture(name)
    assert source.status == "parsed"
    assert source.reason == "bun patches 'is-odd@3.0.1' with files of the project, which are not read"
    found = by_key(source)
    gitted = found["gitted"]
    assert (gitted.source, gitted.version, gitted.requires) == ("git", None, ("ms",))
    assert gitted.resolved == "git+https://git.invalid/gitted.git#b76d0e6adfade035921c4e4bf429d2b45f565d53"
    tarred = found["tarred"]
    assert (tarred.source, tarred.resolved) == ("url", "https://files.invalid/tarred-1.2.3.tgz")
    assert [one.algorithm for one in tarred.integrity] == ["sha512"]
    assert tarred.requires == ("tarred/ms",)
    assert (found["localtar"].source, found["localtar"].resolved) == ("file", "../localtar-1.0.0.tgz")
    assert found["esbuild"].has_install_script is True
    assert found["esbuild"].scope == "dev"
    assert found["lodash"].dependency == "direct"  # by way of a catalog
    assert {one.scope for key, one in found.items() if key.startswith("@esbuild/")} == {"dev"}
    assert found["react"].scope == "peer"
    assert found["react-dom"].requires == ("loose-envify", "scheduler", "react")


def test_every_shape_of_an_entry() -> None:
    wanted = dict.fromkeys(["a", "alias", "@s/n", "hub", "dir", "linked", "url", "tar", "elsewhere", "odd"], "*")
    source = read(
        lock(
            {
                "a": row(optionalDependencies={"gone": "1"}, peerDependencies={"also-gone": "1"}),
                "alias": row("@s/real@2.0.0"),
                "@s/n": row("@s/n@1.0.0", "https://registry.example/@s/n/-/n-1.0.0.tgz"),
                "@s/n/a": row("a@2.0.0", bundled=True),
                "hub": ["hub@github:user/hub#0123", {}, "user-hub-0123", DIGEST],
                "dir": ["dir@file:../dir", {}],
                "linked": ["linked@link:linked", {}],
                "url": ["url@https://user:secret@files.invalid/url.tgz", {}],
                "tar": ["tar@vendor/tar.tgz", {}, DIGEST],
                "elsewhere": row("elsewhere@1.0.0", "https://files.invalid/x.tgz"),
                "odd": row("odd@1.0.0", "https://mirror.test/"),
                "app": ["app@root:", {"bin": "x"}],
            },
            dependencies=wanted,
        )
    )
    assert (source.status, source.reason) == ("parsed", "")
    found = by_key(source)
    assert {key: one.source for key, one in found.items()} == {
        "a": "registry",
        "alias": "registry",
        "@s/n": "registry",
        "@s/n/a": "registry",
        "hub": "git",
        "dir": "file",
        "linked": "file",
        "url": "url",
        "tar": "file",
        "elsewhere": "url",
        "odd": "registry",
    }
    assert (found["alias"].name, found["alias"].alias) == ("@s/real", "alias")
    assert found["@s/n/a"].bundled
    assert (found["@s/n/a"].alias, found["@s/n/a"].version) == ("", "2.0.0")
    assert found["url"].resolved == "https://files.invalid/url.tgz"
    assert found["hub"].integrity


def test_a_lock_of_nothing_is_parsed() -> None:
    assert (read(lock({})).status, read(lock({})).packages) == ("parsed", ())


@pytest.mark.parametrize("version", [4, 99, -1])
def test_later_versions_are_unsupported(version: int) -> None:
    source = read(lock({"a": row()}, version))
    assert source.status == "unsupported"
    assert f"has lockfileVersion {version}" in source.reason
    assert "npm install --package-lock-only" in source.hint
    assert source.packages == ()


@pytest.mark.parametrize(
    ("packages", "root", "reason"),
    [
        ({}, {"dependencies": {"b": "1"}}, "the project needs 'b', which the lock does not pin"),
        ({"b": row("b@1.0.0", dependencies={"c": "1"})}, {}, "entry 'b': needs 'c', which the lock does not pin"),
        ({"x/b": row("b@1.0.0")}, {}, "entry 'x/b': stands inside x, which the lock does not have"),
        ({"b": ["b@workspace:packages/b"]}, {}, "entry 'b': leads to workspace 'packages/b'"),
        ({"../b": row("b@1.0.0")}, {}, "line 15: entry '../b': '..' is no package name"),
        ({"@s": row("b@1.0.0")}, {}, "'@s' is no package name"),
        ({"b": row("../x@1.0.0")}, {}, "is no package name"),
        ({"b": row("b@one")}, {}, "'one' of b is no version"),
        ({"b": row("b")}, {}, "'' of b is no version"),
        ({"b": ["b@1.0.0", "", {}, "sha512-short"]}, {}, "integrity 'sha512-short' holds no digest"),
        ({"b": ["b@1.0.0", ""]}, {}, "lacks what bun writes of its dependencies"),
        ({"b": ["b@1.0.0", "", [], ""]}, {}, "Expected `object`, got `array`"),
        ({"b": ["b@1.0.0", 1, {}, ""]}, {}, "element 2 is no text"),
        ({"b": ["b@github:u/b#1", {}, 7]}, {}, "element 3 is no text"),
        ({"b": [7]}, {}, "does not begin with a package's name and version"),
        ({"b": []}, {}, "does not begin with a package's name and version"),
        ({"b": {}}, {}, "entry 'b': Expected `array`, got `object`"),
        ({"b": row("b@1.0.0", dependencies={"c": 1})}, {}, "entry 'b': Expected `str`, got `int`"),
        ({"b": [["x"] * 400_000]}, {}, "entry 'b': is larger than any that bun writes"),
    ],
)
def test_bad_entries_are_named(packages: dict[str, Any], root: dict[str, Any], reason: str) -> None:
    source = read(lock({"good": row("good@1.0.0"), **packages}, **root))
    assert source.status == "failed"
    assert reason in source.reason
    assert "bun install" in source.hint
    assert "good" in {one.name for one in source.packages}


def test_bad_workspaces_are_named() -> None:
    document = lock({"a": row()})
    for folder, value, reason in (
        ("../x", {}, "workspace '../x' lies outside the project"),
        ("x", [], "workspace 'x': Expected `object`, got `array`"),
    ):
        source = read({**document, "workspaces": {**document["workspaces"], folder: value}})
        assert (source.status, source.reason) == ("failed", reason)
        assert len(source.packages) == 1
    assert read({**document, "workspaces": {}}).reason == "its `workspaces` table does not have the project itself"
