"""Constants as folding sees them, and the JavaScript operations on them that need no syntax tree."""

import re
from collections.abc import Callable
from typing import NamedTuple

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source import decoding

Raw = str | int | float | bool | bytes | list["Constant | None"] | dict[str, "Constant | None"] | None
MAX_TEXT = 1 << 20
MAX_ITEMS = 16_384
#: Stands for the part of a text that is not constant.
HOLE = "{}"


class Constant(NamedTuple):
    """A folded value.

    `layers` are the encodings that folding took off, outermost first; `whole` is False when a part of the text is
    unknown and stands as `{}`.
    """

    value: Raw
    layers: tuple[str, ...] = ()
    whole: bool = True


_ESCAPE = lazy_regex(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|([0-3][0-7]{0,2}|[4-7][0-7]?)|(\r\n|[\n\r\u2028\u2029])|(.))",
    re.DOTALL,
)
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


def unescape(text: str) -> str:
    """Take the escapes of a string literal's source off."""
    if "\\" not in text:
        return text

    def one(match: re.Match[str]) -> str:
        digits = match[1] or match[2] or match[3]
        if digits:
            code = int(digits, 16)
            return chr(code) if code <= 0x10FFFF else ""  # noqa: PLR2004 (Unicode's last)
        if match[4]:
            return chr(int(match[4], 8))
        return "" if match[5] else _SINGLE.get(match[6], match[6])

    return _ESCAPE.sub(one, text)


def escaped_share(source: str) -> bool:
    r"""Whether a literal is written mostly in `\x41` and `\u0041` escapes of characters that need none."""
    found = re.findall(r"\\(?:x[2-7][0-9a-fA-F]|u00[2-7][0-9a-fA-F]|u\{[2-7][0-9a-fA-F]\})", source)
    return len(found) >= 3 and sum(map(len, found)) * 2 >= len(source)  # noqa: PLR2004 (fewer hide nothing)


def to_text(constant: Constant | None) -> str:
    """What `String(value)` gives, `{}` for what is unknown."""
    if constant is None:
        return HOLE
    value = constant.value
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)  # noqa: PLR2004 (ECMA-262)
    if isinstance(value, bytes):
        return decoding.plausible_text(value) or value.decode("latin-1")
    if isinstance(value, list):
        return ",".join(to_text(item) for item in value[:MAX_ITEMS])
    return "[object Object]" if isinstance(value, dict) else str(value)


def is_whole(constant: Constant | None) -> bool:
    """Whether nothing of a value is unknown."""
    if constant is None or not constant.whole:
        return False
    return all(map(is_whole, constant.value)) if isinstance(constant.value, list) else True


def layers_of(*constants: Constant | None) -> tuple[str, ...]:
    """The encodings of all parts, each named once."""
    return tuple(dict.fromkeys(layer for each in constants if each is not None for layer in each.layers))


def number(constant: Constant | None) -> int | float | None:
    """The value as a number where `+value` would be one."""
    if constant is None:
        return None
    value = constant.value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        try:
            return int(value, 0) if re.fullmatch(r"0[xob][0-9a-fA-F]+|\d{1,15}", value) else float(value)
        except ValueError:
            return 0 if not value.strip() else None
    return 0 if value == [] else None


def _int32(value: float) -> int:
    cut = int(value) & 0xFFFFFFFF
    return cut - (1 << 32) if cut >> 31 else cut


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else 0.0,
    "%": lambda a, b: a % b if b else 0.0,
    "^": lambda a, b: _int32(a) ^ _int32(b),
    "|": lambda a, b: _int32(a) | _int32(b),
    "&": lambda a, b: _int32(a) & _int32(b),
    "<<": lambda a, b: _int32(_int32(a) << (int(b) & 31)),
    ">>": lambda a, b: _int32(a) >> (int(b) & 31),
    ">>>": lambda a, b: (int(a) & 0xFFFFFFFF) >> (int(b) & 31),
}


