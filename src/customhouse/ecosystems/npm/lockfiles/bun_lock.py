"""bun.lock, versions 0 to 3: JSON with trailing commas, a flat table whose keys are paths through node_modules.

Its meaning is that of bun's own reader (src/install/lockfile/bun.lock). Version 1 stopped repeating a workspace's
dependencies among the packages, 2 only made bun stricter, and 3 lets `overrides` hold rules for one parent.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document, plain_bytes
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.json_keys import RepeatedKeyError, table_lines
from customhouse.ecosystems.jsonc import plain_json
from customhouse.ecosystems.lockfile import LockfileFormat, failed, in_short, printable
from customhouse.ecosystems.npm.lockfiles.bun_entry import BunEntry, BunPath, read_entry
from customhouse.ecosystems.npm.lockfiles.scopes import Wishes, scopes
from customhouse.ecosystems.npm.lockfiles.tree import Tables
from customhouse.model.locked import Importer, LockedPackage, Source

FORMAT_ID = "bun-lock"
HINT = "regenerate it with `bun install --lockfile-only --ignore-scripts`, and look at what changes"
_KNOWN_VERSIONS = (0, 1, 2, 3)


class _Workspace(Tables, frozen=True, rename="camel", gc=False):
    """One value of the `workspaces` table: what bun kept of a manifest."""

    name: str = ""
    version: str | None = None


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    lockfile_version: int | None = None
    workspaces: dict[str, msgspec.Raw] = {}
    packages: dict[str, msgspec.Raw] = {}
    patched_dependencies: Any = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_WORKSPACE = msgspec.json.Decoder(_Workspace)


class _Lock:
    """The two tables with the answers that reading them gives."""

    def __init__(self, document: _Document, lines: Mapping[str, int]) -> None:
        self.problems: list[str] = []
        self._lines = lines
        self._workspaces = dict(self._read_workspaces(document.workspaces))
        self._entries: dict[BunPath, BunEntry] = {}
        for key, raw in document.packages.items():
            entry, problem = read_entry(key, raw)
            if problem:
                self._note(key, problem)
            if entry is not None and not problem:
                self._entries[entry.path] = entry
        self.importers, wishes = self._read_importers()
        self.packages = tuple(self._packages(wishes))

    def _note(self, key: str, problem: str) -> None:
        line = self._lines.get(key)
        self.problems.append(f"{f'line {line}: ' if line else ''}entry {printable(key)}: {problem}")

    def _read_workspaces(self, table: Mapping[str, msgspec.Raw]) -> Iterator[tuple[str, _Workspace]]:
        for folder, raw in table.items():
            if folder.startswith("/") or "\\" in folder or ".." in folder.split("/"):
                self.problems.append(f"workspace {printable(folder)} lies outside the project")
                continue
            try:
                yield folder, _WORKSPACE.decode(raw)
            except msgspec.ValidationError as error:
                self.problems.append(f"workspace {printable(folder)}: {error}")

    def _find(self, path: BunPath, name: str) -> str | None:
        """Find what `name` leads to from a path of packages: the nearest one upwards that has it, as in node."""
        while True:
            found = self._entries.get((*path, name))
            if found is not None:
                return found.key
            if not path:
                return None
            path = path[:-1]

    def _read_importers(self) -> tuple[tuple[Importer, ...], Wishes]:
        importers, wishes = [], Wishes()
        for folder, one in self._workspaces.items():
            start: BunPath = (one.name,) if folder else ()
            keys: list[str] = []
            for table, into, needed in (
                (one.dependencies, wishes.prod, True),
                (one.optional_dependencies, wishes.optional, False),
                (one.peer_dependencies, wishes.peer, False),
                (one.dev_dependencies, wishes.dev, True),
            ):
                for name in table:
                    found = self._find(start, name)
                    if found is not None:
                        keys.append(found)
                        into.append(found)
                    elif needed and name not in one.optional_dependencies:
                        who = printable(folder) if folder else "the project"
                        self.problems.append(f"{who} needs {printable(name)}, which the lock does not pin")
            # Version 0 wrote the folder of a member where its range belongs.
            specifiers = tuple(
                (name, f"workspace:{wanted}" if wanted and wanted in self._workspaces else wanted)
                for name, wanted in one.declared().items()
            )
            importers.append(Importer(folder, one.name, tuple(dict.fromkeys(keys)), specifiers))
        return tuple(importers), wishes

    def _edges(self, entry: BunEntry, table: Mapping[str, str], *, needed: bool) -> list[str]:
        keys = []
        for name in table:
            found = self._find(entry.path, name)
            if found is not None:
                keys.append(found)
            elif needed and name not in entry.info.optional_dependencies and not entry.info.bundled:
                self._note(entry.key, f"needs {printable(name)}, which the lock does not pin")
        return keys

    def _packages(self, wishes: Wishes) -> Iterator[LockedPackage]:
        by_folder = {one.folder: one for one in self.importers}
        required: dict[str, list[str]] = {}
        optional: dict[str, list[str]] = {}
        peers: dict[str, list[str]] = {}
        for entry in self._entries.values():
            if len(entry.path) > 1 and entry.path[:-1] not in self._entries:
                self._note(entry.key, f"stands inside {'/'.join(entry.path[:-1])}, which the lock does not have")
            if entry.source == "workspace" and entry.resolved in self._workspaces:
                wishes.prod.append(entry.key)
                continue
            if entry.info.dependencies:
                required[entry.key] = self._edges(entry, entry.info.dependencies, needed=True)
            if entry.info.optional_dependencies:
                optional[entry.key] = self._edges(entry, entry.info.optional_dependencies, needed=False)
            if entry.info.peer_dependencies:
                peers[entry.key] = self._edges(entry, entry.info.brought_peers, needed=False)
        direct = {key for one in self.importers for key in one.requires}
        scope_of = scopes((one.key for one in self._entries.values()), wishes, required, optional, peers)
        for path, entry in self._entries.items():
            member = self._workspaces.get(entry.resolved) if entry.source == "workspace" else None
            if entry.tag == "workspace" and member is None:
                self._note(entry.key, f"leads to workspace {printable(entry.resolved)}, which the lock does not have")
            own = entry.key
            yield LockedPackage(
                "npm",
                entry.name,
                member.version if member is not None else entry.version,
                source=entry.source,
                resolved=entry.resolved,
                artifacts=entry.artifacts,
                scope=scope_of[own],
                dependency="direct" if own in direct or entry.source == "workspace" else "transitive",
                key=own,
                line=self._lines.get(own),
                alias=path[-1] if path[-1] != entry.name else "",
                bundled=entry.info.bundled,
                has_install_script=entry.info.has_install_script,
                requires=by_folder[entry.resolved].requires
                if member is not None and entry.resolved in by_folder
                else tuple(dict.fromkeys((*required.get(own, ()), *optional.get(own, ()), *peers.get(own, ())))),
            )


def _patched(table: Any) -> str:
    """Say which packages bun changes after it has unpacked them: what is installed is not what was inspected."""
    names = sorted(table) if isinstance(table, dict) else []
    if not names:
        return ""
    shown = ", ".join(printable(name) for name in names[:3]) + (" and others" if len(names) > 3 else "")  # noqa: PLR2004
    return f"bun patches {shown} with files of the project, which are not read"


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:  # noqa: ARG001 - as every lock is read
    try:
        data = plain_json(plain_bytes(data))
        document = json_document(data, _DOCUMENT)
        lines = table_lines(data, "packages", document.packages)
    except UnreadableError as error:
        return failed(path, FORMAT_ID, f"cannot be read: {error}", HINT)
    except msgspec.ValidationError as error:
        return failed(path, FORMAT_ID, f"is not what bun writes: {error}", HINT)
    except RepeatedKeyError as error:
        return failed(path, FORMAT_ID, f"cannot be trusted: {error}", HINT)
    version = document.lockfile_version
    if version is None:
        return failed(path, FORMAT_ID, "is JSON, but no lock of bun: it has no lockfileVersion", HINT)
    if version not in _KNOWN_VERSIONS:
        return (
            Source(
                str(path),
                FORMAT_ID,
                "unsupported",
                (),
                f"has lockfileVersion {version}, and 0 to {_KNOWN_VERSIONS[-1]} are known",
                "update customhouse; until then, write a lock that can be read, in a copy of the project:"
                " `npm install --package-lock-only`, then check that copy",
            ),
        )
    lock = _Lock(document, lines)
    if "" not in document.workspaces:
        lock.problems.append("its `workspaces` table does not have the project itself")
    if lock.problems:
        return failed(path, FORMAT_ID, in_short(lock.problems), HINT, lock.packages, lock.importers)
    patched = _patched(document.patched_dependencies)
    return (Source(str(path), FORMAT_ID, "parsed", lock.packages, patched, importers=lock.importers),)


def _matches(path: PurePath) -> bool:
    return path.name == "bun.lock"


BUN_LOCK = LockfileFormat(FORMAT_ID, "npm", _matches, _read)
