"""One walk over projects, homes or a mounted image: which folders and files are a package client's trace."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from customhouse.hunt.installs.findings import Findings
from customhouse.model.lazy_regex import lazy_regex

TraceKind = Literal[
    "node_modules",
    "site-packages",
    "npm cache",
    "npm log",
    "pnpm store",
    "yarn cache",
    "yarn berry cache",
    "yarn install state",
    "bun cache",
    "pip http cache",
    "pip log",
    "uv cache",
    "python archives",
]
#: Folders that hold no trace, and much else: kernels' views of themselves, version control.
_NEVER = frozenset({".git", ".hg", ".svn", ".jj", "__pycache__"})
_VIRTUAL = frozenset({"/proc", "/sys", "/dev", "/run/user"})
_MAX_FOLDERS = 5_000_000
_NPM_LOG = lazy_regex(r"\d{4}-\d\d-\d\dT\d\d_\d\d_\d\d_\d{3}Z-debug(?:-\d+)?\.log|npm-debug\.log(?:\.\d+)?")
_PIP_LOG = lazy_regex(r"pip(?:-[\w.-]+)?\.log", re.IGNORECASE)
_STORE = lazy_regex(r"v\d{1,3}")
_UV_BUCKET = lazy_regex(r"(?:archive|wheels|built-wheels|sdists)-v\d+")
_YARN_CLASSIC = lazy_regex(r"npm-.+-[0-9a-f]{40}(?:-integrity)?")


class Found(NamedTuple):
    """One trace."""

    kind: TraceKind
    path: Path


def traces(root: Path, findings: Findings) -> Iterator[Found]:
    """Give every trace below a folder, parents first; links are not followed. What cannot be listed is noted."""
    still = [os.path.abspath(root)]  # noqa: PTH100 - links are left as the user wrote them
    entered = 0
    while still:
        folder = still.pop()
        entered += 1
        if entered > _MAX_FOLDERS:
            findings.unexamined(root, f"more than {_MAX_FOLDERS:,} folders lie below it")
            return
        folders: list[str] = []
        files: list[str] = []
        try:
            with os.scandir(folder) as found:
                for entry in found:
                    (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
        except OSError as error:
            findings.unexamined(Path(folder), f"cannot be listed: {(error.strerror or str(error)).lower()}")
            continue
        folders.sort()
        here = Path(folder)
        for name in sorted(files):
            kind = _file(name, here)
            if kind is not None:
                yield Found(kind, here / name)
        own = _folder(here, folders, files)
        yield from (Found(kind, here) for kind, _ in own)
        if not any(whole for _, whole in own):
            below = (os.path.join(folder, name) for name in reversed(folders) if name not in _NEVER)  # noqa: PTH118
            still += [path for path in below if path not in _VIRTUAL]


def _file(name: str, folder: Path) -> TraceKind | None:
    if _NPM_LOG.fullmatch(name):
        return "npm log"
    if _PIP_LOG.fullmatch(name):
        return "pip log"
    if name == "install-state.gz" and folder.name == ".yarn":
        return "yarn install state"
    return None


def _folder(folder: Path, folders: list[str], files: list[str]) -> list[tuple[TraceKind, bool]]:
    """Say what a folder is, and whether all below it is told with that."""
    name = folder.name
    whole = _whole(folder, folders, files)
    if whole is not None:
        return [(whole, True)]
    found: list[tuple[TraceKind, bool]] = []
    if any("-npm-" in each and each.endswith(".zip") for each in files):
        found.append(("yarn berry cache", False))
    if any(each.endswith((".whl", ".tar.gz")) for each in files) or (
        name == "packages" and folder.parent.name == "pdm"
    ):
        found.append(("python archives", False))
    return found


def _whole(folder: Path, folders: list[str], files: list[str]) -> TraceKind | None:
    """Say what a folder is whose reader looks at all that lies below it."""
    name = folder.name
    if name == "node_modules":
        return "node_modules"
    if name in ("site-packages", "dist-packages") or any(each.endswith(".dist-info") for each in folders):
        return "site-packages"
    if name == "_cacache" and "index-v5" in folders:
        return "npm cache"
    if _STORE.fullmatch(name) and "files" in folders and (folder.parent.name == "store" or _store(folders, files)):
        return "pnpm store"
    if any(_UV_BUCKET.fullmatch(each) for each in folders):
        return "uv cache"
    if name == "cache" and folder.parent.name == "install" and folder.parent.parent.name == ".bun":
        return "bun cache"
    if any(_YARN_CLASSIC.fullmatch(each) for each in folders):
        return "yarn cache"
    if name in ("http", "http-v2", "_http") and any(len(each) == 1 for each in folders):
        return "pip http cache"
    return None


def _store(folders: list[str], files: list[str]) -> bool:
    return "index" in folders or "index.db" in files
