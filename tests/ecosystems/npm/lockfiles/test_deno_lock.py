"""Against locks that Deno 2.0 and 2.9 wrote, the same in the older forms, and what Deno never would."""

import json
from pathlib import Path
from typing import Any

import pytest

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.lockfiles.deno_lock import DENO_LOCK
from customhouse.model.locked import LockedPackage, Source

FIXTURES = Path(__file__).with_name("fixtures")
NOWHERE = Path("no-such-folder/deno.lock")
DIGEST = "sha512-" + "A" * 86 + "=="


def read(document: Any, path: Path = NOWHERE) -> Source:
    data = document if isinstance(document, bytes) else json.dumps(document, indent=2).encode()
    (source,) = DENO_LOCK.read(path, data, DISK)
    return source


def fixture(name: str) -> Source:
    path = FIXTURES / name / "deno.lock"
    return read(path.read_bytes(), path)


def lock(npm: dict[str, Any], version: str = "5", **more: Any) -> dict[str, Any]:
    return {"version": version, "npm": npm, **more}


def entry(*dependencies: str, **more: Any) -> dict[str, Any]:
    return {"integrity": DIGEST, "dependencies": list(dependencies), **more}


def by_key(source: Source) -> dict[str, LockedPackage]:
    return {one.key: one for one in source.packages}


@pytest.mark.parametrize("name", ["deno-4", "deno-5"])
def test_what_deno_writes(name: str) -> None:
    """`deno install` unpacks 145 of these into node_modules/.deno on Linux: all but esbuild's for 22 other platforms."""
    source = fixture(name)
    assert (source.format, source.status, source.reason) == ("deno-lock", "parsed", "")
    found = by_key(source)
    assert len(found) == len(source.packages) == 167
    chalk = found["chalk@4.1.2"]
    assert (chalk.name, chalk.version, chalk.source, chalk.scope) == ("chalk", "4.1.2", "registry", "prod")
    assert (chalk.dependency, chalk.resolved) == ("direct", "")
    assert [one.algorithm for one in chalk.integrity] == ["sha512"]
    peered = found["react-dom@18.3.1_react@18.3.1"]
    assert (peered.name, peered.version, peered.dependency) == ("react-dom", "18.3.1", "direct")
    assert "react@18.3.1" in peered.requires
    library = next(one for one in source.packages if one.name == "@testing-library/react")
    assert (library.version, peered.key in library.requires) == ("14.3.1", True)
    assert {found[key].version for key in found["debug@2.6.9"].requires} == {"2.0.0"}
    assert found["esbuild@0.20.0"].scope == "dev"  # package.json beside it says so
    assert found["esbuild@0.20.0"].has_install_script is (True if name == "deno-5" else None)
    assert chalk.has_install_script is (False if name == "deno-5" else None)


@pytest.mark.parametrize("name", ["deno-4", "deno-5"])
def test_importers_are_the_members(name: str) -> None:
    source = fixture(name)
    root, member = source.importers
    assert (root.folder, root.specifiers, len(root.requires)) == ("", None, 6)
    assert (member.folder, member.requires) == ("pk/x", ("debug@2.6.9", "express@4.22.3"))
    found = by_key(source)
    still = [key for one in source.importers for key in one.requires]
    reached = set(still)
    while still:
        still += (new := set(found[still.pop()].requires) - reached)
        reached |= new
    assert reached == set(found)


@pytest.mark.parametrize("name", ["deno-4", "deno-5"])
def test_lines_lead_to_the_entry(name: str) -> None:
    lines = (FIXTURES / name / "deno.lock").read_text().splitlines()
    for one in fixture(name).packages:
        assert one.line is not None
        assert lines[one.line - 1] == f'    "{one.key}": {{'


def as_version_3(document: dict[str, Any]) -> dict[str, Any]:
    """Write a version 4 the way that Deno 1.40 did: dependencies by name and whole id, all under `packages`."""
    names: dict[str, list[str]] = {}
    for key in document["npm"]:
        names.setdefault(key[: key.index("@", 1)], []).append(key)

    def pair(text: str) -> tuple[str, str]:
        at = text.find("@", 1)
        name, rest = (text, "") if at < 0 else (text[:at], text[at + 1 :])
        return name, rest.removeprefix("npm:") if rest.startswith("npm:") else text if rest else names[name][0]

    npm = {
        key: {**one, "dependencies": dict(pair(text) for text in one.get("dependencies", []))}
        for key, one in document["npm"].items()
    }
    specifiers = {key: f"{key[: key.index('@', 5)]}@{value}" for key, value in document["specifiers"].items()}
    rest = {key: document[key] for key in document if key not in ("npm", "specifiers")}
    return {**rest, "version": "3", "packages": {"specifiers": specifiers, "npm": npm}, "remote": {}}


def as_version_2(document: dict[str, Any]) -> dict[str, Any]:
    packages = document["packages"]
    specifiers = {key.removeprefix("npm:"): one.removeprefix("npm:") for key, one in packages["specifiers"].items()}
    return {"version": "2", "remote": {}, "npm": {"specifiers": specifiers, "packages": packages["npm"]}}


def test_older_versions_say_the_same() -> None:
    path = FIXTURES / "deno-4" / "deno.lock"
    document = json.loads(path.read_bytes())
    three = as_version_3(document)
    pins = [
        {(one.key, one.purl, one.integrity, one.scope, one.dependency, one.requires) for one in source.packages}
        for source in (read(document, path), read(three, path), read(as_version_2(three), path))
    ]
    assert len(pins[0]) == 167
    assert pins[0] == pins[1] == pins[2]


