"""uv.lock version 1 with its revisions, and the lock beside a script (`<script>.py.lock`), which is the same.

uv locks every environment at once: a name can stand several times, each under `resolution-markers` of its own.
"""

import re
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from customhouse.ecosystems.documents import UnreadableError, toml_document
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import LockfileFormat, failed, in_short, printable
from customhouse.ecosystems.pypi.lockfiles.requirement import RefusedError, filename_of, name_of, without_credentials
from customhouse.ecosystems.pypi.lockfiles.uv_graph import Graph, Member, member, needs
from customhouse.model.digest import Digest, parse_named
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import Directness, LockedArtifact, LockedPackage, Scope, Source, SourceKind
from customhouse.model.purl import pypi_name
from customhouse.versions import pypi

_ID = "uv-lock"
_HINT = "regenerate it with `uv lock`, and look at what changes"
_HEADER = lazy_regex(rb"^[ \t]*\[\[[ \t]*package[ \t]*\]\]", re.MULTILINE)
#: What `source` may say, and what each means; a local one is told apart by its path.
_SOURCES = ("registry", "git", "url", "path", "directory", "editable", "virtual")
_MAX_MANIFEST = 16 * 1024 * 1024


def _lines(data: bytes) -> list[int]:
    """1-based line of each `[[package]]` header."""
    found, line, counted = [], 1, 0
    for match in _HEADER.finditer(data):
        line += data.count(b"\n", counted, match.start())
        counted = match.start()
        found.append(line)
    return found


def _outside(path: str) -> bool:
    return path.startswith(("..", "/", "\\")) or path[1:2] == ":"


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
            return key, value, "file" if key == "path" or _outside(value) else "workspace"
    raise RefusedError(f"its source {printable(str(dict(source)))} is of no known kind")


def _artifact(row: object) -> LockedArtifact:
    """Read an sdist or a wheel. Raises RefusedError where it has a hash that is none."""
    if not isinstance(row, Mapping):
        raise RefusedError("one of its files is not a table")
    url, path, text, size = row.get("url"), row.get("path"), row.get("hash"), row.get("size")
    where = url if isinstance(url, str) else path if isinstance(path, str) else ""
    name = row.get("filename")
    filename = name if isinstance(name, str) else filename_of(where)
    digests: tuple[Digest, ...] = ()
    if text is not None:
        digest = parse_named(text) if isinstance(text, str) else None
        if digest is None:
            raise RefusedError(f"the hash of {printable(filename)} is no digest")
        digests = (digest,)
    return LockedArtifact(
        filename=filename,
        url=without_credentials(where) if isinstance(url, str) else "",
        digests=digests,
        size=size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None,
    )


def _artifacts(row: Mapping[str, Any]) -> tuple[LockedArtifact, ...]:
    wheels = row.get("wheels", [])
    if not isinstance(wheels, list):
        raise RefusedError("its wheels are not an array")
    sdist = row.get("sdist")
    return tuple(_artifact(one) for one in ([sdist] if sdist is not None else []) + wheels)


def _version(row: Mapping[str, Any], name: str) -> str | None:
    version = row.get("version")
    if version is None:
        return None
    if not isinstance(version, str) or pypi.parse(version) is None:
        raise RefusedError(f"{printable(str(version))} of {name} is no version")
    return version


