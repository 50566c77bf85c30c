"""Ranges as RFC 9110 reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.gateway.http.ranges import asked_span


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-9", (0, 10)),
        ("bytes=90-", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=50-1000", (50, 100)),
        ("bytes=99-99", (99, 100)),
        ("bytes=9-1", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes 0-1", None),
        ("", None),
    ],
)
def test_one_range(header, span):
    assert asked_span(header, 100) == span


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_outside_of_the_file(header):
    with pytest.raises(ValueError, match=r".+"):
        asked_span(header, 100)


@given(st.text(max_size=40) | st.from_regex(r"bytes=\d{0,20}-\d{0,20}", fullmatch=True), st.integers(0, 2**50))
def test_a_span_lies_within_the_file(header, size):
    try:
        span = asked_span(header, size)
    except ValueError:
        return
    assert span is None or 0 <= span.start < span.end <= size
