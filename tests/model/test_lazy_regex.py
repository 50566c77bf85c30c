"""Expressions that compile at first use behave as compiled ones."""

import re

import pytest

from customhouse.model.lazy_regex import lazy_regex


@pytest.mark.parametrize("method", ["search", "match", "fullmatch", "split", "findall"])
def test_methods_agree_with_re(method):
    for text in ("a1b2", "", "12"):
        ours, theirs = getattr(lazy_regex(r"(\d)"), method)(text), getattr(re.compile(r"(\d)"), method)(text)
        assert str(ours) == str(theirs)


def test_flags_bytes_and_attributes():
    assert lazy_regex(rb"A", re.IGNORECASE).sub(b"x", b"aA") == b"xx"
    assert lazy_regex("a(?P<name>b)").groups == 1


def test_nothing_is_compiled_before_it_is_used():
    broken = lazy_regex("(")
    with pytest.raises(re.error):
        broken.match("")
