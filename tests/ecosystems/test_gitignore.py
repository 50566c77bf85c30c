import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customhouse.ecosystems import gitignore
from customhouse.ecosystems.files import DISK


@pytest.mark.parametrize(
    ("text", "path", "answer"),
    [
        ("build/", "build", "build/"),
        ("build", "a/build", "build"),
        ("/build", "a/build", ""),
        ("a/build", "a/build", "a/build"),
        ("a/build", "b/a/build", ""),
        ("**/out", "x/y/out", "**/out"),
        ("x/**/z", "x/a/b/z", "x/**/z"),
        ("x/**/z", "x/z", "x/**/z"),
        ("x/**", "x/y", "x/**"),
        ("*.egg-info", "src/a.egg-info", "*.egg-info"),
        ("[bd]ist", "dist", "[bd]ist"),
        ("[!b]ist", "bist", ""),
        ("v?", "v1", "v?"),
        ("build\n!build", "build", ""),
        ("# build\n\n", "build", ""),
        ("bui\\ld", "build", "bui\\ld"),
        ("[", "[", "["),
        ("!", "x", ""),
    ],
)
def test_lines(text: str, path: str, answer: str) -> None:
    assert gitignore.ignoring(path, [("", gitignore.parse(text))]) == answer


def test_nearer_files_decide() -> None:
    files = [("", gitignore.parse("out")), ("a", gitignore.parse("!/out"))]
    assert gitignore.ignoring("a/out", files) == ""
    assert gitignore.ignoring("b/out", files) == "out"


def test_a_file_that_cannot_be_read_ignores_nothing(tmp_path: Path) -> None:
    assert gitignore.read(tmp_path, DISK) == ()
    (tmp_path / ".gitignore").mkdir()
    assert gitignore.read(tmp_path, DISK) == ()


pieces = st.sampled_from(["a", "b", "ab", "*", "**", "?", "/", "/", "[ab]", "[!a]", "!", ".", "-"])
# `a**/b` is left out: git takes a plain prefix off before it matches, so that it matches `ab` by accident.
patterns = (
    st.lists(pieces, min_size=1, max_size=5).map("".join).filter(lambda one: not re.search(r"[^/]\*\*|\*\*[^/]", one))
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(patterns, min_size=1, max_size=3))
def test_says_what_git_says(tmp_path: Path, lines: list[str]) -> None:
    """Every folder of a small tree, asked of git itself; what lies below an ignored folder is not asked."""
    if not (tmp_path / ".git").exists():
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
        for one in ("a/b/ab", "a/a", "ab/b", "b/a/b", "b/ab", "-/a"):
            (tmp_path / one).mkdir(parents=True)
    (tmp_path / ".gitignore").write_text("\n".join(lines) + "\n")
    folders = ["a", "b", "ab", "-", "a/b", "a/a", "ab/b", "b/a", "b/ab", "-/a", "a/b/ab", "b/a/b"]
    asked = subprocess.run(
        ["git", "-C", tmp_path, "check-ignore", "--no-index", "--stdin"],
        input="".join(f"{one}\n" for one in folders),
        capture_output=True,
        text=True,
        check=False,
    )
    expected = set(asked.stdout.splitlines())
    rules = [("", gitignore.parse("\n".join(lines)))]
    found: set[str] = set()
    for one in folders:
        parents = {one[:at] for at, letter in enumerate(one) if letter == "/"}
        if parents & found or gitignore.ignoring(one, rules):
            found.add(one)
    assert found == expected
