"""What Python's operators, builtins and decoders make of constants: total functions, bounded, never raising.

Every function gives None for "not known". Calls give the value and the name of the encoding that was taken off, which
is empty for a call that hides nothing.
"""

import codecs
from collections.abc import Callable
from typing import TypeAlias, Union

from customhouse.source import decoding

Known: TypeAlias = Union[str, bytes, int, "tuple[Known, ...]"]  # recursive, and 3.11 has no `type`
Result = tuple[Known, str]

#: Characters, bytes or items that one value may have.
MAX_LENGTH = 2 << 20
_MAX_BITS = 16_384
_MAX_TOTAL = 4 * MAX_LENGTH


def sized(value: Known) -> int:
    """The length of a value; of a tuple, all its members' together."""
    if isinstance(value, tuple):
        return len(value) + sum(len(item) for item in value if not isinstance(item, int))
    return 8 if isinstance(value, int) else len(value)


def binary(operator: str, left: Known, right: Known) -> Known | None:
    """Apply an operator to two constants."""
    if isinstance(left, int) and isinstance(right, int):
        return _arithmetic(operator, left, right)
    if operator == "+":
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        if isinstance(left, bytes) and isinstance(right, bytes):
            return left + right
        return left + right if isinstance(left, tuple) and isinstance(right, tuple) else None
    if operator == "*":
        if isinstance(left, int):
            left, right = right, left
        if isinstance(right, int) and not isinstance(left, int) and sized(left) * max(right, 0) <= MAX_LENGTH:
            return left * right
        return None
    if operator == "%" and isinstance(left, str):
        return _formatted(left, right)
    return None


def slice_of(value: str | bytes | tuple[Known, ...], bounds: tuple[int | None, int | None, int | None]) -> Known:
    """Give `value[start:stop:step]`; a step of zero is read as one."""
    start, stop, step = bounds
    return value[slice(start, stop, step or None)]


def call_function(name: str, values: list[Known], named: dict[str, Known]) -> Result | None:
    """Call a builtin or a decoder of the standard library on constants."""
    function = FUNCTIONS.get(name)
    if function is None or sum(map(sized, values)) > _MAX_TOTAL:
        return None
    try:
        return function(values, named)
    except (ValueError, TypeError, IndexError, KeyError, LookupError, OverflowError, ArithmeticError, AttributeError):
        return None


def call_method(receiver: Known, name: str, values: list[Known], named: dict[str, Known]) -> Result | None:
    """Call a method of a constant string, bytes or list."""
    if isinstance(receiver, int) or sized(receiver) > MAX_LENGTH or sum(map(sized, values)) > _MAX_TOTAL:
        return None
    try:
        if name == "join":
            return _join(receiver, values)
        if name in {"decode", "encode"}:
            codec = values[0] if values else named.get("encoding", "utf-8")
            return _codec(receiver, str(codec), encode=name == "encode")
        if name == "format" and isinstance(receiver, str):
            return (_format_fields(receiver, values, named), "")
        if name == "replace":
            return _replace(receiver, values)
        if name == "split" and isinstance(receiver, str):
            parts = receiver.split(next((value for value in values if isinstance(value, str)), None))
            return (tuple(parts), "") if len(parts) <= MAX_LENGTH // 8 else None
        if name == "hex" and isinstance(receiver, bytes):
            return (receiver.hex(), "")
        if name in _PLAIN_METHODS and isinstance(receiver, str | bytes):
            result = getattr(receiver, name)(*values)
            return (result, "") if isinstance(result, str | bytes) else None
    except (ValueError, TypeError, IndexError, KeyError, LookupError, OverflowError, AttributeError, MemoryError):
        return None
    return None


def _arithmetic(operator: str, left: int, right: int) -> int | None:
    if left.bit_length() > _MAX_BITS or right.bit_length() > _MAX_BITS:
        return None
    if operator in {"//", "%"} and right == 0:
        return None
    if operator in {"<<", ">>"} and not 0 <= right <= _MAX_BITS:
        return None
    if operator == "**":
        return left**right if 0 <= right <= _MAX_BITS and left.bit_length() * right <= _MAX_BITS else None
    operation = _ARITHMETIC.get(operator)
    return operation(left, right) if operation else None


_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "<<": lambda a, b: a << b,
    ">>": lambda a, b: a >> b,
}


def _wide(template: str) -> bool:
    """Whether a format asks for a width that would make much out of little."""
    digits = 0
    for character in template:
        digits = digits + 1 if character.isdigit() else 0
        if digits > 4:  # noqa: PLR2004 (a width of ten thousand)
            return True
    return False


def _formatted(template: str, values: Known) -> str | None:
    if _wide(template) or "*" in template:
        return None
    try:
        return template % values
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _format_fields(template: str, values: list[Known], named: dict[str, Known]) -> str:
    """`str.format` without attribute access or nested fields, which could do more than print."""
    if _wide(template) or "." in "".join(part.partition("}")[0] for part in template.split("{")[1:]):
        raise ValueError
    return template.format(*values, **named)


