"""Poetry's own tables in pyproject.toml: `name = "^1.2"`, `name = { git = … }`, or an array of such tables.

https://python-poetry.org/docs/dependency-specification/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.pypi.lockfiles.requirement import vcs_address, without_credentials
from customhouse.ecosystems.pypi.projects.requirement_texts import path_source
from customhouse.ecosystems.pypi.projects.toml_lines import TomlLines
from customhouse.model.declared import Declared, DeclaredScope, DeclaredSource
from customhouse.model.purl import pypi_name


def _address(table: Mapping[str, Any]) -> tuple[DeclaredSource, str]:
    git = table.get("git")
    if isinstance(git, str):
        revision = next((table[key] for key in ("rev", "tag", "branch") if isinstance(table.get(key), str)), "")
        return "git", vcs_address(git, revision)
    url = table.get("url")
    if isinstance(url, str):
        return "url", without_credentials(url)
    for key in ("path", "file"):
        path = table.get(key)
        if isinstance(path, str):
            return path_source(path), path
    return "registry", ""


def _marker(table: Mapping[str, Any]) -> str:
    """Put `markers`, `python` and `platform` together, each as written."""
    found = [str(table["markers"])] if isinstance(table.get("markers"), str) else []
    found += [f"{key} {table[key]}" for key in ("python", "platform") if isinstance(table.get(key), str)]
    return " and ".join(f"({one})" for one in found) if len(found) > 1 else "".join(found)


def _one(name: str, wanted: object, scope: DeclaredScope, group: str, line: int | None) -> Declared | None:
    if isinstance(wanted, str):
        return Declared(pypi_name(name), wanted, scope, group=group, line=line)
    if not isinstance(wanted, Mapping):
        return None
    source, address = _address(wanted)
    version, extras = wanted.get("version"), wanted.get("extras")
    if source == "registry" and not isinstance(version, str) and "version" in wanted:
        return None
    optional = wanted.get("optional") is True
    return Declared(
        pypi_name(name),
        address or (version if isinstance(version, str) else ""),
        "optional" if optional and scope == "prod" else scope,
        source,
        group=group,
        line=line,
        marker=_marker(wanted),
        optional=optional,
        extras=tuple(sorted(pypi_name(one) for one in extras if isinstance(one, str)))
        if isinstance(extras, list)
        else (),
    )


def _table(
    rows: object, scope: DeclaredScope, path: tuple[str, ...], lines: TomlLines, problems: list[str]
) -> Iterator[Declared]:
    group = ".".join(path)
    if not isinstance(rows, Mapping):
        if rows is not None:
            problems.append(f"{group} is not a table")
        return
    for name, wanted in rows.items():
        if name == "python":
            continue
        for each in wanted if isinstance(wanted, list) else [wanted]:
            one = _one(name, each, scope, group, lines.key(*path, name))
            if one is None:
                problems.append(f"{group}.{printable(name)} says neither a version nor an address")
            else:
                yield one


def poetry_dependencies(poetry: Mapping[str, Any], lines: TomlLines, problems: list[str]) -> Iterator[Declared]:
    """Give everything that `[tool.poetry]` asks for; `python` itself is none. Adds what is wrong to `problems`."""
    base = ("tool", "poetry")
    yield from _table(poetry.get("dependencies"), "prod", (*base, "dependencies"), lines, problems)
    yield from _table(poetry.get("dev-dependencies"), "dev", (*base, "dev-dependencies"), lines, problems)
    groups = poetry.get("group")
    if groups is not None and not isinstance(groups, Mapping):
        problems.append("tool.poetry.group is not a table")
    for group, table in groups.items() if isinstance(groups, Mapping) else ():
        rows = table.get("dependencies") if isinstance(table, Mapping) else None
        scope: DeclaredScope = "prod" if group == "main" else "dev"
        yield from _table(rows, scope, (*base, "group", group, "dependencies"), lines, problems)
