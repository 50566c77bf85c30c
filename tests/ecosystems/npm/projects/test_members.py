"""Patterns of workspaces, expanded as npm's own map-workspaces expands them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.npm.projects.members import _matches, member_folders, patterns_of

FOLDERS = [
    "apps/web",
    "apps/api",
    "apps/api/sub",
    "packages/a",
    "packages/b",
    "packages/node_modules/c",
    "x",
    ".hidden/d",
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
        (root / folder / "package.json").write_text("{}")
    (root / "packages/empty").mkdir()
    (root / "package.json").write_text("{}")
    return root


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (["packages/*"], ["packages/a", "packages/b"]),
        (["./packages/a/"], ["packages/a"]),
        (["packages/*", "packages/a"], ["packages/a", "packages/b"]),
        (["packages/{b,a}"], ["packages/b", "packages/a"]),
        (["packages/?"], ["packages/a", "packages/b"]),
        (["*"], ["x"]),
        (["apps/**"], ["apps/api", "apps/api/sub", "apps/web"]),
        (["**"], ["apps/api", "apps/api/sub", "apps/web", "packages/a", "packages/b", "x"]),
        (["**/sub"], ["apps/api/sub"]),
        (["apps/**", "!apps/api/**"], ["apps/web"]),
        (["packages/*", "!packages/b"], ["packages/a"]),
        (["packages/*", "!**/b", "packages/b"], ["packages/a", "packages/b"]),
        ([".hidden/*"], [".hidden/d"]),
        (["packages/node_modules/*", "packages/empty", "nowhere/*", "", "."], []),
        (["../*", "packages/../../*"], []),
    ],
)
def test_each_pattern(repository: Path, patterns: list[str], found: list[str]) -> None:
    assert sorted(member_folders(repository, patterns, DISK)) == sorted(found)


def test_the_field() -> None:
    assert patterns_of(["a", 7, "b"]) == ("a", "b")
    assert patterns_of({"packages": ["a"]}) == ("a",)
    for wrong in (None, "a", 7, {}, {"packages": "a"}):
        assert patterns_of(wrong) == ()


def test_hostile_patterns_end(repository: Path) -> None:
    assert member_folders(repository, ["{a,b}" * 40, "**/" * 200 + "x", "[" * 500, "*" * 200 + "x"], DISK) == ("x",)


parts = st.lists(st.sampled_from(["a", "b", "*", "**"]), min_size=1, max_size=5)


@given(st.lists(st.sampled_from("ab"), max_size=5), parts)
def test_matching_is_what_trying_everything_gives(names: list[str], pattern: list[str]) -> None:
    def tries(left: list[str], right: list[str]) -> bool:
        if not right:
            return not left
        if right[0] == "**":
            return any(tries(left[at:], right[1:]) for at in range(len(left) + 1))
        return bool(left) and right[0] in ("*", left[0]) and tries(left[1:], right[1:])

    assert _matches(names, pattern) == tries(names, pattern)
