import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.discovery import discover
from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.pypi.environment import is_environment, read_environment
from customhouse.model.locked import Source

A = "a" * 64


def install(site: Path, name: str, version: str = "1.0", *, requires: str = "", **files: str) -> Path:
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires.split(";;") if one)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}\nText\n")
    (info / "INSTALLER").write_text("pip\n")
    (info / "RECORD").write_text(f"{info.name}/METADATA,,\n{info.name}/RECORD,,\n")
    for key, text in files.items():
        (info / (key if key.isupper() else f"{key}.json")).write_text(text)
    return info


def read(site: Path) -> Source:
    source = read_environment(site, DISK)
    assert (source.kind, source.format, source.path) == ("environment", "python-environment", str(site))
    return source


def test_this_very_environment_as_pip_lists_it() -> None:
    site = Path(pytest.__file__).parent.parent  # where everything lies
    pip = [sys.executable, "-m", "pip", "list", "--path", str(site), "--format", "json", "--disable-pip-version-check"]
    listed = json.loads(subprocess.run(pip, capture_output=True, check=True, text=True).stdout)
    source = read(site)
    assert source.status == "parsed"
    assert {(one.purl.name, one.version) for one in source.packages} == {
        (one["name"].lower().replace("_", "-").replace(".", "-"), one["version"]) for one in listed
    }


def test_entries(tmp_path: Path) -> None:
    install(tmp_path, "App.x", requires="b (>=1);;c; extra == 'z';;d", REQUESTED="")
    install(tmp_path, "b")
    install(tmp_path, "c")
    source = read(tmp_path)
    assert (source.status, source.reason) == ("parsed", "")
    assert [(one.name, one.version, one.dependency, one.requires) for one in source.packages] == [
        ("app-x", "1.0", "direct", ("b-1.0.dist-info",)),
        ("b", "1.0", "transitive", ()),
        ("c", "1.0", "transitive", ()),
    ]
    assert all(one.installed and not one.artifacts for one in source.packages)


@pytest.mark.parametrize(
    ("document", "kind", "resolved", "digests"),
    [
        (
            {"url": "https://u:s@git.test/a", "vcs_info": {"vcs": "git", "commit_id": "0123"}},
            "git",
            "git+https://git.test/a@0123",
            [],
        ),
        (
            {"url": "https://h.test/a-1.0.tar.gz", "archive_info": {"hash": f"sha256={A}"}},
            "url",
            "https://h.test/a-1.0.tar.gz",
            [A],
        ),
        ({"url": "file:///x/a.whl", "archive_info": {"hashes": {"sha256": A}}}, "file", "file:///x/a.whl", [A]),
        ({"url": "file:///x/a%20b", "dir_info": {"editable": True}}, "workspace", "/x/a b", []),
        ({"url": "file:///x/a", "dir_info": {}}, "file", "/x/a", []),
    ],
)
def test_direct_urls(tmp_path: Path, document: Any, kind: str, resolved: str, digests: list[str]) -> None:
    install(tmp_path, "a", direct_url=json.dumps(document))
    (one,) = read(tmp_path).packages
    assert (one.source, one.resolved) == (kind, resolved)
    assert [digest.hex for digest in one.integrity] == digests


def test_what_is_odd_is_said(tmp_path: Path) -> None:
    (install(tmp_path, "a") / "RECORD").unlink()
    install(tmp_path, "b", RECORD="b/__init__.py,,\nb/x.pyc,,\nb/y.py,,\n../../bin/b,,\n")
    install(tmp_path, "c", INSTALLER="conda\n")
    (tmp_path / "~ip-1.0.dist-info").mkdir()
    reason = read(tmp_path).reason
    assert "a has no RECORD of its files" in reason
    assert "b lacks 'b/__init__.py' and 2 more, which its RECORD names" in reason
    assert "c was installed by 'conda', and may not be what the index serves" in reason
    assert "and 1 more" in reason


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("METADATA", "", "has no Name"),
        ("METADATA", "Name: a\n", "has no Version"),
        ("direct_url.json", "{", "its direct_url.json cannot be read"),
        ("direct_url.json", "[]", "its direct_url.json cannot be read"),
        ("direct_url.json", "{}", "its direct_url.json names no url"),
    ],
)
def test_one_that_cannot_be_read_leaves_the_others(tmp_path: Path, name: str, text: str, reason: str) -> None:
    install(tmp_path, "sound")
    (install(tmp_path, "a") / name).write_text(text)
    source = read(tmp_path)
    assert (source.status, [one.name for one in source.packages]) == ("failed", ["sound"])
    assert reason in source.reason
    assert source.hint


def test_eggs_and_older_records(tmp_path: Path) -> None:
    for path in ("a-1.0-py3.11.egg-info", "b-1.0.egg-info/PKG-INFO", "c-1.0.egg/EGG-INFO/PKG-INFO"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"Metadata-Version: 1.0\nName: {path[0]}\nVersion: 1.0\n")
    assert [one.name for one in read(tmp_path).packages] == ["a", "b", "c"]


def test_where_an_environment_is(tmp_path: Path) -> None:
    site = tmp_path / ".venv/lib/python3.11/site-packages"
    install(site, "a")
    (site / "a").mkdir()
    (site / "a/requirements.txt").write_text("b==1\n")
    (tmp_path / ".venv/pyvenv.cfg").write_text("")
    (tmp_path / ".gitignore").write_text(".venv\nnode_modules\n")
    (tmp_path / "requirements.txt").write_text("c==1\n")
    (tmp_path / "src/app.egg-info").mkdir(parents=True)
    (tmp_path / "node_modules/x").mkdir(parents=True)
    (tmp_path / "node_modules/x/package.json").write_text("{}")

    def found(path: Path, **options: Any) -> dict[str, str]:
        return {Path(one.path).relative_to(tmp_path).as_posix(): one.status for one in discover([path], **options)}

    assert found(tmp_path) == {"requirements.txt": "parsed"}
    environment = {".venv/lib/python3.11/site-packages": "parsed"}
    installed = {"requirements.txt": "parsed", "node_modules": "unsupported", **environment}
    assert found(tmp_path, include_installed=True) == installed
    assert found(tmp_path / ".venv") == environment
    assert found(site) == environment
    left_out = found(tmp_path, include_installed=True, exclude=[".venv"])
    assert left_out == {**installed, ".venv/lib/python3.11/site-packages": "skipped"}
    assert is_environment(Path("x/dist-packages"), [])
    assert not is_environment(Path("src"), ["app.egg-info"])


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=80), st.sampled_from(["METADATA", "RECORD", "INSTALLER", "direct_url.json"]))
def test_any_bytes_in_any_record(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    site = tmp_path_factory.mktemp("site")
    (install(site, "a") / name).write_bytes(data)
    assert read(site).status in ("parsed", "failed")
    shutil.rmtree(site)
