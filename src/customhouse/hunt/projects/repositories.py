"""Finding git repositories: clones, bare ones, worktrees, submodules, and those kept without being checked out."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from customhouse.hunt.notes import Notes
from customhouse.model.hunt import Unexamined

#: Folders in which no history of a project's own is kept.
_NEVER = frozenset({"node_modules", "site-packages", "dist-packages", "__pycache__", ".hg", ".svn"})
#: Folders that one walk enters, at most.
_MAX_FOLDERS = 2_000_000
_MAX_POINTER = 4096
#: Folders of a store whose files git opens here.
_READ = frozenset({"objects", "refs", "info", "worktrees"})


class Repository(msgspec.Struct, frozen=True):
    """A repository: its store, and the folder that people know it by."""

    git_dir: str
    asset: str


def repositories(paths: Sequence[Path], notes: Notes) -> Iterator[Repository]:
    """Give every repository that a path lies in or that lies below it, each store once, in order of path."""
    seen: set[str] = set()
    for start in paths:
        if not start.exists():
            notes.unexamined(Unexamined("history", str(start), "does not exist"))
            continue
        for found in _from(os.path.abspath(start), notes):  # noqa: PTH100 - links are left as the user wrote them
            identity = os.path.realpath(found.git_dir)
            if identity not in seen:
                seen.add(identity)
                yield found


def _from(start: str, notes: Notes) -> Iterator[Repository]:
    folder = start if os.path.isdir(start) else os.path.dirname(start)  # noqa: PTH112, PTH120
    above = folder
    while not os.path.lexists(os.path.join(above, ".git")) and os.path.dirname(above) != above:  # noqa: PTH118, PTH120
        above = os.path.dirname(above)  # noqa: PTH120
    if above != folder and os.path.lexists(os.path.join(above, ".git")):  # noqa: PTH118
        yield from _at(above, notes)
    yield from _below(folder, notes)


def _below(start: str, notes: Notes) -> Iterator[Repository]:
    still = [start]
    entered = 0
    while still:
        folder = still.pop()
        entered += 1
        if entered > _MAX_FOLDERS:
            notes.unexamined(Unexamined("history", start, f"more than {_MAX_FOLDERS:,} folders lie below it"))
            return
        try:
            with os.scandir(folder) as entries:
                names = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
        except OSError as error:
            reason = f"cannot be listed: {(error.strerror or str(error)).lower()}"
            notes.unexamined(Unexamined("history", folder, reason))
            continue
        if ".git" in names:
            yield from _at(folder, notes)
        elif _is_store(folder, names):
            yield Repository(folder, folder)
            yield from _kept_submodules(folder, folder)
            continue
        below = sorted((name for name, is_folder in names.items() if is_folder), reverse=True)
        still += [os.path.join(folder, name) for name in below if name != ".git" and name not in _NEVER]  # noqa: PTH118


def _at(folder: str, notes: Notes) -> Iterator[Repository]:
    """Give the repository whose working tree a folder is, and what it keeps of submodules."""
    marker = os.path.join(folder, ".git")  # noqa: PTH118
    if _is_fence(marker):
        return
    try:
        git_dir = _leads_to(marker)
    except (OSError, ValueError) as error:
        detail = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        notes.unexamined(Unexamined("history", marker, f"leads to no repository: {detail.lower()}"))
        return
    yield Repository(git_dir, folder)
    yield from _kept_submodules(git_dir, folder)


def _is_fence(marker: str) -> bool:
    """Whether it is an empty file, as uv puts into its cache so that nothing looks for a repository above it."""
    try:
        found = os.lstat(marker)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == 0


def _leads_to(marker: str) -> str:
    """Follow a `.git` file and a worktree's `commondir` to the store. Raises OSError or ValueError."""
    git_dir = marker
    if not os.path.isdir(marker):  # noqa: PTH112
        word, _, target = _pointer(marker).partition(":")
        if word != "gitdir":
            raise ValueError("it is no file that git wrote")
        git_dir = os.path.join(os.path.dirname(marker), target.strip())  # noqa: PTH118, PTH120
    common = os.path.join(git_dir, "commondir")  # noqa: PTH118
    if os.path.isfile(common):  # noqa: PTH113
        git_dir = os.path.join(git_dir, _pointer(common).strip())  # noqa: PTH118
    git_dir = os.path.normpath(git_dir)
    if not _is_store(git_dir, os.listdir(git_dir)):  # noqa: PTH208
        raise ValueError("it has no objects or no HEAD")
    return git_dir


def waited_for(git_dir: str) -> str:
    """Return a pipe, socket or device where git has files, for which it would wait; empty where there is none."""
    still = [git_dir]
    while still:
        folder = still.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        still += [entry.path] if folder != git_dir or entry.name in _READ else []
                    elif not entry.is_file(follow_symlinks=False) and not _is_plain(entry.path):
                        return entry.path
        except OSError:  # git says itself what it cannot list
            continue
    return ""


def _is_plain(path: str) -> bool:
    """Say whether what a link leads to is a file or a folder; one that leads nowhere keeps nobody waiting."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except OSError:
        return os.path.islink(path)  # noqa: PTH114
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _pointer(path: str) -> str:
    # Whoever opens a pipe to read it waits for somebody to write.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("it is no regular file")
        return os.fsdecode(file.read(_MAX_POINTER)).rstrip("\r\n")


def _is_store(folder: str, names: object) -> bool:
    held = set(names) if isinstance(names, dict | list) else set()
    return {"HEAD", "objects", "refs"} <= held and os.path.isdir(os.path.join(folder, "objects"))  # noqa: PTH112, PTH118


def _kept_submodules(git_dir: str, asset: str) -> Iterator[Repository]:
    """Give the stores below `modules`, whose folders are named as the submodules are, slashes included."""
    still = [os.path.join(git_dir, "modules")]  # noqa: PTH118
    while still:
        folder = still.pop()
        try:
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
            held = os.listdir(folder)  # noqa: PTH208
        except OSError:
            continue
        if _is_store(folder, held):
            own = os.path.relpath(folder, os.path.join(git_dir, "modules"))  # noqa: PTH118
            yield Repository(folder, os.path.join(asset, own))  # noqa: PTH118
            still.append(os.path.join(folder, "modules"))  # noqa: PTH118
        else:
            still += [os.path.join(folder, name) for name in reversed(names)]  # noqa: PTH118
