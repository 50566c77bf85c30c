"""The folders that a workspace's patterns lead to, as npm, yarn, pnpm and bun expand them."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import Files
from customhouse.model.lazy_regex import lazy_regex

#: Folders listed for one workspace; beyond it the rest of its patterns leads nowhere.
_MAX_LISTED = 20_000
#: Patterns that `{a,b}` may be spelt out into, and how deep `**` goes.
_MAX_SPELT = 256
_MAX_DEPTH = 16
_BRACES = lazy_regex(r"\{([^{}]*)\}")
_MAGIC = re.compile(r"[*?\[]")
_NEVER = frozenset({"node_modules", ".git", "bower_components"})


def patterns_of(workspaces: Any) -> tuple[str, ...]:
    """Return the patterns of a `workspaces` field: an array, or an object with an array `packages`."""
    if isinstance(workspaces, dict):
        workspaces = workspaces.get("packages")
    return tuple(one for one in workspaces if isinstance(one, str)) if isinstance(workspaces, list) else ()


def member_folders(folder: Path, patterns: Sequence[str], files: Files) -> tuple[str, ...]:
    """List the folders below `folder`, relative to it, that hold a package.json and that the patterns name, in order.

    A pattern with `!` takes away what the ones before it gave. Installed packages are never members, and a pattern that
    leads out of the folder names none.
    """
    found: dict[str, None] = {}
    expansion = _Expansion(folder, files)
    for pattern in patterns:
        taken_away = pattern.startswith("!")
        for spelt in _spell_out(pattern.removeprefix("!")):
            parts = [part for part in spelt.split("/") if part not in ("", ".")]
            if not parts or ".." in parts:
                continue
            if taken_away:
                found = {one: None for one in found if not _matches(one.split("/"), parts)}
            else:
                found |= dict.fromkeys(one for one in expansion.of(parts))
    return tuple(found)


def _spell_out(pattern: str) -> list[str]:
    done: list[str] = []
    still = [pattern]
    while still and len(done) + len(still) <= _MAX_SPELT:
        one = still.pop()
        braces = _BRACES.search(one)
        if braces is None:
            done.append(one)
        else:
            still += [one[: braces.start()] + choice + one[braces.end() :] for choice in braces[1].split(",")][::-1]
    return done


def _fits(name: str, part: str) -> bool:
    return fnmatchcase(name, part) and (not name.startswith(".") or part.startswith("."))


def _matches(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Match a path with a pattern, `**` standing for any number of folders: one row of the usual table at a time."""
    reached = {0}
    for name in (*names, None):
        while True:  # `**` may stand for nothing
            more = reached | {at + 1 for at in reached if at < len(parts) and parts[at] == "**"}
            if more == reached:
                break
            reached = more
        if name is None:
            break
        reached = {at if parts[at] == "**" else at + 1 for at in reached if at < len(parts) and _steps(name, parts[at])}
    return len(parts) in reached


def _steps(name: str, part: str) -> bool:
    return part == "**" or _fits(name, part)


class _Expansion:
    """Expands patterns against the files, listing only the folders that a pattern can lead through."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._folder = folder
        self._files = files
        self._listed: dict[str, list[str]] = {}

    def _folders(self, own: str) -> list[str]:
        if own not in self._listed:
            if len(self._listed) >= _MAX_LISTED:
                return []
            try:
                names = self._files.names(self._folder / own)[0]
            except UnreadableError:
                names = []
            self._listed[own] = [name for name in names if name not in _NEVER]
        return self._listed[own]

    def of(self, parts: Sequence[str]) -> Iterator[str]:
        still = [("", 0)]
        seen = set(still)
        while still:
            own, at = still.pop()
            if at == len(parts):
                if own and self._files.is_file(self._folder / own / "package.json"):
                    yield own
                continue
            part = parts[at]
            following: list[tuple[str, int]] = []
            if part == "**":
                following.append((own, at + 1))
                if own.count("/") < _MAX_DEPTH:
                    following += [(_join(own, name), at) for name in self._folders(own) if not name.startswith(".")]
            elif _MAGIC.search(part):
                following += [(_join(own, name), at + 1) for name in self._folders(own) if _fits(name, part)]
            elif part not in _NEVER:
                following.append((_join(own, part), at + 1))
            for one in reversed(following):
                if one not in seen:
                    seen.add(one)
                    still.append(one)


def _join(own: str, name: str) -> str:
    return f"{own}/{name}" if own else name
