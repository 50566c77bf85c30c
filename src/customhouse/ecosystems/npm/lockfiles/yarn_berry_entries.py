"""The entries of a lock of yarn 2 or later: packages, projects, and what is wrong with them."""

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.npm.lockfiles import entry as npm_entry
from customhouse.ecosystems.npm.lockfiles import yarn_locator
from customhouse.ecosystems.npm.lockfiles.scopes import Wishes, scopes
from customhouse.ecosystems.npm.lockfiles.tree import Tables, manifest_beside
from customhouse.ecosystems.npm.lockfiles.yarn_berry_graph import Lookup, read_settings
from customhouse.ecosystems.npm.lockfiles.yarn_locator import Locator
from customhouse.ecosystems.yaml_documents import YamlDocument
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import Importer, LockedArtifact, LockedPackage, Scope, SourceKind

_METADATA = "__metadata"
_WORKSPACE = "workspace:"
_FOLDERS = ("file:", "portal:", "link:", "exec:")
#: What yarn writes for the version of a folder of the project.
_OWN_VERSION = "0.0.0-use.local"
#: The path that npm registries give an archive: `/<name>/-/<base>-<version>.tgz`.
_REGISTRY_PATH = lazy_regex(r"/((?:@[^/@]+/)?([^/@]+))/-/\2-([^/]+)\.tgz$")
_TABLES = ("dependencies", "optionalDependencies")


class Row(msgspec.Struct, frozen=True):
    """One entry: its locator, what stands under it, and what it needs as (name, range, may be left out)."""

    locator: Locator
    text: str
    table: Mapping[str, Any]
    needs: tuple[tuple[str, str, bool], ...]
    names: tuple[str, ...]


class Origin(msgspec.Struct, frozen=True):
    """Where an entry comes from."""

    kind: SourceKind
    resolved: str = ""
    name: str = ""
    artifacts: tuple[LockedArtifact, ...] = ()


class Lock:
    """The document read into `packages` and `importers`; `problems` are clauses."""

    def __init__(self, document: YamlDocument, folder: Path, files: Files) -> None:
        """Read a document whose version is known; `folder` is where it lies."""
        self._lines = document.lines
        self._folder = folder
        self._files = files
        self.problems: list[str] = []
        self._rows: dict[str, Row] = {}
        self._lookup = Lookup(read_settings(folder, files))
        self._root = ""
        for key, table in document.value.items():
            if key != _METADATA:
                self._add(key, table)
        self._manifests = dict(self._read_manifests())
        #: Key → (key it leads to, may be left out).
        self._edges = {key: tuple(self._edges_of(key, row)) for key, row in self._rows.items()}
        self._scopes = self._compute_scopes()
        self._direct = {to for key in self._manifests for to, _ in self._edges[key]}
        self.packages = tuple(self._packages())
        self.importers = tuple(self._importers())

    def _add(self, key: str, table: Any) -> None:
        where = f"entry {printable(key)}"
        if not isinstance(table, Mapping):
            self.problems.append(f"{where} is no table")
            return
        text = table.get("resolution")
        if not isinstance(text, str) or not yarn_locator.split(text)[1]:
            self.problems.append(f"{where} does not say what it is resolved to")
            return
        descriptors = [one.strip(" ") for one in key.split(",")]
        try:
            locator = yarn_locator.parse(text)
            twice = self._lookup.add(key, descriptors, text)
        except ValueError as error:
            self.problems.append(f"{where}: {error}")
            return
        if twice:
            self.problems.append(f"{printable(twice)} stands in two entries")
        if locator.protocol == _WORKSPACE and locator.selector == ".":
            self._root = text
        needs: list[tuple[str, str, bool]] = []
        for name in _TABLES:
            rows = table.get(name)
            if rows is not None and not isinstance(rows, Mapping):
                self.problems.append(f"`{name}` of {where} is no table")
                continue
            for one, wanted in (rows or {}).items():
                if isinstance(wanted, str):
                    needs.append((one, wanted, name != "dependencies" or _optional(table, one)))
                else:
                    self.problems.append(f"{where} asks for {printable(one)} and does not say which")
        names = tuple(dict.fromkeys(yarn_locator.split(one)[0] for one in descriptors))
        self._rows[key] = Row(locator, text, table, tuple(needs), names)

    def _read_manifests(self) -> Iterator[tuple[str, Tables | None]]:
        for key, row in self._rows.items():
            if row.locator.protocol == _WORKSPACE:
                own = row.locator.selector
                inside = not own.startswith("/") and ":" not in own
                yield key, manifest_beside(self._folder / own, self._files) if inside else None

    def _edges_of(self, key: str, row: Row) -> Iterator[tuple[str, bool]]:
        for name, wanted, optional in row.needs:
            found = self._lookup.find(row.locator.name, row.text, self._root, name, wanted)
            if not found and not optional:
                self.problems.append(f"{printable(key)} needs {printable(name)}, which the lock does not pin")
            yield from ((to, optional) for to in found)
        if row.locator.inner is not None:  # a patch is nothing without what it is applied to
            inner = row.locator.inner
            base = self._lookup.by_locator.get(f"{inner.name}@{inner.protocol}{_inner_selector(inner)}")
            if base is not None:
                yield base, False

    def _steps(self, key: str) -> Iterator[tuple[str, Scope]]:
        """Give what a project leads to, with the scope its own manifest has it in; the lock does not tell."""
        tables = self._manifests[key]
        row = self._rows[key]
        for name, wanted, optional in row.needs:
            scope: Scope = "optional" if optional else "prod"
            if tables is not None and name in tables.dev_dependencies:
                runs = name in tables.dependencies or name in tables.optional_dependencies
                scope = scope if runs else "dev"
            for to in self._lookup.find(row.locator.name, row.text, self._root, name, wanted):
                yield to, scope

    def _compute_scopes(self) -> dict[str, Scope]:
        wishes = Wishes()
        wanted: dict[Scope, list[str]] = {"prod": wishes.prod, "optional": wishes.optional, "dev": wishes.dev}
        for key in self._manifests:
            for to, scope in self._steps(key):
                wanted[scope].append(to)
        # What a project leads to is a wish; it leads on to nothing else.
        inner = {key: edges for key, edges in self._edges.items() if key not in self._manifests}
        required = {key: [to for to, may in edges if not may] for key, edges in inner.items()}
        optional = {key: [to for to, may in edges if may] for key, edges in inner.items()}
        return scopes(self._rows, wishes, required, optional, {})

    def _packages(self) -> Iterator[LockedPackage]:
        for key, row in self._rows.items():
            locator = row.locator
            version = row.table.get("version")
            checksum = row.table.get("checksum", "")
            if not isinstance(version, str | None) or not isinstance(checksum, str):
                self.problems.append(f"entry {printable(key)}: its version or checksum is no text")
                continue
            if version == _OWN_VERSION:
                version = None
            origin = _origin(locator, version)
            if origin is None:
                self.problems.append(f"entry {printable(key)} comes by {printable(locator.protocol)}, which is unknown")
                continue
            name = origin.name or locator.name
            problem = npm_entry.name_problem(name) or npm_entry.version_problem(name, version)
            if not problem and locator.protocol == "npm:" and locator.selector != version:
                problem = f"its version is {printable(str(version))}, and it is resolved to {printable(row.text)}"
            if problem:
                self.problems.append(f"entry {printable(key)}: {problem}")
                continue
            project = key in self._manifests
            yield LockedPackage(
                ecosystem="npm",
                name=name,
                version=version,
                source=origin.kind,
                resolved=origin.resolved,
                artifacts=origin.artifacts,
                scope=self._scopes.get(key, "prod"),
                dependency="direct" if project or key in self._direct else "transitive",
                key=key,
                line=self._lines.get(key),
                alias=min(row.names) if name not in row.names else "",
                requires=tuple(dict.fromkeys(to for to, _ in self._edges[key])),
                patch=locator.selector if locator.inner is not None else "",
                foreign_checksum=checksum,
                marker=conditions if isinstance(conditions := row.table.get("conditions", ""), str) else "",
            )

    def _importers(self) -> Iterator[Importer]:
        for key, row in self._rows.items():
            requires = tuple(dict.fromkeys(to for to, _ in self._edges[key]))
            if key in self._manifests:
                folder = "" if row.locator.selector == "." else row.locator.selector
                specifiers = tuple((name, _as_declared(wanted)) for name, wanted, _ in row.needs)
                yield Importer(folder, row.locator.name, requires, specifiers)
            elif row.locator.protocol == "portal:":
                # What such a folder needs is installed and pinned with the rest, all but its development's.
                yield Importer(_folder_of(row.locator), row.locator.name, requires)


