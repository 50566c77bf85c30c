"""Finding the lockfiles of a project. Every file found is accounted for: parsed, skipped, unsupported or failed."""

import os
import stat
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

import msgspec

from customhouse.ecosystems import gitignore
from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.lockfile import MAX_BYTES, LockfileFormat, failed
from customhouse.ecosystems.npm.lockfiles.hidden_lockfile import NPM_HIDDEN_LOCKFILE
from customhouse.ecosystems.npm.lockfiles.package_lock import PACKAGE_LOCK
from customhouse.ecosystems.npm.lockfiles.shrinkwrap import NPM_SHRINKWRAP
from customhouse.ecosystems.pypi.lockfiles.requirements import REQUIREMENTS, looks_like_requirements
from customhouse.ecosystems.pypi.lockfiles.uv_lock import UV_LOCK
from customhouse.ecosystems.uncovered import MANIFESTS, asks_for_packages
from customhouse.ecosystems.unread import unread_format, unsupported
from customhouse.model.errors import CustomhouseError
from customhouse.model.locked import Source
from customhouse.model.purl import Ecosystem

#: Every lockfile format that can be read; a new one costs a line here.
FORMATS: tuple[LockfileFormat, ...] = (PACKAGE_LOCK, NPM_SHRINKWRAP, NPM_HIDDEN_LOCKFILE, REQUIREMENTS, UV_LOCK)

#: Version control's own folders: nothing in them is part of a project.
_NEVER = frozenset({".git", ".hg", ".svn", ".jj"})
#: Folders looked through for locks below ignored ones, before saying that the rest was not.
_MAX_IGNORED = 5000

#: .gitignore files with their folders, outermost first.
_Ignores = tuple[tuple[str, tuple[gitignore.Rule, ...]], ...]


class _Place(msgspec.Struct):
    """A folder of the walk: its own files of interest, and why it is not read, if it is not."""

    folder: Path
    locks: list[Path] = []
    manifests: list[Path] = []
    #: Set when the locks here are skipped: why, and what to do to have them read.
    reason: str = ""
    hint: str = ""


def format_of(path: PurePath) -> LockfileFormat | None:
    """Return the format that reads a file of this name; None when none does."""
    return next((one for one in FORMATS if one.matches(path)), None)


def _is_lock(path: PurePath) -> bool:
    return format_of(path) is not None or unread_format(path) is not None


def _ecosystem(path: PurePath) -> Ecosystem | None:
    found = format_of(path) or unread_format(path)
    return found.ecosystem if found else None


def read_lockfile(path: Path) -> tuple[Source, ...]:
    """Read one file by its name: what cannot be opened, is no regular file, or too large, has `failed`."""
    unread = unread_format(path)
    if unread is not None:
        return (unsupported(path, unread),)
    found = format_of(path)
    if found is None:
        return _by_content(path)
    try:
        return found.read(path, _bytes(path))
    except UnreadableError as error:
        return failed(path, found.id, f"cannot be read: {error}", f"make {path} a readable file of its own format")


