"""What moves between two locks of a project: the upgrades, and the packages that only the later one has."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from customhouse.engine.audit import find_sources
from customhouse.model.errors import CustomhouseError
from customhouse.model.locked import LockedPackage
from customhouse.model.purl import Ecosystem, Purl
from customhouse.versions.compare import nearest

PROJECTS = Path(__file__).resolve().parent / "projects"


class Upgrade(msgspec.Struct, frozen=True):
    """A release that comes into projects. `before` is the version it replaces there; empty where none does."""

    locked: LockedPackage
    before: str
    #: The projects that make this very step, in order of their names.
    projects: tuple[str, ...]
    lock_path: str

    @property
    def purl(self) -> Purl:
        """The release that comes in."""
        return self.locked.purl

    @property
    def package(self) -> tuple[Ecosystem, str]:
        """What is counted as one package."""
        return self.locked.ecosystem, self.locked.name


def projects(folder: Path = PROJECTS) -> list[Path]:
    """Return the projects, by name."""
    return sorted(path for path in folder.iterdir() if (path / "after").is_dir())


def steps(folders: Iterable[Path]) -> tuple[Upgrade, ...]:
    """List what comes into the projects from their `before` lock to their `after` lock; each step once.

    Raises CustomhouseError when a lock is missing, or could not be read to its end.
    """
    found: dict[tuple[str, str], Upgrade] = {}
    for folder in folders:
        before = _entries(folder / "before")
        known_before = {one.purl for one in before}
        path = f"{folder.name}/after"
        for entry in _entries(folder / "after"):
            if entry.purl in known_before:
                continue
            versions = [one.version or "" for one in before if one.name == entry.name]
            replaced = nearest(entry.ecosystem, entry.version or "", versions) if versions else ""
            key = (str(entry.purl), replaced)
            known = found.get(key)
            if known is None:
                found[key] = Upgrade(entry, replaced, (folder.name,), path)
            elif folder.name not in known.projects:
                found[key] = msgspec.structs.replace(known, projects=(*known.projects, folder.name))
    return tuple(found[key] for key in sorted(found))


def _entries(folder: Path) -> list[LockedPackage]:
    """Return what a lock pins from a registry, each release once."""
    sources = find_sources([folder])
    failed = [source for source in sources if source.kind == "lockfile" and source.status != "parsed"]
    if failed:
        raise CustomhouseError(
            f"{failed[0].path} was not read: {failed[0].reason}",
            hint="make it again with `python evals/projects/relock.py`",
        )
    entries: dict[Purl, LockedPackage] = {}
    for source in sources:
        if source.kind == "lockfile":
            for entry in source.packages:
                if entry.source == "registry" and entry.version and not entry.bundled:
                    entries.setdefault(entry.purl, entry)
    return list(entries.values())
