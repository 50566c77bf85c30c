"""Taking encodings off string constants: single bounded steps, and bounded guesses at what a constant hides.

Shared by the readers of every language. A single step (`from_base64`, `inflate`, ...) answers an explicit decode call
in code; `decode_layers` guesses, for constants that no call visibly decodes. Nothing here raises on hostile input: a
step that cannot be taken gives None, and every output is cut to a bound.
"""

import base64
import binascii
import bz2
import codecs
import lzma
import re
import zlib
from collections.abc import Iterable

import msgspec

from customhouse.model.lazy_regex import lazy_regex

#: Characters of a value that are looked at; a longer one is read as far as this.
MAX_INPUT = 1 << 20
#: Bytes that one decompression may give; the rest is cut off.
MAX_INFLATED = 1 << 20
#: How many encodings are taken off one constant.
MAX_DEPTH = 4
#: Total characters that guessing may give for one file.
MAX_OUTPUT = 256 * 1024
#: The same for the largest files.
MOST_OUTPUT = 8 << 20

_SHORTEST_GUESS = 16
_SHORTEST_TEXT = 6
_STRICT_BELOW = 32
_PRINTABLE_SHARE = 0.95
#: Fewer escapes than this are an ordinary URL or pattern.
_TELLING_ESCAPES = 3
_LONG_TEXT = 16_384
#: In a long text that hides anything an escape stands at least this often, in characters.
_ESCAPES_APART = 100
_MAX_CODEPOINT = 0x10FFFF

_BASE64 = lazy_regex(r"[A-Za-z0-9+/_\-]{8,}={0,2}")
_BASE64_REVERSED = lazy_regex(r"={0,2}[A-Za-z0-9+/_\-]{8,}")
_BASE64_LINES = lazy_regex(r"(?:[A-Za-z0-9+/_\-]{16,}+={0,2}[ \t\r]*+\n[ \t]*+)+[A-Za-z0-9+/_\-]*+={0,2}\s*+")
_DATA_URL = lazy_regex(r"data:[\w.+/;=,-]{0,100}?;base64,", re.IGNORECASE)
_HEX = lazy_regex(r"(?:0x)?(?:[0-9a-fA-F]{2}){8,}")
_HEX_SEPARATED = lazy_regex(r"[0-9a-fA-F]{2}(?:[ :,\-][0-9a-fA-F]{2}){7,}")
_CODES = lazy_regex(
    r"\s*+(?:\[\s*+)?(?:0x[0-9a-fA-F]{1,6}|\d{1,7})"
    r"(?:(?:\s*+[,;|]\s*+|[^\S ]*+ \s*+)(?:0x[0-9a-fA-F]{1,6}|\d{1,7})){7,}\s*+(?:,\s*+)?(?:\]\s*+)?"
)
_CODE = lazy_regex(r"0x[0-9a-fA-F]+|\d+")
_PERCENT = lazy_regex(r"%u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}")
_ESCAPES = lazy_regex(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{8})|([0-3]?[0-7]{1,2}))"
)
#: A reversed text is as printable as the text: it is kept only when it says something that a program would.
_TELLING = lazy_regex(
    r"https?://|wss?://|\brequire\b|\bimport\b|\beval\b|\bexec|child_process|subprocess|process\.|function|powershell"
    r"|/bin/|/tmp/|\bcurl\b|\bwget\b|__import__|os\.system|base64|\.ssh|\.npmrc|Buffer|fromCharCode|cmd\.exe|socket|return",
    re.IGNORECASE,
)


class Budget(msgspec.Struct):
    """What guessing may still cost in one file: characters of output, and attempts. Counts down over many calls."""

    characters: int = MAX_OUTPUT
    attempts: int = 20_000

    @classmethod
    def of(cls, size: int) -> "Budget":
        """The budget of a file of so many bytes: bundles carry whole programs in one constant, and are larger."""
        return cls(characters=min(max(MAX_OUTPUT, 2 * size), MOST_OUTPUT))

    @property
    def spent(self) -> bool:
        """Whether something may have been left undecoded for lack of budget."""
        return self.characters <= 0 or self.attempts <= 0


