"""One document of a pnpm lock: its packages, its projects, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from typing import Any

from customhouse.ecosystems.lockfile import in_short, printable
from customhouse.ecosystems.npm.lockfiles import entry as npm_entry
from customhouse.ecosystems.npm.lockfiles.pnpm_graph import (
    ENVIRONMENT_TABLES,
    LINK,
    TABLES,
    Edge,
    Project,
    edges_of,
    projects,
    scopes_of,
)
from customhouse.ecosystems.npm.lockfiles.pnpm_keys import Key, Major, read_key
from customhouse.ecosystems.npm.lockfiles.pnpm_resolution import read_resolution
from customhouse.ecosystems.npm.projects.overrides import names_of_rules
from customhouse.ecosystems.yaml_documents import SEPARATOR, YamlDocument
from customhouse.model.locked import Importer, LockedPackage, Scope
from customhouse.versions import npm

_PATCH = "(patch_hash="
#: How a runtime that pnpm fetches by itself is keyed (`node@runtime:22.0.0`).
_RUNTIME = "runtime:"


class Document:
    """The document read into `packages` and `importers`; `problems` are clauses, `note` is of one without problems."""

    def __init__(self, document: YamlDocument, major: Major) -> None:
        """Read a document whose version is known; `major` is the grammar of its keys."""
        self._value: Mapping[str, Any] = document.value
        self._lines = document.lines
        self._major = major
        self.problems: list[str] = []
        self._projects = projects(self._value, major, self.problems)
        self._folders = {one.folder for one in self._projects}
        #: Rows of the table by key without peers, and every key with what stands under it.
        self._rows: dict[str, tuple[Key, str, Mapping[str, Any]]] = {}
        self._bases: dict[str, str] = {}
        self._nodes: dict[str, tuple[Edge, ...]] = {}
        self._patched: set[str] = set()
        self._read_tables()
        self._link_folders()
        self._drop_missing()
        self._scopes = scopes_of(self._projects, self._nodes)
        self._names = self._installed_names()
        self._direct = {self._bases[edge.to] for one in self._projects for edge in one.edges if edge.to in self._bases}
        self._requires = self._base_edges()
        self.packages = (*self._packages(), *self._links())
        self.importers = tuple(self._importer(one) for one in self._projects)
        self._check_catalogs()
        self.note = self._note()

    @staticmethod
    def is_environment(value: Mapping[str, Any]) -> bool:
        """Tell pnpm's environment from a project, which has none of its tables."""
        importers = value.get("importers")
        rows = list(importers.values()) if isinstance(importers, Mapping) else []
        tables = {table for row in rows if isinstance(row, Mapping) for table in row}
        return bool(tables & ENVIRONMENT_TABLES) and not tables & set(TABLES[:3])

    def _table(self, name: str) -> Mapping[str, Any]:
        table = self._value.get(name)
        if isinstance(table, Mapping):
            return table
        if table is not None:
            self.problems.append(f"`{name}` is no table")
        return {}

    def _read_tables(self) -> None:
        for key, row in self._table("packages").items():
            if not isinstance(row, Mapping):
                self.problems.append(f"entry {printable(key)} is no table")
                continue
            parsed = read_key(key, self._major)
            first = self._rows.setdefault(parsed.base, (parsed, key, row))
            if first[2] is not row and first[2].get("resolution") != row.get("resolution"):
                self.problems.append(f"entries {printable(first[1])} and {printable(key)} pin different bytes")
            if row.get("patched") == "true":
                self._patched.add(parsed.base)
            if self._major != 9:  # noqa: PLR2004 - the format's own number
                self._add_node(key, parsed.base, row)
        if self._major == 9:  # noqa: PLR2004
            self._read_snapshots()

    def _read_snapshots(self) -> None:
        for key, row in self._table("snapshots").items():
            base = read_key(key, 9).base
            if row is not None and not isinstance(row, Mapping):
                self.problems.append(f"snapshot {printable(key)} is no table")
            elif base not in self._rows:
                self.problems.append(f"snapshot {printable(key)} is of a package that `packages` does not have")
            else:
                self._add_node(key, base, row or {})
        installed = set(self._bases.values())
        self.problems += [f"entry {printable(base)} has no snapshot" for base in self._rows if base not in installed]

    def _add_node(self, key: str, base: str, row: Mapping[str, Any]) -> None:
        self._bases[key] = base
        self._nodes[key] = edges_of(key, row, self._major, self.problems)
        if _PATCH in key:
            self._patched.add(base)

    def _link_folders(self) -> None:
        """Add the folders that links lead to; one that is a project itself leads on to what it needs."""
        own = {one.folder: one for one in self._projects}
        linked = {edge.to for one in self._projects for edge in one.edges if edge.to.startswith(LINK)}
        linked |= {edge.to for edges in self._nodes.values() for edge in edges if edge.to.startswith(LINK)}
        for key in sorted(linked):
            project = own.get(key[len(LINK) :])
            self._bases[key] = key
            # Whoever installs a project that is linked to does not get what only its development needs.
            self._nodes[key] = tuple(edge for edge in project.edges if edge.scope != "dev") if project else ()

    def _drop_missing(self) -> None:
        """Note what is needed and not pinned: pnpm would resolve it anew. Optional ones may be left out."""
        for one in self._projects:
            for edge in one.edges:
                if edge.to not in self._nodes and not edge.optional:
                    who = printable(one.folder) if one.folder else "the project"
                    self.problems.append(f"{who} needs {printable(edge.name)}, which the lock does not pin")
        for key, edges in self._nodes.items():
            for edge in edges:
                if edge.to not in self._nodes and not edge.optional and not key.startswith(LINK):
                    self.problems.append(f"{printable(key)} needs {printable(edge.name)}, which the lock does not pin")

    def _installed_names(self) -> dict[str, set[str]]:
        names: dict[str, set[str]] = {}
        for edges in (*(one.edges for one in self._projects), *self._nodes.values()):
            for edge in edges:
                names.setdefault(self._bases.get(edge.to, edge.to), set()).add(edge.name)
        return names

    def _base_edges(self) -> dict[str, tuple[str, ...]]:
        edges: dict[str, dict[str, None]] = {}
        for key, found in self._nodes.items():
            to = edges.setdefault(self._bases[key], {})
            to.update((self._bases[edge.to], None) for edge in found if edge.to in self._bases)
        return {base: tuple(to) for base, to in edges.items()}

    def _scope_of(self) -> dict[str, Scope]:
        """The scope of a package is that of its most needed installation; what nothing leads to may be needed."""
        order: tuple[Scope, ...] = ("prod", "optional", "dev")
        found: dict[str, Scope] = {}
        for key, base in self._bases.items():
            own = self._scopes.get(key, "prod")
            found[base] = min(own, found.get(base, own), key=order.index)
        return found

    def _packages(self) -> Iterator[LockedPackage]:
        scope = self._scope_of()
        for base, (key, written, row) in self._rows.items():
            name, version, problem = self._identity(key, row)
            origin = read_resolution(row.get("resolution"), name, version, key.host, self._folders)
            problem = (
                problem
                or npm_entry.name_problem(name)
                or npm_entry.version_problem(name, version)
                or origin.problem
                or ("its key gives no version" if version is None and origin.kind == "registry" else "")
            )
            if problem:
                self.problems.append(f"entry {printable(written)}: {problem}")
                continue
            names = self._names.get(base, set())
            yield LockedPackage(
                ecosystem="npm",
                name=name,
                version=version,
                source=origin.kind,
                resolved=origin.resolved,
                artifacts=origin.artifacts,
                scope=scope.get(base, "prod"),
                dependency="direct" if base in self._direct else "transitive",
                key=base,
                line=self._lines.get(f"packages{SEPARATOR}{written}"),
                alias=min(names) if names and name not in names else "",
                # Written only when it is true, and by some versions only for packages that were installed already.
                has_install_script=True if row.get("requiresBuild") == "true" else None,
                requires=self._requires.get(base, ()),
                patch=self._patch(name, version) if base in self._patched else "",
            )

    def _identity(self, key: Key, row: Mapping[str, Any]) -> tuple[str, str | None, str]:
        """Return name, version and what is wrong with them. pnpm believes the entry where it names itself."""
        name, version = row.get("name", key.name), row.get("version", key.version) or None
        if not isinstance(name, str) or not isinstance(version, str | None):
            return key.name, None, "its name or version is no text"
        if key.address.startswith(_RUNTIME) and version is None:
            version = key.address[len(_RUNTIME) :]
        if key.name and name != key.name:
            return name, version, f"it calls itself {printable(name)}"
        if key.version and version is not None and npm.parse(version) != npm.parse(key.version):
            return name, version, f"it calls itself version {printable(version)}"
        if not name:
            return name, version, "it names no package"
        return name, version, ""

    def _patch(self, name: str, version: str | None) -> str:
        table = self._value.get("patchedDependencies")
        rows = table if isinstance(table, Mapping) else {}
        row = rows.get(f"{name}@{version}") or rows.get(name)
        path = row.get("path") if isinstance(row, Mapping) else None
        return path if isinstance(path, str) else f"patchedDependencies of {name}"

    def _links(self) -> Iterator[LockedPackage]:
        lines = self._link_lines()
        scope = self._scope_of()
        for key in self._bases:
            if not key.startswith(LINK):
                continue
            folder = key[len(LINK) :]
            name = min(self._names[key])
            if npm_entry.name_problem(name):
                self.problems.append(f"link {printable(folder)}: {npm_entry.name_problem(name)}")
                continue
            yield LockedPackage(
                ecosystem="npm",
                name=name,
                version=None,
                source="workspace" if folder in self._folders else "file",
                resolved=folder or ".",
                scope=scope[key],
                dependency="direct" if key in self._direct else "transitive",
                key=key,
                line=lines.get(key),
                requires=self._requires.get(key, ()),
            )

    def _link_lines(self) -> dict[str, int]:
        """Give each link the line of the first dependency of a project that is this link."""
        lines: dict[str, int] = {}
        for one in self._projects:
            outer = ("importers", one.folder or ".") if "importers" in self._value else ()
            for edge in one.edges:
                if edge.to.startswith(LINK) and edge.to not in lines:
                    places = (self._lines.get(SEPARATOR.join((*outer, table, edge.name))) for table in TABLES)
                    line = next((place for place in places if place is not None), None)
                    if line is not None:
                        lines[edge.to] = line
        return lines

    def _importer(self, one: Project) -> Importer:
        requires = tuple(dict.fromkeys(self._bases[edge.to] for edge in one.edges if edge.to in self._bases))
        ignored = self._value.get("ignoredOptionalDependencies")
        replaced = set(names_of_rules(self._table("overrides")))
        replaced.update(name for name in (ignored if isinstance(ignored, list) else ()) if isinstance(name, str))
        return Importer(one.folder, "", requires, one.specifiers, tuple(sorted(replaced)))

    def _check_catalogs(self) -> None:
        catalogs = self._table("catalogs")
        for one in self._projects:
            for name, specifier in one.specifiers or ():
                if not specifier.startswith("catalog:"):
                    continue
                catalog = catalogs.get(specifier[len("catalog:") :].strip() or "default")
                if not isinstance(catalog, Mapping) or name not in catalog:
                    self.problems.append(
                        f"{printable(name)} is asked for by {printable(specifier)}, which the lock does not have"
                    )

    def _note(self) -> str:
        """Say what whoever reads the result should know of a document that was read."""
        notes = []
        if self.is_environment(self._value):
            notes.append("pnpm's own environment: configuration dependencies and pnpm itself")
        patched = [f"{one.purl.display} is patched by {printable(one.patch)}" for one in self.packages if one.patch]
        return "; ".join(notes + ([in_short(patched)] if patched else []))
