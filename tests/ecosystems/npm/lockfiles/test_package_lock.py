"""Against locks that npm itself wrote, and against everything a lock should not be.

Times are processor time: the machine may be busy with other things.
"""

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.lockfiles.package_lock import PACKAGE_LOCK
from customhouse.model.locked import LockedPackage, Source

FIXTURES = Path(__file__).with_name("fixtures")
#: Nothing lies beside it, so that no manifest plays a part.
NOWHERE = Path("no-such-folder/package-lock.json")
DIGEST = "sha512-" + "A" * 86 + "=="
SHA1 = "sha1-" + "A" * 27 + "="


def read(document: Any, path: Path = NOWHERE) -> Source:
    data = document if isinstance(document, bytes) else json.dumps(document, indent=2).encode()
    (source,) = PACKAGE_LOCK.read(path, data, DISK)
    return source


def version_3(packages: dict[str, Any], **root: Any) -> dict[str, Any]:
    return {"lockfileVersion": 3, "requires": True, "packages": {"": {"name": "app", **root}, **packages}}


def entry(version: str = "1.0.0", **more: Any) -> dict[str, Any]:
    return {"version": version, "integrity": DIGEST, **more}


def fixture(version: int) -> dict[str, LockedPackage]:
    path = FIXTURES / f"v{version}" / "package-lock.json"
    (source,) = PACKAGE_LOCK.read(path, path.read_bytes(), DISK)
    assert (source.status, source.reason, source.path) == ("parsed", "", str(path))
    return {one.key: one for one in source.packages}


@pytest.mark.parametrize("version", [1, 2, 3])
def test_what_npm_writes(version: int) -> None:
    packages = fixture(version)
    assert len(packages) == 167
    express = packages["node_modules/express"]
    assert (express.name, express.source, express.scope, express.dependency) == (
        "express",
        "registry",
        "prod",
        "direct",
    )
    assert express.version
    assert express.version.startswith("4.")
    assert [one.algorithm for one in express.integrity] == ["sha512"]
    alias = packages["node_modules/lodash4"]
    assert (alias.name, alias.alias, alias.version) == ("lodash", "lodash4", "4.17.21")
    assert packages["node_modules/mocha"].scope == "dev"
    assert packages["node_modules/fsevents"].scope == "optional"
    assert packages["node_modules/fsevents"].dependency == "direct"
    assert packages["node_modules/@demo/a"].source == "workspace"
    assert packages["node_modules/left-pad"].dependency == "direct"  # a workspace asks for it
    assert packages["node_modules/body-parser"].dependency == "transitive"
    bundled = [one for one in packages.values() if one.bundled]
    assert len(bundled) == 6
    assert all(one.dependency == "transitive" for one in bundled)
    unpinned = [one.key for one in packages.values() if not one.integrity and not one.bundled]
    assert unpinned == ["node_modules/@demo/a", "node_modules/@demo/b"]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_line_numbers_lead_to_the_entry(version: int) -> None:
    lines = (FIXTURES / f"v{version}" / "package-lock.json").read_text().splitlines()
    for one in fixture(version).values():
        assert one.line is not None
        name = one.alias or one.name
        assert lines[one.line - 1].strip().removesuffix(": {").strip('"').endswith(name)


def test_versions_agree_on_what_is_pinned() -> None:
    pins = [
        {
            (one.key, one.purl, one.integrity, one.scope, one.dependency, one.bundled)
            for one in fixture(version).values()
            if one.source != "workspace"  # version 1 does not give theirs a version
        }
        for version in (1, 2, 3)
    ]
    assert pins[0] == pins[1] == pins[2]


