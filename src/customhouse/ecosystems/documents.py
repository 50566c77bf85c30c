"""Reading JSON, TOML and text that may be anything: every way of being bad is one `UnreadableError` with a reason."""

import codecs
import re
from typing import Any, TypeVar

import msgspec

from customhouse.model.lazy_regex import lazy_regex

T = TypeVar("T")

_CONFLICT = lazy_regex(rb"^(?:<<<<<<<|>>>>>>>)(?: |$)", re.MULTILINE)
_WIDE_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Parts of a dotted TOML key, and nested brackets, beyond which no tool writes; tomllib needs time and memory
#: quadratic in the first and stack in the second.
_MAX_KEY_PARTS = 64
_LONG_KEY = lazy_regex(
    rf"""(?<![A-Za-z0-9_-])(?:(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{_MAX_KEY_PARTS}}}"""
)


#: Bytes of TOML; the largest lock seen is about a third of it. The tables, arrays and keys in it are bounded as well,
#: at ten times what a lock of that size has, since a hostile one takes eighty times its own size in memory.
MAX_TOML = 16 * 1024 * 1024
_MAX_TOML_MARKS = ((b"[", 400_000), (b"{", 400_000), (b"=", 2_000_000))


class UnreadableError(Exception):
    """The document cannot be read. The message is the reason, and a clause: `it is empty`."""


def plain_bytes(data: bytes) -> bytes:
    """Take a UTF-8 byte order mark off; refuse what is empty, in another encoding, binary, or in conflict."""
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        raise UnreadableError("it is empty")
    if data.startswith(_WIDE_MARKS):
        raise UnreadableError("it is UTF-16 or UTF-32 text, where its own client expects UTF-8")
    if b"\0" in data:
        raise UnreadableError("it is binary, not text")
    conflict = _CONFLICT.search(data) if b"<<<<<<<" in data or b">>>>>>>" in data else None
    if conflict:
        line = data.count(b"\n", 0, conflict.start()) + 1
        raise UnreadableError(f"line {line} is a merge conflict that nobody resolved")
    return data


def plain_text(data: bytes) -> str:
    """Decode UTF-8 text, refusing what `plain_bytes` refuses."""
    try:
        return plain_bytes(data).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"line {line} is not UTF-8 text") from error


def json_document(data: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode JSON into the decoder's type. Memory is bounded by what the type keeps.

    Raises UnreadableError, or msgspec.ValidationError where the JSON is sound but of another shape.
    """
    try:
        data = plain_bytes(data)
        if not data.isascii():
            data.decode()  # msgspec does not look into what it skips
        return decoder.decode(data)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError as error:
        detail = str(error).removeprefix("JSON is malformed: ")
        if "truncated" in detail:
            raise UnreadableError("its JSON ends too early") from error
        raise UnreadableError(f"it is not JSON: {detail}") from error
    except RecursionError as error:
        raise UnreadableError("it is nested deeper than any client writes") from error
    except UnicodeDecodeError as error:
        raise UnreadableError("it is not UTF-8 text") from error


def toml_document(data: bytes) -> dict[str, Any]:
    """Decode TOML 1.0. Raises UnreadableError."""
    import tomllib  # noqa: PLC0415 - many archives hold none

    text = plain_text(data)
    if _LONG_KEY.search(text):
        raise UnreadableError(f"it has a dotted key of more than {_MAX_KEY_PARTS} parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(f"it is not TOML: {error}") from error
    except RecursionError as error:
        raise UnreadableError("it is nested deeper than any client writes") from error
    except ValueError as error:  # a number or a date that Python cannot hold
        raise UnreadableError(f"it is not TOML: {error}") from error


def toml_file(data: bytes) -> dict[str, Any]:
    """Decode the TOML of a lock or manifest, eight times as fast as `toml_document`.

    By the parser that uv itself is built on, which reads TOML 1.1. Raises UnreadableError.
    """
    import rtoml  # noqa: PLC0415 - most runs of other commands read none

    if len(data) > MAX_TOML:
        raise UnreadableError(f"it is larger than {MAX_TOML >> 20} MiB, far beyond what any client writes")
    if any(data.count(mark) > most for mark, most in _MAX_TOML_MARKS):
        raise UnreadableError("it holds more tables, arrays or keys than any client writes")
    text = plain_text(data)
    try:
        return rtoml.loads(text)
    except rtoml.TomlParsingError as error:
        detail = " ".join(str(error).split())
        if "recurs" in detail:
            raise UnreadableError("it is nested deeper than any client writes") from error
        raise UnreadableError(f"it is not TOML: {detail}") from error
    except (ValueError, TypeError, OverflowError) as error:  # a number or a date that Python cannot hold
        raise UnreadableError(f"it is not TOML: {error}") from error
