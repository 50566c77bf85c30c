"""Reachability, as npm's flags would have it."""

from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.npm.lockfiles.scopes import Wishes, scopes


def test_each_scope() -> None:
    found = scopes(
        "abcdefgh",
        Wishes(prod=["a"], optional=["c"], peer=["e"], dev=["f"]),
        {"a": ["b"], "c": ["d"], "f": ["b", "g"]},
        {"a": ["d"]},
        {"b": ["e"]},
    )
    assert found == {
        "a": "prod",
        "b": "prod",
        "c": "optional",
        "d": "optional",
        "e": "peer",
        "f": "dev",
        "g": "dev",
        "h": "prod",
    }


edges = st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3))
some = st.lists(st.sampled_from("abcdef"), max_size=2)


@given(some, some, edges, edges)
def test_what_production_asks_for_is_never_less(
    prod: list[str], dev: list[str], required: dict[str, list[str]], optional: dict[str, list[str]]
) -> None:
    found = scopes("abcdef", Wishes(prod=list(prod), dev=list(dev)), required, optional, {})
    for key in prod:
        assert found[key] == "prod"
        assert all(found[other] == "prod" for other in required.get(key, ()))
        assert all(found[other] in ("prod", "optional") for other in optional.get(key, ()))
