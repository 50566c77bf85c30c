"""What the TOML locks share: an array of `[[package]]` tables, each a row with a name, a line and files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.pypi.lockfiles.requirement import RefusedError, filename_of, name_of, without_credentials
from customhouse.model.digest import Digest, parse_named
from customhouse.model.locked import LockedArtifact
from customhouse.versions import pypi


class Row(msgspec.Struct, frozen=True):
    """One table of the array. `name` is canonical; `line` 1-based, None where it cannot be told."""

    index: int
    name: str
    version: str | None
    table: Mapping[str, Any]
    line: int | None


def header_lines(data: bytes, key: bytes) -> list[int]:
    """1-based line of each `[[key]]` header, as clients write it."""
    found, line, counted = [], 1, 0
    header = b"[[" + key + b"]]"
    at = data.find(header)
    while at >= 0:
        if not data[data.rfind(b"\n", 0, at) + 1 : at].strip(b" \t"):
            line += data.count(b"\n", counted, at)
            counted = at
            found.append(line)
        at = data.find(header, at + len(header))
    return found


def read_rows(tables: Sequence[object], data: bytes, key: bytes, problems: list[str]) -> Iterator[Row]:
    """Give each table that has a name and, if any, a version of PEP 440; what is wrong with others is a problem."""
    lines = header_lines(data, key)
    for index, table in enumerate(tables):
        line = lines[index] if len(lines) == len(tables) else None
        where = f"the package in line {line}" if line else f"package {index + 1}"
        name = table.get("name") if isinstance(table, Mapping) else None
        if not isinstance(table, Mapping) or not isinstance(name, str):
            problems.append(f"{where} has no name")
            continue
        try:
            yield Row(index, name_of(name), version_of(table, name), table, line)
        except RefusedError as error:
            problems.append(f"{where}: {error}")


def version_of(table: Mapping[str, Any], name: str) -> str | None:
    """Read `version`. Raises RefusedError where it is none by PEP 440."""
    version = table.get("version")
    if version is None:
        return None
    if not isinstance(version, str) or pypi.parse(version) is None:
        raise RefusedError(f"{printable(str(version))} of {name} is no version")
    return version


def text_of(table: Mapping[str, Any], key: str) -> str:
    """Read a text; empty when absent. Raises RefusedError where something else stands there."""
    value = table.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RefusedError(f"its {key} is not a text")
    return value


def texts_of(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Read an array of texts; empty when absent. Raises RefusedError where something else stands there."""
    value = table.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise RefusedError(f"its {key} are not an array of texts")
    return tuple(value)


def tables_of(table: Mapping[str, Any], key: str, what: str) -> list[Mapping[str, Any]]:
    """Read an array of tables; empty when absent. Raises RefusedError where something else stands there."""
    value = table.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise RefusedError(f"its {key} are not an array")
    if not all(isinstance(one, Mapping) for one in value):
        raise RefusedError(f"one of its {what} is not a table")
    return value


def table_of(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Read a table; empty when absent. Raises RefusedError where something else stands there."""
    value = table.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise RefusedError(f"its {key} is not a table")
    return value


def digest_of_text(text: object, filename: str) -> Digest:
    """Read `sha256:…`. Raises RefusedError where it is no digest."""
    digest = parse_named(text) if isinstance(text, str) else None
    if digest is not None:
        return digest
    raise RefusedError(f"the hash of {printable(filename)} is no digest")


def artifact(table: Mapping[str, Any], name_key: str = "filename", url: str | None = None) -> LockedArtifact:
    """Read a file of a lock: `hash`, `size`, and where it is, by `url` or `path`. Raises RefusedError."""
    where, path = table.get("url", url), table.get("path")
    if not isinstance(where, str):
        where = None
    name = table.get(name_key)
    filename = name if isinstance(name, str) else filename_of(where or (path if isinstance(path, str) else ""))
    text, size = table.get("hash"), table.get("size")
    return LockedArtifact(
        filename=filename,
        url=without_credentials(where) if where else "",
        digests=(digest_of_text(text, filename),) if text is not None else (),
        size=size if type(size) is int and size >= 0 else None,
    )
