import base64
import bz2
import gzip
import lzma
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.source import decoding

TEXT = "require('child_process').exec('true')  # nothing"


def layers(value: str) -> dict[str, tuple[str, ...]]:
    return dict(decoding.decode_layers(value))


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("hidden", "encodings"),
    [
        (b64(TEXT.encode()), ("base64",)),
        (b64(TEXT.encode()).rstrip("="), ("base64",)),
        (base64.urlsafe_b64encode("https://a.invalid/?>?>ÿÿ".encode()).decode(), ("base64",)),
        (TEXT.encode().hex(), ("hex",)),
        (TEXT.encode().hex(":"), ("hex",)),
        (b64(b64(TEXT.encode()).encode()), ("base64", "base64")),
        (b64(zlib.compress(TEXT.encode())), ("base64", "zlib")),
        (b64(gzip.compress(TEXT.encode())), ("base64", "zlib")),
        (b64(bz2.compress(TEXT.encode())), ("base64", "zlib")),
        (b64(lzma.compress(TEXT.encode())), ("base64", "zlib")),
        (TEXT[::-1], ("reversed",)),
        (b64(TEXT.encode())[::-1], ("reversed", "base64")),
        (",".join(str(ord(c)) for c in TEXT), ("char-codes",)),
        ("[" + ", ".join(hex(ord(c)) for c in TEXT) + "]", ("char-codes",)),
        ("".join(f"%{ord(c):02x}" for c in TEXT), ("percent",)),
        ("".join(f"%u{ord(c):04x}" for c in TEXT), ("percent",)),
        ("".join(f"\\x{ord(c):02x}" for c in TEXT), ("escapes",)),
        ("".join(f"\\u{{{ord(c):x}}}" for c in TEXT), ("escapes",)),
        ("data:text/javascript;base64," + b64(TEXT.encode()), ("data-url", "base64")),
        (b64(TEXT.encode("utf-16-le")), ("base64",)),
        (b64(TEXT.encode().hex().encode()), ("base64", "hex")),
    ],
)
def test_finds_what_a_constant_hides(hidden, encodings):
    found = layers(hidden)
    text = TEXT if TEXT in found else "https://a.invalid/?>?>ÿÿ"
    assert found[text] == encodings


@pytest.mark.parametrize(
    "innocent",
    [
        "",
        "short",
        "The quick brown fox jumps over the lazy dog and runs away",
        "ERR_SOMETHING_VERY_LONG_AND_BORING_HAPPENED",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/",
        "46faab8ab153fae6e80e7cca38eab363075bb524edd79e42269217a083628f09",
        "sha512-9qSlhDqV7nTCfHyu1dpNw/pD1yzA3EnzWIt6ha2/aY0VKjLwFaXoDYKhSqkOISRBpdYbSpeYDpnuKr+IxkNAcg==",
        "-_.!~*'()",
        "https://example.invalid/a%20b",
        "getOwnPropertyDescriptors",
    ],
)
def test_leaves_ordinary_constants_alone(innocent):
    assert decoding.decode_layers(innocent) == ()


def test_depth_is_bounded():
    value = TEXT
    for _ in range(8):
        value = b64(value.encode())
    assert max(len(encodings) for _, encodings in decoding.decode_layers(value)) == decoding.MAX_DEPTH


def test_output_of_a_file_is_bounded():
    budget = decoding.Budget(characters=1000)
    for _ in range(10):
        decoding.decode_layers(b64(b"text " * 100), budget=budget)
    assert budget.spent
    assert decoding.decode_layers(b64(TEXT.encode()), budget=budget) == ()


def test_a_bomb_is_cut():
    bomb = zlib.compress(bytes(200 << 20), 9)
    started = time.process_time()
    inflated = decoding.inflate(bomb)
    assert inflated is not None
    assert len(inflated) <= decoding.MAX_INFLATED
    assert time.process_time() - started < 1


def test_a_cut_stream_gives_its_beginning():
    data = TEXT.encode() * 4000
    packed = zlib.compress(data, 0)
    assert decoding.inflate(packed[: len(packed) // 2]).startswith(TEXT.encode())


def test_a_very_long_constant_gives_its_beginning():
    hidden = b64((TEXT * 40_000).encode())
    found = layers(hidden)
    assert any(text.startswith(TEXT) for text in found)
    assert sum(map(len, found)) <= decoding.MAX_OUTPUT


def test_single_steps():
    assert decoding.from_base64("aGk") == b"hi"
    assert decoding.from_base64("a*b") is None
    assert decoding.from_hex("6869") == b"hi"
    assert decoding.from_hex("zz") is None
    assert decoding.from_base32("NBUQ") == b"hi"
    assert decoding.from_base85(base64.b85encode(b"hello")) == b"hello"
    assert decoding.from_char_codes([104, 105]) == "hi"
    assert decoding.from_char_codes([-1]) is None
    assert decoding.from_percent("%68%69%u0021") == "hi!"
    assert decoding.from_percent("caf%E9") == "café"
    assert decoding.from_escapes(r"\x68\151\u0021") == "hi!"
    assert decoding.reverse("ih") == "hi"
    assert decoding.rot13("uv") == "hi"
    assert decoding.inflate(b"not compressed at all, no") is None


@given(st.text(max_size=300))
def test_never_raises_on_text(value):
    for text, encodings in decoding.decode_layers(value):
        assert text
        assert encodings


@given(st.binary(max_size=300))
def test_never_raises_on_bytes(data):
    decoding.plausible_text(data)
    decoding.inflate(data)
    decoding.decode_layers(b64(data))
    decoding.from_base64(data)
    decoding.from_hex(data)
    decoding.from_base32(data)
    decoding.from_base85(data)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=12, max_size=200))
def test_text_in_base64_is_found_again(text):
    assert text in layers(b64(text.encode()))
