"""The figures: Wilson's interval against published values, ranks, and properties that hold for all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.intervals import percentile, wilson


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),  # Brown, Cai, DasGupta 2001: the interval of no success in ten
        (10, 10, 0.7225, 1.0),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (3, 300, 0.0034, 0.0290),
    ],
)
def test_wilson(count, total, low, high):
    assert wilson(count, total) == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_nothing_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 5000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_wilson_holds_the_share(pair):
    count, total = pair
    low, high = wilson(count, total)
    assert 0 <= low <= count / total <= high <= 1


def test_percentile_is_one_of_the_values():
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert [percentile(values, share) for share in (0.0, 0.2, 0.5, 0.95, 1.0)] == [1.0, 1.0, 3.0, 5.0, 5.0]
    assert percentile([], 0.5) == 0.0
