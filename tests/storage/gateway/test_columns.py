"""Every text comes back as it was, and what is cut stays within its bound."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from customhouse.storage.gateway.columns import LONGEST, Words, cut, escaped, keepable

_ANY = st.text(st.characters() | st.sampled_from("\x00\\\ud800\udfff0d"))
_DIALECT = postgresql.dialect()


@given(_ANY)
def test_what_is_kept_can_be_kept_and_read_back(text):
    kept = Words().process_bind_param(text, _DIALECT)
    assert "\x00" not in kept
    assert kept.encode().decode() == kept
    assert Words().process_result_value(kept, _DIALECT) == text


@given(_ANY, _ANY)
def test_texts_that_differ_are_kept_differently(one, other):
    assert (escaped(one) == escaped(other)) == (one == other)


@given(_ANY, st.integers(10, 40))
def test_a_cut_is_the_longest_beginning_that_fits(text, length):
    found = cut(text, length)
    assert text.startswith(found)
    assert len(escaped(found).encode()) <= length
    assert found == text or len(escaped(text[: len(found) + 1]).encode()) > length


@given(st.integers(LONGEST // 6, LONGEST + 1), st.sampled_from("a\x00é€😀"))
def test_keepable_counts_bytes_as_kept(count, letter):
    assert keepable("x", letter * count) == (len(escaped(letter).encode()) * count <= LONGEST)