def _join(receiver: Known, values: list[Known]) -> Result | None:
    items = values[0]
    if isinstance(receiver, str):
        parts = [str(item) for item in items if isinstance(item, str)] if isinstance(items, tuple) else list(str(items))
        if isinstance(items, tuple) and len(parts) != len(items):
            return None
        return (receiver.join(parts), "") if len(receiver) * len(parts) <= MAX_LENGTH else None
    if isinstance(receiver, bytes) and isinstance(items, tuple):
        chunks = [item for item in items if isinstance(item, bytes)]
        if len(chunks) == len(items) and len(receiver) * len(chunks) <= MAX_LENGTH:
            return (receiver.join(chunks), "")
    return None


def _replace(receiver: Known, values: list[Known]) -> Result | None:
    old, new = values[0], values[1]
    if isinstance(receiver, str) and isinstance(old, str) and isinstance(new, str):
        if receiver.count(old) * len(new) > MAX_LENGTH:
            return None
        return (receiver.replace(old, new), "")
    if isinstance(receiver, bytes) and isinstance(old, bytes) and isinstance(new, bytes):
        if receiver.count(old) * len(new) > MAX_LENGTH:
            return None
        return (receiver.replace(old, new), "")
    return None


_PLAIN_METHODS_TEXT = """
strip lstrip rstrip lower upper title swapcase capitalize casefold removeprefix removesuffix
"""
_PLAIN_METHODS = frozenset(_PLAIN_METHODS_TEXT.split())
#: Every method that `call_method` knows.
METHODS = _PLAIN_METHODS | {"join", "decode", "encode", "format", "replace", "split", "hex"}
_TEXT_CODECS = frozenset(
    {"utf8", "ascii", "latin1", "iso88591", "utf8sig", "utf16", "utf16le", "utf16be", "utf32", "cp1252"}
)
_BYTE_CODECS = {
    "base64": "base64",
    "base64codec": "base64",
    "hex": "hex",
    "hexcodec": "hex",
    "zlib": "zlib",
    "zip": "zlib",
    "zlibcodec": "zlib",
    "bz2": "zlib",
    "bz2codec": "zlib",
}


def _codec(value: Known, codec: str, *, encode: bool) -> Result | None:
    """`value.decode(codec)`, `value.encode(codec)`, `codecs.decode(value, codec)`."""
    name = codec.lower().replace("-", "").replace("_", "").replace(" ", "")
    if name in {"rot13", "rot"}:
        return (decoding.rot13(value), "rot13") if isinstance(value, str) else None
    if encode:
        return (value.encode(codec, "replace"), "") if isinstance(value, str) and name in _TEXT_CODECS else None
    if name in _BYTE_CODECS and isinstance(value, str | bytes):
        data = value.encode("latin-1", "replace") if isinstance(value, str) else value
        return _taken(_BYTE_CODECS[name], data)
    if name in {"unicodeescape", "rawunicodeescape", "stringescape"} and isinstance(value, str | bytes):
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        plain = decoding.from_escapes(text)
        return None if plain is None else (plain, "escapes")
    if isinstance(value, bytes) and name in _TEXT_CODECS:
        return (codecs.decode(value, codec, "replace"), "")
    return (codecs.decode(value, "utf-7", "replace"), "utf-7") if isinstance(value, bytes) and name == "utf7" else None


def _taken(encoding: str, data: bytes) -> Result | None:
    result = _DECODERS[encoding](data)
    return None if result is None else (result, encoding)


_DECODERS: dict[str, Callable[[bytes], bytes | None]] = {
    "base64": decoding.from_base64,
    "base32": decoding.from_base32,
    "base85": decoding.from_base85,
    "hex": decoding.from_hex,
    "zlib": decoding.inflate,
}


def _decoder(encoding: str) -> Callable[[list[Known], dict[str, Known]], Result | None]:
    def decode(values: list[Known], named: dict[str, Known]) -> Result | None:
        value = values[0] if values else next(iter(named.values()), None)
        if isinstance(value, str):
            value = value.encode("latin-1", "replace")
        return _taken(encoding, value) if isinstance(value, bytes) else None

    return decode


def _bytes(values: list[Known], named: dict[str, Known]) -> Result | None:
    value = values[0]
    if isinstance(value, str):
        codec = values[1] if len(values) > 1 else named.get("encoding", "utf-8")
        return _codec(value, str(codec), encode=True)
    if isinstance(value, tuple):
        codes = [item for item in value if isinstance(item, int)]
        return (bytes(codes), "char-codes") if len(codes) == len(value) else None
    return (value, "") if isinstance(value, bytes) else None


def _str(values: list[Known], named: dict[str, Known]) -> Result | None:
    value = values[0] if values else ""
    if isinstance(value, bytes):
        codec = values[1] if len(values) > 1 else named.get("encoding")
        return _codec(value, str(codec), encode=False) if codec else None
    return (str(value), "") if isinstance(value, str | int) else None


