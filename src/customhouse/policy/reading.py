"""Reading a configuration file: every mistake in it at once, with its line and what was probably meant."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.toml_mistakes import NATIVE, Mistake, mistaken, mistakes, place
from customhouse.model.toml_positions import Keys, key_lines
from customhouse.policy.configuration import Configuration, ConfigurationFile
from customhouse.policy.durations import PATTERN as DURATION
from customhouse.policy.exceptions import problems_of

#: The table of pyproject.toml that holds the configuration.
PYPROJECT_TABLE = ("tool", "customhouse")
_File = TypeVar("_File", bound=msgspec.Struct)
_DOCUMENTATION = "docs/policy.md explains every key; customhouse policy init writes them all with their defaults"


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
    found = list(mistakes(document, kind, _explained))
    if not found:
        file = msgspec.convert(document, kind, builtin_types=NATIVE)
        found = [Mistake((listed, index), problem) for index, said in enumerate(problems(file)) for problem in said]
    if found:
        raise mistaken(path, found, lines, prefix, _DOCUMENTATION)
    leaves = _leaves(document, (), listed)
    return file, {tuple(str(key) for key in keys): place(path, lines, (*prefix, *keys)) for keys in leaves}


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


def _explained(message: str, value: object) -> tuple[str, str] | None:
    """Say in better words what is wrong with a duration, an empty text or a date."""
    if DURATION in message:
        return f"{value!r} is not a duration", 'write it as "72h", "3d" or "0"'
    if r"'\\S'" in message:
        return "is empty", ""
    if "Expected `date" in message:
        return f"{value!s} is not a date", "write a day without quotes: 2027-01-31"
    return None
