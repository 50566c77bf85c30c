"""Which locks pin what a manifest asks for: one that counts its folder among those it serves.

A lock that was read says whom it serves: in its importers and its entries for members of the project. One that
cannot be read may serve its own folder and all below, so it covers them, and is reported by itself.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from customhouse.ecosystems.formats import lockfile_ecosystem
from customhouse.model.declared import ProjectManifest
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.purl import Ecosystem

#: The client that reads a lock of this name.
_CLIENTS = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
    "deno.lock": "deno",
}


#: A folder, and whose packages.
_Key = tuple[str, str]

#: Folders in which a client records what is installed: that pins nothing for the next install.
_INSTALLED = frozenset({"node_modules", ".pnpm"})


def lock_client(lock: str) -> str:
    """Return the client whose lock this is, by its name; empty where several share it (Python's)."""
    name = Path(lock).name
    return _CLIENTS.get(name) or ("pnpm" if name.startswith("pnpm-lock.") else "")


def _serves(source: Source) -> Iterator[str]:
    """Give the folders that a lock says it serves, relative to its own; just that one where it says nothing."""
    folders = [one.folder for one in source.importers]
    yield from folders or [""]
    for package in source.packages:
        if package.source == "workspace":
            yield package.resolved


#: The locks that are a manifest's own, before any other one beside it.
_OWN_LOCKS: Mapping[str, tuple[str, ...]] = {
    "pyproject.toml": ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"),
    "Pipfile": ("Pipfile.lock",),
}


class Coverage:
    """The locks of a walk, asked by manifest."""

    def __init__(self, start: Path, sources: Sequence[Source]) -> None:
        """`sources` are what reading the locks of a walk from `start` gave."""
        self._start = start
        self._serving: dict[_Key, list[str]] = {}
        #: Locks that do not say whom they serve, by folder.
        self._silent: dict[_Key, list[str]] = {}
        for source in sources:
            path = Path(source.path)
            ecosystem = lockfile_ecosystem(path) or "pypi"  # a compiled requirements file of any name
            if source.format == "unknown" or source.kind != "lockfile" or path.parent.name in _INSTALLED:
                continue
            if source.status == "parsed" or source.importers:
                for folder in _serves(source):
                    self._add(self._serving, (os.path.normpath(path.parent / folder), ecosystem), source.path)
            if source.status == "skipped":
                self._add(self._serving, (os.path.normpath(path.parent), ecosystem), source.path)
            elif source.status != "parsed":
                self._add(self._silent, (str(path.parent), ecosystem), source.path)

    @staticmethod
    def _add(table: dict[_Key, list[str]], key: _Key, lock: str) -> None:
        locks = table.setdefault(key, [])
        if lock not in locks:
            locks.append(lock)

    def of(self, manifest: Path, ecosystem: Ecosystem) -> tuple[str, ...]:
        """Return the paths of the locks that pin what a manifest asks for, those beside it first; () when none does."""
        folder = manifest.parent
        found = self._serving.get((os.path.normpath(folder), ecosystem), []) + self._silent.get(
            (str(folder), ecosystem), []
        )
        if not found and ecosystem == "pypi":
            found = self._serving.get((os.path.normpath(folder / "requirements"), ecosystem), [])
        while not found and folder not in (self._start, folder.parent):
            folder = folder.parent
            found = self._silent.get((str(folder), ecosystem), [])
        own = _OWN_LOCKS.get(manifest.name, (f"{manifest.stem}.txt",) if manifest.suffix == ".in" else ())

        def order(lock: str) -> tuple[bool, int]:
            beside, name = Path(lock).parent == manifest.parent, Path(lock).name
            return not beside, own.index(name) if name in own else len(own)

        return tuple(sorted(dict.fromkeys(found), key=order))


def chosen_lock(manifest: ProjectManifest, locks: Sequence[str]) -> tuple[str, str]:
    """Choose among the locks that cover a manifest: the one of the client that it names, or else the first.

    The second value says, where locks of several clients lie in one folder, that each will be read by one of them.
    """
    if not locks:
        return "", ""
    client = manifest.client.partition("@")[0]
    chosen = next((one for one in locks if client and client in (lock_client(one), Path(one).stem)), locks[0])
    rivals = [one for one in locks if lock_client(one) and Path(one).parent == Path(chosen).parent]
    if len({lock_client(one) for one in rivals}) < 2:  # noqa: PLR2004 - it takes two to disagree
        return chosen, ""
    names = " and ".join(sorted(Path(one).name for one in rivals))
    meant = f"{client} is named as the client" if client else "nothing says which client installs"
    return chosen, f"{names} pin its dependencies each for another client, and {meant}"


def asked_for(manifest: ProjectManifest) -> Iterator[LockedPackage]:
    """Turn what a manifest asks for into entries without a version: that is all that is known of what would come."""
    for one in manifest.declared:
        if one.source != "workspace" and not one.optional:
            yield LockedPackage(
                manifest.ecosystem,
                one.name,
                None,
                source=one.source,
                scope=one.scope,
                dependency="direct",
                key=one.alias or one.name,
                line=one.line,
                alias=one.alias,
                marker=one.marker,
                specifier=one.specifier,
            )