def add(left: Constant | None, right: Constant | None) -> Constant | None:
    """`left + right`: a sum of numbers, else the joined texts, where at least one is known to be text."""
    values = [each.value for each in (left, right) if each is not None]
    if len(values) == 2 and all(isinstance(value, int | float) for value in values):  # noqa: PLR2004
        return Constant(values[0] + values[1])  # type: ignore[operator]
    if not any(isinstance(value, str | list | dict) for value in values):
        return None
    text = (to_text(left) + to_text(right))[:MAX_TEXT]
    return Constant(text, layers_of(left, right), is_whole(left) and is_whole(right))


def arithmetic(operator: str, left: Constant | None, right: Constant | None) -> Constant | None:
    """Every other operator on two numbers."""
    operate = _ARITHMETIC.get(operator)
    one, two = number(left), number(right)
    if operate is None or one is None or two is None:
        return None
    try:
        result = operate(one, two)
    except (ValueError, OverflowError):
        return None
    if isinstance(result, int) and abs(result) > 1 << 53:
        return None
    return Constant(result, layers_of(left, right))


def truth(constant: Constant | None) -> bool | None:
    """Whether a condition holds, None when unknown."""
    if constant is None or not constant.whole:
        return None
    return isinstance(constant.value, list | dict) or bool(constant.value)


def items(constant: Constant | None) -> list[Constant | None] | None:
    """The elements of an array, of bytes or of a text's characters."""
    if constant is None:
        return None
    value = constant.value
    if isinstance(value, list):
        return value
    if isinstance(value, bytes):
        return [Constant(byte, constant.layers) for byte in value[:MAX_ITEMS]]
    if isinstance(value, str) and constant.whole:
        return [Constant(character, constant.layers) for character in value[:MAX_ITEMS]]
    return None


def codes(constants: list[Constant | None]) -> list[int] | None:
    """Numbers of a list of constants, None when one is none."""
    found = []
    for each in constants[:MAX_ITEMS]:
        value = number(each)
        if value is None or value != value or abs(value) > 1 << 32:  # noqa: PLR0124 (NaN)
            return None
        found.append(int(value))
    return found


def as_bytes(constant: Constant | None, encoding: str) -> Constant | None:
    """What `Buffer.from(value, encoding)` gives."""
    if constant is None:
        return None
    value = constant.value
    if isinstance(value, list):
        numbers = codes(value)
        return Constant(bytes(each & 255 for each in numbers), ("char-codes",)) if numbers is not None else None
    if isinstance(value, bytes) or not isinstance(value, str) or not constant.whole:
        return constant if isinstance(value, bytes) else None
    kind = encoding.lower()
    if kind in {"base64", "base64url"}:
        decoded = decoding.from_base64(value)
        return Constant(decoded, (*constant.layers, "base64")) if decoded is not None else None
    if kind == "hex":
        decoded = decoding.from_hex(value)
        return Constant(decoded, (*constant.layers, "hex")) if decoded is not None else None
    return Constant(value.encode("utf-8", "replace"), constant.layers)


def from_buffer(constant: Constant, encoding: str) -> Constant | None:
    """What `buffer.toString(encoding)` gives."""
    value = constant.value
    if not isinstance(value, bytes):
        return None
    if encoding.lower() == "hex":
        return Constant(value.hex(), constant.layers)
    if encoding.lower() in {"base64", "base64url"}:
        return None  # encoding, not decoding: nothing hidden comes to light
    return Constant(value.decode("utf-8", "replace"), constant.layers)


def characters(numbers: list[Constant | None]) -> Constant | None:
    """What `String.fromCharCode(...numbers)` gives."""
    found = codes(numbers)
    text = decoding.from_char_codes(each & 0x1FFFFF for each in found) if found else None
    return Constant(text, (*layers_of(*numbers), "char-codes")) if text is not None else None
