from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.npm.manifest import read_package_json
from customhouse.model.errors import UpstreamError
from customhouse.model.release import Dependency, Script


def test_everything_an_install_depends_on() -> None:
    manifest = read_package_json(
        b"""{"name": " axios ", "version": "1.14.0", "main": "index.js", "module": "./esm.js", "gypfile": true,
        "dependencies": {"a": "^1", "both": "^1", "bundled": "2"}, "optionalDependencies": {"both": "^2"},
        "peerDependencies": {"p": "*"}, "devDependencies": {"d": "~3"}, "bundleDependencies": ["bundled"],
        "scripts": {"postinstall": "node setup.js", "bad": 7},
        "bin": {"../../evil": "../../../bin/x.js", "ok": "./cli.js", "none": ""},
        "browser": {"./a.js": "./b.js", "fs": false},
        "exports": {".": {"import": "./esm.js", "require": {"default": "./cjs.cjs"}}, "./x": ["./x.js", null]},
        "repository": {"type": "git", "url": "git+https://git.test/axios.git"}}"""
    )
    assert (manifest.name, manifest.version, manifest.gyp) == ("axios", "1.14.0", True)
    assert manifest.dependencies == (
        Dependency("a", "^1"),
        Dependency("bundled", "2"),
        Dependency("both", "^2", "optional"),
        Dependency("p", "*", "peer"),
        Dependency("d", "~3", "dev"),
        Dependency("bundled", "2", "bundled"),
    )
    assert manifest.scripts == (Script("postinstall", "node setup.js"),)
    assert manifest.commands == (Script("evil", "bin/x.js"), Script("ok", "cli.js"))
    assert manifest.entry_points == ("index.js", "./esm.js", "./b.js", "./cjs.cjs", "./x.js")
    assert manifest.repository == "git+https://git.test/axios.git"


def test_short_forms() -> None:
    manifest = read_package_json(
        {
            "name": "@s/tool",
            "version": "1.0.0",
            "bin": "cli.js",
            "repository": "github:user/tool",
            "dependencies": ["a@^1", "@s/b@2", "c >=3", "d"],
            "devDependencies": "x@1, y",
            "bundledDependencies": True,
        }
    )
    assert manifest.commands == (Script("tool", "cli.js"),)
    assert manifest.repository == "github:user/tool"
    runtime = [(one.name, one.specifier) for one in manifest.dependencies if one.kind == "runtime"]
    assert runtime == [("a", "^1"), ("@s/b", "2"), ("c", ">=3"), ("d", "")]
    assert [(one.name, one.specifier) for one in manifest.dependencies if one.kind == "dev"] == [("x", "1"), ("y", "")]
    assert len([one for one in manifest.dependencies if one.kind == "bundled"]) == 4
    assert manifest.entry_points == ("index.js",)


def test_wrong_types_are_left_out() -> None:
    manifest = read_package_json(
        {
            "name": 7,
            "version": None,
            "dependencies": {"a": 1, "b": "^1"},
            "scripts": ["x"],
            "bin": [1, "bin/x"],
            "main": {},
            "exports": 3,
            "repository": ["x"],
            "gypfile": "yes",
            "bundleDependencies": 1,
        }
    )
    assert (manifest.name, manifest.version, manifest.repository, manifest.gyp) == ("", "", "", False)
    assert manifest.dependencies == (Dependency("b", "^1"),)
    assert manifest.scripts == ()
    assert manifest.commands == (Script("x", "bin/x"),)


def test_exports_are_followed_only_so_far() -> None:
    deep: Any = "./x.js"
    for _ in range(100):
        deep = {"default": deep}
    wide = {f"./{index}": f"./{index}.js" for index in range(10_000)}
    assert "./x.js" not in read_package_json({"exports": deep}).entry_points
    assert len(read_package_json({"exports": wide}).entry_points) == 256


@pytest.mark.parametrize("data", [b"", b"x", b"[]", b"\0", b'{"a":' * 100_000, b"\xff{}", b'"text"', b'{"a": 1e999}'])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(UpstreamError, match=r"package\.json") as caught:
        read_package_json(data)
    assert caught.value.hint


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    [
        "name",
        "version",
        "dependencies",
        "optionalDependencies",
        "bundleDependencies",
        "scripts",
        "bin",
        "exports",
        "main",
        "browser",
        "repository",
        "gypfile",
    ]
)


@given(st.dictionaries(keys, json))
def test_any_object_is_read(document: dict[str, Any]) -> None:
    read_package_json(document)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_package_json(data)
    except UpstreamError as error:
        assert error.hint  # noqa: PT017 - either outcome is right
