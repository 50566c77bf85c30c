"""Pipfile, setup.cfg, setup.py and requirements.in."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.discovery import discover
from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.manifest_format import ManifestFormat, UnsupportedManifestError
from customhouse.ecosystems.pypi.projects.pipfile import PIPFILE
from customhouse.ecosystems.pypi.projects.requirements_in import REQUIREMENTS_IN
from customhouse.ecosystems.pypi.projects.setup_cfg import SETUP_CFG
from customhouse.ecosystems.pypi.projects.setup_py import SETUP_PY
from customhouse.model.declared import ProjectManifest
from customhouse.model.locked import Source


def read(chosen: ManifestFormat, text: str, folder: Path = Path("no-such-folder")) -> ProjectManifest:
    return chosen.read(folder / chosen.id, text.encode(), DISK)


def test_pipfile() -> None:
    manifest = read(
        PIPFILE,
        """[[source]]
url = "https://registry.example/simple"
[packages]
Requests = { version = ">=2", extras = ["Socks"], sys_platform = "== 'win32'" }
a = "*"
g = { git = "https://git.test/g.git", ref = "v1", editable = true }
l = { path = "." }
u = { file = "https://h.test/u.whl" }
bad = 3
[dev-packages]
pytest = ">=8"
[docs]
mkdocs = "*"
[requires]
python_version = "3.11"
""",
    )
    assert [(one.name, one.specifier, one.source, one.scope, one.group, one.line) for one in manifest.declared] == [
        ("requests", ">=2", "registry", "prod", "packages", 4),
        ("a", "*", "registry", "prod", "packages", 5),
        ("g", "git+https://git.test/g.git@v1", "git", "prod", "packages", 6),
        ("l", ".", "workspace", "prod", "packages", 7),
        ("u", "https://h.test/u.whl", "url", "prod", "packages", 8),
        ("pytest", ">=8", "registry", "dev", "dev-packages", 11),
        ("mkdocs", "*", "registry", "optional", "docs", 13),
    ]
    assert manifest.declared[0].extras == ("socks",)
    assert manifest.declared[0].marker == "sys_platform == 'win32'"
    assert manifest.problems == ("packages.'bad' says neither a version nor an address",)


def test_setup_cfg(tmp_path: Path) -> None:
    (tmp_path / "tests.in").write_text("tox\n")
    manifest = read(
        SETUP_CFG,
        """[metadata]
name = app
version = attr: app.__version__
[options]
install_requires =
    # comment
    a>=1
    b; python_version < "3.12"
    what is this
[options.extras_require]
cli = rich; click
test = file: tests.in
""",
        tmp_path,
    )
    assert (manifest.name, manifest.version) == ("app", "")
    assert [(one.name, one.specifier, one.scope, one.line) for one in manifest.declared] == [
        ("a", ">=1", "prod", 7),
        ("b", "", "prod", 8),
        ("rich", "", "optional", None),
        ("click", "", "optional", None),
        ("tox", "", "optional", None),
    ]
    assert "line 9: 'what is this' is no requirement" in manifest.problems[0]
    with pytest.raises(UnreadableError, match="it is no INI file"):
        read(SETUP_CFG, "a = 1")


def test_setup_py_is_never_run_and_never_silent(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedManifestError, match=r"its install_requires \(line 2\) can only be learned"):
        read(SETUP_PY, "from setuptools import setup\nsetup(install_requires=['a'])\n")
    assert read(SETUP_PY, "from setuptools import setup\nsetup()\n").declared == ()
    (tmp_path / "setup.py").write_text("setup(install_requires=open('requirements.txt').read())")
    (source,) = discover([tmp_path])
    assert (source.status, source.kind) == ("unsupported", "manifest")
    assert "pyproject.toml" in source.hint
    (tmp_path / "requirements.txt").write_text("a==1\n")
    by_name = {Path(one.path).name: one for one in discover([tmp_path])}
    assert by_name["setup.py"].status == "skipped"
    assert "requirements.txt pins what is installed" in by_name["setup.py"].reason


def test_requirements_in() -> None:
    manifest = read(REQUIREMENTS_IN, "a>=1 # why\nb==2 ; os_name == 'nt'\nc @ https://h.test/c.whl\n?\n")
    assert [(one.name, one.specifier, one.source, one.line, one.marker) for one in manifest.declared] == [
        ("a", ">=1", "registry", 1, ""),
        ("b", "==2", "registry", 2, 'os_name == "nt"'),
        ("c", "https://h.test/c.whl", "url", 3, ""),
    ]
    assert manifest.problems == ("line 4: '?' is no requirement",)
    for name in ("requirements.in", "dev-requirements.in", "requirements/x.in", "constraints.in"):
        assert REQUIREMENTS_IN.matches(Path("p") / name)
    for name in ("MANIFEST.in", "config.h.in", "requirements.txt"):
        assert not REQUIREMENTS_IN.matches(Path("p") / name)


def test_a_manifest_with_a_wrong_line_fails_and_keeps_the_others(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["a", "b>>1"]\n[tool.poetry]\n')
    (source,) = discover([tmp_path])
    assert (source.status, [one.name for one in source.packages]) == ("failed", ["a"])
    assert "'b>>1' is no requirement" in source.reason
    assert "`poetry lock`" in source.hint


def test_what_x_txt_was_compiled_from(tmp_path: Path) -> None:
    (tmp_path / "dev.in").write_text("a\n")
    (tmp_path / "dev.txt").write_text("#\n# This file is autogenerated by pip-compile with Python 3.11\n#\na==1\n")
    (tmp_path / "notes.in").write_text("a\n")
    (tmp_path / "notes.txt").write_text("a\n")
    found: dict[str, Source] = {Path(one.path).name: one for one in discover([tmp_path])}
    assert {name: one.format for name, one in found.items()} == {"dev.in": "requirements.in", "dev.txt": "requirements"}
    assert found["dev.in"].covered_by == str(tmp_path / "dev.txt")


def test_a_constraints_file_pins_only_where_nothing_else_names_it(tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text("a==1\n")
    (alone,) = discover([tmp_path])
    assert [one.version for one in alone.packages] == ["1"]
    (tmp_path / "requirements.txt").write_text("-c constraints.txt\na\n")
    found = {Path(one.path).name: one for one in discover([tmp_path])}
    assert found["constraints.txt"].packages == ()
    assert [one.version for one in found["requirements.txt"].packages] == ["1"]


@pytest.mark.parametrize("chosen", [PIPFILE, SETUP_CFG, SETUP_PY, REQUIREMENTS_IN], ids=lambda one: one.id)
@given(data=st.binary(max_size=80))
def test_any_bytes(chosen: ManifestFormat, data: bytes) -> None:
    with suppress(UnreadableError, UnsupportedManifestError):
        chosen.read(Path("no-such-folder") / chosen.id, data, DISK)
