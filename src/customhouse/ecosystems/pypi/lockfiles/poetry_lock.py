"""poetry.lock: versions 1.0 and 1.1 (files in `metadata.files`), 2.0 (files in each package) and 2.1 (groups, markers).

https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock; the readers of each version in Poetry's own
`packages/locker.py` are what this follows.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from customhouse.ecosystems.documents import UnreadableError, toml_file
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import LockfileFormat, failed, in_short, printable
from customhouse.ecosystems.pypi.filenames import read_filename
from customhouse.ecosystems.pypi.lockfiles.beside import importer, manifest_beside, starts
from customhouse.ecosystems.pypi.lockfiles.graph import Graph, Need, Node, extra_name, unique_keys
from customhouse.ecosystems.pypi.lockfiles.requirement import (
    RefusedError,
    filename_of,
    local_kind,
    vcs_address,
    without_credentials,
)
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
from customhouse.model.locked import Directness, Importer, LockedArtifact, LockedPackage, Scope, Source, SourceKind
from customhouse.model.purl import pypi_name
from customhouse.versions import poetry, pypi

_ID = "poetry-lock"
_HINT = "regenerate it with `poetry lock`, and look at what changes"
_KNOWN = ("1.0", "1.1", "2.0", "2.1")
#: Poetry before 1.2 never locked these, whoever needed them.
_NEVER_LOCKED = frozenset({"setuptools", "distribute", "pip"})


def _origin(table: Mapping[str, Any]) -> tuple[SourceKind, str]:
    """Read `[package.source]`. Raises RefusedError for a kind that Poetry does not know, and without a version."""
    if "version" not in table:
        raise RefusedError("it has no version")
    source = table_of(table, "source")
    if not source:
        return "registry", ""
    kind, url = text_of(source, "type"), text_of(source, "url")
    match kind:
        case "git":
            revision = text_of(source, "resolved_reference") or text_of(source, "reference")
            return "git", vcs_address(url, revision)
        case "url":
            return "url", without_credentials(url)
        case "file":
            return "file", url
        case "directory":
            return local_kind(url), url
        case "legacy" | "":
            return "registry", without_credentials(url)
    raise RefusedError(f"its source is of the kind {printable(kind)}, which is not known")


def _needs(table: Mapping[str, Any]) -> tuple[tuple[Need, ...], dict[str, tuple[Need, ...]]]:
    """Read `[package.dependencies]` and `[package.extras]`: what is always needed, and what each extra adds."""
    always: list[Need] = []
    optional: dict[str, list[Need]] = {}
    for name, wanted in table_of(table, "dependencies").items():
        for each in wanted if isinstance(wanted, list) else [wanted]:
            row = {"version": each} if isinstance(each, str) else each
            if not isinstance(row, Mapping):
                raise RefusedError(f"what it needs of {printable(name)} is neither a version nor a table")
            conditional = any(key in row for key in ("markers", "python", "platform", "optional"))
            at_address = any(key in row for key in ("git", "url", "path", "file"))
            extras = tuple(extra_name(extra) for extra in texts_of(row, "extras"))
            need = Need(
                pypi_name(name), None, "" if at_address else text_of(row, "version"), extras, conditional=conditional
            )
            if row.get("optional") is True:
                optional.setdefault(need.name, []).append(need)
            else:
                always.append(need)
    extras_table = {}
    for extra, texts in table_of(table, "extras").items():
        names = [pypi_name(_leading_name(text)) for text in texts if isinstance(text, str)]
        extras_table[extra_name(extra)] = tuple(need for name in names for need in optional.get(name, ()))
    return tuple(always), extras_table


def _leading_name(text: str) -> str:
    """Take the name off `PySocks (>=1.5.6)` or `rich[jupyter]>=12; extra`."""
    end = next((at for at, letter in enumerate(text) if not (letter.isalnum() or letter in "-_.")), len(text))
    return text[:end]


def _marker(table: Mapping[str, Any]) -> str:
    """Read `markers` (2.1) or `marker`: one for all groups, or one each."""
    value = table.get("markers", table.get("marker"))
    if isinstance(value, Mapping):
        found = dict.fromkeys(one for one in value.values() if isinstance(one, str))
        return " or ".join(f"({one})" for one in found) if len(found) > 1 else "".join(found)
    return text_of({"markers": value}, "markers")


class _Lock:
    """The document read: what it pins, who needs whom, and what is wrong with it."""

    def __init__(
        self, version: str, document: Mapping[str, Any], data: bytes, manifest: ProjectManifest | None
    ) -> None:
        self.problems: list[str] = []
        self._old = version.startswith("1.")
        metadata = table_of(document, "metadata")
        self._files = table_of(metadata, "files")
        self._hashes = table_of(metadata, "hashes")
        self._manifest = manifest
        rows = list(read_rows(document.get("package", []), data, b"package", self.problems))
        self._versions: dict[str, int] = {}
        for row in rows:
            self._versions[row.name] = self._versions.get(row.name, 0) + 1
        self._rows = self._read(rows)
        self.importers: tuple[Importer, ...] = ()
        self.packages = tuple(self._packages())

    def _read(self, rows: Sequence[Row]) -> list[tuple[Row, SourceKind, str, Node]]:
        sound = []
        for row in rows:
            try:
                sound.append((row, *_origin(row.table), _needs(row.table)))
            except RefusedError as error:
                self.problems.append(f"{printable(row.name)}: {error}")
        keys = unique_keys([(f"{row.name}=={row.version}", resolved) for row, _, resolved, _ in sound])
        return [
            (row, kind, resolved, Node(row.index, key, row.name, row.version, *needs))
            for key, (row, kind, resolved, needs) in zip(keys, sound, strict=True)
        ]

    def _packages(self) -> Iterator[LockedPackage]:
        graph = Graph([node for *_, node in self._rows], poetry.satisfies)
        left_out = _NEVER_LOCKED if self._old else frozenset[str]()
        # A row that could not be read is a problem of its own, and no second one for each that needs it.
        if not self.problems:
            self.problems += [
                f"{who} needs {printable(need.name)}, which the lock does not pin"
                for who, need in graph.dangling()
                if need.name not in left_out
            ]
        reached = graph.walk(starts(self._manifest, graph))
        self.problems += [graph.problem] if graph.problem else []
        direct = []
        for row, kind, resolved, node in self._rows:
            scope, directness = reached.scopes.get(row.index, ("prod", "transitive"))
            scope = self._own_scope(row, scope)
            directness = "direct" if kind == "workspace" else directness
            if directness == "direct":
                direct.append(node.key)
            try:
                yield self._package(row, kind, resolved, node.key, scope, directness, reached.requires[row.index])
            except RefusedError as error:
                self.problems.append(f"{printable(row.name)}: {error}")
        self.importers = importer(self._manifest, direct)

    def _own_scope(self, row: Row, reached: Scope) -> Scope:
        """What the lock itself says of the scope is worth more than what the manifest lets us conclude."""
        optional = row.table.get("optional") is True
        groups = row.table.get("groups")
        if isinstance(groups, list) and groups:
            if "main" in groups:
                return "optional" if optional else "prod"
            return "dev"
        if self._old and row.table.get("category") == "dev":
            return "dev"
        return "optional" if optional and reached == "prod" else reached

    def _package(
        self,
        row: Row,
        kind: SourceKind,
        resolved: str,
        key: str,
        scope: Scope,
        directness: Directness,
        requires: tuple[str, ...],
    ) -> LockedPackage:
        url = resolved if kind == "url" else None
        return LockedPackage(
            "pypi",
            row.name,
            row.version,
            source=kind,
            resolved=resolved,
            artifacts=() if kind in ("git", "workspace") else self._artifacts(row, url),
            scope=scope,
            dependency=directness,
            key=key,
            line=row.line,
            marker=_marker(row.table),
            requires=requires,
        )

    def _artifacts(self, row: Row, url: str | None) -> tuple[LockedArtifact, ...]:
        files = tables_of(row.table, "files", "files")
        if not files and row.name in (named := {pypi_name(name): name for name in self._files}):
            files = self._of_version(row, tables_of(self._files, named[row.name], "files"))
        if files:
            return tuple(artifact(one, "file", url) for one in files)
        hashes = texts_of(self._hashes, row.name)  # before 1.0 the files had no names
        found = tuple(artifact({"hash": f"sha256:{one}"}, "file", url) for one in hashes)
        return found or ((LockedArtifact(filename_of(url), url),) if url else ())

    def _of_version(self, row: Row, files: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Old locks list the files of every locked version under the name: take this one's."""
        if self._versions[row.name] == 1 or row.version is None:
            return files
        wanted = pypi.parse(row.version)
        named = [(read_filename(str(one.get("file")), row.name), one) for one in files]
        return [one for found, one in named if found is None or found.version == wanted]


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    try:
        document = toml_file(data)
        metadata = table_of(document, "metadata")
        version = text_of(metadata, "lock-version") or ("1.0" if "content-hash" in metadata else "")
    except (UnreadableError, RefusedError) as error:
        return failed(path, _ID, f"cannot be read: {error}", _HINT)
    if not version:
        return failed(path, _ID, "is not what Poetry writes: it has no lock-version", _HINT)
    if version not in _KNOWN:
        reason = f"has lock-version {printable(version)}, and {', '.join(_KNOWN)} are known"
        hint = "write it with a Poetry that is known: `pipx run poetry==2.5.1 lock`, and check that"
        return (Source(str(path), _ID, "unsupported", (), reason, hint),)
    if not isinstance(document.get("package", []), list):
        return failed(path, _ID, "is not what Poetry writes: `package` is not an array of tables", _HINT)
    try:
        lock = _Lock(version, document, data, manifest_beside(path, "pyproject.toml", files))
    except RefusedError as error:
        return failed(path, _ID, f"is not what Poetry writes: {error}", _HINT)
    if lock.problems:
        return failed(path, _ID, in_short(lock.problems), _HINT, lock.packages)
    return (Source(str(path), _ID, "parsed", lock.packages, importers=lock.importers),)


def _matches(path: PurePath) -> bool:
    return path.name == "poetry.lock"


POETRY_LOCK = LockfileFormat(_ID, "pypi", _matches, _read)
