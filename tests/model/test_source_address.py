import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.source_address import SourceAddress, source_address

AXLE = SourceAddress("github.com", "axle", "axle")


@pytest.mark.parametrize(
    "text",
    [
        "axle/axle",
        "github:axle/axle",
        "github:Axle/axle#main",
        "git+https://github.com/axle/axle.git",
        "git://github.com/axle/axle.git#v1",
        "git+ssh://git@github.com/axle/axle.git",
        "git@github.com:axle/axle.git",
        "https://www.github.com/axle/axle/tree/main/packages/core",
        "https://user:secret@github.com:443/axle/axle/",
        "github.com/axle/axle?tab=readme",
        " https://github.com/axle/axle ",
    ],
)
def test_every_spelling_of_one_repository(text):
    assert source_address(text) == AXLE


def test_gitlab_groups_and_shorthands():
    assert source_address("https://gitlab.example.com/a/b/c/-/tree/main/x") == SourceAddress(
        "gitlab.example.com", "a/b", "c"
    )
    assert source_address("gitlab:a/b") == SourceAddress("gitlab.com", "a", "b")
    assert source_address("bitbucket:a/b").url == "https://bitbucket.org/a/b.git"
    assert AXLE.display == "axle/axle"


@pytest.mark.parametrize(
    "text", ["", "axle", "https://axle.example/", "https://github.com/axle", "a/b/c", "x" * 500, "https://"]
)
def test_what_names_no_repository(text):
    assert source_address(text) is None


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text):
    found = source_address(text)
    assert found is None or (found.host and found.owner and found.name)