def test_origins() -> None:
    url = "https://registry.example/mirror"
    source = read(
        version_3(
            {
                "node_modules/a": entry(resolved=f"{url}/a/-/a-1.0.0.tgz"),
                "node_modules/@s/b": entry(resolved=f"{url}/@s%2fb/-/b-1.0.0.tgz"),
                "node_modules/c": entry(resolved="https://files.invalid/c-1.0.0.tgz"),
                "node_modules/d": entry(resolved="git+ssh://git@git.invalid/d/d.git#0123"),
                "node_modules/e": entry(resolved="file:vendor/e.tgz"),
                "node_modules/f": entry(resolved="https://user:secret@files.invalid/f/-/g-1.0.0.tgz"),
                "node_modules/g": entry(resolved=False),
                "node_modules/h": entry(resolved=f"{url}/a/-/a-1.0.0.tgz"),
                "node_modules/i": {"resolved": "packages/i", "link": True},
                "packages/i": {"version": "2.0.0"},
                "node_modules/j": {"resolved": "../j", "link": True},
                "../j": {"name": "@s/j", "version": "3.0.0"},
            }
        )
    )
    assert source.status == "parsed"
    found = {one.key.removeprefix("node_modules/"): one for one in source.packages}
    assert {key: one.source for key, one in found.items()} == {
        "a": "registry",
        "@s/b": "registry",
        "c": "url",
        "d": "git",
        "e": "file",
        "f": "url",
        "g": "registry",
        "h": "url",  # what it is resolved to is another package
        "i": "workspace",
        "j": "file",
    }
    assert found["f"].resolved == "https://files.invalid/f/-/g-1.0.0.tgz"
    assert found["f"].artifacts[0].url == found["f"].resolved
    assert found["d"].resolved == "git+ssh://git@git.invalid/d/d.git#0123"
    assert found["j"].name == "@s/j"
    assert found["j"].version == "3.0.0"


@pytest.mark.parametrize(
    ("flags", "scope"),
    [
        ({}, "prod"),
        ({"dev": True}, "dev"),
        ({"optional": True}, "optional"),
        ({"devOptional": True}, "optional"),
        ({"dev": True, "optional": True}, "dev"),
        ({"dev": True, "peer": True}, "dev"),
        ({"optional": True, "peer": True}, "optional"),
        ({"peer": True}, "peer"),
    ],
)
def test_scope(flags: dict[str, bool], scope: str) -> None:
    assert read(version_3({"node_modules/a": entry(**flags)})).packages[0].scope == scope


def test_every_digest_of_an_integrity_is_kept() -> None:
    source = read(version_3({"node_modules/a": {"version": "1.0.0", "integrity": f"{SHA1} {DIGEST}"}}))
    assert [one.algorithm for one in source.packages[0].integrity] == ["sha1", "sha512"]


def test_install_scripts_are_what_the_lock_says() -> None:
    source = read(version_3({"node_modules/a": entry(hasInstallScript=True), "node_modules/b": entry()}))
    assert [one.has_install_script for one in source.packages] == [True, False]
    assert read({"lockfileVersion": 1, "dependencies": {"a": entry()}}).packages[0].has_install_script is None


def test_version_1_forms() -> None:
    source = read(
        {
            "lockfileVersion": 1,
            "requires": True,
            "dependencies": {
                "a": entry(requires={"b": "^1"}, dependencies={"b": entry("2.0.0", bundled=True)}),
                "alias": entry("npm:@s/real@3.0.0"),
                "git": {"version": "github:user/git#0123", "from": "github:user/git"},
                "tar": {"version": "https://files.invalid/tar.tgz", "integrity": DIGEST},
                "own": {"version": "file:packages/own"},
                "outer": {"version": "file:../outer"},
                "dev": entry(dev=True),
            },
        }
    )
    assert source.status == "parsed"
    found = {one.key: one for one in source.packages}
    assert found["node_modules/a/node_modules/b"].version == "2.0.0"
    assert found["node_modules/a/node_modules/b"].bundled
    assert found["node_modules/a/node_modules/b"].dependency == "transitive"
    assert found["node_modules/a"].dependency == "direct"  # nothing requires it
    assert (found["node_modules/alias"].name, found["node_modules/alias"].alias) == ("@s/real", "alias")
    assert {key.rpartition("/")[2]: one.source for key, one in found.items()} == {
        "a": "registry",
        "b": "registry",
        "alias": "registry",
        "git": "git",
        "tar": "url",
        "own": "workspace",
        "outer": "file",
        "dev": "registry",
    }


def test_the_manifest_beside_tells_what_is_direct_in_version_1(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"b": "^1"}}')
    lock = {"lockfileVersion": 1, "dependencies": {"a": entry(requires={"b": "1"}), "b": entry()}}
    source = read(lock, tmp_path / "package-lock.json")
    assert {one.name: one.dependency for one in source.packages} == {"a": "transitive", "b": "direct"}


def test_an_empty_project_is_parsed_with_nothing() -> None:
    source = read(version_3({}))
    assert (source.status, source.packages) == ("parsed", ())
    assert read({"lockfileVersion": 1}).status == "parsed"


def test_what_the_manifest_wants_is_not_judged_here(tmp_path: Path) -> None:
    """Whether manifest and lock agree is a rule's question; the lock by itself is read."""
    (tmp_path / "package.json").write_text('{"dependencies": {"axios": "^1.14.0"}}')
    for lock in ({"lockfileVersion": 1}, {"lockfileVersion": 3, "packages": {}}, version_3({})):
        source = read(lock, tmp_path / "package-lock.json")
        assert (source.status, source.packages) == ("parsed", ())
        assert source.importers[0].requires == ()


