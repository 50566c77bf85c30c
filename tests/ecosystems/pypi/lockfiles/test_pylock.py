from pathlib import Path
from typing import Any

import pytest
import tomli_w
from packaging.pylock import Pylock

from customhouse.ecosystems.documents import toml_document
from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.pypi.lockfiles.pylock import PYLOCK
from customhouse.model.locked import Source

FIXTURES = Path(__file__).with_name("fixtures")
NOWHERE = Path("no-such-folder/pylock.toml")
A, B = "a" * 64, "b" * 128


def wheel(name: str = "a", **more: Any) -> dict[str, Any]:
    url = f"https://registry.example/{name}-1.0-py3-none-any.whl"
    return {"url": url, "size": 3, "hashes": {"sha256": A}, **more}


def package(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "index": "https://registry.example/simple", "wheels": [wheel(name)], **more}


def read(*packages: dict[str, Any], **more: Any) -> Source:
    document = {"lock-version": "1.0", "created-by": "x", **more, "packages": list(packages)}
    (source,) = PYLOCK.read(NOWHERE, tomli_w.dumps(document).encode(), DISK)
    return source


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*/pylock*.toml")), ids=lambda path: path.name)
def test_what_packaging_reads_we_read_the_same(path: Path) -> None:
    (source,) = PYLOCK.read(path, path.read_bytes(), DISK)
    theirs = Pylock.from_dict(toml_document(path.read_bytes()))
    assert (source.status, source.reason) == ("parsed", "")
    assert [(one.name, one.version) for one in source.packages] == [
        (one.name, str(one.version) if one.version else None) for one in theirs.packages
    ]
    for ours, one in zip(source.packages, theirs.packages, strict=True):
        files = [*([one.sdist] if one.sdist else []), *(one.wheels or [])]
        assert [file.filename for file in ours.artifacts] == [file.filename for file in files]
        assert [{digest.algorithm: digest.hex for digest in file.digests} for file in ours.artifacts] == [
            dict(file.hashes) for file in files
        ]


def test_names() -> None:
    for name in ("pylock.toml", "pylock.dev.toml", "pylock.py312.toml"):
        assert PYLOCK.matches(Path(name))
    for name in ("pylock.a.b.toml", "pylock.json", "xpylock.toml"):
        assert not PYLOCK.matches(Path(name))


def test_every_way_to_say_where_it_comes_from() -> None:
    direct = {"name": "x", "version": "1.0"}
    source = read(
        direct | {"name": "g", "vcs": {"type": "git", "url": "https://u:secret@git.test/g", "commit-id": "0123"}},
        direct | {"name": "d", "directory": {"path": "libs/d", "editable": True}},
        direct | {"name": "o", "directory": {"path": "../o"}},
        direct | {"name": "app", "directory": {"path": "."}},
        direct | {"name": "u", "archive": {"url": "https://h.test/u.tar.gz", "hashes": {"sha512": B, "sha256": A}}},
        direct | {"name": "f", "archive": {"path": "f.tar.gz", "hashes": {"sha256": A}}},
        direct | {"name": "w", "wheels": [{"path": "wheels/w-1.0-py3-none-any.whl", "hashes": {"sha256": A}}]},
    )
    assert source.status == "parsed"
    assert {one.name: (one.source, one.resolved) for one in source.packages} == {
        "g": ("git", "git+https://git.test/g@0123"),
        "d": ("workspace", "libs/d"),
        "o": ("file", "../o"),
        "u": ("url", "https://h.test/u.tar.gz"),
        "f": ("file", "f.tar.gz"),
        "w": ("file", "wheels/w-1.0-py3-none-any.whl"),
    }
    assert [digest.algorithm for digest in source.packages[3].integrity] == ["sha512", "sha256"]


def test_scopes_by_marker_and_edges() -> None:
    source = read(
        package("a", dependencies=[{"name": "b", "version": "1.0"}, {"name": "C"}]),
        package("b", marker="'socks' in extras"),
        package("c", marker="'docs' in dependency_groups or 'socks' in extras"),
        package("d", marker="'docs' in dependency_groups and sys_platform == 'win32'"),
        package("e", marker="'dev' in dependency_groups"),
        package("f", marker="'docs' in dependency_groups or sys_platform == 'win32'"),
        **{"default-groups": ["dev"]},
    )
    assert [one.scope for one in source.packages] == ["prod", "optional", "optional", "dev", "prod", "prod"]
    assert source.packages[0].requires == ("b==1.0", "c==1.0")
    assert [one.dependency for one in source.packages] == ["direct", "transitive", "transitive"] + ["direct"] * 3


def test_what_is_merely_off_is_a_note() -> None:
    source = read(
        package("A.b"),
        package("c", wheels=[wheel("c", hashes={"blake2b": "00"})]),
        **{"lock-version": "1.1", "created-by": 3},
    )
    assert (source.status, len(source.packages)) == ("parsed", 2)
    assert source.reason.startswith("lock-version 1.1 is newer than 1.0, and is read as that; it does not say what")
    assert "; and 2 more" in source.reason
    assert source.packages[0].name == "a-b"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (package("a", archive={"url": "x", "hashes": {"sha256": A}}), "is of archive and wheels or an sdist"),
        ({"name": "a", "version": "1"}, "is of none"),
        (package("a", wheels=[{"hashes": {"sha256": A}}]), "one of its files has neither a url nor a path"),
        (
            package("a", wheels=[wheel(hashes={"sha256": "zz"})]),
            "the sha256 hash of 'a-1.0-py3-none-any.whl' is no digest",
        ),
        (package("a", wheels=[wheel(hashes=3)]), "its hashes is not a table"),
        (package("a", wheels=3), "its wheels are not an array"),
        ({"name": "a", "vcs": {"type": "git", "url": "x"}}, "its vcs has no commit-id"),
        ({"name": "a", "directory": {}}, "its directory has no path"),
        (package("a", dependencies=[{"name": "gone"}]), "a needs 'gone', which the lock does not pin"),
        (package("a", dependencies=[3]), "one of its dependencies is not a table"),
        (package("a", marker=3), "its marker is not a text"),
        (package("a", index=3), "its index is not a text"),
    ],
)
def test_a_wrong_row_leaves_the_others(row: dict[str, Any], reason: str) -> None:
    source = read(package("sound"), row)
    assert source.status == "failed"
    assert "sound" in {one.name for one in source.packages}
    assert reason in source.reason
