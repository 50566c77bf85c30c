from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.pypi.projects.pyproject import PYPROJECT
from customhouse.model.declared import Declared, ProjectManifest

NOWHERE = Path("no-such-folder/pyproject.toml")


def read(text: str, path: Path = NOWHERE) -> ProjectManifest:
    return PYPROJECT.read(path, text.encode(), DISK)


def short(manifest: ProjectManifest) -> list[tuple[str, str, str, str, int | None]]:
    return [(one.name, one.specifier, one.scope, one.group, one.line) for one in manifest.declared]


def test_what_a_project_its_extras_and_groups_ask_for() -> None:
    manifest = read(
        """[project]
name = "app"
version = "2.0"
dependencies = [
  "Requests[Socks]>=2; python_version < '3.12'",
  "direct @ https://u:secret@h.test/direct-1.0.tar.gz",
  'tool @ git+https://git.test/tool@v1',
]
optional-dependencies.cli = ["rich"]
[dependency-groups]
test = ["pytest>=8", { include-group = "Lint_all" }]
lint-all = ["ruff==0.1"]
"""
    )
    assert manifest.problems == ()
    assert (manifest.name, manifest.version, manifest.client) == ("app", "2.0", "")
    assert short(manifest) == [
        ("requests", ">=2", "prod", "project.dependencies", 5),
        ("direct", "https://h.test/direct-1.0.tar.gz", "prod", "project.dependencies", 6),
        ("tool", "git+https://git.test/tool@v1", "prod", "project.dependencies", 7),
        ("rich", "", "optional", "project.optional-dependencies.cli", 9),
        ("pytest", ">=8", "dev", "dependency-groups.test", 11),
        ("ruff", "==0.1", "dev", "dependency-groups.lint-all", 12),
    ]
    assert [one.source for one in manifest.declared] == ["registry", "url", "git", *["registry"] * 3]
    assert (manifest.declared[0].extras, manifest.declared[0].marker) == (("socks",), 'python_version < "3.12"')
    assert manifest.declared[3].optional


def test_poetry() -> None:
    manifest = read(
        """[tool.poetry]
name = "app"
version = "1.0"
[tool.poetry.dependencies]
python = "^3.11"
a = "^1.2"
b = { version = ">=1", extras = ["x"], optional = true, markers = "os_name == 'nt'" }
c = { git = "https://git.test/c.git", tag = "v1" }
d = { path = "../d", develop = true }
e = [{ version = "<2", python = "<3.12" }, { version = ">=2", platform = "linux" }]
[tool.poetry.dependencies.f]
url = "https://h.test/f.whl"
[tool.poetry.group.test.dependencies]
pytest = "*"
[tool.poetry.dev-dependencies]
old = "1.0"
"""
    )
    assert manifest.problems == ()
    assert (manifest.name, manifest.client) == ("app", "poetry")
    assert [(one.name, one.specifier, one.source, one.scope, one.line, one.marker) for one in manifest.declared] == [
        ("a", "^1.2", "registry", "prod", 6, ""),
        ("b", ">=1", "registry", "optional", 7, "os_name == 'nt'"),
        ("c", "git+https://git.test/c.git@v1", "git", "prod", 8, ""),
        ("d", "../d", "file", "prod", 9, ""),
        ("e", "<2", "registry", "prod", 10, "python <3.12"),
        ("e", ">=2", "registry", "prod", 10, "platform linux"),
        ("f", "https://h.test/f.whl", "url", "prod", 11, ""),
        ("old", "1.0", "registry", "dev", 16, ""),
        ("pytest", "*", "registry", "dev", 14, ""),
    ]


def test_poetry_only_says_more_of_what_the_project_names() -> None:
    manifest = read(
        '[project]\nname = "app"\ndependencies = ["a>=1", "b"]\n[tool.poetry.dependencies]\n'
        'a = { path = "libs/a" }\nb = "^1"\nnever = "*"\n'
    )
    assert [(one.name, one.specifier, one.source) for one in manifest.declared] == [
        ("a", "libs/a", "workspace"),
        ("b", "", "registry"),
    ]


def test_uv_pdm_and_hatch() -> None:
    manifest = read(
        """[project]
name = "app"
dependencies = ["a", "b>=1", "c", "d", "e"]
[tool.uv]
dev-dependencies = ["dev>=1"]
[tool.uv.workspace]
members = ["libs/*"]
[tool.uv.sources]
A = { workspace = true }
b = { git = "https://git.test/b", rev = "0123" }
c = [{ path = "../c", marker = "os_name == 'nt'" }, { index = "x" }]
d = { url = "https://h.test/d.whl" }
e = { index = "house" }
[tool.pdm.dev-dependencies]
local = ["-e file:///${PROJECT_ROOT}/libs/tool#egg=Tool[x]", "pytest"]
[tool.hatch.envs.docs]
dependencies = ["mkdocs"]
"""
    )
    assert manifest.problems == ()
    assert manifest.members == ("libs/*",)
    assert manifest.client == "pdm"
    assert [(one.name, one.specifier, one.source, one.scope) for one in manifest.declared] == [
        ("a", "", "workspace", "prod"),
        ("b", "git+https://git.test/b@0123", "git", "prod"),
        ("c", "../c", "file", "prod"),
        ("d", "https://h.test/d.whl", "url", "prod"),
        ("e", "", "registry", "prod"),
        ("tool", "libs/tool", "workspace", "dev"),
        ("pytest", "", "registry", "dev"),
        ("dev", ">=1", "registry", "dev"),
        ("mkdocs", "", "registry", "dev"),
    ]


