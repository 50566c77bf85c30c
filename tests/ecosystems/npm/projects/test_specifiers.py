"""The forms of npm-package-arg, and those that yarn, pnpm and bun add."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.npm.projects.specifiers import Specifier, read_specifier, split_descriptor


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("^1.0.0", Specifier("a", "^1.0.0")),
        ("", Specifier("a", "")),
        ("latest", Specifier("a", "latest")),
        (">=1 <2 || 3.x", Specifier("a", ">=1 <2 || 3.x")),
        ("npm:b@^1", Specifier("b", "^1", alias="a")),
        ("npm:@s/b", Specifier("@s/b", "", alias="a")),
        ("npm:a@1", Specifier("a", "1")),
        ("npm:^1.0.0", Specifier("a", "^1.0.0")),
        ("npm:1.0.0", Specifier("a", "1.0.0")),
        ("workspace:*", Specifier("a", "workspace:*", "workspace")),
        ("catalog:ui", Specifier("a", "catalog:ui")),
        ("jsr:@std/x@1", Specifier("a", "jsr:@std/x@1")),
        ("patch:a@npm%3A1.0.0#~/p.patch", Specifier("a", "1.0.0")),
        ("file:../x", Specifier("a", "file:../x", "file")),
        ("link:x", Specifier("a", "link:x", "file")),
        ("portal:x", Specifier("a", "portal:x", "file")),
        ("../x.tgz", Specifier("a", "../x.tgz", "file")),
        ("vendor/x.tar.gz", Specifier("a", "vendor/x.tar.gz", "file")),
        ("~/x", Specifier("a", "~/x", "file")),
        ("C:\\x", Specifier("a", "C:\\x", "file")),
        ("git+https://git.invalid/x.git", Specifier("a", "git+https://git.invalid/x.git", "git")),
        ("git@git.invalid:u/x.git", Specifier("a", "git@git.invalid:u/x.git", "git")),
        ("https://git.invalid/x.git#v1", Specifier("a", "https://git.invalid/x.git#v1", "git")),
        ("github:u/x", Specifier("a", "github:u/x", "git")),
        ("u/x#semver:^1", Specifier("a", "u/x#semver:^1", "git")),
        ("https://files.invalid/x.tgz", Specifier("a", "https://files.invalid/x.tgz", "url")),
    ],
)
def test_each_form(text: str, found: Specifier) -> None:
    assert read_specifier("a", text) == found


def test_a_tilde_range_is_no_path() -> None:
    for text in ("~1.2.3", "~1", "~ 1.2", "*", ".5"):
        assert read_specifier("a", text).source == ("file" if text == ".5" else "registry")


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_has_a_reading(name: str, text: str) -> None:
    assert read_specifier(name, text).source in ("registry", "git", "url", "file", "workspace")
    first, rest = split_descriptor(text)
    assert text in (first, f"{first}@{rest}")
