from pathlib import Path
from typing import Any

import pytest
import tomli_w

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.pypi.lockfiles.poetry_lock import POETRY_LOCK
from customhouse.model.locked import Source

FIXTURES = Path(__file__).with_name("fixtures")
NOWHERE = Path("no-such-folder/poetry.lock")
A, B = "a" * 64, "b" * 64


def package(name: str, version: str = "1.0", **more: Any) -> dict[str, Any]:
    files = [{"file": f"{name}-{version}.tar.gz", "hash": f"sha256:{A}"}]
    return {"name": name, "version": version, "optional": False, "files": files, **more}


def read(*packages: dict[str, Any], path: Path = NOWHERE, version: str = "2.1", **metadata: Any) -> Source:
    document = {"package": list(packages), "metadata": {"lock-version": version, **metadata}}
    (source,) = POETRY_LOCK.read(path, tomli_w.dumps(document).encode(), DISK)
    return source


@pytest.mark.parametrize("folder", ["poetry-1.1", "poetry-2.0", "poetry-2.1"])
def test_what_each_version_of_poetry_writes(folder: str) -> None:
    path = FIXTURES / folder / "poetry.lock"
    (source,) = POETRY_LOCK.read(path, path.read_bytes(), DISK)
    assert (source.status, source.reason) == ("parsed", "")
    found = {one.key: one for one in source.packages}
    assert found["requests==2.32.3"].requires == (
        "certifi==2025.1.31",
        "charset-normalizer==3.4.1",
        "idna==3.10",
        "urllib3==2.3.0",
        "pysocks==1.7.1",  # by the extra that the project asks for
    )
    assert {one.name for one in source.packages if one.scope == "optional"} == {
        "markdown-it-py",
        "mdurl",
        "pygments",
        "rich",
        "typing-extensions",
    }
    assert {one.name for one in source.packages if one.scope == "dev"} >= {"pytest", "iniconfig", "packaging", "tomli"}
    direct = {one.name for one in source.packages if one.dependency == "direct"} - {"mkdocs"}
    assert direct == {"click", "gitpkg", "numpy", "pytest", "requests", "rich", "tool"}
    assert [(one.name, one.folder) for one in source.importers] == [("app", "")]
    assert found["tool==0.3.0"].source == "workspace"
    assert found["gitpkg==0.9.0"].source == "git"
    assert found["gitpkg==0.9.0"].resolved.startswith("git+https://git.test/gitpoetry@086143d")
    assert len(found["charset-normalizer==3.4.1"].artifacts) == 4
    assert found["click==8.1.8"].resolved.startswith("https://registry.example/simple")
    if folder != "poetry-2.1":  # the files of both versions stand under one name in 1.1
        assert found["numpy==1.26.4"].artifacts != found["numpy==2.2.3"].artifacts


def test_markers_of_each_group() -> None:
    source = read(
        package("a", groups=["main", "dev"], markers={"main": "os_name == 'nt'", "dev": "python_version < '3.11'"}),
        package("b", groups=["dev"], markers="os_name == 'nt'"),
        package("c", optional=True, groups=["main"]),
    )
    assert [(one.scope, one.marker) for one in source.packages] == [
        ("prod", "(os_name == 'nt') or (python_version < '3.11')"),
        ("dev", "os_name == 'nt'"),
        ("optional", ""),
    ]


def test_sources() -> None:
    def of(name: str, kind: str, url: str, **more: str) -> dict[str, Any]:
        return package(name, source={"type": kind, "url": url, **more})

    source = read(
        of("g", "git", "https://u:secret@git.test/g.git", reference="main", resolved_reference="0123"),
        of("u", "url", "https://h.test/u-1.0.tar.gz"),
        of("f", "file", "wheels/f-1.0-py3-none-any.whl"),
        of("d", "directory", "libs/d"),
        of("o", "directory", "../o"),
        of("r", "legacy", "https://u:secret@registry.example/simple", reference="house"),
    )
    assert source.status == "parsed"
    assert {one.name: (one.source, one.resolved) for one in source.packages} == {
        "g": ("git", "git+https://git.test/g.git@0123"),
        "u": ("url", "https://h.test/u-1.0.tar.gz"),
        "f": ("file", "wheels/f-1.0-py3-none-any.whl"),
        "d": ("workspace", "libs/d"),
        "o": ("file", "../o"),
        "r": ("registry", "https://registry.example/simple"),
    }
    assert source.packages[1].artifacts[0].url == "https://h.test/u-1.0.tar.gz"


