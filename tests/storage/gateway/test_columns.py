"""Every text comes back as it was, and what is cut stays within its bound."""

from datetime import UTC, datetime, timedelta
from random import Random
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from customhouse.model.gateway import Admission, Downgrade, Fetch, Pin
from customhouse.model.purl import Purl
from customhouse.storage.gateway.admissions import Admissions
from customhouse.storage.gateway.columns import LONGEST, Words, cut, escaped, keepable
from customhouse.storage.gateway.downgrades import Downgrades
from customhouse.storage.gateway.errors import NotKeepableError
from customhouse.storage.gateway.fetches import Fetches
from customhouse.storage.gateway.ledger import Ledger
from customhouse.storage.gateway.pins import Pins
from customhouse.storage.gateway.sightings import Sightings

_ANY = st.text(st.characters() | st.sampled_from("\x00\\\ud800\udfff0d"))
_DIALECT = postgresql.dialect()


def test_the_longest_names_fit_every_key_of_every_table(database):
    """Of random letters: PostgreSQL compresses others, and its bound is on what is left."""
    random = Random(6)  # noqa: S311 - the same letters in every run
    one, two, three = ("".join(random.choices(ascii_letters + digits, k=LONGEST)) for _ in range(3))
    moment, purl = datetime(2026, 11, 30, tzinfo=UTC), Purl("npm", one, two)
    admission = Admission(purl, three, "a" * 64, 1, "allow", moment, one)
    Admissions(database).put(admission)
    assert Admissions(database).one(purl, three) == admission
    pin = Pin(purl, three, "a" * 64, 1, moment)
    assert Pins(database).pin(pin) == pin
    other = Pin(purl, three, "b" * 64, 1, moment)
    assert Pins(database).pin(other) == pin
    assert Pins(database).replacements(purl) == (other,)
    assert Sightings(database).seen("npm", one, [two], moment) == {two: moment}
    assert Sightings(database).seen("npm", one, [two], moment + timedelta(1)) == {two: moment}
    fetch = Fetch(moment, purl, three, "a" * 64, 200, one, two, three)
    Fetches(database).record([fetch])
    assert Fetches(database).of(purl) == (fetch,)
    downgrade = Downgrade(moment.date(), "npm", one, two, three, "bytes-replaced")
    Downgrades(database).count([downgrade, downgrade])
    assert [each.count for each in Downgrades(database).of(moment.date())] == [2]
    entry = {"reason": one * 9, "owner": one, "actor": two, "now": moment}
    longest = Purl("npm", one, two[: -len("pkg:npm/@")])
    assert Ledger(database).append("block", str(longest), **entry).purl == str(longest)
    assert len(str(longest)) == 2 * LONGEST
    with pytest.raises(NotKeepableError):
        Ledger(database).append("block", str(purl), **entry)


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
