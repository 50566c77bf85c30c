"""Methods of constant texts and arrays, as folding applies them: `split`, `reverse`, `join`, `replace`, `slice`, ..."""

import re

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source import decoding
from customhouse.source.javascript.values import (
    MAX_ITEMS,
    MAX_TEXT,
    Constant,
    characters,
    from_buffer,
    is_whole,
    items,
    layers_of,
    number,
    to_text,
)

#: Patterns of `replace` that are applied: literals and character classes, one of them repeated at most. Two repeats
#: may divide a run of characters in many ways, and one that is not the end is tried again at each character of it: then
#: only a short text is searched.
_SAFE_PATTERN = lazy_regex(r"\^?(?:\\[^\dA-Za-z]|\\[dsw]|[^\\()\[\]{}*+?|^$]|\[(?:\\.|[^\\\]])+\]\+?)*\$?")
_REPEATED = lazy_regex(r"\\.|\[(?:\\.|[^\\\]])+\](\+?)")
_SHORT = 2000
_LONGEST_PATTERN = 200
_INDEXED = frozenset({"charAt", "at", "charCodeAt", "codePointAt"})


def apply(target: Constant, method: str, arguments: list[Constant | None]) -> Constant | None:
    """The value of `target.method(...arguments)`; None when it is not constant."""
    value = target.value
    if isinstance(value, bytes):
        return _on_bytes(target, method, arguments)
    if isinstance(value, list):
        return _on_list(target, value, method, arguments)
    if isinstance(value, str):
        return _on_text(target, value, method, arguments)
    if method == "toString" and isinstance(value, int) and arguments:
        return Constant(_in_base(value, arguments[0]))
    return Constant(to_text(target), target.layers) if method == "toString" else None


def _in_base(value: int, base: Constant | None) -> str:
    digits, base_value = "0123456789abcdefghijklmnopqrstuvwxyz", number(base)
    if base_value is None or not 2 <= base_value <= 36 or value < 0:  # noqa: PLR2004 (ECMA-262)
        return str(value)
    out = ""
    while value:
        value, digit = divmod(value, int(base_value))
        out = digits[digit] + out
    return out or "0"


def _on_bytes(target: Constant, method: str, arguments: list[Constant | None]) -> Constant | None:
    encoding = to_text(arguments[0]) if arguments else "utf8"
    if method in {"toString", "toLocaleString"}:
        return from_buffer(target, encoding)
    every = items(target)
    if method in {"map", "join", "slice", "subarray", "reverse"} and every is not None:
        return _on_list(target, every, "slice" if method == "subarray" else method, arguments)
    return None


def _bounds(arguments: list[Constant | None], size: int) -> slice | None:
    numbers = [number(each) for each in arguments[:2]]
    if any(each is None for each in numbers):
        return None
    ends = [int(each) for each in numbers if each is not None]
    return slice(ends[0] if ends else 0, ends[1] if len(ends) > 1 else size)


def _on_list(
    target: Constant, value: list[Constant | None], method: str, arguments: list[Constant | None]
) -> Constant | None:
    if method == "join":
        separator = to_text(arguments[0]) if arguments else ","
        if not any(value):
            return Constant("", target.layers) if not value else None
        text = separator.join(
            "" if each is not None and each.value is None else to_text(each) for each in value[:MAX_ITEMS]
        )
        return Constant(text[:MAX_TEXT], layers_of(target, *value), all(map(is_whole, value)))
    if method in {"reverse", "toReversed"}:
        return Constant(value[::-1], (*target.layers, "reversed"))
    if method == "slice":
        bounds = _bounds(arguments, len(value))
        return Constant(value[bounds], target.layers) if bounds is not None else None
    if method == "concat":
        more = [
            item for each in arguments for item in (each.value if each and isinstance(each.value, list) else [each])
        ]
        return Constant((value + more)[:MAX_ITEMS], target.layers)
    if method in {"at", "pop", "shift"} and value:
        index = number(arguments[0]) if arguments else {"pop": -1}.get(method, 0)
        return value[int(index)] if index is not None and -len(value) <= index < len(value) else None
    return Constant(to_text(target), target.layers) if method == "toString" else None


