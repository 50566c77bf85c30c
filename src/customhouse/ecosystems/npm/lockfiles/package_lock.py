"""package-lock.json, versions 1 to 3, and the reading that its siblings share.

npm-shrinkwrap.json is the same document under a name that npm prefers, and node_modules/.package-lock.json the
`packages` table of what is installed.
"""

from collections.abc import Mapping
from pathlib import Path, PurePath

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document, plain_bytes
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.json_keys import RepeatedKeyError, object_lines, table_lines
from customhouse.ecosystems.lockfile import LockfileFormat, failed, in_short, printable
from customhouse.ecosystems.npm.lockfiles import dependencies_tree
from customhouse.ecosystems.npm.lockfiles.packages_table import Entry, Table
from customhouse.ecosystems.npm.lockfiles.tree import Tables, manifest_beside
from customhouse.model.locked import Importer, LockedPackage, Source
from customhouse.versions import npm

HINT = "regenerate it with `npm install --package-lock-only`, and look at what changes"
_KNOWN_VERSIONS = (1, 2, 3)


class Document(msgspec.Struct, frozen=True, rename="camel"):
    """The document, as far as it is read. `packages` None when it has no such table."""

    lockfile_version: int | None = None
    packages: dict[str, Entry] | None = None
    dependencies: dict[str, dependencies_tree.Node] = {}


class _Loose(msgspec.Struct, frozen=True):
    """The same with unread entries, to tell which of them is of a wrong shape."""

    packages: dict[str, msgspec.Raw] = {}


_DOCUMENT = msgspec.json.Decoder(Document)
_LOOSE = msgspec.json.Decoder(_Loose)
_ENTRY = msgspec.json.Decoder(Entry)


def _misshapen(data: bytes, error: msgspec.ValidationError) -> str:
    """Say which entry is of a wrong shape, where that can be told."""
    try:
        loose = json_document(data, _LOOSE)
    except (msgspec.ValidationError, UnreadableError):
        return str(error)
    for location, raw in loose.packages.items():
        try:
            _ENTRY.decode(raw)
        except msgspec.ValidationError as own:
            return f"entry {printable(location)}: {own}"
    return str(error)


def _contradictions(table: Mapping[str, Entry], document: Document) -> list[str]:
    """Tell where version 2's two tables differ: npm 6 installs from one of them, later npm from the other."""
    problems = []
    for location, _, name, node in dependencies_tree.walk(document.dependencies):
        other = table.get(location)
        reading = dependencies_tree.read_version(name, node)
        if other is None or other.link or reading.version is None or other.version is None:
            if other is None and reading.version is not None:
                problems.append(f"{printable(location)} stands in `dependencies` (npm 6) and not in `packages` (npm 7)")
            continue
        integrities = node.integrity or "", other.integrity or ""
        same = npm.parse(reading.version) == npm.parse(other.version) and (
            not all(integrities) or bool(set(integrities[0].split()) & set(integrities[1].split()))
        )
        if not same or reading.name != (other.name or name):
            problems.append(
                f"{printable(location)} is one thing to npm 6 (`dependencies`), another to npm 7 (`packages`)"
            )
    return problems


def _read_document(
    document: Document, lines: Mapping[str, int], manifest: Tables | None
) -> tuple[tuple[LockedPackage, ...], tuple[Importer, ...], list[str]]:
    if document.packages is None:
        return dependencies_tree.read(document.dependencies, manifest, lines)
    table = Table(document.packages, manifest, lines)
    return table.packages, table.importers, table.problems + _contradictions(document.packages, document)


def read_as(
    format_id: str, path: Path, data: bytes, files: Files, *, project: Path, hint: str = HINT
) -> tuple[Source, ...]:
    """Read any of the three files; `project` is the folder whose package.json belongs to it."""
    try:
        document = json_document(data, _DOCUMENT)
        data = plain_bytes(data)
        lines = object_lines(data) if document.packages is None else table_lines(data, "packages", document.packages)
    except UnreadableError as error:
        return failed(path, format_id, f"cannot be read: {error}", hint)
    except msgspec.ValidationError as error:
        return failed(path, format_id, f"is not what npm writes: {_misshapen(data, error)}", hint)
    except RepeatedKeyError as error:
        return failed(path, format_id, f"cannot be trusted: {error}", hint)
    version = document.lockfile_version
    if version is not None and version not in _KNOWN_VERSIONS:
        return failed(
            path,
            format_id,
            f"has lockfileVersion {version}, and 1, 2 and 3 are known",
            "regenerate it with `npm install --package-lock-only --lockfile-version=3`",
        )
    if document.packages is None and version not in (None, 1):
        return failed(path, format_id, f"has lockfileVersion {version} and no `packages` table", hint)
    if document.packages is None and version is None and not document.dependencies:
        return failed(path, format_id, "is JSON, but no npm lock: it has no lockfileVersion", hint)
    # Where the lock says itself what the project asks for, the manifest has no say.
    silent = document.packages is None or "" not in document.packages
    manifest = manifest_beside(project, files) if silent else None
    packages, importers, problems = _read_document(document, lines, manifest)
    if problems:
        return failed(path, format_id, in_short(problems), hint, packages, importers)
    return (Source(str(path), format_id, "parsed", packages, importers=importers),)


def _matches(path: PurePath) -> bool:
    return path.name == "package-lock.json"


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    return read_as("package-lock", path, data, files, project=path.parent)


PACKAGE_LOCK = LockfileFormat("package-lock", "npm", _matches, _read)
