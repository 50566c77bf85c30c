"""What a project's package.json asks for, and where in it that stands."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.projects.package_json import PACKAGE_JSON
from customhouse.model.declared import Declared, ProjectManifest

NOWHERE = Path("no-such-folder/package.json")


def read(document: Any, path: Path = NOWHERE) -> ProjectManifest:
    data = document if isinstance(document, bytes) else json.dumps(document, indent=2).encode()
    return PACKAGE_JSON.read(path, data, DISK)


def test_everything_it_says() -> None:
    manifest = read(
        {
            "name": "@s/app",
            "version": "1.0.0",
            "private": True,
            "packageManager": "pnpm@9.1.0+sha512.abc",
            "workspaces": {"packages": ["packages/*", 7], "nohoist": []},
            "dependencies": {"a": "^1", "alias": "npm:@s/b@^2", "w": "workspace:^", "c": "catalog:"},
            "devDependencies": {"g": "git+ssh://git@git.invalid/g.git#v1", "h": "user/hub"},
            "optionalDependencies": {"u": "https://files.invalid/u.tgz", "f": "file:../f"},
            "peerDependencies": {"p": ">=1", "q": "*"},
            "peerDependenciesMeta": {"q": {"optional": True}, "p": {}},
            "overrides": {"a": {"x": "1"}},
        }
    )
    assert (manifest.ecosystem, manifest.name, manifest.version, manifest.private) == ("npm", "@s/app", "1.0.0", True)
    assert (manifest.client, manifest.members, manifest.overridden) == ("pnpm@9.1.0", ("packages/*",), ("x",))
    assert manifest.declared == (
        Declared("a", "^1", "prod", group="dependencies", line=14),
        Declared("@s/b", "^2", "prod", alias="alias", group="dependencies", line=15),
        Declared("w", "workspace:^", "prod", source="workspace", group="dependencies", line=16),
        Declared("c", "catalog:", "prod", group="dependencies", line=17),
        Declared("g", "git+ssh://git@git.invalid/g.git#v1", "dev", source="git", group="devDependencies", line=20),
        Declared("h", "user/hub", "dev", source="git", group="devDependencies", line=21),
        Declared("u", "https://files.invalid/u.tgz", "optional", "url", group="optionalDependencies", line=24),
        Declared("f", "file:../f", "optional", source="file", group="optionalDependencies", line=25),
        Declared("p", ">=1", "peer", group="peerDependencies", line=28),
        Declared("q", "*", "peer", group="peerDependencies", line=29, optional=True),
    )


@pytest.mark.parametrize(
    ("document", "client"),
    [
        ({"packageManager": "yarn@4.1.0"}, "yarn@4.1.0"),
        ({"packageManager": "cargo@1"}, ""),
        ({"devEngines": {"packageManager": {"name": "bun", "version": "^1.2"}}}, "bun@^1.2"),
        ({"devEngines": {"packageManager": [{"name": "other"}, {"name": "npm"}]}}, "npm"),
        ({"volta": {"node": "20.1.0", "yarn": "1.22.22"}}, "yarn@1.22.22"),
        ({"engines": {"node": ">=20", "pnpm": ">=9"}}, "pnpm@>=9"),
        ({"engines": {"npm": ">=9", "pnpm": ">=9"}}, ""),
        ({"engines": {"npm": "please use yarn", "yarn": ">=1"}}, "yarn@>=1"),
        ({"packageManager": 7, "devEngines": [], "volta": "x", "engines": None}, ""),
        ({"packageManager": "npm@10.0.0", "engines": {"pnpm": "9"}}, "npm@10.0.0"),
    ],
)
def test_the_client_that_it_names(document: Any, client: str) -> None:
    assert read(document).client == client


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"overrides": {"a": "1", "b@^2": {".": "2", "c": "1", "d@1": {"e": "1"}}}}, {"a", "b", "c", "e"}),
        (
            {"resolutions": {"a": "1", "x/**/b": "1", "**/@s/c": "1", "@s/d/e": "1", "f@npm:1": "2"}},
            set("abef") | {"@s/c"},
        ),
        ({"pnpm": {"overrides": {"a@>=1": "2", "x@1>b": "1", "x>@s/c@2": "1"}}}, {"a", "b", "@s/c"}),
        ({"overrides": [], "resolutions": "x", "pnpm": 7}, set()),
    ],
)
def test_what_it_overrides(document: Any, names: set[str]) -> None:
    assert set(read(document).overridden) == names


def test_pnpm_workspaces_have_their_members_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "pnpm-workspace.yaml").write_text("packages:\n  - apps/*\n  - '!apps/x'\noverrides:\n  a: '1'\n")
    manifest = read({}, tmp_path / "package.json")
    assert (manifest.members, manifest.overridden) == (("apps/*", "!apps/x"), ("a",))
    (tmp_path / "pnpm-workspace.yaml").write_text("packages:\n- a\n -b: [")
    with pytest.raises(UnreadableError, match=r"pnpm-workspace.yaml beside it cannot be read: line \d is not YAML"):
        read({}, tmp_path / "package.json")
    (tmp_path / "pnpm-workspace.yaml").write_text("just a text")
    assert read({}, tmp_path / "package.json").members == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{\n"dependencies": {\n"a": "1",\n"a": "2"}}', "stands twice in one object, the second time in line 4"),
        (b'{\n"scripts": {"a": "1", "a": "2"}}', "stands twice in one object, the second time in line 2"),
        (b'{\n"dependencies": []}', "line 2: `dependencies` is no object"),
        (b'{\n"dependencies": {\n"a": 1}}', "line 3: what `dependencies` wants of 'a' is no text"),
        (b'{\n"devDependencies": {\n"../a": "1"}}', "line 3: '../a' is no package name"),
        (b'{\n"devDependencies": {\n"a": "npm:../b@1"}}', "line 3: '../b' is no package name"),
        (b"[]", "it is no JSON object"),
        (b'{"a": 1e999999}', "it is not JSON"),
        (b"{\n<<<<<<< HEAD\n}", "line 2 is a merge conflict"),
        ('{"a": 1}'.encode("utf-16"), "UTF-16"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b'{"a":' * 10_000, "ends too early|nested deeper"),
        (b'{"dependencies": {', "ends too early"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(data)


@pytest.mark.parametrize("data", [b"", b" \n", b"{}", b"\xef\xbb\xbf{}", b'{\r\n"dependencies": {}\r\n}'])
def test_what_asks_for_nothing(data: bytes) -> None:
    assert read(data).declared == ()


texts = st.sampled_from(
    ["a", "@s/a", "", "^1", "npm:", "npm:b@1", "workspace:*", "file:x", "..", "git+x", "patch:a@npm%3A1#x"]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            texts
            | st.sampled_from(["dependencies", "peerDependencies", "peerDependenciesMeta", "optional", "packages"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)
FIELDS = ["name", "version", "dependencies", "peerDependencies", "peerDependenciesMeta", "workspaces", "packageManager"]
FIELDS += ["devEngines", "volta", "engines", "private", "overrides", "resolutions", "pnpm"]


@given(st.dictionaries(st.sampled_from(FIELDS), anything) | anything)
def test_any_json_is_read_or_refused(document: Any) -> None:
    with contextlib.suppress(UnreadableError):
        assert all(one.name and one.line for one in read(document).declared)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for one in (data, b'{"dependencies": {"a": "1"}, ' + data):
        with contextlib.suppress(UnreadableError):
            assert read(one).ecosystem == "npm"
