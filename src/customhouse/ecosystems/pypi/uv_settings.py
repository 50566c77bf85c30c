"""What uv is configured to do: UV_* variables, then the project's, the user's and the system's files."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

from customhouse.ecosystems.pypi.settings import IndexSettings, Stated
from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import pypi_name


class _Index(msgspec.Struct, frozen=True):
    """One index of uv's: `[[tool.uv.index]]`, or an item of UV_INDEX."""

    stated: Stated
    name: str = ""
    default: bool = False
    explicit: bool = False


class _Table(msgspec.Struct, frozen=True):
    """A uv.toml, or pyproject's `[tool.uv]`."""

    source: str
    values: Mapping[str, Any]


def uses_uv(project: Path) -> bool:
    """Whether the project is one of uv's: it has a uv.lock, a uv.toml or a `[tool.uv]`."""
    if any((project / name).is_file() for name in ("uv.lock", "uv.toml")):
        return True
    table = _pyproject(project / "pyproject.toml")
    return table is not None


def read_uv_settings(project: Path, environ: Mapping[str, str]) -> IndexSettings:
    """Read uv's environment and files. Raises CustomhouseError for a file that cannot be read."""
    tables = list(_tables(project, environ))
    indexes = [*_from_environment(environ), *(index for table in tables for index in _from_table(table))]
    indexes = [_with_credentials(index, environ) for index in indexes]
    warnings = [
        f"uv ({table.source}): find-links is not asked: Customhouse asks indexes only"
        for table in tables
        if table.values.get("find-links")
    ]
    named = {index.name: index.stated for index in reversed(indexes) if index.name}
    pins: dict[str, tuple[Stated, ...]] = {}
    for table in tables:
        for project_name, wanted in _pinned(table):
            if found := tuple(named[name] for name in wanted if name in named):
                pins.setdefault(project_name, found)
    return IndexSettings(
        default=next((index.stated for index in indexes if index.default), None),
        extra=tuple(dict.fromkeys(index.stated for index in indexes if not (index.default or index.explicit))),
        pins=pins,
        warnings=tuple(warnings),
    )


def _from_environment(environ: Mapping[str, str]) -> Iterator[_Index]:
    for variable in ("UV_INDEX", "UV_EXTRA_INDEX_URL"):
        for item in environ.get(variable, "").split():
            yield _item(item, variable)
    for variable in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        if item := environ.get(variable, "").strip():
            yield msgspec.structs.replace(_item(item, variable), default=True)


def _item(text: str, source: str) -> _Index:
    """Read `url` or `name=url`; an `=` after the scheme belongs to the URL."""
    name, equals, url = text.partition("=")
    if equals and "/" not in name and ":" not in name:
        return _Index(Stated(url, source), name)
    return _Index(Stated(text, source))


def _tables(project: Path, environ: Mapping[str, str]) -> Iterator[_Table]:
    """Give uv's files, strongest first."""
    if environ.get("UV_NO_CONFIG", "") not in ("", "0", "false"):
        return
    if named := environ.get("UV_CONFIG_FILE"):
        yield _Table(named, _toml(Path(named), required=True))
        return
    for folder in (project.absolute(), *project.absolute().parents):
        if (folder / "uv.toml").is_file():
            yield _Table(str(folder / "uv.toml"), _toml(folder / "uv.toml"))
            break
        if table := _pyproject(folder / "pyproject.toml"):
            yield table
            break
    home = Path(environ.get("HOME") or Path.home())
    yield from _uv_toml(Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "uv" / "uv.toml")
    system = [
        Path(folder) / "uv" / "uv.toml" for folder in (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    ]
    for path in (*system, Path("/etc/uv/uv.toml")):
        if path.is_file():
            yield from _uv_toml(path)
            break


def _uv_toml(path: Path) -> Iterator[_Table]:
    if path.is_file():
        yield _Table(str(path), _toml(path))


def _pyproject(path: Path) -> _Table | None:
    tool = _toml(path).get("tool")
    table = tool.get("uv") if isinstance(tool, dict) else None
    return _Table(str(path), table) if isinstance(table, dict) else None


def _toml(path: Path, *, required: bool = False) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        if not required:
            return {}
        reason = "there is no such file"
    except (OSError, ValueError, RecursionError) as error:
        reason = str(error) or type(error).__name__
    raise CustomhouseError(
        f"{path} cannot be read for uv's settings: {reason}", hint="correct the file, or UV_CONFIG_FILE"
    )


def _from_table(table: _Table) -> Iterator[_Index]:
    listed = table.values.get("index")
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("url"), str):
            name = entry.get("name")
            yield _Index(
                Stated(entry["url"], table.source),
                name if isinstance(name, str) else "",
                default=entry.get("default") is True,
                explicit=entry.get("explicit") is True,
            )
    extra = table.values.get("extra-index-url")
    for url in extra if isinstance(extra, list) else []:
        if isinstance(url, str):
            yield _Index(Stated(url, table.source))
    if isinstance(url := table.values.get("index-url"), str):
        yield _Index(Stated(url, table.source), default=True)


def _with_credentials(index: _Index, environ: Mapping[str, str]) -> _Index:
    """Add UV_INDEX_{NAME}_USERNAME and _PASSWORD to the address."""
    name = "".join(char if char.isalnum() else "_" for char in index.name).upper()
    user, password = environ.get(f"UV_INDEX_{name}_USERNAME", ""), environ.get(f"UV_INDEX_{name}_PASSWORD", "")
    if not name or not (user or password):
        return index
    parts = urlsplit(index.stated.value)
    netloc = f"{quote(user, safe='')}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}"
    return msgspec.structs.replace(index, stated=Stated(urlunsplit(parts._replace(netloc=netloc)), index.stated.source))


def _pinned(table: _Table) -> Iterator[tuple[str, list[str]]]:
    """Give each project of `[tool.uv.sources]` and the names of the indexes it may come from."""
    sources = table.values.get("sources")
    for name, source in (sources if isinstance(sources, dict) else {}).items():
        entries = source if isinstance(source, list) else [source]
        wanted = [
            entry["index"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("index"), str)
        ]
        if wanted:
            yield pypi_name(name), wanted
