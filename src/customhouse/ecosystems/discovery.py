"""Finding the lockfiles and manifests of a project, each accounted for: parsed, skipped, unsupported or failed."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from customhouse.ecosystems.coverage import Coverage, asked_for, chosen_lock
from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK, Files
from customhouse.ecosystems.formats import LOCKFILES, lockfile_format, manifest_format
from customhouse.ecosystems.lockfile import failed, in_short
from customhouse.ecosystems.manifest_format import MAX_MANIFEST, ManifestFormat, UnsupportedManifestError
from customhouse.ecosystems.npm.lockfiles.hidden_lockfile import NPM_HIDDEN_LOCKFILE
from customhouse.ecosystems.npm.lockfiles.package_lock import PACKAGE_LOCK
from customhouse.ecosystems.npm.lockfiles.pnpm_lock import PNPM_INSTALLED_LOCK, PNPM_LOCK
from customhouse.ecosystems.npm.lockfiles.shrinkwrap import NPM_SHRINKWRAP
from customhouse.ecosystems.pypi.environment import ENVIRONMENT_ID, is_environment, read_environment
from customhouse.ecosystems.pypi.lockfiles.requirements import (
    ONLY_CONSTRAINS,
    REQUIREMENTS,
    is_constraints,
    looks_like_requirements,
)
from customhouse.ecosystems.pypi.projects.requirements_in import REQUIREMENTS_IN
from customhouse.ecosystems.unread import unread_format, unsupported
from customhouse.ecosystems.walk import Place, Walk
from customhouse.model.errors import CustomhouseError
from customhouse.model.locked import FileKind, Source

#: Which locks say what should be installed where such a record says what is.
_RECORDED_BY = {
    NPM_HIDDEN_LOCKFILE.id: (PACKAGE_LOCK, NPM_SHRINKWRAP),
    PNPM_INSTALLED_LOCK.id: (PNPM_LOCK,),
}


def read_lockfile(path: Path, files: Files = DISK) -> tuple[Source, ...]:
    """Read one file by its name: what cannot be opened, is no regular file, or too large, has `failed`."""
    unread = unread_format(path)
    if unread is not None:
        return (unsupported(path, unread),)
    found = lockfile_format(path)
    if found is None:
        return (read_manifest(path, (), files),) if manifest_format(path) else _by_content(path, files)
    try:
        return found.read(path, files.read(path), files)
    except UnreadableError as error:
        return failed(path, found.id, f"cannot be read: {error}", f"make {path} a readable file of its own format")


#: What pins a project of a client that its manifest names.
_PINS: Mapping[str, str] = {"poetry": "poetry lock", "pdm": "pdm lock", "uv": "uv lock"}


def read_manifest(
    path: Path, locks: Sequence[str], files: Files = DISK, chosen: ManifestFormat | None = None
) -> Source:
    """Read a manifest; where none of `locks` covers it, what it asks for stands among its packages, unpinned.

    Its name tells the format unless that is `chosen`.
    """
    chosen = chosen or manifest_format(path)
    if chosen is None:
        raise ValueError(f"{path} is no manifest")
    try:
        manifest = chosen.read(path, files.read(path, MAX_MANIFEST), files)
    except UnreadableError as error:
        hint = f"correct {path.name}, then pin what it asks for: `{chosen.pin}`"
        return Source(str(path), chosen.id, "failed", (), f"cannot be read: {error}", hint, kind="manifest")
    except UnsupportedManifestError as error:
        if locks:
            reason = f"{error}; {locks[0]} pins what is installed"
            return Source(str(path), chosen.id, "skipped", (), reason, error.hint, "manifest", covered_by=locks[0])
        return Source(str(path), chosen.id, "unsupported", (), str(error), error.hint, kind="manifest")
    covered_by, reason = chosen_lock(manifest, locks)
    packages = () if covered_by else tuple(asked_for(manifest))
    pin = _PINS.get(manifest.client.partition("@")[0], chosen.pin) if chosen.id == "pyproject.toml" else chosen.pin
    if packages:
        reason = "no lockfile pins its dependencies"
    hint = f"pin them: `cd {path.parent} && {pin}`" if packages else ""
    if manifest.problems:
        reason, hint = in_short(manifest.problems), f"correct {path.name}, then pin what it asks for: `{pin}`"
    return Source(
        str(path),
        chosen.id,
        "failed" if manifest.problems else "parsed",
        packages,
        reason,
        hint,
        kind="manifest",
        manifest=manifest,
        covered_by=covered_by,
    )


def _by_content(path: Path, files: Files) -> tuple[Source, ...]:
    """A file of an unknown name was named on purpose: a .txt can be requirements under any name."""
    hint = "name one of " + ", ".join(one.id for one in LOCKFILES) + ", or the folder that holds it"
    if path.suffix in (".txt", ".in"):
        try:
            data = files.read(path)
        except UnreadableError as error:
            return failed(path, REQUIREMENTS.id, f"cannot be read: {error}", hint)
        if looks_like_requirements(data):
            return REQUIREMENTS.read(path, data, files)
    return (Source(str(path), "unknown", "unsupported", (), "is of no lockfile format that is known", hint),)


def _excluded(path: Path, format_id: str, pattern: str, kind: FileKind = "lockfile") -> Source:
    hint = "take the pattern out of the configuration to have it read"
    reason = f"is excluded by the configuration ({pattern})"
    return Source(str(path), format_id, "skipped", (), reason, hint, kind=kind)


def _read_hidden(place: Place, hidden: Path, files: Files) -> tuple[Source, ...]:
    """An installed tree is read when nothing else says what it should be."""
    chosen = PNPM_INSTALLED_LOCK if PNPM_INSTALLED_LOCK.matches(hidden) else NPM_HIDDEN_LOCKFILE
    if not any(one.matches(path) for path in place.locks for one in _RECORDED_BY[chosen.id]):
        return read_lockfile(hidden, files)
    reason = "tells what is installed, and the lock beside node_modules what will be"
    hint = f"name it to have it read: {hidden}"
    return (Source(str(hidden), chosen.id, "skipped", (), reason, hint),)


def _read_place(walk: Walk, place: Place, files: Files) -> Iterator[Source]:
    names = {one.name for one in place.locks}
    for path in place.locks:
        found = lockfile_format(path)
        format_id = found.id if found else "unknown"
        pattern = walk.excluded(path)
        if pattern:
            yield _excluded(path, format_id, pattern)
        elif place.reason:
            yield Source(str(path), format_id, "skipped", (), place.reason, place.hint)
        elif path.name == "package-lock.json" and "npm-shrinkwrap.json" in names:
            reason = "npm-shrinkwrap.json lies beside it, and npm reads that alone"
            yield Source(str(path), format_id, "skipped", (), reason, "delete the one that is not wanted")
        else:
            yield from read_lockfile(path, files)
    if place.environment:
        pattern = walk.excluded(place.folder)
        excluded = _excluded(place.folder, ENVIRONMENT_ID, pattern, "environment") if pattern else None
        yield excluded or read_environment(place.folder, files)
    if place.unrecorded:
        reason = "npm's record of what is installed (.package-lock.json) is not in it"
        hint = "check the lockfile that it was installed by, or install it with npm 7 or later"
        yield Source(str(place.folder), "node-modules", "unsupported", (), reason, hint, kind="environment")
    for installed in place.installed_locks:
        yield from _read_hidden(place, installed, files)


def _in_folder(start: Path, exclude: Sequence[str], files: Files, *, include_installed: bool) -> list[Source]:
    walk = Walk(start, exclude, files, include_installed=include_installed)
    places = list(walk.places())
    found: list[Source] = []
    for place in places:
        found += _read_place(walk, place, files)
    coverage = Coverage(start, found)
    found += walk.sources
    for place in places:
        for path in place.manifests:
            chosen = manifest_format(path)
            if chosen is None:
                continue
            pattern = walk.excluded(path)
            if pattern:
                found.append(_excluded(path, chosen.id, pattern, "manifest"))
            else:
                found.append(read_manifest(path, coverage.of(path, chosen.ecosystem), files))
        for path, lock in place.compiled:
            pattern = walk.excluded(path)
            found.append(
                _excluded(path, REQUIREMENTS_IN.id, pattern, "manifest")
                if pattern
                else read_manifest(path, (str(lock),), files, REQUIREMENTS_IN)
            )
    return found


def _is_installed(folder: Path, files: Files) -> bool:
    """Say whether somebody who names a folder means what is installed in it."""
    if folder.name == "node_modules" or files.is_file(folder / "pyvenv.cfg"):
        return True
    try:
        return is_environment(folder, files.names(folder)[0])
    except UnreadableError:
        return False


def _says_more(source: Source, other: Source) -> bool:
    """Choose between two readings of one file: what one skipped, or read as mere constraints, the other may pin."""
    if (source.status == "skipped") != (other.status == "skipped"):
        return other.status == "skipped"
    if is_constraints(Path(source.path)):
        # By itself such a file may be what somebody installs from; beside a file that it bounds, it is not.
        return source.reason.startswith(ONLY_CONSTRAINS) and not other.reason.startswith(ONLY_CONSTRAINS)
    return len(source.packages) > len(other.packages)


def discover(
    paths: Sequence[Path], *, exclude: Sequence[str] = (), include_installed: bool = False, files: Files = DISK
) -> tuple[Source, ...]:
    """Find and read the lockfiles and manifests that `paths` name, each file once, in order of path.

    A file is read by its name, a .txt of any name also by its content. A folder is walked: folders that .gitignore
    names are passed over (a lock in them is reported as skipped), node_modules and virtual environments too unless
    `include_installed`, or unless such a folder itself is named. `exclude` holds glob patterns relative to the folder.
    What is wrong with a file is said in its Source.

    Raises CustomhouseError when a path does not exist (on the disk; other `files` have no path that does not).
    """
    found: dict[tuple[str, int], Source] = {}
    for path in paths:
        if files is DISK and not os.path.lexists(path):
            raise CustomhouseError(f"{path} does not exist", hint="name a lockfile, or the folder of a project")
        if files.is_file(path) or (files is DISK and not path.is_dir()):
            sources: Sequence[Source] = read_lockfile(path, files)
        else:
            installed = include_installed or _is_installed(path, files)
            sources = _in_folder(path, exclude, files, include_installed=installed)
        for source in sources:
            key = (source.path if "://" in source.path else files.identity(Path(source.path)), source.document)
            if key not in found or _says_more(source, found[key]):
                found[key] = source
    told = (_with_digest(source, files) for source in found.values())
    return tuple(sorted(told, key=lambda source: (source.path, source.document)))


def _with_digest(source: Source, files: Files) -> Source:
    """Name the bytes of a file that was not read, so that somebody can answer for just these."""
    if source.status not in ("failed", "unsupported"):
        return source
    try:
        data = files.read(Path(source.path))
    except UnreadableError:
        return source
    return msgspec.structs.replace(source, digest=f"sha256:{hashlib.sha256(data).hexdigest()}")
