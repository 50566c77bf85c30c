"""pylock.toml and pylock.*.toml (PEP 751), version 1.0.

https://packaging.python.org/en/latest/specifications/pylock-toml/. Read more leniently than an installer may: what is
off and has no say in which bytes are installed is a note, so that the packages are still looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from customhouse.ecosystems.documents import UnreadableError, toml_file
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import LockfileFormat, failed, in_short, printable
from customhouse.ecosystems.pypi.lockfiles.beside import importer, manifest_beside, starts
from customhouse.ecosystems.pypi.lockfiles.graph import Graph, Need, Node, unique_keys
from customhouse.ecosystems.pypi.lockfiles.marker_scope import marker_scope
from customhouse.ecosystems.pypi.lockfiles.requirement import RefusedError, filename_of, local_kind, without_credentials
from customhouse.ecosystems.pypi.lockfiles.toml_rows import (
    Row,
    read_rows,
    table_of,
    tables_of,
    text_of,
    texts_of,
)
from customhouse.model.declared import ProjectManifest
from customhouse.model.digest import Digest, parse_named
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import Importer, LockedArtifact, LockedPackage, Source, SourceKind
from customhouse.model.purl import pypi_name

_ID = "pylock"
_HINT = (
    "export it again (`uv export --format pylock.toml`, `pdm export -f pylock`, `pip lock`), and look at what changes"
)
_VERSION = lazy_regex(r"1\.(\d+)")
_NAME = lazy_regex(r"pylock\.(?:[^.]+\.)?toml")
_WAYS = ("vcs", "directory", "archive")


class _Notes:
    """What is wrong with the lock, and what is merely off."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.notes: list[str] = []

    def digests(self, table: Mapping[str, Any], filename: str) -> tuple[Digest, ...]:
        """Read `hashes`, a table of algorithms. Raises RefusedError for a value that is none."""
        found = []
        for algorithm, value in table_of(table, "hashes").items():
            digest = parse_named(f"{algorithm}:{value}") if isinstance(value, str) else None
            if digest is not None:
                found.append(digest)
            elif algorithm in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
                raise RefusedError(f"the {algorithm} hash of {printable(filename)} is no digest")
            else:
                self.notes.append(f"{printable(filename)} has a hash by {printable(algorithm)}, which is not known")
        if not found:
            self.notes.append(f"{printable(filename)} has no hash that is known, which installers refuse")
        return tuple(found)

    def file(self, table: Mapping[str, Any]) -> LockedArtifact:
        """Read an sdist, a wheel or an archive. Raises RefusedError."""
        url, path = text_of(table, "url"), text_of(table, "path")
        if not url and not path:
            raise RefusedError("one of its files has neither a url nor a path")
        filename = text_of(table, "name") or filename_of(url or path.replace("\\", "/"))
        size = table.get("size")
        return LockedArtifact(
            filename,
            without_credentials(url),
            self.digests(table, filename),
            size if type(size) is int and size >= 0 else None,
        )


class _Entry:
    """One package: where it comes from and which files it may be."""

    def __init__(self, row: Row, notes: _Notes) -> None:
        self.row = row
        table = row.table
        if table["name"] != row.name:
            notes.notes.append(f"the name {printable(table['name'])} is not normalised")
        ways = [key for key in _WAYS if key in table]
        wheels, sdist = tables_of(table, "wheels", "wheels"), table_of(table, "sdist")
        if len(ways) + bool(wheels or sdist) != 1:
            said = " and ".join((*ways, *(["wheels or an sdist"] if wheels or sdist else []))) or "none"
            raise RefusedError(f"it must be of one of vcs, directory, archive or files, and is of {said}")
        self.artifacts: tuple[LockedArtifact, ...] = ()
        self.kind: SourceKind = "registry"
        self.resolved = without_credentials(text_of(table, "index"))
        if ways:
            self._direct(ways[0], table_of(table, ways[0]), notes)
        else:
            self.artifacts = tuple(notes.file(one) for one in ([sdist] if sdist else []) + wheels)
            if not self.resolved and not any(one.url for one in self.artifacts):
                self.kind, self.resolved = "file", text_of(sdist or wheels[0], "path")

    def _direct(self, way: str, table: Mapping[str, Any], notes: _Notes) -> None:
        if way == "vcs":
            where = text_of(table, "url") or text_of(table, "path")
            commit = text_of(table, "commit-id")
            if not where or not commit:
                raise RefusedError("its vcs has no commit-id, or neither a url nor a path")
            self.kind = "git"
            self.resolved = f"{text_of(table, 'type') or 'git'}+{without_credentials(where)}@{commit}"
        elif way == "directory":
            self.resolved = text_of(table, "path")
            if not self.resolved:
                raise RefusedError("its directory has no path")
            self.kind = local_kind(self.resolved)
        else:
            found = notes.file(table)
            self.kind = "url" if found.url else "file"
            self.resolved = found.url or text_of(table, "path")
            self.artifacts = (found,)

    @property
    def is_project(self) -> bool:
        """Whether it is the project in the lock's own folder."""
        return self.kind == "workspace" and self.resolved in (".", "./")