def test_edges_and_importers() -> None:
    source = read(
        version_3(
            {
                "node_modules/a": entry(dependencies={"b": "1"}, optionalDependencies={"o": "1", "absent": "1"}),
                "node_modules/a/node_modules/b": entry(dependencies={"c": "1"}),
                "node_modules/b": entry("2.0.0"),
                "node_modules/c": entry(
                    peerDependencies={"b": "*", "o": "1"}, peerDependenciesMeta={"o": {"optional": True}}
                ),
                "node_modules/o": entry(optional=True),
                "node_modules/@s/w": {"resolved": "packages/w", "link": True},
                "packages/w": {"name": "@s/w", "version": "1.0.0", "devDependencies": {"b": "2"}},
            },
            dependencies={"a": "^1"},
            devDependencies={"real": "npm:c@1", "b": "^2"},
            optionalDependencies={"absent": "1"},
            workspaces=["packages/*"],
        )
    )
    assert source.status == "failed"  # `real` is not pinned
    found = {one.key: one.requires for one in source.packages}
    assert found == {
        "node_modules/a": ("node_modules/a/node_modules/b", "node_modules/o"),
        "node_modules/a/node_modules/b": ("node_modules/c",),
        "node_modules/b": (),
        "node_modules/c": ("node_modules/b",),
        "node_modules/o": (),
        "node_modules/@s/w": ("node_modules/b",),
    }
    root, member = source.importers
    assert (root.folder, root.name) == ("", "app")
    assert root.requires == ("node_modules/b", "node_modules/a")
    assert root.specifiers == (("real", "npm:c@1"), ("b", "^2"), ("a", "^1"), ("absent", "1"))
    assert (member.folder, member.name) == ("packages/w", "@s/w")
    assert (member.requires, member.specifiers) == (("node_modules/b",), (("b", "2"),))


@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_package_of_a_real_lock_is_reached(version: int) -> None:
    packages = fixture(version)
    path = FIXTURES / f"v{version}" / "package-lock.json"
    (source,) = PACKAGE_LOCK.read(path, path.read_bytes(), DISK)
    assert [one.folder for one in source.importers] == ["", "packages/a", "packages/b"]
    still = [key for one in source.importers for key in one.requires]
    reached = set(still)
    while still:
        still += (new := set(packages[still.pop()].requires) - reached)
        reached |= new
    assert {one for one in packages if packages[one].source != "workspace"} <= reached


def test_cycles_are_ordinary() -> None:
    source = read(
        version_3(
            {"node_modules/a": entry(dependencies={"b": "1"}), "node_modules/b": entry(dependencies={"a": "1"})},
            dependencies={"a": "1"},
        )
    )
    assert source.status == "parsed"
    assert [one.dependency for one in source.packages] == ["direct", "transitive"]


@pytest.mark.parametrize(
    ("packages", "root", "reason"),
    [
        ({}, {"dependencies": {"a": "1"}}, "the project needs 'a', which the lock does not pin"),
        (
            {"node_modules/a": entry(dependencies={"b": "1"})},
            {},
            "node_modules/a needs 'b', which the lock does not pin",
        ),
        (
            {"node_modules/a": {"resolved": "b", "link": True}},
            {},
            "link 'node_modules/a' leads to 'b', which is not there",
        ),
        (
            {"node_modules/a/node_modules/b": entry()},
            {},
            "entry 'node_modules/a/node_modules/b' stands inside node_modules/a, which the lock does not have",
        ),
        ({"node_modules/../x": entry()}, {}, "entry 'node_modules/../x' leaves its folder"),
        ({"/etc/x": entry()}, {}, "entry '/etc/x' is not relative to the project"),
        ({"C:/x": entry()}, {}, "entry 'C:/x' is not relative to the project"),
        ({"node_modules/__proto__": entry()}, {}, "'__proto__' is no package name"),
        ({"node_modules/a\u0007": entry()}, {}, "is no package name"),
        ({"node_modules/.bin": entry()}, {}, "'.bin' is no package name"),
        ({"node_modules/a": entry(name="../x")}, {}, "'../x' is no package name"),
        ({"node_modules/a": entry("../../x")}, {}, "'../../x' of a is no version"),
        ({"node_modules/a": entry(integrity="sha512-short")}, {}, "integrity 'sha512-short' holds no digest"),
        ({"node_modules/a": entry(version=7)}, {}, "entry 'node_modules/a': Expected `str | null`, got `int`"),
        ({"node_modules/a": None}, {}, "entry 'node_modules/a': Expected `object`, got `null`"),
    ],
)
def test_bad_entries_are_named(packages: dict[str, Any], root: dict[str, Any], reason: str) -> None:
    good = {"node_modules/good": entry()}
    source = read(version_3({**good, **packages}, **root))
    assert source.status == "failed"
    assert reason in source.reason
    assert "npm install --package-lock-only" in source.hint
    if "Expected" not in reason:  # what could be read is not lost
        assert "good" in {one.name for one in source.packages}