def _int(values: list[Known], named: dict[str, Known]) -> Result | None:
    value, base = values[0], values[1] if len(values) > 1 else named.get("base", 10)
    if isinstance(value, str) and isinstance(base, int) and len(value) <= 4000:  # noqa: PLR2004 (Python's own limit)
        return (int(value, base), "")
    return (value, "") if isinstance(value, int) else None


def _int_to_bytes(values: list[Known], named: dict[str, Known]) -> Result | None:
    del named
    number, length = values[0], values[1]
    order = values[2] if len(values) > 2 else "big"  # noqa: PLR2004
    if not isinstance(number, int) or not isinstance(length, int) or not 0 <= length <= MAX_LENGTH:
        return None
    return (number.to_bytes(length, "little" if order == "little" else "big"), "char-codes")


def _reversed(values: list[Known], named: dict[str, Known]) -> Result | None:
    del named
    value = values[0]
    return None if isinstance(value, int) else (tuple(value[::-1]), "reversed")


def _sequence(values: list[Known], named: dict[str, Known]) -> Result | None:
    del named
    value = values[0] if values else ()
    return None if isinstance(value, int) else (tuple(value), "")


def _chr(values: list[Known], named: dict[str, Known]) -> Result | None:
    del named
    return (chr(values[0]), "char-codes") if isinstance(values[0], int) else None


def _ord(values: list[Known], named: dict[str, Known]) -> Result | None:
    del named
    value = values[0]
    return (ord(value), "") if isinstance(value, str | bytes) else None


def _len(values: list[Known], named: dict[str, Known]) -> Result | None:
    del named
    return None if isinstance(values[0], int) else (len(values[0]), "")


def _codecs_decode(values: list[Known], named: dict[str, Known]) -> Result | None:
    codec = values[1] if len(values) > 1 else named.get("encoding", "utf-8")
    return _codec(values[0], str(codec), encode=False)


def _codecs_encode(values: list[Known], named: dict[str, Known]) -> Result | None:
    codec = values[1] if len(values) > 1 else named.get("encoding", "utf-8")
    return _codec(values[0], str(codec), encode=True)


def _unquote(values: list[Known], named: dict[str, Known]) -> Result | None:
    del named
    text = decoding.from_percent(values[0]) if isinstance(values[0], str) else None
    return None if text is None else (text, "percent" if text != values[0] else "")


def _dedent(values: list[Known], named: dict[str, Known]) -> Result | None:
    del named
    import textwrap  # noqa: PLC0415 - needed for code in strings alone

    return (textwrap.dedent(values[0]), "") if isinstance(values[0], str) else None


def _method(name: str) -> Callable[[list[Known], dict[str, Known]], Result | None]:
    """A method called through its type: `str.join("", parts)`."""

    def call(values: list[Known], named: dict[str, Known]) -> Result | None:
        return call_method(values[0], name, values[1:], named)

    return call


def _urljoin(values: list[Known], named: dict[str, Known]) -> Result | None:
    del named
    base, rest = values[0], values[1]
    if not isinstance(base, str) or not isinstance(rest, str):
        return None
    return (rest if "://" in rest else f"{base.rstrip('/')}/{rest.lstrip('/')}", "")


#: Every function that `call_function` knows.
FUNCTIONS: dict[str, Callable[[list[Known], dict[str, Known]], Result | None]] = {
    "chr": _chr,
    "unichr": _chr,
    "ord": _ord,
    "str": _str,
    "bytes": _bytes,
    "bytearray": _bytes,
    "int": _int,
    "int.to_bytes": _int_to_bytes,
    "len": _len,
    "list": _sequence,
    "tuple": _sequence,
    "reversed": _reversed,
    "str.join": _method("join"),
    "bytes.join": _method("join"),
    "str.replace": _method("replace"),
    "str.format": _method("format"),
    "bytes.decode": _method("decode"),
    "str.encode": _method("encode"),
    "bytes.fromhex": _decoder("hex"),
    "bytearray.fromhex": _decoder("hex"),
    "binascii.unhexlify": _decoder("hex"),
    "binascii.a2b_hex": _decoder("hex"),
    "binascii.a2b_base64": _decoder("base64"),
    "base64.b64decode": _decoder("base64"),
    "base64.standard_b64decode": _decoder("base64"),
    "base64.urlsafe_b64decode": _decoder("base64"),
    "base64.decodebytes": _decoder("base64"),
    "base64.decodestring": _decoder("base64"),
    "base64.b32decode": _decoder("base32"),
    "base64.b16decode": _decoder("hex"),
    "base64.b85decode": _decoder("base85"),
    "base64.a85decode": _decoder("base85"),
    "zlib.decompress": _decoder("zlib"),
    "gzip.decompress": _decoder("zlib"),
    "bz2.decompress": _decoder("zlib"),
    "lzma.decompress": _decoder("zlib"),
    "codecs.decode": _codecs_decode,
    "codecs.encode": _codecs_encode,
    "urllib.parse.unquote": _unquote,
    "urllib.parse.unquote_plus": _unquote,
    "urllib.unquote": _unquote,
    "urllib.parse.urljoin": _urljoin,
    "textwrap.dedent": _dedent,
}