def plausible_text(data: bytes) -> str | None:
    """Give `data` as text when it reads like text: UTF-8 or UTF-16, nearly all of it printable; else None."""
    if not data:
        return None
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or (len(data) % 2 == 0 and data[1::2].count(0) * 4 > len(data) // 2 * 3):
        encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-16-le"
    else:
        encoding = "utf-8"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(
            data
        )  # incremental: a text cut in mid-character is a text
    except UnicodeDecodeError:
        return None
    return text if _reads_like_text(text) else None


def _reads_like_text(text: str) -> bool:
    if not text:
        return False
    if text.isprintable():
        return True
    plain = text.translate(_LAYOUT)
    if plain.isprintable():
        return True
    if len(text) < _STRICT_BELOW:
        return False
    sample = plain[:4096]
    return sum(map(str.isprintable, sample)) >= len(sample) * _PRINTABLE_SHARE


_LAYOUT = dict.fromkeys(map(ord, "\t\n\r\f\v\u2028\u2029\u3000\u00a0\ufeff\x1b"), " ")


def from_base64(value: str | bytes) -> bytes | None:
    """Decode standard or URL-safe base64, spaces ignored and padding optional, as `atob` and `Buffer.from` do."""
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    text = "".join(text[:MAX_INPUT].split()).rstrip("=").replace("-", "+").replace("_", "/")
    if len(text) % 4 == 1:
        text = text[:-1]
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def from_base32(value: str | bytes) -> bytes | None:
    """Decode base32, spaces ignored and padding optional."""
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    text = "".join(text[:MAX_INPUT].split()).rstrip("=")
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8), casefold=True)
    except (binascii.Error, ValueError):
        return None


def from_base85(value: str | bytes) -> bytes | None:
    """Decode base85 as Python and git write it, or Ascii85."""
    data = value if isinstance(value, bytes) else value.encode("latin-1", "replace")
    for decode in (base64.b85decode, base64.a85decode):
        try:
            return decode(data[:MAX_INPUT])
        except ValueError:
            continue
    return None