def _on_text(target: Constant, value: str, method: str, arguments: list[Constant | None]) -> Constant | None:  # noqa: C901, PLR0912
    layers, whole = target.layers, target.whole
    first = arguments[0] if arguments else None
    match method:
        case "toString" | "valueOf" | "trim" | "normalize" | "trimStart" | "trimEnd":
            return Constant(value.strip() if method == "trim" else value, layers, whole)
        case "toLowerCase" | "toLocaleLowerCase":
            return Constant(value.lower(), layers, whole)
        case "toUpperCase" | "toLocaleUpperCase":
            return Constant(value.upper(), layers, whole)
        case "concat":
            texts = "".join(map(to_text, arguments))
            return Constant(
                (value + texts)[:MAX_TEXT], layers_of(target, *arguments), whole and all(map(is_whole, arguments))
            )
        case "split" if whole:
            separator = to_text(first) if first is not None else None
            if separator is None:
                return Constant([target], layers)
            parts = list(value[:MAX_ITEMS]) if separator == "" else value.split(separator, MAX_ITEMS)
            return Constant([Constant(part, layers) for part in parts], layers)
        case "replace" | "replaceAll" if len(arguments) > 1 and first is not None and arguments[1] is not None:
            return replace(target, first, to_text(arguments[1]), every=method == "replaceAll")
        case "repeat":
            times = number(first)
            return Constant(value * int(times), layers, whole) if times and 0 < times * len(value) <= MAX_TEXT else None
        case "slice" | "substring" if whole:
            bounds = _bounds(arguments, len(value))
            return Constant(value[bounds], layers) if bounds is not None else None
        case "substr" if whole:
            begin, size = number(first), number(arguments[1]) if len(arguments) > 1 else len(value)
            if begin is None or size is None:
                return None
            return Constant(value[int(begin) :][: max(int(size), 0)], layers)
        case _ if method in _INDEXED and whole:
            index = number(first) if arguments else 0
            if index is None or not -len(value) <= index < len(value):
                return None
            character = value[int(index)]
            return Constant(
                ord(character) if method.endswith("CodeAt") or method == "codePointAt" else character, layers
            )
    return None


def replace(target: Constant, pattern: Constant, by: str, *, every: bool) -> Constant | None:
    """`text.replace(pattern, by)`, where a pattern's source stands as `/.../flags` for a regular expression."""
    value = to_text(target)
    wanted = to_text(pattern)
    literal = re.fullmatch(r"/(.+)/([a-z]*)", wanted, re.DOTALL) if "regex" in pattern.layers else None
    if literal is None:
        return Constant(value.replace(wanted, by, -1 if every else 1)[:MAX_TEXT], target.layers, target.whole)
    if (
        len(literal[1]) > _LONGEST_PATTERN
        or not _SAFE_PATTERN.fullmatch(literal[1])
        or "$" in by
        or _is_slow(literal[1], len(value))
    ):
        return None
    try:
        compiled = re.compile(literal[1], re.IGNORECASE if "i" in literal[2] else 0)
    except (re.error, OverflowError):
        return None
    text = compiled.sub(lambda _: by, value, count=0 if "g" in literal[2] else 1)
    return Constant(text[:MAX_TEXT], target.layers, target.whole)


def _is_slow(pattern: str, size: int) -> bool:
    """Whether a safe pattern could still take more than a moment on a text of so many characters."""
    repeats = [match for match in _REPEATED.finditer(pattern) if match[1]]
    if len(repeats) > 1:
        return True
    return bool(repeats) and repeats[0].end() < len(pattern) and size > _SHORT


def decode_call(path: str, arguments: list[Constant | None]) -> Constant | None:
    """The value of a call that decodes: `atob`, `unescape`, `String.fromCharCode`, `zlib.inflateSync`, ..."""
    first = arguments[0] if arguments else None
    if path in {"String.fromCharCode", "String.fromCodePoint"}:
        return characters(arguments)
    if first is None or not first.whole:
        return None
    if path == "atob" and isinstance(first.value, str):
        data = decoding.from_base64(first.value)
        return Constant(data.decode("latin-1"), (*first.layers, "base64")) if data is not None else None
    if path in {"unescape", "decodeURIComponent", "decodeURI"} and isinstance(first.value, str):
        text = decoding.from_percent(first.value)
        if text is None or text == first.value:
            return first
        return Constant(text, (*first.layers, "percent"))
    if path.startswith("zlib.") and isinstance(first.value, bytes):
        inflated = decoding.inflate(first.value)
        return Constant(inflated, (*first.layers, "zlib")) if inflated is not None else None
    return None
