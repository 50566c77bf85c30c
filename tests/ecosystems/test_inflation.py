import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.inflation import Inflater, InflationError


@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=3), st.integers(1, 50))
def test_what_was_packed_comes_back_however_it_arrives(members, step):
    packed = b"".join(gzip.compress(member) for member in members)
    inflater = Inflater(10_000)
    out = b"".join(inflater.feed(packed[start : start + step]) for start in range(0, len(packed), step))
    assert out == b"".join(members)
    assert inflater.complete


def test_zlibs_own_format_is_read_too():
    assert Inflater(10).feed(zlib.compress(b"hello")) == b"hello"


@pytest.mark.parametrize("limit", [0, 9])
def test_one_byte_beyond_the_bound_is_too_much(limit):
    packed = gzip.compress(bytes(limit + 1))
    with pytest.raises(InflationError) as caught:
        Inflater(limit).feed(packed)
    assert caught.value.oversized
    assert Inflater(limit + 1).feed(packed) == bytes(limit + 1)


def test_members_are_bounded_together():
    with pytest.raises(InflationError):
        Inflater(15).feed(gzip.compress(bytes(10)) * 2)


def test_what_is_not_gzip_is_said():
    with pytest.raises(InflationError, match="does not inflate") as caught:
        Inflater(10).feed(b"plain text")
    assert not caught.value.oversized


def test_a_stream_that_ends_early_is_not_complete():
    inflater = Inflater(10)
    inflater.feed(gzip.compress(b"hello")[:-1])
    assert not inflater.complete