def test_an_edge_leads_to_the_versions_within_its_constraint() -> None:
    source = read(
        package(
            "a", dependencies={"n": [{"version": "^1.2", "python": "<3.11"}, {"version": ">=2", "python": ">=3.11"}]}
        ),
        package("b", dependencies={"N": "~1.2"}),
        package("c", dependencies={"n": "<0.1 || >=2"}),
        package("d", dependencies={"n": ">9"}),
        package("n", "1.2.5"),
        package("n", "2.0"),
    )
    assert source.status == "parsed"
    both = ("n==1.2.5", "n==2.0")
    assert [one.requires for one in source.packages[:4]] == [both, ("n==1.2.5",), ("n==2.0",), both]


def test_without_a_manifest_what_nothing_needs_is_direct() -> None:
    source = read(
        package("a", dependencies={"b": "*"}),
        package("b", dependencies={"a": {"version": "*", "markers": "x"}}),
        package("c", dependencies={"b": "*"}),
    )
    assert {one.name: one.dependency for one in source.packages} == {
        "a": "transitive",
        "b": "transitive",
        "c": "direct",
    }


def test_a_row_that_is_missing_is_a_contradiction() -> None:
    source = read(package("a", dependencies={"gone": ">=1", "maybe": {"version": "*", "markers": "os_name == 'nt'"}}))
    assert (source.status, [one.name for one in source.packages]) == ("failed", ["a"])
    assert source.reason == "a needs 'gone', which the lock does not pin"
    old = read(package("a", dependencies={"setuptools": "*"}), version="1.1")
    assert old.status == "parsed"  # which never locked it


def test_the_oldest_locks() -> None:
    rows = [{key: value for key, value in package("A.b").items() if key != "files"} | {"category": "dev"}]
    document = {"package": rows, "metadata": {"content-hash": "0", "hashes": {"a-b": [A, B]}}}
    (source,) = POETRY_LOCK.read(NOWHERE, tomli_w.dumps(document).encode(), DISK)
    assert source.status == "parsed"
    assert [(one.name, one.scope, len(one.artifacts)) for one in source.packages] == [("a-b", "dev", 2)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (package("a", files="x"), "its files are not an array"),
        (package("a", files=[1]), "one of its files is not a table"),
        (package("a", files=[{"file": "a.whl", "hash": "sha256:zz"}]), "the hash of 'a.whl' is no digest"),
        (package("a", source={"type": "ftp", "url": "x"}), "its source is of the kind 'ftp'"),
        (package("a", source=3), "its source is not a table"),
        (package("a", dependencies=["b"]), "its dependencies is not a table"),
        (package("a", dependencies={"b": 3}), "what it needs of 'b' is neither a version nor a table"),
        (package("a", markers=3), "its markers is not a text"),
        (package("a", "one"), "'one' of a is no version"),
        ({"name": "a"}, "it has no version"),
        (package("../a"), "'../a' is no project name"),
    ],
)
def test_a_wrong_row_leaves_the_others(row: dict[str, Any], reason: str) -> None:
    source = read(package("sound"), row)
    assert (source.status, [one.name for one in source.packages]) == ("failed", ["sound"])
    assert reason in source.reason


def test_the_manifest_beside_it_tells_groups(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.poetry]\nname = "app"\n[tool.poetry.dependencies]\npython = "^3.11"\na = "*"\n'
        '[tool.poetry.group.test.dependencies]\nb = "*"\n'
    )
    rows = (package("a"), package("b", dependencies={"c": "*"}), package("c"))
    source = read(*rows, path=tmp_path / "poetry.lock", version="2.0")
    assert {one.name: (one.scope, one.dependency) for one in source.packages} == {
        "a": ("prod", "direct"),
        "b": ("dev", "direct"),
        "c": ("dev", "transitive"),
    }
    assert source.importers[0].requires == ("a==1.0", "b==1.0")
    (tmp_path / "pyproject.toml").write_text("<<<")  # reported by itself
    assert read(*rows, path=tmp_path / "poetry.lock", version="2.0").status == "parsed"
