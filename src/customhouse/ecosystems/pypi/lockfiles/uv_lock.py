"""uv.lock version 1 with its revisions, and the lock beside a script (`<script>.py.lock`), which is the same.

uv locks every environment at once: a name can stand several times, each under `resolution-markers` of its own.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from customhouse.ecosystems.documents import UnreadableError, toml_file
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import LockfileFormat, failed, in_short, printable
from customhouse.ecosystems.pypi.lockfiles.graph import Graph, Need, Node, every, unique_keys
from customhouse.ecosystems.pypi.lockfiles.requirement import RefusedError, is_outside, without_credentials
from customhouse.ecosystems.pypi.lockfiles.toml_rows import Row, artifact, read_rows
from customhouse.ecosystems.pypi.lockfiles.uv_rows import UvRow, needs, specifiers, uv_row
from customhouse.model.locked import Importer, LockedArtifact, LockedPackage, Scope, Source, SourceKind

_ID = "uv-lock"
_HINT = "regenerate it with `uv lock`, and look at what changes"
#: What `source` may say, and what each means; a local one is told apart by its path.
_SOURCES = ("registry", "git", "url", "path", "directory", "editable", "virtual")


def _origin(row: Mapping[str, Any]) -> tuple[str, str, SourceKind]:
    """Read `source` into its key, its value and what that means. Raises RefusedError."""
    source = row.get("source")
    if not isinstance(source, Mapping):
        raise RefusedError("it does not say where it comes from")
    for key in _SOURCES:
        value = source.get(key)
        if isinstance(value, str):
            if key == "registry":
                return key, value, "registry" if "://" in value else "file"
            if key in ("git", "url"):
                return key, value, "git" if key == "git" else "url"
            return key, value, "file" if key == "path" or is_outside(value) else "workspace"
    raise RefusedError(f"its source {printable(str(dict(source)))} is of no known kind")


def _artifacts(row: Mapping[str, Any]) -> tuple[LockedArtifact, ...]:
    wheels = row.get("wheels", [])
    if not isinstance(wheels, list):
        raise RefusedError("its wheels are not an array")
    sdist = row.get("sdist")
    files = ([sdist] if sdist is not None else []) + wheels
    if not all(isinstance(one, Mapping) for one in files):
        raise RefusedError("one of its files is not a table")
    return tuple(artifact(one) for one in files)


class _Lock:
    """The document read: what it pins, who serves whom, and what is wrong with it."""

    def __init__(self, document: Mapping[str, Any], data: bytes) -> None:
        self.problems: list[str] = []
        rows = list(read_rows(document.get("package", []), data, b"package", self.problems))
        # uv names what it takes from a registry without a version only where the project computes it.
        keys = unique_keys([(f"{one.name}=={one.version}" if one.version else one.name, _where(one)) for one in rows])
        self._rows: list[tuple[Row, UvRow, Node]] = []
        for row, key in zip(rows, keys, strict=True):
            one = uv_row(row.table)
            self._rows.append((row, one, Node(row.index, key, row.name, row.version, one.needs, one.extras)))
        self._graph = Graph([node for *_, node in self._rows])
        self.problems += [
            f"{who} needs {printable(' '.join(filter(None, (need.name, need.version))))}, which the lock does not pin"
            for who, need in self._dangling()
        ]
        manifest = document.get("manifest")
        self._manifest: Mapping[str, Any] = manifest if isinstance(manifest, Mapping) else {}
        listed = self._manifest.get("members")
        self._members = {one for one in listed if isinstance(one, str)} if isinstance(listed, list) else set[str]()
        self.packages = tuple(self._packages())
        self.importers: tuple[Importer, ...] = () if self._graph.problem else tuple(self._importers())

    def _dangling(self) -> Iterator[tuple[str, Need]]:
        yield from self._graph.dangling()
        for row, one, _ in self._rows:
            for need in every(one.development):
                if not self._graph.find(need):
                    yield row.name, need

    def _projects(self) -> Iterator[tuple[Row, UvRow]]:
        """The projects that the lock serves: the listed members, or those whose source is the folder itself."""
        for row, one, _ in self._rows:
            source = row.table.get("source")
            if isinstance(source, Mapping) and (
                row.name in self._members or "." in (source.get("virtual"), source.get("editable"))
            ):
                yield row, one

    def _starts(self) -> dict[Scope, list[Need]]:
        # The lock of a script has no project, and names what the script asks for itself.
        starts: dict[Scope, list[Need]] = {
            "prod": list(needs(self._manifest.get("requirements"))),
            "optional": [],
            "dev": [],
        }
        for _, one in self._projects():
            starts["prod"] += one.needs
            starts["optional"] += every(one.extras)
            starts["dev"] += every(one.development)
        groups = self._manifest.get("dependency-groups")
        for rows in groups.values() if isinstance(groups, Mapping) else ():
            starts["dev"] += needs(rows)
        return starts

    def _importers(self) -> Iterator[Importer]:
        """Each member with what it asks for, and for the root (or the script) what stands in `[manifest]`."""
        own = [*needs(self._manifest.get("requirements"))]
        groups = self._manifest.get("dependency-groups")
        for rows in groups.values() if isinstance(groups, Mapping) else ():
            own += needs(rows)
        for row, one in self._projects():
            source = row.table["source"]
            folder = next((value for value in source.values() if isinstance(value, str)), ".")
            wanted = [*one.needs, *every(one.extras), *every(one.development)]
            keys = self._graph.keys([*wanted, *own] if folder == "." else wanted)
            yield Importer("" if folder == "." else folder, row.name, keys, specifiers(row.table))
            own = [] if folder == "." else own
        if own:
            yield Importer("", "", self._graph.keys(own), specifiers({"metadata": {"requires-dist": self._own_rows()}}))

    def _own_rows(self) -> list[object]:
        groups = self._manifest.get("dependency-groups")
        listed = [self._manifest.get("requirements"), *(groups.values() if isinstance(groups, Mapping) else ())]
        return [row for rows in listed if isinstance(rows, list) for row in rows]

    def _packages(self) -> Iterator[LockedPackage]:
        reached = self._graph.walk(self._starts())
        self.problems += [self._graph.problem] if self._graph.problem else []
        for row, _, node in self._rows:
            try:
                key, value, kind = _origin(row.table)
                if value == "." and key in ("virtual", "editable", "directory"):
                    continue  # the project itself
                scope, directness = reached.scopes.get(row.index, ("prod", "transitive"))
                markers = row.table.get("resolution-markers")
                yield LockedPackage(
                    ecosystem="pypi",
                    name=row.name,
                    version=row.version,
                    source=kind,
                    resolved=without_credentials(value),
                    artifacts=_artifacts(row.table),
                    scope=scope,
                    dependency="direct" if kind == "workspace" else directness,
                    key=node.key,
                    line=row.line,
                    marker=" or ".join(it for it in markers if isinstance(it, str))
                    if isinstance(markers, list)
                    else "",
                    requires=reached.requires[row.index],
                )
            except RefusedError as error:
                self.problems.append(f"{printable(row.name)}: {error}")


def _where(row: Row) -> str:
    source = row.table.get("source")
    return (
        next((value for value in source.values() if isinstance(value, str)), "") if isinstance(source, Mapping) else ""
    )


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:  # noqa: ARG001 - as every lock is read
    try:
        document = toml_file(data)
    except UnreadableError as error:
        return failed(path, _ID, f"cannot be read: {error}", _HINT)
    version = document.get("version")
    if version is None:
        return failed(path, _ID, "is not what uv writes: it has no version", _HINT)
    if version != 1 or isinstance(version, bool):
        hint = "write it with a uv that is known: `pipx run uv==0.13.8 lock`, and check that"
        return (
            Source(str(path), _ID, "unsupported", (), f"has version {printable(str(version))}, and 1 is known", hint),
        )
    if not isinstance(document.get("package", []), list):
        return failed(path, _ID, "is not what uv writes: `package` is not an array of tables", _HINT)
    lock = _Lock(document, data)
    if lock.problems:
        return failed(path, _ID, in_short(lock.problems), _HINT, lock.packages)
    return (Source(str(path), _ID, "parsed", lock.packages, importers=lock.importers),)


def _matches(path: PurePath) -> bool:
    return path.name == "uv.lock" or path.name.endswith(".py.lock")


UV_LOCK = LockfileFormat(_ID, "pypi", _matches, _read)
