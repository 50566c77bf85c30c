import msgspec
import pytest

from customhouse.ecosystems.documents import UnreadableError, json_document, plain_bytes, plain_text, toml_document

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
