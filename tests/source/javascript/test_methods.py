"""`replace` with a pattern that the package wrote: applied where it is quick, and left alone where it need not be."""

import time

import pytest

from customhouse.source.javascript.methods import replace
from customhouse.source.javascript.values import Constant


def replaced(text, pattern):
    return replace(Constant(text), Constant(f"/{pattern}/g", ("regex",)), "", every=False)


@pytest.mark.parametrize(
    ("text", "pattern", "wanted"),
    [
        ("e1v22al", "[0-9]+", "eval"),
        ("e1v22al", r"\d", "eval"),
        ("ex-ec--", r"[\-]+", "exec"),
        ("aab" * 100, "[a]+b", ""),
        ("x" * 5_000, "[x]+", ""),
    ],
)
def test_a_quick_pattern_is_applied(text, pattern, wanted):
    assert replaced(text, pattern).value == wanted


@pytest.mark.parametrize(
    "pattern", ["[a]+[a]+[a]+[a]+[a]+[a]+b", "[ab]+[a]+$", "[a]+b", "[a]+$", "[a]" * 80, r"[a]+\]+b"]
)
def test_a_pattern_that_could_be_slow_is_left_alone(pattern):
    start = time.process_time()
    assert replaced("a" * 20_000, pattern) is None
    assert time.process_time() - start < 0.5
