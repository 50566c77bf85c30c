"""Reading a configuration file: every mistake in it at once, with its line and what was probably meant."""

import difflib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.policy.configuration import Configuration, ConfigurationFile
from customhouse.policy.durations import PATTERN as DURATION
from customhouse.policy.exceptions import problems_of
from customhouse.policy.positions import Keys, key_lines

#: The table of pyproject.toml that holds the configuration.
PYPROJECT_TABLE = ("tool", "customhouse")
_File = TypeVar("_File", bound=msgspec.Struct)
_NATIVE = (datetime, date, time)
_DOCUMENTATION = "docs/policy.md explains every key; customhouse policy init writes them all with their defaults"


class Mistake(msgspec.Struct, frozen=True):
    """One thing wrong in the file, at a key path from the configuration's own top."""

    keys: Keys
    message: str
    hint: str = ""


def parse_configuration(text: str, path: str) -> Configuration:
    """Read customhouse.toml, or `[tool.customhouse]` when `path` ends in pyproject.toml (defaults without that table).

    Raises CustomhouseError that names file, line and key of every mistake. Dates of exceptions that need to know the
    present day are checked by `policy.exceptions.check_dates`.
    """
    found = parse_tables(text, path, ConfigurationFile, "exceptions", lambda file: map(problems_of, file.exceptions))
    if found is None:
        return Configuration()
    file, origins = found
    sections = {name: getattr(file, name) for name in ConfigurationFile.__struct_fields__}
    return Configuration(**sections, origins=origins)


def parse_tables(
    text: str, path: str, kind: type[_File], listed: str, problems: Callable[[_File], Iterable[Iterable[str]]]
) -> tuple[_File, dict[tuple[str, ...], str]] | None:
    """Read a TOML file of ours into its record, and where each value was written; None where it says nothing.

    `listed` is its array of tables that are one value each; `problems` says what is wrong with each of them beyond its
    shape, in order. Raises CustomhouseError that names file, line and key of every mistake.
    """
    try:
        document: Any = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CustomhouseError(
            f"{path} is not TOML: {error}",
            hint=f"correct it at the place named, then: customhouse policy show ({path})",
        ) from None
    prefix = table_of(path)
    for key in prefix:
        document = document.get(key, {}) if isinstance(document, dict) else {}
    if not document:
        return None
    lines = key_lines(text)
    mistakes = list(_mistakes(document, kind, ()))
    if not mistakes:
        file = msgspec.convert(document, kind, builtin_types=_NATIVE)
        mistakes = [Mistake((listed, index), problem) for index, said in enumerate(problems(file)) for problem in said]
    if mistakes:
        raise _error(path, mistakes, lines, prefix)
    leaves = _leaves(document, (), listed)
    return file, {tuple(str(key) for key in keys): _place(path, lines, (*prefix, *keys)) for keys in leaves}


def table_of(path: str) -> tuple[str, ...]:
    """Return the table that holds the configuration in a file of this name."""
    return PYPROJECT_TABLE if path.replace("\\", "/").rpartition("/")[2] == "pyproject.toml" else ()


def _leaves(value: object, keys: Keys, listed: str) -> Iterator[Keys]:
    """Every path that holds a value of its own: lists are one value, those of the array `listed` one each."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*keys, key), listed)
    elif keys == (listed,) and isinstance(value, list):
        yield from ((*keys, index) for index in range(len(value)))
    else:
        yield keys


def _mistakes(value: object, kind: Any, keys: Keys) -> Iterator[Mistake]:
    """Compare a value with its type; each mistake has the exact path that msgspec's own message lacks."""
    plain = _without_extras(kind)
    origin = get_origin(plain)
    if isinstance(value, dict) and isinstance(plain, type) and issubclass(plain, msgspec.Struct):
        hints = get_type_hints(plain, include_extras=True)
        for key, inner in value.items():
            if key in hints:
                yield from _mistakes(inner, hints[key], (*keys, key))
            else:
                yield Mistake((*keys, key), "unknown key", _suggestion(key, hints))
        required = [field.name for field in msgspec.structs.fields(plain) if field.required]
        if missing := [name for name in required if name not in value]:
            yield Mistake(keys, f"is missing {', '.join(f'`{name}`' for name in missing)}")
    elif isinstance(value, dict) and origin is dict:
        for key, inner in value.items():
            yield from _mistakes(inner, get_args(plain)[1], (*keys, key))
    elif isinstance(value, list) and origin is tuple:
        item = get_args(plain)[0]
        for index, inner in enumerate(value):
            yield from _mistakes(inner, item, (*keys, index))
        if not value:
            yield from _wrong(value, kind, keys)
    else:
        yield from _wrong(value, kind, keys)


def _wrong(value: object, kind: Any, keys: Keys) -> Iterator[Mistake]:
    try:
        msgspec.convert(value, kind, builtin_types=_NATIVE)
    except msgspec.ValidationError as error:
        message = str(error).partition(" - at `")[0]
        hint = ""
        if DURATION in message:
            message, hint = f"{value!r} is not a duration", 'write it as "72h", "3d" or "0"'
        elif r"'\\S'" in message:
            message = "is empty"
        elif "Expected `date" in message:
            message, hint = f"{value!s} is not a date", "write a day without quotes: 2027-01-31"
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


def _error(path: str, mistakes: list[Mistake], lines: dict[Keys, int], prefix: tuple[str, ...]) -> CustomhouseError:
    told = [
        f"{_place(path, lines, (*prefix, *mistake.keys))}: `{dotted(mistake.keys)}`: {mistake.message}"
        for mistake in mistakes
    ]
    hints = [mistake.hint for mistake in mistakes if mistake.hint]
    return CustomhouseError("\n".join(told), hint="; ".join([*dict.fromkeys(hints), _DOCUMENTATION]))


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


def _place(path: str, lines: dict[Keys, int], keys: Keys) -> str:
    """Name the line of a path, or of the nearest table around it."""
    for length in range(len(keys), 0, -1):
        if line := lines.get(keys[:length]):
            return f"{path}:{line}"
    return path
