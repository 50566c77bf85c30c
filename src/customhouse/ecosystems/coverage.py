"""Which lock pins what a manifest asks for: one beside it, or one above that counts it as a member."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from customhouse.ecosystems.formats import lockfile_ecosystem
from customhouse.ecosystems.unread import unread_format
from customhouse.ecosystems.walk import Place
from customhouse.model.declared import ProjectManifest
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.purl import Ecosystem

#: The locks that are a manifest's own, before any other one beside it.
_OWN_LOCKS: Mapping[str, tuple[str, ...]] = {
    "pyproject.toml": ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"),
    "Pipfile": ("Pipfile.lock",),
}


class Coverage:
    """The locks of a walk, asked by manifest."""

    def __init__(self, start: Path, places: Sequence[Place], sources: Sequence[Source]) -> None:
        """`sources` are what reading the locks of `places` gave."""
        self._start = start
        self._paths = {str(path) for place in places for path in place.locks}
        self._locks: dict[tuple[Path, str], str] = {}
        for place in places:
            for path in place.locks:
                ecosystem = lockfile_ecosystem(path) or "pypi"  # a compiled file of any name
                if unread_format(path):
                    self._locks.setdefault((path.parent, f"unread {ecosystem}"), str(path))
                self._locks.setdefault((path.parent, str(ecosystem)), str(path))
        self._members: dict[str, str] = {}
        for source in sources:
            folder = Path(source.path).parent
            for package in source.packages:
                if package.source == "workspace":
                    self._members.setdefault(os.path.realpath(folder / package.resolved), source.path)
            for importer in source.importers:
                self._members.setdefault(os.path.realpath(folder / importer.folder), source.path)

    def of(self, manifest: Path, ecosystem: Ecosystem) -> str:
        """Return the path of the lock that pins what a manifest asks for; empty when none does."""
        folder = manifest.parent
        for name in _OWN_LOCKS.get(manifest.name, (f"{manifest.stem}.txt",) if manifest.suffix == ".in" else ()):
            if str(folder / name) in self._paths:
                return str(folder / name)
        found = self._locks.get((folder, ecosystem)) or self._members.get(os.path.realpath(folder))
        if found is None and ecosystem == "pypi":
            found = self._locks.get((folder / "requirements", ecosystem))
        # A lock that cannot be read is reported by itself, and may well cover the folders below it.
        while found is None and folder not in (self._start, folder.parent):
            folder = folder.parent
            found = self._locks.get((folder, f"unread {ecosystem}"))
        return found or ""


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
