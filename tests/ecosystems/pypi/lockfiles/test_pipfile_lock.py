import json
from pathlib import Path
from typing import Any

import pytest

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.pypi.lockfiles.pipfile_lock import PIPFILE_LOCK
from customhouse.model.locked import Source

FIXTURES = Path(__file__).with_name("fixtures")
NOWHERE = Path("no-such-folder/Pipfile.lock")
H = "sha256:" + "a" * 64


def read(path: Path = NOWHERE, *, sources: Any = (), **categories: Any) -> Source:
    document = {"_meta": {"pipfile-spec": 6, "sources": list(sources)}, **categories}
    (source,) = PIPFILE_LOCK.read(path, json.dumps(document, indent=1).encode(), DISK)
    return source


def test_what_pipenv_writes() -> None:
    path = FIXTURES / "pipenv" / "Pipfile.lock"
    (source,) = PIPFILE_LOCK.read(path, path.read_bytes(), DISK)
    assert source.status == "parsed"
    found = {one.name: one for one in source.packages}
    direct = {name for name, one in found.items() if one.dependency == "direct"}
    assert direct == {"click", "colorama", "markdown", "mkdocs", "pytest", "requests", "rich"}
    assert {name for name, one in found.items() if one.scope == "dev"} == {"iniconfig", "pluggy", "pytest"}
    assert found["mkdocs"].scope == "optional"
    # Pipenv leaves what its own platform does not need without a version.
    assert (found["colorama"].version, found["colorama"].specifier) == (None, "*")
    assert found["colorama"].marker == "sys_platform == 'win32'"
    assert found["click"].resolved == "https://registry.example/simple/"
    assert len(found["charset-normalizer"].artifacts) == 4
    lines = path.read_text().splitlines()
    for one in source.packages:
        assert one.line is not None
        assert f'"{one.key.partition("/")[2]}": {{' in lines[one.line - 1]


def test_one_package_in_several_categories_has_the_strongest_scope() -> None:
    source = read(
        develop={"a": {"version": "==1", "hashes": [H]}, "b": {"version": "==1", "index": "x"}},
        default={"a": {"version": "==1", "hashes": [H]}, "b": {"version": "==2"}},
        docs={"a": {"version": "==1", "hashes": [H]}, "c": {"version": "==1"}},
        sources=[{"name": "x", "url": "https://u:secret@registry.example/simple"}],
    )
    assert [(one.key, one.version, one.scope) for one in source.packages] == [
        ("develop/a", "1", "prod"),
        ("develop/b", "1", "dev"),
        ("default/b", "2", "prod"),
        ("docs/c", "1", "optional"),
    ]
    assert source.packages[1].resolved == "https://registry.example/simple"
    assert source.packages[1].dependency == "direct"  # without a Pipfile, the index tells


def test_sources() -> None:
    source = read(
        default={
            "g": {"git": "https://git.test/g.git", "ref": "0123", "editable": True},
            "u": {"file": "https://h.test/u-1.0.tar.gz", "hashes": [H]},
            "d": {"path": "./libs/d", "editable": True},
            "o": {"path": "../o"},
            "w": {"path": "w-1.0-py3-none-any.whl"},
        }
    )
    assert {one.name: (one.source, one.resolved) for one in source.packages} == {
        "g": ("git", "git+https://git.test/g.git@0123"),
        "u": ("url", "https://h.test/u-1.0.tar.gz"),
        "d": ("workspace", "./libs/d"),
        "o": ("file", "../o"),
        "w": ("file", "w-1.0-py3-none-any.whl"),
    }
    assert {one.dependency for one in source.packages} == {"direct"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("==1.0", "it is not an object"),
        ({"version": 3}, "its version is not a text"),
        ({"version": "1.0"}, "'1.0' is no version specifier"),
        ({"version": "==1", "hashes": "x"}, "its hashes are not an array of texts"),
        ({"version": "==1", "hashes": ["sha256:1"]}, "the hash of 'bad' is no digest"),
        ({"version": "==1", "index": "gone"}, "its index 'gone' is none of the sources"),
    ],
)
def test_a_wrong_row_leaves_the_others(row: Any, reason: str) -> None:
    source = read(default={"sound": {"version": "==1.0"}, "bad": row})
    assert (source.status, [one.name for one in source.packages]) == ("failed", ["sound"])
    assert f"'default/bad': {reason}" in source.reason


@pytest.mark.parametrize(
    "data", [b"[]", b"3", b"{}", b'{"_meta": 3}', b'{"_meta": {"pipfile-spec": 6}, "default": []}']
)
def test_another_shape(data: bytes) -> None:
    (source,) = PIPFILE_LOCK.read(NOWHERE, data, DISK)
    assert source.status == "failed"
