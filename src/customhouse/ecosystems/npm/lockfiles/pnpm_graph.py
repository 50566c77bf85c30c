"""The graph of a pnpm lock: its projects (importers), what leads to what, and which scope each package has by that.

Versions 5 and 6 write `dev` flags and 9 does not. The scope is computed from the projects for all of them, so that a
flag that somebody turned over cannot make a production dependency look like a tool.
"""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.npm.lockfiles.pnpm_keys import Major, target
from customhouse.ecosystems.npm.lockfiles.scopes import Wishes, scopes
from customhouse.model.locked import Scope

#: Tables of a project. The last two are those of pnpm's own environment document (pnpm 11 and later).
Table = Literal[
    "dependencies", "devDependencies", "optionalDependencies", "configDependencies", "packageManagerDependencies"
]
TABLES: tuple[Table, ...] = (
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "configDependencies",
    "packageManagerDependencies",
)
ENVIRONMENT_TABLES = frozenset(TABLES[3:])
#: Configuration dependencies take part in every installation, so nothing makes them less than production.
_SCOPES: dict[Table, Scope] = {
    "dependencies": "prod",
    "devDependencies": "dev",
    "optionalDependencies": "optional",
    "configDependencies": "prod",
    "packageManagerDependencies": "dev",
}
LINK = "link:"


class Edge(msgspec.Struct, frozen=True, gc=False):
    """One dependency of a project or package: the name it is installed under, and the node it leads to."""

    name: str
    to: str
    optional: bool
    scope: Scope = "prod"


class Project(msgspec.Struct, frozen=True):
    """One importer. `folder` is relative to the lock's, empty for the same."""

    folder: str
    edges: tuple[Edge, ...]
    specifiers: tuple[tuple[str, str], ...] | None


def link_key(folder: str, reference: str) -> str:
    """Name the folder that a `link:` leads to, seen from the lock's own."""
    path = reference[len(LINK) :]
    joined = path if path.startswith("/") else posixpath.normpath(posixpath.join(folder or ".", path or "."))
    return LINK + ("" if joined == "." else joined)


def _rows(table: Any, where: str, problems: list[str]) -> Iterator[tuple[str, Any]]:
    if isinstance(table, Mapping):
        yield from table.items()
    elif table is not None:
        problems.append(f"{where} is no table")


def projects(document: Mapping[str, Any], major: Major, problems: list[str]) -> list[Project]:
    """Read `importers`, or the tables at the top of a lock that serves one project alone."""
    importers = document.get("importers")
    if importers is None:
        importers = {".": document} if any(table in document for table in (*TABLES, "specifiers")) else {}
    found = []
    for folder, row in _rows(importers, "`importers`", problems):
        if not isinstance(row, Mapping):
            problems.append(f"importer {printable(folder)} is no table")
            continue
        found.append(_project("" if folder == "." else folder, row, major, problems))
    return found


def _project(folder: str, row: Mapping[str, Any], major: Major, problems: list[str]) -> Project:
    where = f"importer {printable(folder or '.')}"
    edges: list[Edge] = []
    listed = row.get("specifiers")
    specifiers = dict(_rows(listed, f"`specifiers` of {where}", problems))
    inline = False
    for table in TABLES:
        for name, value in _rows(row.get(table), f"`{table}` of {where}", problems):
            reference, specifier = value, None
            if isinstance(value, Mapping):
                inline = True
                reference, specifier = value.get("version"), value.get("specifier")
            if not isinstance(reference, str):
                problems.append(f"{printable(name)} of {where} has no version")
                continue
            if specifier is not None:
                specifiers[name] = specifier
            to = link_key(folder, reference) if reference.startswith(LINK) else target(name, reference, major)
            scope = _SCOPES[table]
            edges.append(Edge(name, to, scope == "optional", scope))
    told = inline or isinstance(listed, Mapping) or not edges
    environment = bool(ENVIRONMENT_TABLES & row.keys())
    pairs = tuple((name, text) for name, text in specifiers.items() if isinstance(text, str))
    return Project(folder, tuple(edges), pairs if told and not environment else None)


def edges_of(key: str, row: Mapping[str, Any], major: Major, problems: list[str]) -> tuple[Edge, ...]:
    """Read what one installed package needs. Its `link:` is relative to the lock's folder."""
    found = []
    for table, optional in (("dependencies", False), ("optionalDependencies", True)):
        rows = row.get(table)
        if rows is None:
            continue
        for name, reference in _rows(rows, f"`{table}` of {printable(key)}", problems):
            if not isinstance(reference, str):
                problems.append(f"{printable(name)} of {printable(key)} has no version")
                continue
            to = link_key("", reference) if reference.startswith(LINK) else target(name, reference, major)
            found.append(Edge(name, to, optional))
    return tuple(found)


def scopes_of(found: list[Project], nodes: Mapping[str, tuple[Edge, ...]]) -> dict[str, Scope]:
    """Tell the scope of each node by how the projects reach it."""
    wishes = Wishes()
    wanted: dict[Scope, list[str]] = {"prod": wishes.prod, "optional": wishes.optional, "dev": wishes.dev}
    for project in found:
        for edge in project.edges:
            wanted[edge.scope].append(edge.to)
    required = {key: [edge.to for edge in edges if not edge.optional] for key, edges in nodes.items()}
    optional = {key: [edge.to for edge in edges if edge.optional] for key, edges in nodes.items()}
    return scopes(nodes, wishes, required, optional, {})