@pytest.mark.parametrize(
    ("text", "client"),
    [
        ('[build-system]\nbuild-backend = "poetry.core.masonry.api"', "poetry"),
        ('[build-system]\nbuild-backend = "pdm.backend"', "pdm"),
        ('[build-system]\nbuild-backend = "uv_build"', "uv"),
        ('[build-system]\nbuild-backend = "hatchling.build"', "hatch"),
        ('[build-system]\nbuild-backend = "setuptools.build_meta"', ""),
        ("[tool.uv]\n", "uv"),
        ("", ""),
    ],
)
def test_the_client(text: str, client: str) -> None:
    assert read(text).client == client


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[project]\ndependencies = [\n"a>>1"]', "line 3: 'a>>1' is no requirement"),
        ("[project]\ndependencies = [3]", "'3' is not a text"),
        ('[project]\ndependencies = "a"', "project.dependencies is not an array"),
        ("[project]\noptional-dependencies = 3", "project.optional-dependencies is not a table"),
        ("project = 3", "project is not a table"),
        ('dependency-groups.a = [{ include-group = "b" }]', "dependency-groups.a includes 'b', and there is no such"),
        ("dependency-groups.a = [{ x = 3 }]", "is no requirement"),
        ("dependency-groups.a = 3", "dependency-groups.a is not an array"),
        (
            'dependency-groups.a = [{ include-group = "b" }]\ndependency-groups.b = [{ include-group = "a" }]',
            "dependency-groups.a includes itself",
        ),
        ("tool.poetry.dependencies.a = 3", "tool.poetry.dependencies.'a' says neither a version nor an address"),
        ("tool.poetry.dependencies = 3", "tool.poetry.dependencies is not a table"),
        ("tool.poetry.group = 3", "tool.poetry.group is not a table"),
        ('[project]\ndynamic = ["dependencies"]', "line 2: its dependencies are computed when it is built"),
        (
            '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies.file = "gone.in"',
            "tool.setuptools.dynamic.dependencies: 'gone.in' cannot be read: no such file",
        ),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_read(text: str, problem: str) -> None:
    manifest = read(text + '\n[dependency-groups]\nsound = ["sound"]\n' if "groups" not in text else text)
    assert problem in "; ".join(manifest.problems)
    if "groups" not in text and manifest.problems:
        assert "sound" in {one.name for one in manifest.declared}


def test_what_setuptools_takes_from_files(tmp_path: Path) -> None:
    (tmp_path / "requirements.in").write_text("# what we need\na>=1\n-r other.in\n")
    (tmp_path / "cli.in").write_text("rich\n")
    manifest = read(
        '[project]\ndynamic = ["dependencies", "optional-dependencies"]\n[tool.setuptools.dynamic]\n'
        'dependencies = { file = ["requirements.in"] }\noptional-dependencies.cli = { file = "cli.in" }\n',
        tmp_path / "pyproject.toml",
    )
    assert manifest.declared == (
        Declared("a", ">=1", group="tool.setuptools.dynamic.dependencies"),
        Declared("rich", "", "optional", group="tool.setuptools.dynamic.optional-dependencies.cli", optional=True),
    )
    assert manifest.problems == ("requirements.in line 3: setuptools takes no such line",)


@pytest.mark.parametrize("data", [b"x", b"\0", b"a = [" * 10_000, b"<<<<<<< a\n", "a".encode("utf-16"), b"a=1\na=2"])
def test_what_is_no_toml(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        PYPROJECT.read(NOWHERE, data, DISK)


_VALUE = st.recursive(
    st.sampled_from(["3", '"a"', '"a>=1"', "true", '"a >> 1"', '{ git = "x" }', "{ version = 3 }", '"-e x"']),
    lambda inner: st.lists(inner, max_size=3).map(lambda values: "[" + ", ".join(values) + "]"),
    max_leaves=4,
)
_KEYS = (
    "project",
    "project.dependencies",
    "project.dynamic",
    "project.optional-dependencies.x",
    "dependency-groups.a",
    "tool",
    "tool.poetry.dependencies.x",
    "tool.poetry.group.g.dependencies.x",
    "tool.poetry.group.g",
    "tool.uv.sources.a",
    "tool.uv.dev-dependencies",
    "tool.uv.workspace.members",
    "tool.pdm.dev-dependencies.x",
    "tool.hatch.envs.e.dependencies",
    "tool.hatch.envs.e",
    "tool.setuptools.dynamic.dependencies.file",
    "build-system",
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_KEYS), _VALUE), max_size=4))
def test_any_shape(rows: list[tuple[str, str]]) -> None:
    with suppress(UnreadableError):  # two keys that exclude each other
        read("".join(f"{key} = {value}\n" for key, value in rows))
