from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.purl import Ecosystem
from customhouse.model.release import ReleaseTime
from customhouse.versions import npm
from customhouse.versions.release_line import nearest, neighbours, previous_version, same_line

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def untimed(*versions: str) -> list[ReleaseTime]:
    return [ReleaseTime(version) for version in versions]


@pytest.mark.parametrize(
    ("ecosystem", "first", "second", "answer"),
    [
        ("npm", "1.14.1", "1.0.0", True),
        ("npm", "1.14.1", "2.0.0", False),
        ("npm", "0.30.4", "0.30.3", True),
        ("npm", "0.30.4", "0.29.0", False),
        ("npm", "1.0.0", "junk", False),
        ("pypi", "2.32.3", "2.0", True),
        ("pypi", "1!2.0", "2.0", False),
        ("pypi", "0.3", "0.4", False),
    ],
)
def test_same_line(ecosystem: Ecosystem, first: str, second: str, answer: bool) -> None:  # noqa: FBT001
    assert same_line(ecosystem, first, second) is answer


AXIOS = untimed("0.30.2", "0.30.3", "0.30.4", "1.13.9", "1.14.0", "1.14.1", "0.29.0", "2.0.0", "2.0.0-rc.1")


@pytest.mark.parametrize(
    ("version", "previous"),
    [
        ("1.14.1", "1.14.0"),
        ("0.30.4", "0.30.3"),
        ("0.31.0", "0.30.4"),
        ("2.0.0", "1.14.1"),
        ("2.0.0-rc.1", "1.14.1"),
        ("2.0.0-rc.2", "2.0.0-rc.1"),
        ("2.1.0-beta.1", "2.0.0"),
        ("0.29.0", None),
        ("not a version", None),
    ],
)
def test_previous_version_of_npm(version: str, previous: str | None) -> None:
    assert previous_version("npm", version, AXIOS, None) == previous


@pytest.mark.parametrize(
    ("version", "previous"),
    [("1.82.7", "1.82.6"), ("2.0", "1.82.7"), ("2.0rc2", "2.0rc1"), ("1.82.6", None), ("1!0.1", "2.0")],
)
def test_previous_version_of_pypi(version: str, previous: str | None) -> None:
    candidates = untimed("1.82.6", "1.82.7", "2.0rc1", "2.0", "not-a-version")
    assert previous_version("pypi", version, candidates, None) == previous


def test_a_prerelease_is_compared_with_those_of_its_version_however_written() -> None:
    assert previous_version("pypi", "2.0.0rc2", untimed("2.0rc1", "2.0.0b1", "1.9"), None) == "2.0rc1"


def test_a_prerelease_serves_when_there_is_nothing_else() -> None:
    assert previous_version("npm", "1.0.0", untimed("1.0.0-rc.1", "1.0.0-rc.2"), None) == "1.0.0-rc.2"


def test_of_another_line_what_was_published_later_is_not_earlier() -> None:
    candidates = [
        ReleaseTime("1.14.0", NOON - timedelta(days=4)),
        ReleaseTime("1.14.9", NOON + timedelta(days=1)),
        ReleaseTime("2.0.0", NOON),
    ]
    assert previous_version("npm", "2.0.0", candidates, NOON) == "1.14.0"


def test_within_a_line_only_the_version_counts() -> None:
    candidates = [ReleaseTime("27.5.0", NOON + timedelta(days=9)), ReleaseTime("26.6.3", NOON - timedelta(days=9))]
    assert previous_version("npm", "27.5.1", candidates, NOON) == "27.5.0"


def test_dates_that_leave_nothing_earlier_are_not_believed() -> None:
    copied = [ReleaseTime("1.2.0", NOON + timedelta(days=9)), ReleaseTime("1.1.0", NOON + timedelta(days=8))]
    assert previous_version("npm", "1.3.0", copied, NOON) == "1.2.0"


@given(st.permutations([one.version for one in AXIOS] + ["1.14.0+build", "1.14.0+other"]))
def test_order_of_candidates_plays_no_part(versions: list[str]) -> None:
    assert previous_version("npm", "1.14.1", untimed(*versions), None) == "1.14.0+other"


@given(st.lists(st.builds("{}.{}.{}".format, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_previous_is_lower_and_none_only_for_the_lowest(versions: list[str]) -> None:
    own = npm.parse(versions[0])
    previous = previous_version("npm", versions[0], untimed(*versions), None)
    lower = [one for one in map(npm.parse, versions) if one and own and one < own]
    if previous is None:
        assert not lower
    else:
        found = npm.parse(previous)
        assert found in lower
        same = [one for one in lower if same_line("npm", one.text, versions[0])]
        assert found == max(same or lower)


LISTED = ("0.9.0", "1.13.0", "1.14.0", "1.14.1", "1.14.2-rc.1", "1.14.2", "2.0.0", "x")


@pytest.mark.parametrize(
    ("version", "taken", "back", "answer"),
    [
        ("1.14.1", (), True, "1.14.0"),
        ("1.14.1", (), False, "1.14.2"),
        ("1.14.1", ("1.14.0", "1.13.0"), True, "1.14.2"),
        ("1.14.1", ("1.14.0", "1.13.0", "1.14.2"), True, "0.9.0"),
        ("1.14.1", ("1.14.2",), False, "2.0.0"),
        ("1.14.1", ("1.14.2", "2.0.0"), False, "1.14.0"),
        ("1.14.2-rc.0", (), False, "1.14.2-rc.1"),
        ("not a version", (), True, None),
    ],
)
def test_the_nearest_that_is_free(version: str, taken: tuple[str, ...], back: bool, answer: str | None) -> None:  # noqa: FBT001
    assert nearest("npm", version, LISTED, lambda one: one not in taken, back=back) == answer


def test_neighbours_are_bounded_and_in_order() -> None:
    listed = untimed(*(f"1.{at}.0" for at in range(100)), "1.50.1-rc.1")
    assert neighbours("npm", "1.50.0", listed, 2) == ["1.48.0", "1.49.0", "1.51.0", "1.52.0"]
    assert "1.50.1-rc.1" in neighbours("npm", "1.50.1-rc.0", listed, 2)
    assert neighbours("npm", "?", listed) == []
    assert len(neighbours("npm", "1.50.0", listed)) == 64
