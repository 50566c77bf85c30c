"""Both searches against the obvious one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.matching.search import literal_search
from customhouse.hunt.matching.yara_search import YaraSearch

alphabet = st.sampled_from(b"abAB\0.\n\\x")
literals = st.lists(st.binary(min_size=2, max_size=5).map(lambda raw: bytes(b"abAB\0.\n\\x"[each % 9] for each in raw)),
                    min_size=1, max_size=6, unique_by=bytes.lower)  # fmt: skip
data = st.lists(alphabet, max_size=60).map(bytes)


def obvious(wanted, text):
    low = text.lower()
    return {
        (start + len(each), number)
        for number, each in enumerate(wanted)
        for start in range(len(text))
        if low.startswith(each.lower(), start)
    }


@given(literals, data)
def test_the_chosen_search_finds_all(wanted, text):
    assert set(literal_search(wanted).find(text)) == obvious(wanted, text)


@given(literals, data)
def test_yara_finds_all(wanted, text):
    assert set(YaraSearch(wanted).find(text)) == obvious(wanted, text)


def test_hyperscan_is_what_is_chosen_where_it_is():
    pytest.importorskip("hyperscan", reason="there is no hyperscan here")
    assert type(literal_search([b"ab"])).__name__ == "HyperscanSearch"


def test_nothing_is_found_of_nothing():
    assert literal_search([]).find(b"abc") == []
