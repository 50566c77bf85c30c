import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement

from customhouse.ecosystems.pypi.manifest import BuildSystem, read_entry_points, read_metadata, read_pyproject_build
from customhouse.model.errors import UpstreamError
from customhouse.model.purl import pypi_name
from customhouse.model.release import Dependency, Script


def test_core_metadata() -> None:
    manifest = read_metadata(
        b"Metadata-Version: 2.1\r\nName: Re_Quests\r\nVersion: 2.32.3\r\n"
        b"Requires-Dist: urllib3 (<3,>=1.21.1)\r\n"
        b"Requires-Dist: PySocks!=1.5.7,>=1.5.6; extra == 'socks'\r\n"
        b"Requires-Dist: tomli; python_version < '3.11'\r\n"
        b"Requires-Dist: both; (extra == 'a' or extra == 'b') and os_name == 'nt'\r\n"
        b"Requires-Dist: either; extra == 'a' or os_name == 'nt'\r\n"
        b"Requires-Dist: direct @ https://h.test/x.whl\r\n"
        b"Requires-Dist: not valid at all\r\n"
        b"Project-URL: Documentation, https://docs.test\r\n"
        b"Project-URL: Source Code, https://git.test/requests\r\n"
        b"\r\nRequires-Dist: body\r\n"
    )
    assert (manifest.name, manifest.version, manifest.repository) == (
        "re-quests",
        "2.32.3",
        "https://git.test/requests",
    )
    assert manifest.dependencies == (
        Dependency("urllib3", "<3,>=1.21.1"),
        Dependency("pysocks", "!=1.5.7,>=1.5.6", "optional", 'extra == "socks"'),
        Dependency("tomli", "", "runtime", 'python_version < "3.11"'),
        Dependency("both", "", "optional", '(extra == "a" or extra == "b") and os_name == "nt"'),
        Dependency("either", "", "runtime", 'extra == "a" or os_name == "nt"'),
        Dependency("direct", "https://h.test/x.whl"),
        Dependency("not valid at all", ""),
    )


@pytest.mark.parametrize(
    ("text", "repository"),
    [
        ("Home-page: https://github.com/a/b", "https://github.com/a/b"),
        ("Home-page: https://a.test", ""),
        ("Project-URL: Homepage, https://gitlab.com/a/b", "https://gitlab.com/a/b"),
        ("Project-URL: Repository, https://git.test\nHome-page: https://github.com/a/b", "https://git.test"),
        ("Project-URL: no comma", ""),
    ],
)
def test_repository(text: str, repository: str) -> None:
    assert read_metadata(f"Name: a\nVersion: 1\n{text}\n".encode()).repository == repository


@pytest.mark.parametrize("data", [b"", b"Name: a\n", b"Version: 1\n", b"\0\xff", b"{}"])
def test_metadata_without_name_or_version_is_refused(data: bytes) -> None:
    with pytest.raises(UpstreamError, match="core metadata has no") as caught:
        read_metadata(data)
    assert caught.value.hint


def test_entry_points() -> None:
    data = b"[console_scripts]\nTool = pkg.cli:main [extra]\nother=pkg:x\n\n"
    data += b"[gui_scripts]\ng = pkg.gui:run\n[plugins]\na = b\n"
    assert read_entry_points(data) == (
        Script("Tool", "pkg.cli:main"),
        Script("other", "pkg:x"),
        Script("g", "pkg.gui:run"),
    )
    assert read_entry_points(b"") == ()
    for bad in (b"no section", b"\xff", b"\0", b"[console_scripts\n"):
        with pytest.raises(UpstreamError, match=r"entry_points\.txt cannot be read"):
            read_entry_points(bad)


def test_build_system() -> None:
    data = b'[build-system]\nrequires = ["hatchling", "x>=1"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    assert read_pyproject_build(data) == BuildSystem("backend", (".",), ("hatchling", "x>=1"))
    legacy = BuildSystem("setuptools.build_meta:__legacy__", (), ("setuptools",))
    assert read_pyproject_build(b"[tool.x]\n") == read_pyproject_build(b"") == legacy
    assert read_pyproject_build(b'[build-system]\nrequires = ["setuptools"]\n') == legacy
    for bad in (
        b"x",
        b"build-system = 1",
        b"[build-system]\nrequires = 1",
        b"[build-system]\nbuild-backend = 1",
        b"\xff",
    ):
        with pytest.raises(UpstreamError, match=r"pyproject\.toml"):
            read_pyproject_build(bad)


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (read_metadata, read_entry_points, read_pyproject_build):
        for text in (data, b"Name: a\nVersion: 1\nRequires-Dist: " + data, b"[build-system]\n" + data):
            try:
                read(text)
            except UpstreamError as error:
                assert error.hint  # noqa: PT017 - either outcome is right


_PIECES = ("a", "B-c", "x.y_z", "7", ">=", "==", "<", "!=", "~=", "===", "1", "1.0", "01", "2.10.3", "1.*", ",", ", ", " ",
           " ; ", ";", "extra == ", "python_version<", "os_name != ", "sys_platform == ", '"', "'", '"3.10"', "'nt'", '"a-b"',
           "'A_b'", " and ", "(", ")", "[x]", ".", "-")  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=9))
@example(["a", ">=", "1.0", ",", ">=", "1"])
@example(["a", ";", "extra == ", '"', "x", "'"])
@example(["B-c", " ", ">=", "1", ", ", "<", "2.10.3", " ; ", "python_version<", '"3.10"'])
def test_requirements_read_without_packaging_are_as_it_reads_them(pieces: list[str]) -> None:
    text = " ".join("".join(pieces).split())
    got = read_metadata(b"Name: a\nVersion: 1\nRequires-Dist: " + text.encode() + b"\n").dependencies[0]
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        assert got == Dependency(text, "")
        return
    marker = str(requirement.marker or "")
    assert (got.name, got.specifier, got.marker) == (pypi_name(requirement.name), str(requirement.specifier), marker)
    if " and " not in marker:
        assert (got.kind == "optional") == marker.startswith("extra ==")
