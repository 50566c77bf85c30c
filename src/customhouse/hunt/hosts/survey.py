"""One walk through homes and the places where others drop things: files worth a digest, and projects.

What is chosen is chosen by its name, by its size, or by its place; every other file costs its line in a listing.
"""

import os
import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from customhouse.hunt.hosts.expansion import temporary_folders
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.tree import MAX_DEPTH, Folder, Part, Tree
from customhouse.model.campaign import Platform

#: Where others than the user put files, by platform, and the levels looked through.
_DROPS: dict[Platform, tuple[str, ...]] = {
    "linux": ("/dev/shm", "/run/shm", "/usr/local/bin", "/usr/local/sbin", "/opt"),  # noqa: S108 - looked through
    "macos": ("/Library/Caches", "/Users/Shared", "/usr/local/bin", "/Library/Application Support"),
    "windows": ("/ProgramData", "/Windows/Temp", "/Users/Public", "/PerfLogs"),
}
_DROP_DEPTH = 3
#: Levels of a drop place where every file of moderate size is worth a digest, once a campaign knows any.
_NEAR = 1
_MAX_NEAR = 2000
_NEAR_BYTES = 16 * 1024 * 1024
#: Folders of a home where payloads are dropped: there sizes are looked up, which costs a call to the system a file.
_SIZED = (
    "/.config/",
    "/.local/bin/",
    "/.local/share/",
    "/.cache/",
    "/.node_modules/",
    "/bin/",
    "/downloads/",
    "/library/caches/",
    "/library/launchagents/",
    "/library/application support/",
    "/appdata/local/temp/",
    "/appdata/roaming/",
)
_MAX_SIZED = 300_000
#: Folders and files by which a project, or an agent's settings, start something.
PROJECT_FOLDERS = frozenset({".git", ".github", ".vscode", ".devcontainer", ".claude", ".cursor", ".gemini", ".husky"})
PROJECT_FILES = frozenset({".mcp.json", "AGENTS.md", "CLAUDE.md", "GEMINI.md", ".runner", ".devcontainer.json", ".git"})
#: Nobody opens the projects that lie in these, and nothing in git's own folder is a file of somebody's.
_PACKAGES = ("/node_modules/", "/site-packages/", "/dist-packages/")

Why = Literal["name", "size", "place", "project", "registry"]


class Interest(msgspec.Struct, frozen=True):
    """What is worth stopping at. `names` are in lower case; `place` says whether places alone are a reason.

    `patterns` are those of names in which something may stand for anything.
    """

    names: frozenset[str] = frozenset()
    sizes: frozenset[int] = frozenset()
    place: bool = False
    patterns: tuple[re.Pattern[str], ...] = ()


class Counts(msgspec.Struct):
    """How much was walked through."""

    folders: int = 0
    files: int = 0


def survey(system: System, interest: Interest, counts: Counts) -> Iterator[tuple[Why, str]]:
    """Give what is of interest, each file once for its first reason; a project is its folder."""
    walk = _Walk(system, interest, counts)
    starts = _starts(system)
    for start, drop in starts:
        for folder in system.tree.walk(start, _DROP_DEPTH if drop else MAX_DEPTH, _enter):
            yield from walk.of(folder, drop=drop)


def _enter(name: str) -> bool:
    return name != ".git"


def _starts(system: System) -> list[tuple[str, bool]]:
    """Give the folders to walk from, and whether they are drop places, which are looked through a few levels deep."""
    tree = system.tree
    homes: list[str] = []
    for real in sorted({home.real for home in system.homes}):
        if real == tree.root and system.sure:  # a container's root is somebody's home, but not all in it is theirs
            continue
        if not any(real.startswith(one + os.sep) for one in homes):
            homes.append(real)
    patterns = (*temporary_folders(system), *_DROPS[system.platform])
    drops = {real for pattern in patterns for real in tree.find(_parts(pattern)) if tree.is_folder(real)}
    return [(real, False) for real in homes] + [(real, True) for real in sorted(drops - set(homes))]


def _parts(pattern: str) -> tuple[Part, ...]:
    return tuple(re.compile(r"[^/\n]+") if part == "*" else part for part in pattern.split("/") if part)


class _Walk:
    def __init__(self, system: System, interest: Interest, counts: Counts) -> None:
        self._tree: Tree = system.tree
        self._windows = system.platform == "windows"
        self._interest = interest
        self._counts = counts
        self._near = 0
        self._sized = 0

    def of(self, folder: Folder, *, drop: bool) -> Iterator[tuple[Why, str]]:
        """Choose from one folder."""
        self._counts.folders += 1
        self._counts.files += len(folder.files)
        prefix = folder.path if folder.path.endswith(os.sep) else folder.path + os.sep
        names = self._interest.names
        patterns = self._interest.patterns
        chosen = [
            name
            for name in folder.files
            if name.lower() in names or (patterns and any(each.fullmatch(name) for each in patterns))
        ]
        yield from (("name", prefix + name) for name in chosen)
        rest: Iterable[str] = folder.files
        if drop and folder.depth <= _NEAR and self._interest.place:
            yield from (
                ("place", prefix + name) for name in rest if name not in chosen and self._is_near(prefix + name)
            )
        elif self._interest.sizes and (drop or any(each in prefix.lower() for each in _SIZED)):
            yield from (
                ("size", prefix + name) for name in rest if name not in chosen and self._is_sized(prefix + name)
            )
        if self._windows:
            yield from (("registry", prefix + name) for name in rest if name[-4:].lower() == ".reg")
        here = PROJECT_FOLDERS.intersection(folder.folders) or PROJECT_FILES.intersection(folder.files)
        if here and not any(each in prefix for each in _PACKAGES):
            yield "project", folder.path

    def _is_near(self, real: str) -> bool:
        if self._near >= _MAX_NEAR:
            self._tree.refuse(os.path.dirname(real), f"of its files no more than {_MAX_NEAR} were digested")  # noqa: PTH120 - as in the tree
            return False
        size = self._tree.size(real)
        if not size or size > _NEAR_BYTES:
            return bool(size) and size in self._interest.sizes
        self._near += 1
        return True

    def _is_sized(self, real: str) -> bool:
        if self._sized >= _MAX_SIZED:
            self._tree.refuse(os.path.dirname(real), f"no more than {_MAX_SIZED} sizes were looked up")  # noqa: PTH120 - as in the tree
            return False
        self._sized += 1
        return self._tree.size(real) in self._interest.sizes
