import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.rules.shared.specifiers import elsewhere, installed, takes_anything
from rules.cases import Dependency, manifest


@pytest.mark.parametrize(
    ("specifier", "where"),
    [
        ("git+https://h.test/u/r.git#semver:^1", "git"),
        ("git://h.test/u/r", "git"),
        ("git@h.test:u/r.git", "git"),
        ("git+ssh://git@h.test/u/r", "git"),
        ("https://h.test/u/r.git#main", "git"),
        ("github:u/r", "git"),
        ("u/r#79ac49eedf774dd4b0cfa308722bc463cfe5885c", "git"),
        ("my-org/my.repo", "git"),
        ("https://h.test/a.tgz", "url"),
        ("http://h.test/a.tgz", "plain-http"),
        ("file:../a", "local"),
        ("link:../a", "local"),
        ("./a", "local"),
        ("~/a", "local"),
        ("/a/b", "local"),
    ],
)
def test_npm_specifiers_that_leave_the_registry(specifier, where):
    assert elsewhere("npm", specifier) == where


@pytest.mark.parametrize(
    "specifier",
    [
        "^1.0.0",
        "~1",
        "1.x || >=2.5.0 || 5.0.0 - 7.2.3",
        "latest",
        "",
        "*",
        "npm:@a/b@^1",
        ">=1 <2",
        "workspace:*",
        "catalog:",
        "next-11",
    ],
)
def test_npm_specifiers_that_do_not(specifier):
    assert elsewhere("npm", specifier) is None


def test_python_has_no_shorthand():
    assert elsewhere("pypi", "u/r") is None
    assert elsewhere("pypi", ">=2,<3") is None
    assert elsewhere("pypi", "@ git+https://h.test/u/r") == "git"
    assert elsewhere("pypi", "hg+https://h.test/u/r") == "git"


@pytest.mark.parametrize("specifier", ["", " * ", "x", "latest", ">=0", ">= 0.0.0"])
def test_anything(specifier):
    assert takes_anything(specifier)


@pytest.mark.parametrize("specifier", ["^0", "0.x", ">=1", "next", "* || 2"])
def test_not_anything(specifier):
    assert not takes_anything(specifier)


def test_what_is_installed():
    held = manifest(
        Dependency("a", "1"),
        Dependency("a", "1", "optional"),
        Dependency("b", "1", "peer"),
        Dependency("c", "1", marker='extra == "x"'),
        Dependency("d", "1", marker='sys_platform == "win32"'),
    )
    assert [(it.name, it.kind) for it in installed(held)] == [("a", "optional"), ("d", "runtime")]


@given(st.text(), st.sampled_from(["npm", "pypi"]))
def test_any_text_is_taken(text, ecosystem):
    assert elsewhere(ecosystem, text) in (None, "git", "url", "plain-http", "local")
