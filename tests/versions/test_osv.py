from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.purl import Ecosystem
from customhouse.versions.osv import affects, covers


def semver(*events: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"ranges": [{"type": "SEMVER", "events": list(events)}], **more}


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("0.9.0", (False, "")),
        ("1.0.0", (True, "1.2.0")),
        ("1.2.0-rc.1", (True, "1.2.0")),
        ("1.2.0", (False, "")),
        ("2.0.0", (True, "2.1.5")),
        ("2.1.5", (False, "")),
    ],
)
def test_several_introductions_and_fixes(version: str, answer: tuple[bool, str]) -> None:
    events = semver({"fixed": "2.1.5"}, {"introduced": "1.0.0"}, {"fixed": "1.2.0"}, {"introduced": "2.0.0"})
    assert affects(events, "npm", version) == answer


def test_introduced_zero_covers_everything_before_the_fix() -> None:
    assert affects(semver({"introduced": "0"}, {"fixed": "1.0.0"}), "npm", "0.0.0-0") == (True, "1.0.0")
    assert affects(semver({"introduced": "0"}), "npm", "9.9.9") == (True, "")


def test_last_affected_is_itself_affected() -> None:
    events = semver({"introduced": "1.0.0"}, {"last_affected": "1.4.0"})
    assert affects(events, "npm", "1.4.0") == (True, "")
    assert affects(events, "npm", "1.4.1") == (False, "")
    assert affects(semver({"introduced": "1.0.0"}, {"last_affected": "1.0.0"}), "npm", "1.0.0") == (True, "")


def test_limit_bounds_the_range_and_star_does_not() -> None:
    events = semver({"introduced": "1.0.0"}, {"limit": "2.0.0"})
    assert affects(events, "npm", "1.9.0")[0]
    assert not affects(events, "npm", "2.0.0")[0]
    assert affects(semver({"introduced": "1.0.0"}, {"limit": "*"}), "npm", "7.0.0")[0]


def test_explicit_versions_alone() -> None:
    affected = {"versions": ["1.14.1", "0.30.4"]}
    assert affects(affected, "npm", "1.14.1") == (True, "")
    assert affects(affected, "npm", "1.14.0") == (False, "")
    assert affects({"versions": ["1.0"]}, "pypi", "1.0.0") == (True, "")


@pytest.mark.parametrize(
    ("version", "answer"), [("2.0rc1", True), ("2.0", False), ("1!1.0", False), ("0.1.dev0", True)]
)
def test_pypi_orders_by_pep_440(version: str, answer: bool) -> None:  # noqa: FBT001
    affected = {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}]}
    assert affects(affected, "pypi", version)[0] is answer


def test_git_ranges_say_nothing_of_versions() -> None:
    assert affects({"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, "npm", "1.0.0") == (False, "")


def test_a_version_that_cannot_be_ordered() -> None:
    assert affects({"versions": ["2004b"]}, "pypi", "2004-b_x")[0] is False
    assert affects({"versions": ["2004-b_x"]}, "pypi", "2004-b_x")[0] is True
    assert affects({"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}, "pypi", "2004-b_x")[0] is True


def test_an_unreadable_fix_leaves_it_affected() -> None:
    assert affects(semver({"introduced": "0"}, {"fixed": "?"}), "npm", "1.0.0") == (True, "")


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["0", "1.0.0", "*", "SEMVER", "ECOSYSTEM", "x"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["ranges", "versions", "events", "type", "introduced", "fixed", "last_affected", "limit"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(
    st.dictionaries(st.sampled_from(["ranges", "versions"]), json),
    st.sampled_from(["npm", "pypi"]),
    st.text(max_size=8),
)
def test_never_raises(affected: dict[str, Any], ecosystem: Ecosystem, version: str) -> None:
    covered, fixed = affects(affected, ecosystem, version)
    assert covered or fixed == ""


points = st.lists(
    st.tuples(st.sampled_from(["introduced", "fixed", "last_affected", "limit"]), st.integers(0, 6)), max_size=6
)


@given(points, st.integers(0, 6), st.lists(st.integers(0, 6), max_size=3), st.randoms())
def test_as_a_walk_over_all_versions_says(
    events: list[tuple[str, int]], asked: int, listed: list[int], order: Any
) -> None:
    """Walk the versions 0 … 6 upwards and switch as the events at each say; versions are 1.0.0 to 1.6.0."""
    limits = [at for kind, at in events if kind == "limit"]
    state, naive = False, False
    for at in range(7):
        here = {kind for kind, where in events if where == at}
        if "fixed" in here or any(kind == "last_affected" and where == at - 1 for kind, where in events):
            state = False
        if "introduced" in here:
            state = True
        if at == asked:
            naive = state and (not limits or any(at < limit for limit in limits))
    shuffled = [(kind, f"1.{at}.0") for kind, at in events]
    order.shuffle(shuffled)
    covered, fix = covers([shuffled], [f"1.{at}" for at in listed], "pypi", f"1.{asked}.0.0")
    assert covered == (naive or asked in listed)
    assert not fix or ("fixed", fix) in shuffled
    npm_covered, _ = covers([shuffled], [f"1.{at}.0+b" for at in listed], "npm", f"1.{asked}.0")
    assert npm_covered == covered


def test_a_beginning_that_cannot_be_ordered_is_before_everything() -> None:
    assert affects(semver({"introduced": "?"}, {"fixed": "2.0.0"}), "npm", "1.0.0") == (True, "2.0.0")