class _Lock:
    """The document read: what it pins, who serves whom, and what is wrong with it."""

    def __init__(self, document: Mapping[str, Any], data: bytes) -> None:
        rows = document.get("package", [])
        lines = _lines(data)
        self.problems: list[str] = []
        self._rows: list[tuple[Member, Mapping[str, Any], int | None]] = []
        for index, row in enumerate(rows):
            line = lines[index] if len(lines) == len(rows) else None
            where = f"the package in line {line}" if line else f"package {index + 1}"
            if not isinstance(row, Mapping) or not isinstance(row.get("name"), str):
                self.problems.append(f"{where} has no name")
                continue
            try:
                name = name_of(row["name"])
                self._rows.append((member(index, row["name"], _version(row, name), row), row, line))
            except RefusedError as error:
                self.problems.append(f"{where}: {error}")
        self._graph = Graph([one for one, _, _ in self._rows])
        self.problems += [
            f"{who} needs {printable(' '.join(filter(None, (need.name, need.version))))}, which the lock does not pin"
            for who, need in self._graph.dangling
        ]
        manifest = document.get("manifest")
        self._manifest: Mapping[str, Any] = manifest if isinstance(manifest, Mapping) else {}
        self.packages = tuple(self._packages())

    def _projects(self) -> list[Member]:
        """The projects that the lock serves: the listed members, or those whose source is the folder itself."""
        listed = self._manifest.get("members")
        names = {one for one in listed if isinstance(one, str)} if isinstance(listed, list) else set()
        found = []
        for one, row, _ in self._rows:
            source = row.get("source")
            if isinstance(source, Mapping) and (
                one.name in names or "." in (source.get("virtual"), source.get("editable"))
            ):
                found.append(one)
        return found

    def _packages(self) -> list[LockedPackage]:
        # The lock of a script has no project, and names what the script asks for itself.
        reached = self._graph.reach(self._projects(), needs(self._manifest.get("requirements")))
        groups = self._manifest.get("dependency-groups")
        grouped = [need for rows in groups.values() for need in needs(rows)] if isinstance(groups, Mapping) else []
        for index, (_, directness) in self._graph.reach([], grouped).items():
            reached.setdefault(index, ("dev", directness))
        found = []
        for one, row, line in self._rows:
            try:
                package = self._package(one, row, line, *reached.get(one.index, ("prod", "transitive")))
            except RefusedError as error:
                self.problems.append(f"{printable(one.name)}: {error}")
                continue
            if package is not None:
                found.append(package)
        return found

    def _package(
        self, one: Member, row: Mapping[str, Any], line: int | None, scope: Scope, directness: Directness
    ) -> LockedPackage | None:
        key, value, kind = _origin(row)
        if value == "." and key in ("virtual", "editable", "directory"):
            return None  # the project itself
        markers = row.get("resolution-markers")
        return LockedPackage(
            ecosystem="pypi",
            name=pypi_name(one.name),
            version=one.version,
            source=kind,
            resolved=without_credentials(value),
            artifacts=_artifacts(row),
            scope=scope,
            dependency="direct" if kind == "workspace" else directness,
            key=f"{one.name}=={one.version}" if one.version else one.name,
            line=line,
            marker=" or ".join(one for one in markers if isinstance(one, str)) if isinstance(markers, list) else "",
        )

    def unpinned(self, wanted: Mapping[str, str]) -> list[str]:
        """Tell which of the names that pyproject.toml wants by now the lock does not pin."""
        names = {pypi_name(one.name) for one, _, _ in self._rows}
        return [
            f"pyproject.toml wants {printable(text)}, which the lock does not pin"
            for name, text in wanted.items()
            if name not in names
        ]


def _wanted(folder: Path, files: Files) -> dict[str, str]:
    """Read the dependencies of the pyproject.toml beside the lock, by name; empty where there is none to read."""
    try:
        project = toml_document(files.read(folder / "pyproject.toml", _MAX_MANIFEST)).get("project")
    except UnreadableError:
        return {}
    listed = project.get("dependencies") if isinstance(project, Mapping) else None
    found = {}
    for text in listed if isinstance(listed, list) else ():
        try:
            found[pypi_name(Requirement(text).name)] = text
        except (InvalidRequirement, TypeError):
            continue
    return found


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    try:
        document = toml_document(data)
    except UnreadableError as error:
        return failed(path, _ID, f"cannot be read: {error}", _HINT)
    version = document.get("version")
    if version != 1 or isinstance(version, bool):
        said = "no version" if version is None else f"version {printable(str(version))}"
        return failed(path, _ID, f"has {said}, and 1 is known", "regenerate it with a uv of the 0.x series: `uv lock`")
    if not isinstance(document.get("package", []), list):
        return failed(path, _ID, "is not what uv writes: `package` is not an array of tables", _HINT)
    lock = _Lock(document, data)
    problems = list(lock.problems)
    if path.name == "uv.lock":
        problems += lock.unpinned(_wanted(path.parent, files))
    if problems:
        return failed(path, _ID, in_short(problems), _HINT, lock.packages)
    return (Source(str(path), _ID, "parsed", lock.packages),)


def _matches(path: PurePath) -> bool:
    return path.name == "uv.lock" or path.name.endswith(".py.lock")


UV_LOCK = LockfileFormat(_ID, "pypi", _matches, _read)
