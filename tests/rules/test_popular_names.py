import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.purl import pypi_name
from customhouse.rules.shared.popular_names import is_popular, lookalikes, popular_names


@pytest.mark.parametrize("ecosystem", ["npm", "pypi"])
def test_the_lists_are_sorted_canonical_and_large(ecosystem):
    names = popular_names(ecosystem)
    assert len(names) > 2500
    assert all(name == name.lower() and name.isascii() and " " not in name for name in names)
    if ecosystem == "pypi":
        assert all(name == pypi_name(name) for name in names)


@pytest.mark.parametrize(("ecosystem", "name"), [("npm", "react"), ("npm", "@babel/core"), ("pypi", "requests")])
def test_what_everybody_uses_is_in(ecosystem, name):
    assert is_popular(ecosystem, name)
    assert lookalikes(ecosystem, name) == []


@pytest.mark.parametrize(
    ("name", "popular", "closeness"),
    [
        ("crossenv", "cross-env", "letter"),
        ("expresss", "express", "letter"),
        ("lodahs", "lodash", "letter"),
        ("l0dash", "lodash", "letter"),
        ("socketio", "socket.io", "separator"),
        ("react-dom-router", "react-router-dom", "separator"),
        ("cornrnander", "commander", "look-alike"),
        ("babel-core7", "babel-core", "letter"),
        ("angular-core", "@angular/core", "scope"),
        ("@lodash/merge7", "", ""),
        ("@type/node", "@types/node", "letter"),
        ("node-express", "express", "affix"),
        ("easy-day-js", "dayjs", "affix"),
        ("acme-billing", "", ""),
    ],
)
def test_ways_to_come_close(name, popular, closeness):
    found = [(one.popular, one.closeness) for one in lookalikes("npm", name)]
    assert (found[:1] or [("", "")])[0] == (popular, closeness)


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-._@/", max_size=60))
def test_any_name_has_an_answer(name):
    assert all(is_popular("npm", one.popular) for one in lookalikes("npm", name))


def test_the_longest_name_costs_little():
    lookalikes("npm", "warm-up")
    started = time.process_time()
    lookalikes("npm", "a-" * 107)
    assert time.process_time() - started < 0.5