class _Lock(_Notes):
    """The document read."""

    def __init__(self, document: Mapping[str, Any], data: bytes, manifest: ProjectManifest | None) -> None:
        super().__init__()
        self._manifest = manifest
        self._default = frozenset(pypi_name(one) for one in texts_of(document, "default-groups"))
        self._entries: list[_Entry] = []
        for row in read_rows(document.get("packages", []), data, b"packages", self.problems):
            try:
                self._entries.append(_Entry(row, self))
            except RefusedError as error:
                self.problems.append(f"{printable(row.name)}: {error}")
        self.importers: tuple[Importer, ...] = ()
        self.packages = tuple(self._packages())

    def _nodes(self) -> list[Node]:
        names = [
            (f"{it.row.name}=={it.row.version}" if it.row.version else it.row.name, it.resolved) for it in self._entries
        ]
        found = []
        for key, it in zip(unique_keys(names), self._entries, strict=True):
            needs: tuple[Need, ...] = ()
            try:
                needs = tuple(
                    Need(pypi_name(text_of(one, "name")), text_of(one, "version") or None)
                    for one in tables_of(it.row.table, "dependencies", "dependencies")
                )
            except RefusedError as error:
                self.problems.append(f"{printable(it.row.name)}: {error}")
            found.append(Node(it.row.index, key, it.row.name, it.row.version, needs))
        return found

    def _packages(self) -> Iterator[LockedPackage]:
        nodes = self._nodes()
        graph = Graph(nodes)
        if not self.problems:
            self.problems += [
                f"{who} needs {printable(need.name)}, which the lock does not pin" for who, need in graph.dangling()
            ]
        # A lock without any edge leaves open who asked: without a manifest, everything may have been asked for.
        reached = graph.walk(starts(self._manifest, graph))
        self.problems += [graph.problem] if graph.problem else []
        direct = []
        for it, node in zip(self._entries, nodes, strict=True):
            if it.is_project:
                continue
            directness = reached.scopes.get(node.index, ("prod", "transitive"))[1]
            directness = "direct" if it.kind == "workspace" else directness
            if directness == "direct":
                direct.append(node.key)
            marker = it.row.table.get("marker")
            if marker is not None and not isinstance(marker, str):
                self.problems.append(f"{printable(it.row.name)}: its marker is not a text")
                marker = None
            yield LockedPackage(
                "pypi",
                it.row.name,
                it.row.version,
                source=it.kind,
                resolved=it.resolved,
                artifacts=it.artifacts,
                scope=marker_scope(marker or "", self._default),
                dependency=directness,
                key=node.key,
                line=it.row.line,
                marker=marker or "",
                requires=reached.requires[node.index],
            )
        self.importers = importer(self._manifest, direct)


def _off(document: Mapping[str, Any], version: str) -> Sequence[str]:
    found = []
    if version != "1.0":
        found.append(f"lock-version {version} is newer than 1.0, and is read as that")
    if not isinstance(document.get("created-by"), str):
        found.append("it does not say what created it")
    return found


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    try:
        document = toml_file(data)
        version = text_of(document, "lock-version")
    except (UnreadableError, RefusedError) as error:
        return failed(path, _ID, f"cannot be read: {error}", _HINT)
    if not version:
        return failed(path, _ID, "is no pylock: it has no lock-version", _HINT)
    if not _VERSION.fullmatch(version):
        reason = f"has lock-version {printable(version)}, and 1.0 is known"
        hint = "export it in version 1.0: `uv export --format pylock.toml`"
        return (Source(str(path), _ID, "unsupported", (), reason, hint),)
    if not isinstance(document.get("packages", []), list):
        return failed(path, _ID, "is no pylock: `packages` is not an array of tables", _HINT)
    if "packages" not in document:
        return failed(path, _ID, "is no pylock: it has no packages", _HINT)
    try:
        lock = _Lock(document, data, manifest_beside(path, "pyproject.toml", files))
    except RefusedError as error:
        return failed(path, _ID, f"is no pylock: {error}", _HINT)
    if lock.problems:
        return failed(path, _ID, in_short(lock.problems), _HINT, lock.packages)
    notes = in_short([*_off(document, version), *lock.notes])
    return (Source(str(path), _ID, "parsed", lock.packages, notes, importers=lock.importers),)


def _matches(path: PurePath) -> bool:
    return bool(_NAME.fullmatch(path.name))


PYLOCK = LockfileFormat(_ID, "pypi", _matches, _read)
