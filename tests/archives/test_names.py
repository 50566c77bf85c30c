"""Names: where they end up, and when two are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.archives.interface import DEFAULT_LIMITS
from customhouse.archives.issues import IssueLog
from customhouse.archives.names import Names, fold, runs_as_owner


def names(layout="npm"):
    log = IssueLog(DEFAULT_LIMITS)
    return Names(layout, log, DEFAULT_LIMITS), log


@pytest.mark.parametrize(
    ("layout", "name", "path"),
    [
        ("npm", "package/a/b", "a/b"),
        ("npm", "package/.npmrc", ".npmrc"),
        ("npm", "package//a", "a"),
        ("npm", "package/./a/", "a"),
        ("npm", "./a/b", "a/b"),
        ("npm", "/package/a", "package/a"),
        ("npm", "package/../../a", "a"),
        ("npm", "a", "a"),
        ("npm", "", "unnamed"),
        ("sdist", "p-1/a", "a"),
        ("sdist", "./p-1/a", "a"),
        ("sdist", "p-1/../x/a", "a"),
        ("wheel", "a/../../b", "b"),
        ("wheel", "/a", "a"),
        ("wheel", ".", "unnamed"),
    ],
)
def test_places(layout, name, path):
    assert names(layout)[0].place(name) == path


@given(
    st.text(max_size=30) | st.text("./a\\:", max_size=12),
    st.sampled_from(["npm", "sdist", "wheel", "plain"]),
    st.booleans(),
)
def test_no_place_is_outside(name, layout, folder):
    path = names(layout)[0].place(name, folder=folder)
    assert not {"", ".", ".."} & set(path.split("/")) or (folder and not path)


def test_a_hard_link_s_target_is_found_and_notes_nothing():
    these, log = names("sdist")
    these.place("p-1/a")
    assert these.locate("p-1/b/../c") == "c"
    assert log.issues == []


def test_folding():
    assert fold("A/É") == fold("a/e\u0301")
    assert fold("STRASSE") == fold("straße")
    assert fold("a") != fold("b")


def test_a_collision_of_equal_files_is_none():
    these, log = names()
    these.claim("A", "1")
    these.claim("a", "1")
    these.claim("a", "1")
    assert log.issues == []
    these.claim("a", "2")
    assert [issue.kind for issue in log.issues] == ["duplicate-name"]


def test_modes_that_lend_rights():
    assert runs_as_owner(0o4755)
    assert runs_as_owner(0o2755)
    assert not runs_as_owner(0o4644)
    assert not runs_as_owner(0o2745)
    assert not runs_as_owner(0o1777)
