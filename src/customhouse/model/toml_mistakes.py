"""Comparing a TOML document of ours with the record that it is read into: every mistake at once, by its key path."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.toml_positions import Keys

#: What TOML has types of its own for.
NATIVE = (datetime, date, time)
#: Explains what msgspec says of a value in better words: its message and the value → message and hint, or None.
Explain = Callable[[str, object], tuple[str, str] | None]


class Mistake(msgspec.Struct, frozen=True):
    """One thing wrong in the file, at a key path from the record's own top."""

    keys: Keys
    message: str
    hint: str = ""


def mistakes(value: object, kind: Any, explain: Explain, keys: Keys = ()) -> Iterator[Mistake]:
    """Compare a value with its type; each mistake has the exact path that msgspec's own message lacks."""
    plain = _without_extras(kind)
    origin = get_origin(plain)
    if isinstance(value, dict) and isinstance(plain, type) and issubclass(plain, msgspec.Struct):
        hints = get_type_hints(plain, include_extras=True)
        for key, inner in value.items():
            if key in hints:
                yield from mistakes(inner, hints[key], explain, (*keys, key))
            else:
                yield Mistake((*keys, key), "unknown key", _suggestion(key, hints))
        required = [field.name for field in msgspec.structs.fields(plain) if field.required]
        if missing := [name for name in required if name not in value]:
            yield Mistake(keys, f"is missing {', '.join(f'`{name}`' for name in missing)}")
    elif isinstance(value, dict) and origin is dict:
        for key, inner in value.items():
            yield from mistakes(inner, get_args(plain)[1], explain, (*keys, key))
    elif isinstance(value, list) and origin is tuple:
        item = get_args(plain)[0]
        for index, inner in enumerate(value):
            yield from mistakes(inner, item, explain, (*keys, index))
        if not value:
            yield from _wrong(value, kind, explain, keys)
    else:
        yield from _wrong(value, kind, explain, keys)


def mistaken(
    path: str, found: Iterable[Mistake], lines: Mapping[Keys, int], prefix: tuple[str, ...], documentation: str
) -> CustomhouseError:
    """Return the error that tells mistakes, each with its file, line and key; `documentation` ends its hint."""
    listed = list(found)
    told = [
        f"{place(path, lines, (*prefix, *mistake.keys))}: `{dotted(mistake.keys)}`: {mistake.message}"
        for mistake in listed
    ]
    hints = [mistake.hint for mistake in listed if mistake.hint]
    return CustomhouseError("\n".join(told), hint="; ".join([*dict.fromkeys(hints), documentation]))


def dotted(keys: Keys) -> str:
    """Write a key path as TOML would: `exceptions[0].purl`, `rules."a.b".decision`."""
    text = ""
    for key in keys:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            bare = key.replace("-", "").replace("_", "").isalnum() and key.isascii()
            text += f"{'.' if text else ''}{key if bare else repr(key)}"
    return text


def place(path: str, lines: Mapping[Keys, int], keys: Keys) -> str:
    """Name the line of a path, or of the nearest table around it."""
    for length in range(len(keys), 0, -1):
        if line := lines.get(keys[:length]):
            return f"{path}:{line}"
    return path


def _wrong(value: object, kind: Any, explain: Explain, keys: Keys) -> Iterator[Mistake]:
    try:
        msgspec.convert(value, kind, builtin_types=NATIVE)
    except msgspec.ValidationError as error:
        message = str(error).partition(" - at `")[0]
        hint = ""
        if better := explain(message, value):
            message, hint = better
        elif choices := _choices(kind):
            message, hint = f"{value!r} is not one of {', '.join(choices)}", _suggestion(value, choices)
        yield Mistake(keys, message, hint)


def _choices(kind: Any) -> list[str]:
    """The texts that a Literal admits, also inside a union."""
    plain = _without_extras(kind)
    if get_origin(plain) in (Union, UnionType):
        return [choice for inner in get_args(plain) for choice in _choices(inner)]
    return [str(choice) for choice in get_args(plain) if isinstance(choice, str)]


def _without_extras(kind: Any) -> Any:
    """Take Annotated and `| None` off."""
    if get_origin(kind) is Annotated:
        return _without_extras(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        inner = [argument for argument in get_args(kind) if argument is not NoneType]
        if len(inner) == 1:
            return _without_extras(inner[0])
    return kind


def _suggestion(word: object, known: Mapping[str, object] | list[str]) -> str:
    near = difflib.get_close_matches(str(word).lower().replace("-", "_"), list(known), n=1)
    return f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(sorted(known))}"
