import pytest

from customhouse.versions import pypi


@pytest.mark.parametrize(
    ("version", "specifier", "answer"),
    [
        ("2.32.3", ">=2,<3", True),
        ("3.0", ">=2,<3", False),
        ("2.0rc1", ">=1", True),
        ("1.4.2", "~=1.4", True),
        ("1.0+local", "==1.0", True),
        ("1.0", "=>1", False),
        ("not a version!", ">=0", False),
        ("1!1.0", ">2024", True),
    ],
)
def test_satisfies(version: str, specifier: str, answer: bool) -> None:  # noqa: FBT001
    assert pypi.satisfies(version, specifier) is answer


def test_prereleases_can_be_refused() -> None:
    assert not pypi.satisfies("2.0rc1", ">=1", prereleases=False)


def test_chooses_as_pip_does() -> None:
    versions = ["1.0", "2.0", "3.0rc1", "junk version"]
    assert pypi.max_satisfying(versions, "") == "2.0"
    assert pypi.max_satisfying(versions, ">=3.0rc1") == "3.0rc1"
    assert pypi.max_satisfying(["3.0rc1"], ">=2") == "3.0rc1"
    assert pypi.max_satisfying(versions, "", prereleases=True) == "3.0rc1"
    assert pypi.max_satisfying(versions, ">=9") is None
    assert pypi.max_satisfying(versions, "=>9") is None


def test_newest_first_leaves_out_what_is_no_version() -> None:
    assert pypi.newest_first(["1.0", "1.10", "1.9", "2004-b_x", "1.0.post1"]) == ["1.10", "1.9", "1.0.post1", "1.0"]