def from_hex(value: str | bytes) -> bytes | None:
    """Decode hex digits, with or without `0x`, spaces, colons or commas between the bytes."""
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    text = re.sub(r"0x|\\x|[\s:,\-]", "", text[:MAX_INPUT])
    try:
        return bytes.fromhex(text[: len(text) // 2 * 2])
    except ValueError:
        return None


def from_char_codes(codes: Iterable[int]) -> str | None:
    """Join code points as `String.fromCharCode` does; None when one of them is none."""
    points: list[int] = []
    for code in codes:
        if not 0 <= code <= _MAX_CODEPOINT or len(points) >= MAX_INPUT:
            return None
        points.append(code)
    return "".join(map(chr, points))


def from_percent(value: str) -> str | None:
    """Undo `%41` and `%u0041` escapes, as UTF-8 where they are that and as Latin-1 (`unescape`) where not."""

    def run(match: re.Match[str]) -> str:
        data = bytes.fromhex(match[0].replace("%", ""))
        try:
            return data.decode()
        except UnicodeDecodeError:
            return data.decode("latin-1")

    text = value[:MAX_INPUT]
    if "%" not in text:
        return text
    text = re.sub(r"%u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"(?:%[0-9a-fA-F]{2})+", run, text)


def from_escapes(value: str) -> str | None:
    r"""Undo escapes that stand in the value itself: `\x41`, `\u0041`, `\u{41}`, `\U00000041`, `\101`."""

    def one(match: re.Match[str]) -> str:
        digits = match[1] or match[2] or match[3] or match[4]
        code = int(digits, 16) if digits else int(match[5], 8)
        return chr(code) if code <= _MAX_CODEPOINT else match[0]

    return _ESCAPES.sub(one, value[:MAX_INPUT])


def inflate(data: bytes, limit: int = MAX_INFLATED) -> bytes | None:
    """Decompress zlib, gzip, raw deflate, bzip2, xz or lzma to at most `limit` bytes; None when it is none of them.

    A stream that is cut or goes bad half-way gives what was readable before.
    """
    if data[:3] == b"BZh":
        return _decompress(bz2.BZ2Decompressor(), data, limit)
    if data[:6] == b"\xfd7zXZ\x00" or data[:3] == b"\x5d\x00\x00":
        return _decompress(lzma.LZMADecompressor(memlimit=128 << 20), data, limit)
    wrapped = _decompress(zlib.decompressobj(zlib.MAX_WBITS | 32), data, limit)
    return wrapped or _decompress(zlib.decompressobj(-zlib.MAX_WBITS), data, limit)


def _decompress(
    engine: "zlib._Decompress | bz2.BZ2Decompressor | lzma.LZMADecompressor", data: bytes, limit: int
) -> bytes | None:
    out = bytearray()
    for start in range(0, len(data), 4096):  # in pieces, so that a stream that goes bad gives what came before
        try:
            out += engine.decompress(data[start : start + 4096], limit - len(out))
        except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError, MemoryError):
            break
        if engine.eof or len(out) >= limit:
            break
    return bytes(out) or None


def is_compressed(data: bytes) -> bool:
    """Whether `data` begins as a zlib, gzip, bzip2, xz or lzma stream does."""
    if data[:2] == b"\x1f\x8b" or data[:3] in {b"BZh", b"\x5d\x00\x00"} or data[:6] == b"\xfd7zXZ\x00":
        return True
    return len(data) > 2 and data[0] & 0x0F == 8 and data[0] >> 4 <= 7 and (data[0] << 8 | data[1]) % 31 == 0  # noqa: PLR2004 (RFC 1950)


def reverse(value: str) -> str:
    """The value back to front, at most `MAX_INPUT` characters of its end."""
    return value[: -MAX_INPUT - 1 : -1]


def rot13(value: str) -> str:
    """Turn letters by 13 places."""
    return codecs.decode(value[:MAX_INPUT], "rot13")


def decode_layers(value: str, *, budget: Budget | None = None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Guess what a constant hides: each readable text under it, with the encodings taken off, outermost first.

    Encodings: `base64`, `hex`, `zlib` (any compression), `reversed`, `char-codes`, `percent`, `escapes`, `data-url`.
    At most `MAX_DEPTH` lie over one text; `budget` bounds the sum over a file. The value itself is not a result.
    """
    budget = budget if budget is not None else Budget()
    found: list[tuple[str, tuple[str, ...]]] = []
    seen = {value}
    pending: list[tuple[str, tuple[str, ...]]] = [(value[:MAX_INPUT], ())]
    while pending and not budget.spent:
        text, taken = pending.pop(0)
        if len(taken) >= MAX_DEPTH:
            continue
        budget.attempts -= 1
        for result, encodings in _peel(text):
            if len(result) < _SHORTEST_TEXT or result in seen:
                continue
            layers = taken + encodings
            kept = result[: max(budget.characters, 0)]
            if len(layers) > MAX_DEPTH or not kept:
                continue
            seen.add(result)
            budget.characters -= len(kept)
            found.append((kept, layers))
            pending.append((kept, layers))
    return tuple(found)


def _peel(text: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Take one encoding off in every way that gives readable text."""
    if len(text) < _SHORTEST_GUESS:
        return
    prefix = _DATA_URL.match(text)
    if prefix:
        yield from _from_bytes(from_base64(text[prefix.end() :]), ("data-url", "base64"))
        return
    if _HEX.fullmatch(text) or _HEX_SEPARATED.fullmatch(text):
        yield from _from_bytes(from_hex(text), ("hex",))
    if _BASE64.fullmatch(text) or _BASE64_LINES.fullmatch(text):
        yield from _from_bytes(from_base64(text), ("base64",))
    if _BASE64_REVERSED.fullmatch(text):
        yield from _from_bytes(from_base64(reverse(text)), ("reversed", "base64"))
    else:
        yield from _peel_text(text)


def _peel_text(text: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The encodings that give text from text: codes, escapes, and the direction of reading."""
    if _CODES.fullmatch(text):
        codes = (int(code, 0) if code[:2] == "0x" else int(code) for code in _CODE.findall(text))
        yield from _from_text(from_char_codes(codes), "char-codes")
    if _many(len(_PERCENT.findall(text)), text):
        yield from _from_text(from_percent(text), "percent")
    if _many(len(_ESCAPES.findall(text)), text):
        yield from _from_text(from_escapes(text), "escapes")
    backwards = reverse(text)
    if _TELLING.search(backwards) and not _TELLING.search(text):
        yield backwards, ("reversed",)


def _many(escapes: int, text: str) -> bool:
    """Whether escapes are what a text is written in; a long program holds a few in patterns and messages."""
    return escapes >= _TELLING_ESCAPES and (len(text) < _LONG_TEXT or escapes * _ESCAPES_APART >= len(text))


def _from_text(text: str | None, encoding: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    if text and _reads_like_text(text):
        yield text, (encoding,)


def _from_bytes(data: bytes | None, encodings: tuple[str, ...]) -> Iterable[tuple[str, tuple[str, ...]]]:
    if not data:
        return
    text = plausible_text(data)
    if text is not None:
        yield text, encodings
        return
    if is_compressed(data):
        inflated = inflate(data)
        text = plausible_text(inflated) if inflated else None
        if text is not None:
            yield text, (*encodings, "zlib")
