"""One walk through a project: which folders hold locks and manifests, and which are passed over, and why."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from customhouse.ecosystems import gitignore
from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.formats import is_lockfile, manifest_format
from customhouse.model.locked import Source

#: Version control's own folders: nothing in them is part of a project.
_NEVER = frozenset({".git", ".hg", ".svn", ".jj"})
#: Folders looked through for locks below ignored ones, before saying that the rest was not.
_MAX_IGNORED = 5000

#: .gitignore files with their folders, outermost first.
_Ignores = tuple[tuple[str, tuple[gitignore.Rule, ...]], ...]


class Place(msgspec.Struct):
    """A folder of the walk: its own files of interest, and why it is not read, if it is not."""

    folder: Path
    locks: list[Path] = []
    manifests: list[Path] = []
    #: node_modules of this folder holds npm's record of what is installed.
    hidden_lock: Path | None = None
    #: Set when the locks here are skipped: why, and what to do to have them read.
    reason: str = ""
    hint: str = ""


class _Open(msgspec.Struct):
    """A folder that is still to be looked at, and what its parents hand down to it."""

    folder: Path
    #: Relative to the walk's start, with `/`.
    own: str
    reason: str = ""
    hint: str = ""
    ignores: _Ignores = ()


class Walk:
    """One walk through a folder."""

    def __init__(self, start: Path, exclude: Sequence[str], files: Files, *, include_installed: bool) -> None:
        """`exclude` holds glob patterns relative to `start`."""
        self._start = start
        self._exclude = exclude
        self._files = files
        self._installed = include_installed
        self._ignored = 0
        #: What the walk itself has to tell: folders that cannot be listed, or were not looked through.
        self.sources: list[Source] = []

    def places(self) -> Iterator[Place]:
        """Give every folder that holds a lock or a manifest, in a stable order, parents first."""
        for one, folders, files in self._walked():
            place = self._place(one, folders, files)
            if place.locks or place.manifests or place.hidden_lock:
                yield place

    def folders(self) -> Iterator[tuple[Path, str, list[str]]]:
        """Give every folder that is the project's own, its path relative to the start, and the names of its files."""
        for one, _, files in self._walked(ignored=False):
            yield one.folder, one.own, files

    def _walked(self, *, ignored: bool = True) -> Iterator[tuple[_Open, list[str], list[str]]]:
        """Give every folder with what it holds; `ignored` ones are looked through as well, for what lies in them."""
        still = [_Open(self._start, "")]
        while still:
            one = still.pop()
            if one.reason:
                self._ignored += 1
                if self._ignored > _MAX_IGNORED:
                    unseen = f"{one.reason}, and the ignored folders are too many to look through"
                    self.sources.append(Source(str(one.folder), "unknown", "skipped", (), unseen, one.hint))
                    continue
            try:
                folders, files = self._files.names(one.folder)
            except UnreadableError as error:
                hint = f"allow reading {one.folder}, or exclude it"
                reason = f"cannot be listed: {error}"
                self.sources.append(Source(str(one.folder), "unknown", "failed", (), reason, hint))
                continue
            ignores = one.ignores
            if ".gitignore" in files:
                ignores = (*ignores, (one.own, gitignore.read(one.folder, self._files)))
            entered = [name for name in folders if self._enter(one.folder / name)]
            below = [self._below(one, name, ignores) for name in reversed(entered)]
            still += below if ignored else [each for each in below if not each.reason]
            yield one, folders, files

    def _place(self, one: _Open, folders: list[str], files: list[str]) -> Place:
        place = Place(one.folder, reason=one.reason, hint=one.hint)
        for name in files:
            path = one.folder / name
            if is_lockfile(path):
                place.locks.append(path)
            elif not one.reason and manifest_format(path) is not None:
                place.manifests.append(path)
        if "node_modules" in folders and not self._installed and not one.reason:
            hidden = one.folder / "node_modules" / ".package-lock.json"
            place.hidden_lock = hidden if self._files.is_file(hidden) else None
        return place

    def _below(self, one: _Open, name: str, ignores: _Ignores) -> _Open:
        own = f"{one.own}/{name}" if one.own else name
        if one.reason:
            return _Open(one.folder / name, own, one.reason, one.hint, ignores)
        line = gitignore.ignoring(own, ignores)
        if line:
            reason, hint = f"lies in a folder that .gitignore names ({line})", "name the file itself to have it read"
            return _Open(one.folder / name, own, reason, hint, ignores)
        return _Open(one.folder / name, own, ignores=ignores)

    def excluded(self, path: Path) -> str:
        """Return the pattern of the configuration that leaves a file out; empty when none does."""
        own = path.relative_to(self._start).as_posix()
        for pattern in self._exclude:
            plain = pattern.rstrip("/")
            if fnmatchcase(own, plain) or fnmatchcase(own, plain + "/*"):
                return pattern
        return ""

    def _enter(self, folder: Path) -> bool:
        """Leave out version control, virtual environments, and installed packages."""
        if folder.name in _NEVER:
            return False
        if self._installed:
            return True
        return folder.name != "node_modules" and not self._files.is_file(folder / "pyvenv.cfg")
