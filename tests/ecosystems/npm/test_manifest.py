import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.npm.manifest import read_package_json
from customhouse.model.errors import HostileUpstream
from customhouse.model.release import Dependency, Script


def test_the_whole_of_it():
    document = {
        "name": "@acme/a",
        "version": "1.0.0",
        "main": "lib/a.js",
        "module": "lib/a.mjs",
        "browser": {"./lib/a.js": "./lib/b.js", "fs": False},
        "exports": {".": {"import": "./lib/a.mjs", "default": ["./lib/a.js", None]}},
        "bin": {"a": "cli.js", "bad": 7},
        "scripts": {"install": "node-gyp rebuild", "test": "x", "odd": None},
        "dependencies": {"x": "^1", "both": "1"},
        "optionalDependencies": {"both": "2"},
        "peerDependencies": {"x": "*"},
        "devDependencies": {"x": "^1"},
        "bundledDependencies": ["x"],
        "repository": "github:acme/a",
        "gypfile": True,
    }
    manifest = read_package_json(json.dumps(document).encode())
    assert manifest == read_package_json(document)
    assert manifest.entry_points == ("lib/a.js", "lib/a.mjs", "./lib/b.js", "./lib/a.mjs", "./lib/a.js")
    assert manifest.commands == (Script("a", "cli.js"),)
    assert manifest.scripts == (Script("install", "node-gyp rebuild"), Script("test", "x"))
    assert manifest.dependencies == (
        Dependency("both", "2", "optional"),
        Dependency("x", "^1", "runtime"),
        Dependency("x", "*", "peer"),
        Dependency("x", "^1", "dev"),
        Dependency("x", "", "bundled"),
    )
    assert manifest.repository == "github:acme/a"
    assert manifest.gyp is True


def test_one_command_is_named_after_the_package():
    assert read_package_json({"name": "@acme/a", "bin": "cli.js"}).commands == (Script("a", "cli.js"),)


def test_bundling_everything():
    manifest = read_package_json({"dependencies": {"x": "1", "y": "2"}, "bundleDependencies": True})
    assert [each.name for each in manifest.dependencies if each.kind == "bundled"] == ["x", "y"]


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"null", b"\xff\xfe", b'{"a":' * 100_000], ids=range(6))
def test_what_is_no_object_is_refused(data):
    with pytest.raises(HostileUpstream, match=r"package\.json"):
        read_package_json(data)


def test_a_byte_order_mark_is_passed_over():
    assert read_package_json(b'\xef\xbb\xbf{"name":"a"}').name == "a"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=20,
)
KEYS = [
    "name",
    "version",
    "main",
    "exports",
    "bin",
    "scripts",
    "dependencies",
    "bundleDependencies",
    "repository",
    "gypfile",
]


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_object_reads(document):
    read_package_json(document)