def test_what_is_no_npm_package_is_counted() -> None:
    source = read(
        lock(
            {"a@1.0.0": entry(), "b@1.0.0": entry()},
            "4",
            specifiers={"npm:a@1": "1.0.0", "npm:b@1": "1.0.0", "jsr:@std/x@1": "1.0.0"},
            jsr={"@std/x@1.0.0": {"integrity": "00", "dependencies": ["npm:a", "jsr:@std/y"]}},
            remote={"https://modules.invalid/a.ts": "00", "https://modules.invalid/b.ts": "01"},
        )
    )
    assert source.status == "parsed"
    assert source.reason == "1 jsr and 2 remote modules are outside npm and PyPI and were not read"
    assert {one.name: (one.scope, one.dependency) for one in source.packages} == {
        "a": ("prod", "transitive"),  # a jsr module asks for it
        "b": ("prod", "direct"),  # the code imports it, whatever the manifests say
    }
    only = read({"version": "4", "remote": {"https://modules.invalid/a.ts": "00"}})
    assert (only.packages, only.reason) == ((), "1 remote module is outside npm and PyPI and was not read")


def test_every_shape_of_an_entry() -> None:
    source = read(
        lock(
            {
                "@s/a@1.0.0_b@2.0.0": entry("b@2.0.0", "b1@npm:b@1.0.0", "only"),
                "b@1.0.0": entry(),
                "b@2.0.0": entry(optionalDependencies=["native", "absent"]),
                "only@1.0.0-rc.1": entry(tarball="https://files.invalid/only.tgz"),
                "native@1.0.0": entry(scripts=True, os=["linux"]),
            },
            specifiers={"npm:@s/a@1": "1.0.0_b@2.0.0"},
            workspace={"packageJson": {"dependencies": ["npm:@s/a@1"]}},
        )
    )
    assert source.status == "parsed"
    found = by_key(source)
    assert found["@s/a@1.0.0_b@2.0.0"].requires == ("b@2.0.0", "b@1.0.0", "only@1.0.0-rc.1")
    assert found["b@2.0.0"].requires == ("native@1.0.0",)
    assert found["native@1.0.0"].scope == "optional"
    assert found["native@1.0.0"].has_install_script
    assert (found["only@1.0.0-rc.1"].source, found["only@1.0.0-rc.1"].version) == ("url", "1.0.0-rc.1")


@pytest.mark.parametrize("version", ["1", "6", "", 5, None, [], {"a": 1}])
def test_other_versions_are_unsupported(version: Any) -> None:
    source = read({"version": version, "npm": {"a@1.0.0": entry()}})
    assert source.status == "unsupported"
    assert "2 to 5 are known" in source.reason
    assert "deno install" in source.hint


def test_version_1_was_a_list_of_modules() -> None:
    assert read({"https://modules.invalid/a.ts": "00"}).status == "unsupported"


@pytest.mark.parametrize(
    ("npm", "more", "reason"),
    [
        ({"b@1.0.0": entry("c")}, {}, "'b@1.0.0' needs 'c', which the lock does not pin"),
        ({"b@1.0.0": entry("good@9.9.9")}, {}, "'b@1.0.0' needs 'good@9.9.9', which the lock does not pin"),
        ({}, {"workspace": {"dependencies": ["npm:x@1"]}}, "the project needs 'x@1', which the lock does not pin"),
        (
            {},
            {"workspace": {"members": {"m": {"dependencies": ["npm:x@1"]}}}},
            "'m' needs 'x@1', which the lock does not pin",
        ),
        ({"b@one": entry()}, {}, "entry 'b@one': 'one' of b is no version"),
        ({"../b@1.0.0": entry()}, {}, "'../b' is no package name"),
        ({"b@1.0.0": entry(integrity="sha512-x")}, {}, "integrity 'sha512-x' holds no digest"),
        ({"b@1.0.0": 7}, {}, "entry 'b@1.0.0': Expected `object`, got `int`"),
        ({"b@1.0.0": entry(7)}, {}, "entry 'b@1.0.0': "),
        ({"b@1.0.0": {"dependencies": {"c": "c@1.0.0"}}}, {}, "'b@1.0.0' needs 'c@1.0.0', which the lock does not pin"),
    ],
)
def test_bad_entries_are_named(npm: dict[str, Any], more: dict[str, Any], reason: str) -> None:
    source = read(lock({"good@1.0.0": entry(), **npm}, **more))
    assert source.status == "failed"
    assert reason in source.reason
    assert "deno install" in source.hint
    assert "good" in {one.name for one in source.packages}


@pytest.mark.parametrize(
    "document",
    [
        {"version": "5", "npm": []},
        {"version": "5", "specifiers": []},
        {"version": "5", "specifiers": {"npm:a@1": 1}},
        {"version": "4", "jsr": {"a": 1}},
        {"version": "3", "packages": {"npm": 1}},
        {"version": "2", "npm": {"packages": 1}},
        {"version": "5", "workspace": []},
        {"version": "5", "remote": {"a": 1}},
        [],
    ],
)
def test_wrong_shapes_are_no_lock(document: Any) -> None:
    source = read(document)
    assert source.status == "failed"
    assert source.reason.startswith("is not what Deno writes: Expected")
