import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.ecosystems.documents import (
    UnreadableError,
    json_document,
    plain_bytes,
    plain_text,
    toml_document,
    toml_file,
)

ANY = msgspec.json.Decoder()


def test_sound_documents() -> None:
    assert json_document(b'\xef\xbb\xbf {"a": 1}', ANY) == {"a": 1}
    assert toml_document(b"a.b = 1\n") == {"a": {"b": 1}}
    assert plain_text("é".encode()) == "é"
    assert plain_bytes(b"a <<<<<<< b") == b"a <<<<<<< b"


def test_another_shape_is_not_another_format() -> None:
    with pytest.raises(msgspec.ValidationError):
        json_document(b"[]", msgspec.json.Decoder(dict[str, int]))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        (b"\xff\xfea\0", "UTF-16"),
        (b"a\0", "binary"),
        (b"a\n<<<<<<< HEAD\n", "line 2 is a merge conflict"),
    ],
)
def test_what_is_no_text(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        plain_bytes(data)


@pytest.mark.parametrize(
    "data", [b"{", b"[" * 100_000, b'{"a":' * 100_000, b'"\xff"', b"NaN", b'"\\ud800"', b"[1,]", b"'a'", b"{} {}"]
)
def test_what_is_no_json(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        json_document(data, ANY)


@pytest.mark.parametrize(
    "data",
    [
        b"a",
        b"a = " + b"[" * 100000,
        b"a = " + b"{a = " * 100000,
        b"[" + b"a." * 100000 + b"a]",
        b'"a".' * 70 + b"a = 1",
        b"a = 2026-13-45",
        b"\xff = 1",
        b"a = 1\na = 2",
    ],
)
def test_what_is_no_toml(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        toml_document(data)


@settings(max_examples=150)
@given(st.text(alphabet="ab=[]{}\"'.#\n ,1-", max_size=60))
def test_both_readers_of_toml_agree(text: str) -> None:
    data = text.encode()
    try:
        expected = toml_document(data)
    except UnreadableError:
        return  # TOML 1.1, which only the fast one reads, is wider
    assert toml_file(data) == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"a = 1\na = 2\n", "it is not TOML: duplicate key at line 2 column 1"),
        (b"a = " + b"[" * 10_000, "it is nested deeper than any client writes"),
        (b"a." * 10_000 + b"a = 1", "it is nested deeper than any client writes"),
        (b"a = 0000-01-01", "it is not TOML"),
        (b"a = 1e999", "it is not TOML"),
        (b"x" * (17 << 20), "it is larger than 16 MiB"),
        (b"a = [" + b"{}," * 500_000 + b"]", "it holds more tables, arrays or keys"),
    ],
)
def test_a_toml_file_that_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=re.escape(reason)):
        toml_file(data)