def test_many_problems_are_counted() -> None:
    source = read(version_3({f"node_modules/.{index}": entry() for index in range(10)}))
    assert source.reason.endswith("; and 7 more")


def test_what_optional_and_bundled_packages_lack_is_no_problem() -> None:
    source = read(
        version_3(
            {
                "node_modules/a": entry(optionalDependencies={"fsevents": "2"}, peerDependencies={"p": "1"}),
                "node_modules/b": entry(inBundle=True, dependencies={"c": "1"}),
            }
        )
    )
    assert source.status == "parsed"


def test_the_two_tables_of_version_2_must_agree() -> None:
    lock = {**version_3({"node_modules/a": entry("1.0.0")}), "lockfileVersion": 2}
    assert read({**lock, "dependencies": {"a": entry("1.0.0")}}).status == "parsed"
    for other in ({"a": entry("1.0.1")}, {"a": entry(integrity=DIGEST.replace("A", "B", 1))}, {"b": entry()}):
        source = read({**lock, "dependencies": other})
        assert source.status == "failed"
        assert "npm 6" in source.reason


def test_the_packages_table_counts_whatever_the_version_says() -> None:
    lock = {**version_3({"node_modules/evil": entry()}), "lockfileVersion": 1, "dependencies": {"good": entry()}}
    source = read(lock)
    assert source.status == "failed"
    assert [one.name for one in source.packages] == ["evil"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cannot be read: it is empty"),
        (b" \n", "cannot be read: it is empty"),
        (b"x", "cannot be read: it is not JSON: invalid character (byte 0)"),
        (b'{"lockfileVersion": 3, "packages": {', "cannot be read: its JSON ends too early"),
        (b"\x7fELF\x00\x01", "cannot be read: it is binary, not text"),
        ('{"lockfileVersion": 3}'.encode("utf-16"), "it is UTF-16 or UTF-32 text"),
        (b'{"lockfileVersion": 3, "packages": {"\xff": {}}}', "cannot be read: it is not UTF-8 text"),
        (b'{"a":' + b"[" * 100_000, "cannot be read: it is nested deeper than any client writes"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "it is nested deeper"),
        (b'{"dependencies":' + b'{"a":{"dependencies":' * 50_000, "it is nested deeper"),
        (b'{"lockfileVersion": NaN}', "it is not JSON"),
        (b'{"lockfileVersion": 99, "packages": {}}', "has lockfileVersion 99, and 1, 2 and 3 are known"),
        (b'{"lockfileVersion": 0, "packages": {}}', "has lockfileVersion 0"),
        (b'{"lockfileVersion": "3", "packages": {}}', "is not what npm writes: Expected `int | null`, got `str`"),
        (b'{"lockfileVersion": 3}', "has lockfileVersion 3 and no `packages` table"),
        (b"{}", "is JSON, but no npm lock"),
        (b"[]", "is not what npm writes: Expected `object`, got `array`"),
        (b'{"lockfileVersion": 3, "packages": []}', "is not what npm writes"),
        (b'{"lockfileVersion": 3, "packages": {}, "skipped": {"\xff": {}}}', "cannot be read: it is not UTF-8 text"),
        (b'{"lockfileVersion": 3, "packages": {}, "skipped": {"\\x": {}}}', "it is not JSON"),
        (b"{\n<<<<<<< HEAD\n}", "cannot be read: line 2 is a merge conflict that nobody resolved"),
        (
            b'{"lockfileVersion": 3,\n"packages": {"node_modules/a": {},\n"node_modules/\\u0061": {}}}',
            "key 'node_modules/a' stands twice in one object, the second time in line 3",
        ),
        (b'{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1", "version": "2"}}}', "stands twice"),
    ],
)
def test_what_is_no_lock_fails_with_a_reason_and_a_hint(data: bytes, reason: str) -> None:
    source = read(data)
    assert source.status == "failed"
    assert reason in source.reason
    assert "npm install --package-lock-only" in source.hint
    assert source.packages == ()