def _folder_of(portal: Locator) -> str:
    """Return where a portal leads, relative to the lock: it is written relative to the project that has it."""
    owner = yarn_locator.split(portal.bindings.get("locator", ""))[1]
    base = owner.removeprefix(_WORKSPACE) if owner.startswith(_WORKSPACE) else ""
    return posixpath.normpath(posixpath.join(base, portal.selector))


def _optional(table: Mapping[str, Any], name: str) -> bool:
    meta = table.get("dependenciesMeta")
    own = meta.get(name) if isinstance(meta, Mapping) else None
    return isinstance(own, Mapping) and own.get("optional") == "true"


def _inner_selector(inner: Locator) -> str:
    """Put the locator that a patch is applied to together again, where it is none of a patch itself."""
    if not inner.bindings:
        return inner.selector
    return (
        inner.selector + "::" + "&".join(f"{key}={yarn_locator.encoded(text)}" for key, text in inner.bindings.items())
    )


def _as_declared(wanted: str) -> str:
    """Take the default protocol off: yarn 4 writes it out, and the manifest seldom does."""
    rest = wanted.removeprefix("npm:")
    return wanted if rest.find("@", 1) > 0 else rest


def _origin(locator: Locator, version: str | None) -> Origin | None:
    """Tell where an entry comes from; None when its protocol is unknown."""
    if locator.inner is not None:
        return _origin(locator.inner, version)
    if locator.protocol == "npm:":
        url = npm_entry.without_credentials(locator.bindings.get("__archiveUrl", ""))
        kind = npm_entry.origin(url, locator.name, version)
        return Origin(kind, url, "", (LockedArtifact(url=url),) if url else ())
    if locator.protocol == _WORKSPACE:
        return Origin("workspace", locator.selector)
    if locator.protocol in _FOLDERS:
        return Origin("file", locator.protocol + locator.selector)
    text = npm_entry.without_credentials(locator.protocol + locator.selector)
    kind = npm_entry.origin(text, locator.name, version)
    if kind == "git" or "#commit=" in text:
        return Origin("git", text)
    if locator.protocol not in ("http:", "https:"):
        return None
    name = _name_of_archive(text, version) if kind == "url" else ""
    return Origin("registry" if name else kind, text, name, (LockedArtifact(url=text),))


def _name_of_archive(url: str, version: str | None) -> str:
    """Name the package of an archive of a registry, which yarn calls by what the project calls it."""
    try:
        found = _REGISTRY_PATH.search(unquote(urlsplit(url).path))
    except ValueError:
        return ""
    return found.group(1) if found and found.group(3) == version else ""
