from pathlib import Path
from typing import Any

import pytest
import tomli_w

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.pypi.lockfiles.pdm_lock import PDM_LOCK
from customhouse.model.locked import Source

FIXTURES = Path(__file__).with_name("fixtures")
NOWHERE = Path("no-such-folder/pdm.lock")
A = "a" * 64
FILES = [{"file": "x-1.0.tar.gz", "hash": f"sha256:{A}"}]


def package(name: str, version: str = "1.0", **more: Any) -> dict[str, Any]:
    return {"name": name, "version": version, "files": FILES, **more}


def read(*packages: dict[str, Any], path: Path = NOWHERE, **metadata: Any) -> Source:
    document = {"metadata": {"lock_version": "4.5.0", **metadata}, "package": list(packages)}
    (source,) = PDM_LOCK.read(path, tomli_w.dumps(document).encode(), DISK)
    return source


@pytest.mark.parametrize("folder", ["pdm-3.1", "pdm-4.0", "pdm-4.4", "pdm-4.5"])
def test_what_each_version_of_pdm_writes(folder: str) -> None:
    path = FIXTURES / folder / "pdm.lock"
    (source,) = PDM_LOCK.read(path, path.read_bytes(), DISK)
    assert (source.status, source.reason) == ("parsed", "")
    found = {one.name: one for one in source.packages}
    assert len(found) == len(source.packages)
    assert [key.partition("=")[0] for key in found["requests"].requires] == [
        "certifi",
        "charset-normalizer",
        "idna",
        "urllib3",
        "pysocks",  # by the row of the extra
    ]
    assert {name for name, one in found.items() if one.scope == "optional"} >= {"rich", "mdurl", "markdown-it-py"}
    assert found["pytest"].scope == "dev"
    assert found["click"].dependency == "direct"
    assert found["idna"].dependency == "transitive"
    assert all(one.artifacts for one in source.packages if one.source == "registry")
    if folder != "pdm-3.1":
        assert (found["tool"].source, found["tool"].resolved) == ("workspace", "libs/tool")


def test_addresses_instead_of_names() -> None:
    path = FIXTURES / "pdm-4.5-static" / "pdm.lock"
    (source,) = PDM_LOCK.read(path, path.read_bytes(), DISK)
    (file,) = next(one for one in source.packages if one.name == "click").artifacts
    assert file.filename == "click-8.1.8-py3-none-any.whl"
    assert file.url.startswith("https://registry.example/packages/")


def test_rows_of_extras_are_no_packages() -> None:
    source = read(
        package("a", dependencies=["b[X,y]>=1"], groups=["default"]),
        package("b", groups=["default"]),
        package("b", extras=["x"], groups=["default"], dependencies=["b==1.0", "c; os_name == 'nt'"]),
        package("b", extras=["y"], groups=["default"], dependencies=["b==1.0", "d"]),
        package("c"),
        package("d"),
    )
    assert source.status == "parsed"
    assert {one.key: one.requires for one in source.packages} == {
        "a==1.0": ("b==1.0",),
        "b==1.0": ("c==1.0", "d==1.0"),
        "c==1.0": (),
        "d==1.0": (),
    }


def test_a_row_of_an_extra_alone_is_a_package_all_the_same() -> None:
    (one,) = read(package("b", extras=["x"])).packages
    assert (one.name, one.artifacts[0].digests[0].hex) == ("b", A)


def test_sources() -> None:
    source = read(
        package("g", git="https://u:secret@git.test/g.git", ref="main", revision="0123"),
        package("u", url="https://h.test/u-1.0.tar.gz"),
        package("w", path="./wheels/w-1.0-py3-none-any.whl"),
        package("d", path="./libs/d", editable=True),
        package("o", path="../o"),
    )
    assert {one.name: (one.source, one.resolved) for one in source.packages} == {
        "g": ("git", "git+https://git.test/g.git@0123"),
        "u": ("url", "https://h.test/u-1.0.tar.gz"),
        "w": ("file", "wheels/w-1.0-py3-none-any.whl"),
        "d": ("workspace", "libs/d"),
        "o": ("file", "../o"),
    }


@pytest.mark.parametrize("version", ["3", "3.1", "4.0", "4.2", "4.3", "4.4.1", "4.5", "4.5.0"])
def test_known_versions(version: str) -> None:
    assert read(package("a"), lock_version=version).status == "parsed"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (package("a", dependencies=["gone>=1"]), "a needs 'gone', which the lock does not pin"),
        (package("a", dependencies=["not a requirement"]), "it needs 'not a requirement', which is no requirement"),
        (package("a", dependencies=3), "its dependencies are not an array of texts"),
        (package("a", extras="x"), "its extras are not an array of texts"),
        (package("a", groups={}), "its groups are not an array of texts"),
        (package("a", files=3), "its files are not an array"),
        (package("a", files=[{"file": "f", "hash": "md6:0"}]), "the hash of 'f' is no digest"),
        (package("a", git=3), "its git is not a text"),
        (package("a", marker=3), "its marker is not a text"),
        (package("a", "1..0"), "'1..0' of a is no version"),
    ],
)
def test_a_wrong_row_leaves_the_others(row: dict[str, Any], reason: str) -> None:
    source = read(package("sound"), row)
    assert source.status == "failed"
    assert "sound" in {one.name for one in source.packages}
    assert reason in source.reason


def test_the_files_of_old_locks() -> None:
    row = {"name": "A.b", "version": "1.0"}
    source = read(row, lock_version="3.1", files={"A.b 1.0": FILES, "a-b[x] 1.0": FILES, "a-b 2.0": FILES})
    assert [len(one.artifacts) for one in source.packages] == [1]
    bad = read(row, lock_version="3.1", files={"nothing": FILES})
    assert (bad.status, bad.packages) == ("failed", ())
    assert "the key 'nothing', which is no package with its version" in bad.reason


def test_optional_groups_are_told_by_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "app"\n[project.optional-dependencies]\ncli = ["a"]\n[dependency-groups]\ntest = ["b"]\n'
    )
    rows = (package("a", groups=["cli"]), package("b", groups=["test"]), package("c", groups=["default", "test"]))
    source = read(*rows, path=tmp_path / "pdm.lock")
    assert [one.scope for one in source.packages] == ["optional", "dev", "prod"]
