"""The settings that a file holds, each with its line: npm's INI, yarn 1's lines, YAML and TOML."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, plain_text, toml_document
from customhouse.ecosystems.npm.npmrc import parse_npmrc
from customhouse.repository.hardening.toml_text import key_line

#: Bytes: a settings file is a page or two.
MAX_SETTINGS = 2_000_000
Keys = tuple[str, ...]


class Written(msgspec.Struct, frozen=True):
    """A value as read from a file. `line` is 1-based; None when it cannot be told."""

    value: Any
    path: str
    line: int | None = None


Settings = Mapping[Keys, Written]


def read_settings(path: str, name: str, data: bytes) -> Settings:
    """Read a settings file by the kind that its name tells. Raises UnreadableError."""
    if not data.strip():
        return {}
    text = plain_text(data)
    if name == ".npmrc":
        return dict(_npmrc(path, text))
    if name == ".yarnrc":
        return dict(_yarnrc(path, text))
    if name.endswith((".yml", ".yaml")):
        return dict(_yaml(path, text))
    return dict(_toml(path, text, toml_document(data), ()))


def _npmrc(path: str, text: str) -> Iterator[tuple[Keys, Written]]:
    lines: dict[str, int] = {}
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        lines[line.partition("=")[0].strip().strip("\"'")] = number
    for key, value in parse_npmrc(text).items():
        yield (key,), Written(value, path, lines.get(key))


def _yarnrc(path: str, text: str) -> Iterator[tuple[Keys, Written]]:
    """Read yarn 1's `key value` lines; a later line wins. `--install.x v` is the option x of `yarn install`."""
    for number, line in enumerate(text.splitlines(), start=1):
        key, _, value = line.strip().partition(" ")
        if key and not key.startswith("#"):
            yield (key.strip('"'),), Written(value.strip().strip('"'), path, number)


def _yaml(path: str, text: str) -> Iterator[tuple[Keys, Written]]:
    import yaml  # noqa: PLC0415 - many repositories have no such file

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            raise UnreadableError("it is no mapping of keys to values")
        for key, value in node.value:
            name = loader.construct_object(key, deep=True)
            read = loader.construct_object(value, deep=True)
            yield (str(name),), Written(read, path, key.start_mark.line + 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise UnreadableError(f"it is not YAML: {where}{error.problem or 'it cannot be read'}") from error
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise UnreadableError(f"it is not YAML that a client would write: {type(error).__name__}") from error
    finally:
        loader.dispose()


def _toml(path: str, text: str, table: Mapping[str, Any], above: Keys) -> Iterator[tuple[Keys, Written]]:
    """Give every value that is no table, by the keys that lead to it; an array of tables is a value."""
    for key, value in table.items():
        keys = (*above, key)
        if isinstance(value, dict) and len(keys) < 6:  # noqa: PLR2004 - no setting of any client lies deeper
            yield from _toml(path, text, value, keys)
        else:
            yield keys, Written(value, path, key_line(text, keys))