def _bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("it is no regular file")
        if status.st_size > MAX_BYTES:
            raise UnreadableError(f"it is larger than {MAX_BYTES >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError((error.strerror or str(error)).lower()) from error


def _by_content(path: Path) -> tuple[Source, ...]:
    """A file of an unknown name was named on purpose: a .txt can be requirements under any name."""
    hint = "name one of " + ", ".join(one.id for one in FORMATS) + ", or the folder that holds it"
    if path.suffix in (".txt", ".in"):
        try:
            data = _bytes(path)
        except UnreadableError as error:
            return failed(path, REQUIREMENTS.id, f"cannot be read: {error}", hint)
        if looks_like_requirements(data):
            return REQUIREMENTS.read(path, data)
    return (Source(str(path), "unknown", "unsupported", (), "is of no lockfile format that is known", hint),)


class _Walk:
    """One walk through a folder."""

    def __init__(self, start: Path, exclude: Sequence[str], *, include_installed: bool) -> None:
        self._start = start
        self._exclude = exclude
        self._installed = include_installed
        self._ignored = 0
        self.sources: list[Source] = []

    def places(self) -> Iterator[_Place]:
        """Give every folder that holds a lock or a manifest, in a stable order, parents first."""
        #: Folder → what its parents hand down: reason and hint not to read it, and the .gitignore files above it.
        inherited: dict[str, tuple[str, str, _Ignores]] = {}
        for name, folders, files in os.walk(self._start, onerror=self._unlistable):
            folder = Path(name)
            own = "" if folder == self._start else folder.relative_to(self._start).as_posix()
            reason, hint, ignores = inherited.pop(own, ("", "", ()))
            if reason:
                self._ignored += 1
                if self._ignored > _MAX_IGNORED:
                    folders.clear()
                    unseen = f"{reason}, and the ignored folders are too many to look through"
                    self.sources.append(Source(str(folder), "unknown", "skipped", (), unseen, hint))
                    continue
            if ".gitignore" in files:
                ignores = (*ignores, (own, gitignore.read(folder)))
            folders[:] = sorted(one for one in folders if self._enter(folder / one))
            for one in folders:
                path = f"{own}/{one}" if own else one
                inherited[path] = (*((reason, hint) if reason else self._why_not(path, ignores)), ignores)
            place = _Place(folder, reason=reason, hint=hint)
            for file in sorted(files):
                found = folder / file
                if _is_lock(found):
                    place.locks.append(found)
                elif file in MANIFESTS and not reason:
                    place.manifests.append(found)
            if place.locks or place.manifests:
                yield place

    def _why_not(self, path: str, ignores: _Ignores) -> tuple[str, str]:
        line = gitignore.ignoring(path, ignores)
        if line:
            return f"lies in a folder that .gitignore names ({line})", "name the file itself to have it read"
        return "", ""

    def excluded(self, path: Path) -> str:
        """Return the pattern of the configuration that leaves a file out; empty when none does."""
        own = path.relative_to(self._start).as_posix()
        for pattern in self._exclude:
            plain = pattern.rstrip("/")
            if fnmatchcase(own, plain) or fnmatchcase(own, plain + "/*"):
                return pattern
        return ""

    def _unlistable(self, error: OSError) -> None:
        folder = str(error.filename)
        reason = f"cannot be listed: {(error.strerror or '').lower()}"
        self.sources.append(Source(folder, "unknown", "failed", (), reason, f"allow reading {folder}, or exclude it"))

    def _enter(self, folder: Path) -> bool:
        """Leave out version control, virtual environments, and installed packages; say so where a lock is missed."""
        if folder.name in _NEVER:
            return False
        if self._installed:
            return True
        if folder.name == "node_modules":
            hidden = folder / ".package-lock.json"
            if hidden.is_file():
                self._hidden(hidden)
            return False
        return not (folder / "pyvenv.cfg").is_file()

    def _hidden(self, hidden: Path) -> None:
        """An installed tree is read when nothing else says what it should be."""
        project = hidden.parent.parent
        if any((project / one).is_file() for one in ("package-lock.json", "npm-shrinkwrap.json")):
            reason = "tells what is installed, and the lock beside node_modules what will be"
            hint = f"name it to have it read: {hidden}"
            self.sources.append(Source(str(hidden), NPM_HIDDEN_LOCKFILE.id, "skipped", (), reason, hint))
        else:
            self.sources += read_lockfile(hidden)


def _read_place(walk: _Walk, place: _Place) -> Iterator[Source]:
    names = {one.name for one in place.locks}
    for path in place.locks:
        found = format_of(path)
        format_id = found.id if found else "unknown"
        pattern = walk.excluded(path)
        if pattern:
            hint = "take the pattern out of the configuration to have it read"
            yield Source(str(path), format_id, "skipped", (), f"is excluded by the configuration ({pattern})", hint)
        elif place.reason:
            yield Source(str(path), format_id, "skipped", (), place.reason, place.hint)
        elif path.name == "package-lock.json" and "npm-shrinkwrap.json" in names:
            reason = "npm-shrinkwrap.json lies beside it, and npm reads that alone"
            yield Source(str(path), format_id, "skipped", (), reason, "delete the one that is not wanted")
        else:
            yield from read_lockfile(path)


def _covered(manifest: Path, ecosystem: Ecosystem, start: Path, locks: dict[Path, set[str]], members: set[str]) -> bool:
    """Say whether a lock pins what a manifest asks for: one beside it, or one above that counts it as a member."""
    folder = manifest.parent
    if ecosystem in locks.get(folder, ()) or os.path.realpath(folder) in members:
        return True
    if ecosystem == "pypi" and "pypi" in locks.get(folder / "requirements", ()):
        return True
    # A lock that cannot be read yet is reported by itself, and may well cover the folders below it.
    while folder not in (start, folder.parent):
        folder = folder.parent
        if f"unread {ecosystem}" in locks.get(folder, ()):
            return True
    return False


def _uncovered(walk: _Walk, start: Path, places: list[_Place], sources: list[Source]) -> Iterator[Source]:
    """Account for manifests whose packages no lock pins."""
    locks: dict[Path, set[str]] = {}
    for place in places:
        for path in place.locks:
            unread = "unread " if unread_format(path) else ""
            ecosystem = _ecosystem(path)
            locks.setdefault(path.parent, set()).update({str(ecosystem), f"{unread}{ecosystem}"})
    members = {
        os.path.realpath(Path(source.path).parent / package.resolved)
        for source in sources
        for package in source.packages
        if package.source == "workspace"
    }
    for place in places:
        for path in place.manifests:
            ecosystem, command = MANIFESTS[path.name]
            if walk.excluded(path) or _covered(path, ecosystem, start, locks, members):
                continue
            try:
                if asks_for_packages(path):
                    reason = "no lockfile pins its dependencies"
                    hint = f"pin them: `cd {path.parent} && {command}`"
                    yield Source(str(path), path.name, "unsupported", (), reason, hint)
            except UnreadableError as error:
                hint = f"correct {path.name}, then pin what it asks for: `{command}`"
                yield Source(str(path), path.name, "failed", (), f"cannot be read: {error}", hint)


def _in_folder(start: Path, exclude: Sequence[str], *, include_installed: bool) -> list[Source]:
    walk = _Walk(start, exclude, include_installed=include_installed)
    places = list(walk.places())
    found: list[Source] = []
    for place in places:
        found += _read_place(walk, place)
    found += walk.sources
    found += _uncovered(walk, start, [one for one in places if not one.reason], found)
    return found


def _says_more(source: Source, other: Source) -> bool:
    """Choose between two readings of one file: what one skipped, or read as mere constraints, the other may pin."""
    if (source.status == "skipped") != (other.status == "skipped"):
        return other.status == "skipped"
    return len(source.packages) > len(other.packages)


def discover(
    paths: Sequence[Path], *, exclude: Sequence[str] = (), include_installed: bool = False
) -> tuple[Source, ...]:
    """Find and read the lockfiles that `paths` name, each file once, in order of path.

    A file is read by its name, a .txt of any name also by its content. A folder is walked: folders that .gitignore
    names are passed over (a lock in them is reported as skipped), node_modules and virtual environments too unless
    `include_installed`. `exclude` holds glob patterns relative to the folder. A manifest that asks for packages which
    no lock pins is reported as unsupported. What is wrong with a file is said in its Source.

    Raises CustomhouseError when a path does not exist.
    """
    found: dict[str, Source] = {}
    for path in paths:
        if not os.path.lexists(path):
            raise CustomhouseError(f"{path} does not exist", hint="name a lockfile, or the folder of a project")
        if path.is_dir():
            sources: Sequence[Source] = _in_folder(path, exclude, include_installed=include_installed)
        else:
            sources = read_lockfile(path)
        for source in sources:
            key = source.path if "://" in source.path else os.path.realpath(source.path)
            if key not in found or _says_more(source, found[key]):
                found[key] = source
    return tuple(sorted(found.values(), key=lambda source: source.path))
