"""requirements.txt and its family, with what they include by `-r` and `-c`."""

import os
import re
from pathlib import Path, PurePath

import msgspec

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK, Files
from customhouse.ecosystems.lockfile import LockfileFormat, failed, in_short, printable
from customhouse.ecosystems.pypi.lockfiles.requirement import Context, RefusedError, without_credentials
from customhouse.ecosystems.pypi.lockfiles.requirements_edges import Asked, with_edges
from customhouse.ecosystems.pypi.lockfiles.requirements_lines import Line, decode, expand, lines
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.locked import LockedPackage, Scope, Source

_ID = "requirements"
_HINT = "correct the line, or write the file anew with `pip-compile --generate-hashes` or `uv export`"
_NAME = lazy_regex(r"(?:.*[-_.])?requirements?(?:[-_.].*)?\.txt", re.IGNORECASE)
_CONSTRAINTS = lazy_regex(r"(?:.*[-_.])?constraints?(?:[-_.].*)?\.txt", re.IGNORECASE)
#: What the reason of a file begins with that others only name by `-c`.
ONLY_CONSTRAINS = "it only constrains what other files ask for"
_DEVELOPMENT = frozenset({"dev", "develop", "development", "test", "tests", "testing", "lint", "docs", "doc"})
_URL = lazy_regex(r"(?:https?|ftp|file)://", re.IGNORECASE)
#: Options that say where packages come from.
_INDEX = frozenset({"--index-url", "--extra-index-url", "--no-index", "--find-links", "--trusted-host"})
#: Files that one may include in all, and within each other.
_MAX_FILES = 1000
_MAX_DEPTH = 50


class _File(msgspec.Struct):
    """One file while it is being read."""

    path: Path
    entries: list[Asked] = []
    problems: list[str] = []
    notes: list[str] = []
    #: Read for `-c`: what it names only bounds what others ask for.
    constraint: bool = False


def _scope(path: PurePath) -> Scope:
    """A file called requirements-dev.txt or requirements/test.txt serves development."""
    return "dev" if _DEVELOPMENT & set(re.split(r"[^a-z]+", path.stem.lower())) else "prod"


class _Reading:
    """A file and everything it includes, each read once."""

    def __init__(self, tree: Files) -> None:
        self._tree = tree
        self.files: list[_File] = []
        self.refused: list[Source] = []
        self._seen: set[str] = set()

    def read(self, path: Path, data: bytes, open_files: tuple[str, ...], *, constraint: bool) -> None:
        """Read one file, then what it includes. `open_files` are those that lead here."""
        real = self._tree.identity(path)
        self._seen.add(real)
        try:
            text = decode(data)
        except UnreadableError as error:
            self.refused += failed(path, _ID, f"cannot be read: {error}", "save it as UTF-8 text")
            return
        file = _File(path, constraint=constraint)
        self.files.append(file)
        context = Context(path.parent, _scope(path), self._tree)
        for line in lines(text):
            if line.kind in ("include", "constraint"):
                self._include(file, line, (*open_files, real), constraint=constraint or line.kind == "constraint")
            elif line.kind == "option":
                if line.problem:
                    file.problems.append(f"line {line.number}: {line.problem}")
                elif line.option in _INDEX:
                    file.notes.append(f"line {line.number} sets {line.option} {without_credentials(line.text)}".strip())
            else:
                try:
                    file.entries.append(Asked(context.package(line), line.via))
                except RefusedError as error:
                    file.problems.append(f"line {line.number}: {error}")

    def _include(self, file: _File, line: Line, open_files: tuple[str, ...], *, constraint: bool) -> None:
        target = expand(line.text)
        if _URL.match(target):
            reason = f"{file.path} line {line.number} includes it over the network"
            hint = "download it, look at it, and include the copy"
            self.refused.append(Source(without_credentials(target), _ID, "unsupported", (), reason, hint))
            return
        path = Path(os.path.normpath(file.path.parent / target)) if "\0" not in target else file.path
        real = self._tree.identity(path)
        if real in open_files:
            file.notes.append(f"line {line.number} includes {printable(target)} in a circle")
        if real in self._seen:
            return
        self._seen.add(real)
        reason = f"is included by {file.path} line {line.number} and "
        if len(self._seen) > _MAX_FILES:
            self.refused += failed(path, _ID, f"{reason}is one of more than {_MAX_FILES} files", "include fewer files")
            return
        if len(open_files) > _MAX_DEPTH:
            reason += f"stands more than {_MAX_DEPTH} files deep"
            self.refused += failed(path, _ID, reason, "include it from a file that is nearer")
            return
        try:
            data = self._tree.read(path)
        except UnreadableError as error:
            hint = f"put {target} where {file.path} expects it, or take the line out"
            self.refused += failed(path, _ID, f"{reason}cannot be read: {error}", hint)
            return
        self.read(path, data, open_files, constraint=constraint)

    def sources(self) -> tuple[Source, ...]:
        """Account for every file; constraints are applied to what asks for the same name."""
        bounds: dict[str, LockedPackage] = {}
        for file in self.files:
            if file.constraint:
                for one in file.entries:
                    bounds.setdefault(one.package.name, one.package)
        found: list[Source] = []
        for file in self.files:
            entries, importers = with_edges(file.entries, file.path.parent.as_posix())
            packages = () if file.constraint else tuple(_bound(one, bounds.get(one.name)) for one in entries)
            notes = ([ONLY_CONSTRAINS] if file.constraint else []) + file.notes
            if file.problems:
                found += failed(file.path, _ID, in_short(file.problems), _HINT, packages)
            else:
                importers = () if file.constraint else importers
                found.append(Source(str(file.path), _ID, "parsed", packages, in_short(notes), importers=importers))
        return (*found, *self.refused)


def _bound(package: LockedPackage, bound: LockedPackage | None) -> LockedPackage:
    """Pin a requirement by the constraint of the same name, as pip does."""
    if bound is None or bound.version is None or package.version is not None or package.source != "registry":
        return package
    return msgspec.structs.replace(
        package, version=bound.version, artifacts=package.artifacts or bound.artifacts, specifier=""
    )


def read_requirements(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    """Read a requirements file, and every file it includes into a Source of its own; never raises."""
    reading = _Reading(files)
    reading.read(path, data, (), constraint=False)
    return reading.sources()


def looks_like_requirements(data: bytes) -> bool:
    """Say whether a text of any name is a requirements file: each of its lines is one of such a file."""
    try:
        found = list(lines(decode(data)))
        context = Context(Path(), "prod", DISK)
        for line in found:
            if line.problem:
                return False
            if line.kind in ("requirement", "editable"):
                context.package(line)
    except (UnreadableError, RefusedError):
        return False
    return any(line.kind != "option" for line in found)


def is_constraints(path: PurePath) -> bool:
    """Say whether a file is called constraints.txt, or much like it."""
    return bool(_CONSTRAINTS.fullmatch(path.name))


def _matches(path: PurePath) -> bool:
    if path.suffix != ".txt":
        return False
    return bool(_NAME.fullmatch(path.name)) or path.parent.name == "requirements" or is_constraints(path)


REQUIREMENTS = LockfileFormat(_ID, "pypi", _matches, read_requirements)
