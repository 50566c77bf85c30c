"""Encodings as RFC 9110 lets clients ask for them."""

import gzip

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from customhouse.gateway.http.encodings import ENCODINGS, chosen_encoding, encoded

LARGE = 10_000


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", ""),
        ("*", "zstd"),
        ("*;q=0", ""),
        ("gzip;q=0", ""),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=nonsense", ""),
        ("deflate", ""),
    ],
)
def test_the_best_that_the_client_takes(accept, chosen):
    assert chosen_encoding(accept, "application/json", LARGE) == chosen


def test_archives_and_small_bodies_go_as_they_are():
    assert chosen_encoding("gzip", "application/octet-stream", LARGE) == ""
    assert chosen_encoding("gzip", "application/json", 20) == ""


@given(st.binary(max_size=4000), st.sampled_from(ENCODINGS))
def test_what_is_encoded_is_what_comes_out(body, encoding):
    undo = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.ZstdDecompressor().decompress}
    assert undo[encoding](encoded(body, encoding)) == body


@given(st.text(max_size=200))
def test_no_header_fails(accept):
    assert chosen_encoding(accept, "application/json", LARGE) in ("", *ENCODINGS)
