"""Digest texts, right and wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.digest import digest_of, parse_named, parse_sri


@given(st.binary(max_size=64), st.sampled_from(["sha1", "sha256", "sha384", "sha512"]))
def test_sri_and_named_texts_come_back(data, algorithm):
    digest = digest_of(data, algorithm)
    assert parse_sri(digest.sri) == (digest,)
    assert parse_named(str(digest)) == digest
    assert parse_named(f"https://files.invalid/a.whl#{algorithm}={digest.hex.upper()}") == digest


@pytest.mark.parametrize("text", ["", "sha512", "sha512-", "sha512-!!!!", "sha512-AAAA", "md6-AAAA", "sha256:00"])
def test_what_is_no_digest_is_none(text):
    assert parse_sri(text) == ()
    assert parse_named(text) is None


@given(st.text())
def test_no_text_raises(text):
    assert all(digest.algorithm for digest in parse_sri(text))
    parse_named(text)
