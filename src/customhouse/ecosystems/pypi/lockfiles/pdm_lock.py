"""pdm.lock: versions 3 and 4.0 (files in `metadata.files`) to 4.5 (files, groups and markers in each package).

A package that is asked for with extras has a row more for each set of them (`extras = ["socks"]`): no package of its
own, but what those extras add. https://pdm-project.org/en/latest/usage/lockfile/ and PDM's `pdm/formats`,
`pdm/models/repositories/lock.py`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from customhouse.ecosystems.documents import UnreadableError, toml_file
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import LockfileFormat, failed, in_short, printable
from customhouse.ecosystems.pypi.lockfiles.beside import importer, manifest_beside, starts
from customhouse.ecosystems.pypi.lockfiles.graph import Graph, Need, Node, extra_name, unique_keys
from customhouse.ecosystems.pypi.lockfiles.requirement import RefusedError, local_kind, vcs_address, without_credentials
from customhouse.ecosystems.pypi.lockfiles.toml_rows import (
    Row,
    artifact,
    read_rows,
    table_of,
    tables_of,
    text_of,
    texts_of,
)
from customhouse.model.declared import ProjectManifest
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import Directness, Importer, LockedArtifact, LockedPackage, Scope, Source, SourceKind
from customhouse.model.purl import pypi_name

_ID = "pdm-lock"
_HINT = "regenerate it with `pdm lock`, and look at what changes"
_KNOWN = lazy_regex(r"3(?:\.\d+)*|4(?:\.[0-5](?:\.\d+)?)?")
#: A requirement of the form that PDM writes itself; `packaging` reads the others.
_USUAL = lazy_regex(
    r"([A-Za-z0-9][A-Za-z0-9._-]*+)(?:\[([A-Za-z0-9._, -]*+)\])?[ ]?"
    r"((?:[<>=!~]=?=?[ ]?[0-9][0-9A-Za-z.*+!-]*+[ ]?,?[ ]?)*)(;.*)?"
)
_VCS = ("git", "hg", "svn", "bzr")
#: `"requests 2.28.1"`, `"requests[socks] 2.28.1"` in the table of files of old locks.
_FILES_KEY = lazy_regex(r"([^\s\[]+)(?:\[[^\]]*\])?\s+(\S+)")


def _origin(table: Mapping[str, Any]) -> tuple[SourceKind, str]:
    for key in _VCS:
        url = text_of(table, key)
        if url:
            revision = text_of(table, "revision") or text_of(table, "ref")
            return "git", vcs_address(url, revision, key)
    url, path = text_of(table, "url"), text_of(table, "path")
    if url:
        return ("file" if url.lower().startswith("file:") else "url"), without_credentials(url)
    if path:
        path = path.removeprefix("./")
        return local_kind(path), path
    return "registry", ""


def _needs(texts: Sequence[str], name: str) -> tuple[Need, ...]:
    """Read `dependencies`, PEP 508 texts. Raises RefusedError for one that is none."""
    found = []
    for text in texts:
        usual = _USUAL.fullmatch(text)
        if usual is not None:
            if pypi_name(usual[1]) != name:
                extras = tuple(extra_name(one.strip()) for one in (usual[2] or "").split(",") if one.strip())
                found.append(Need(pypi_name(usual[1]), None, usual[3], extras, conditional=usual[4] is not None))
            continue
        try:
            one = Requirement(text)
        except (InvalidRequirement, RecursionError) as error:
            raise RefusedError(f"it needs {printable(text)}, which is no requirement") from error
        if pypi_name(one.name) != name:
            extras = tuple(sorted(extra_name(extra) for extra in one.extras))
            specifier = "" if one.url else str(one.specifier)
            found.append(Need(pypi_name(one.name), None, specifier, extras, conditional=one.marker is not None))
    return tuple(found)


class _Entry:
    """A package, with what the rows of its extras add."""

    def __init__(self, row: Row, kind: SourceKind, resolved: str) -> None:
        self.row = row
        self.kind = kind
        self.resolved = resolved
        self.groups = set(texts_of(row.table, "groups"))
        self.needs: tuple[Need, ...] = ()
        self.extras: dict[str, tuple[Need, ...]] = {}
        self.files = tables_of(row.table, "files", "files")

    def add(self, row: Row) -> None:
        needs = _needs(texts_of(row.table, "dependencies"), row.name)
        extras = texts_of(row.table, "extras")
        self.groups |= set(texts_of(row.table, "groups"))
        self.files = self.files or tables_of(row.table, "files", "files")
        if not extras:
            self.needs += needs
        for extra in extras:
            self.extras[extra_name(extra)] = (*self.extras.get(extra_name(extra), ()), *needs)


class _Lock:
    """The document read: what it pins, who needs whom, and what is wrong with it."""

    def __init__(
        self, document: Mapping[str, Any], metadata: Mapping[str, Any], data: bytes, manifest: ProjectManifest | None
    ) -> None:
        self.problems: list[str] = []
        self._manifest = manifest
        self._inherits = "inherit_metadata" in texts_of(metadata, "strategy")
        self._files = self._old_files(table_of(metadata, "files"))
        rows = list(read_rows(document.get("package", []), data, b"package", self.problems))
        self._entries = self._merged(rows)
        self.importers: tuple[Importer, ...] = ()
        self.packages = tuple(self._packages())

    def _old_files(self, table: Mapping[str, Any]) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
        found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for key in table:
            match = _FILES_KEY.fullmatch(key)
            if match is None:
                raise RefusedError(f"metadata.files has the key {printable(key)}, which is no package with its version")
            found.setdefault((pypi_name(match[1]), match[2]), []).extend(tables_of(table, key, "files"))
        return found

    def _merged(self, rows: Sequence[Row]) -> list[_Entry]:
        """Put the rows of one package together: same name, version and origin, other extras."""
        found: dict[tuple[str, str | None, str, str], _Entry] = {}
        for row in sorted(rows, key=lambda one: bool(one.table.get("extras"))):
            try:
                kind, resolved = _origin(row.table)
                key = (row.name, row.version, resolved, str(row.table.get("marker") if not self._inherits else ""))
                # The row of extras has no other marker than its package has.
                key = next((one for one in (key, (*key[:3], "")) if one in found), key)
                entry = found.get(key) or _Entry(row, kind, resolved)
                entry.add(row)
                found[key] = entry
            except RefusedError as error:
                self.problems.append(f"{printable(row.name)}: {error}")
        return sorted(found.values(), key=lambda one: one.row.index)

    def _packages(self) -> Iterator[LockedPackage]:
        entries = self._entries
        keys = unique_keys(
            [(f"{it.row.name}=={it.row.version}" if it.row.version else it.row.name, it.resolved) for it in entries]
        )
        nodes = [
            Node(it.row.index, key, it.row.name, it.row.version, it.needs, it.extras)
            for key, it in zip(keys, entries, strict=True)
        ]
        graph = Graph(nodes)
        if not self.problems:
            self.problems += [
                f"{who} needs {printable(need.name)}, which the lock does not pin" for who, need in graph.dangling()
            ]
        reached = graph.walk(starts(self._manifest, graph))
        self.problems += [graph.problem] if graph.problem else []
        direct = []
        for it, node in zip(entries, nodes, strict=True):
            scope, directness = reached.scopes.get(it.row.index, ("prod", "transitive"))
            directness = "direct" if it.kind == "workspace" else directness
            if directness == "direct":
                direct.append(node.key)
            try:
                yield self._package(it, node.key, self._scope(it, scope), directness, reached.requires[node.index])
            except RefusedError as error:
                self.problems.append(f"{printable(it.row.name)}: {error}")
        self.importers = importer(self._manifest, direct)

    def _scope(self, entry: _Entry, reached: Scope) -> Scope:
        """What the lock says of groups is worth more than what the manifest lets us conclude."""
        if not entry.groups:
            return reached
        if "default" in entry.groups:
            return "prod"
        extras = (
            {one.group.rpartition(".")[2] for one in self._manifest.declared if one.scope == "optional"}
            if self._manifest
            else set[str]()
        )
        return "optional" if entry.groups & extras else "dev"

    def _package(
        self, entry: _Entry, key: str, scope: Scope, directness: Directness, requires: tuple[str, ...]
    ) -> LockedPackage:
        row = entry.row
        return LockedPackage(
            "pypi",
            row.name,
            row.version,
            source=entry.kind,
            resolved=entry.resolved,
            artifacts=() if entry.kind in ("git", "workspace") else self._artifacts(entry),
            scope=scope,
            dependency=directness,
            key=key,
            line=row.line,
            marker=text_of(row.table, "marker"),
            requires=requires,
        )

    def _artifacts(self, entry: _Entry) -> tuple[LockedArtifact, ...]:
        files = entry.files or self._files.get((entry.row.name, entry.row.version or ""), [])
        url = entry.resolved if entry.kind == "url" else None
        found = tuple(dict.fromkeys(artifact(one, "file", url) for one in files))
        return found or (artifact({}, "file", url),) if url else found


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    try:
        document = toml_file(data)
        metadata = table_of(document, "metadata")
        version = text_of(metadata, "lock_version")
    except (UnreadableError, RefusedError) as error:
        return failed(path, _ID, f"cannot be read: {error}", _HINT)
    if not version:
        return failed(path, _ID, "is not what PDM writes: it has no lock_version", _HINT)
    if not _KNOWN.fullmatch(version):
        reason = f"has lock_version {printable(version)}, and 3 to 4.5 are known"
        hint = "write it with a PDM that is known: `pipx run pdm==2.29.3 lock --update-reuse`, and check that"
        return (Source(str(path), _ID, "unsupported", (), reason, hint),)
    if not isinstance(document.get("package", []), list):
        return failed(path, _ID, "is not what PDM writes: `package` is not an array of tables", _HINT)
    try:
        lock = _Lock(document, metadata, data, manifest_beside(path, "pyproject.toml", files))
    except RefusedError as error:
        return failed(path, _ID, f"is not what PDM writes: {error}", _HINT)
    if lock.problems:
        return failed(path, _ID, in_short(lock.problems), _HINT, lock.packages)
    return (Source(str(path), _ID, "parsed", lock.packages, importers=lock.importers),)


def _matches(path: PurePath) -> bool:
    return path.name == "pdm.lock" or bool(re.fullmatch(r"pdm\..+\.lock", path.name))


PDM_LOCK = LockfileFormat(_ID, "pypi", _matches, _read)