def test_a_byte_order_mark_is_nothing() -> None:
    assert read(b"\xef\xbb\xbf" + json.dumps(version_3({"node_modules/a": entry()})).encode()).status == "parsed"


def test_minified_locks_have_line_numbers_too() -> None:
    data = json.dumps(version_3({"node_modules/a": entry()}), separators=(",", ":")).encode()
    assert read(data).packages[0].line == 1


names = st.from_regex(r"(@[a-z0-9-]{1,5}/)?[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True).filter(
    lambda name: name != "node_modules"
)
versions = st.builds("{}.{}.{}".format, st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
digests = st.binary(min_size=64, max_size=64)


@given(st.dictionaries(names, st.tuples(versions, digests, st.booleans(), st.booleans()), max_size=8))
def test_what_is_written_is_read(wanted: dict[str, tuple[str, bytes, bool, bool]]) -> None:
    def integrity(raw: bytes) -> str:
        return "sha512-" + base64.b64encode(raw).decode()

    three = version_3(
        {
            f"node_modules/{name}": {
                "version": version,
                "integrity": integrity(raw),
                "dev": dev,
                "hasInstallScript": script,
            }
            for name, (version, raw, dev, script) in wanted.items()
        },
        dependencies=dict.fromkeys(wanted, "*"),
    )
    one = {
        "lockfileVersion": 1,
        "dependencies": {
            name: {"version": version, "integrity": integrity(raw), "dev": dev}
            for name, (version, raw, dev, _) in wanted.items()
        },
    }
    for lock in (three, one):
        source = read(lock)
        assert source.status == "parsed"
        found = {
            package.name: (package.version, bytes.fromhex(package.integrity[0].hex), package.scope == "dev")
            for package in source.packages
        }
        assert found == {name: (version, raw, dev) for name, (version, raw, dev, _) in wanted.items()}


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "1.0.0", "a", "../x", "file:x", DIGEST]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "",
                    "packages",
                    "dependencies",
                    "lockfileVersion",
                    "node_modules/a",
                    "node_modules/a/node_modules/b",
                    "a",
                    "version",
                    "resolved",
                    "integrity",
                    "link",
                    "dev",
                    "requires",
                    "__proto__",
                    "name",
                    "peerDependencies",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.dictionaries(st.sampled_from(["packages", "dependencies", "lockfileVersion", "requires"]), anything),
        st.builds(lambda one: {"lockfileVersion": 3, "packages": one}, anything),
        st.builds(lambda one: {"lockfileVersion": 1, "dependencies": one}, anything),
        anything,
    )
)
def test_any_json_is_accounted_for(document: Any) -> None:
    source = read(document)
    assert source.status in ("parsed", "failed")
    assert bool(source.reason) == (source.status == "failed")
    assert bool(source.hint) == (source.status == "failed")


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_lock_is_accounted_for(data: st.DataObject) -> None:
    raw = bytearray((FIXTURES / "v2" / "package-lock.json").read_bytes()[:4000] + b"}}}")
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert read(bytes(raw)).status in ("parsed", "failed")


def large(count: int) -> bytes:
    packages = {}
    for index in range(count):
        packages[f"node_modules/package-{index}"] = entry(
            f"1.{index}.0",
            resolved=f"https://registry.example/package-{index}/-/package-{index}-1.{index}.0.tgz",
            license="MIT",
            engines={"node": ">=12"},
            dependencies={f"package-{(index * 7 + step) % count}": "^1.0.0" for step in range(3)},
            funding={"url": "https://funding.example"},
        )
    return json.dumps(version_3(packages, dependencies={"package-0": "^1.0.0"}), indent=2).encode()


def test_1500_packages_are_read_within_a_moment() -> None:
    data = large(1500)
    seconds = []
    for _ in range(5):
        start = time.process_time()
        assert len(read(data).packages) == 1500
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.6  # a tenth of that on an idle machine


def test_50_megabytes_are_read() -> None:
    data = large(100_000)
    assert len(data) > 45_000_000
    start = time.process_time()
    source = read(data)
    assert (source.status, len(source.packages)) == ("parsed", 100_000)
    assert time.process_time() - start < 30


def test_50_megabytes_of_nothing_are_read_in_little_memory() -> None:
    data = b'{"lockfileVersion": 3, "junk": [' + b"[]," * 12_000_000 + b'1], "packages": {}}'
    start = time.process_time()
    assert read(data).status == "parsed"
    assert time.process_time() - start < 60
