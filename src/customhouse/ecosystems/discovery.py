"""Finding the lockfiles and manifests of a project, each accounted for: parsed, skipped, unsupported or failed."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from customhouse.ecosystems.coverage import Coverage, asked_for, chosen_lock
from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK, Files
from customhouse.ecosystems.formats import LOCKFILES, lockfile_format, manifest_format
from customhouse.ecosystems.lockfile import failed
from customhouse.ecosystems.manifest_format import MAX_MANIFEST
from customhouse.ecosystems.npm.lockfiles.hidden_lockfile import NPM_HIDDEN_LOCKFILE
from customhouse.ecosystems.pypi.lockfiles.requirements import REQUIREMENTS, looks_like_requirements
from customhouse.ecosystems.unread import unread_format, unsupported
from customhouse.ecosystems.walk import Place, Walk
from customhouse.model.errors import CustomhouseError
from customhouse.model.locked import FileKind, Source


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


def read_manifest(path: Path, locks: Sequence[str], files: Files = DISK) -> Source:
    """Read a manifest; where none of `locks` covers it, what it asks for stands among its packages, unpinned."""
    chosen = manifest_format(path)
    if chosen is None:
        raise ValueError(f"{path} is no manifest")
    try:
        manifest = chosen.read(path, files.read(path, MAX_MANIFEST), files)
    except UnreadableError as error:
        hint = f"correct {path.name}, then pin what it asks for: `{chosen.pin}`"
        return Source(str(path), chosen.id, "failed", (), f"cannot be read: {error}", hint, kind="manifest")
    covered_by, reason = chosen_lock(manifest, locks)
    packages = () if covered_by else tuple(asked_for(manifest))
    if packages:
        reason = "no lockfile pins its dependencies"
    hint = f"pin them: `cd {path.parent} && {chosen.pin}`" if packages else ""
    return Source(
        str(path),
        chosen.id,
        "parsed",
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
    if not {one.name for one in place.locks} & {"package-lock.json", "npm-shrinkwrap.json"}:
        return read_lockfile(hidden, files)
    reason = "tells what is installed, and the lock beside node_modules what will be"
    hint = f"name it to have it read: {hidden}"
    return (Source(str(hidden), NPM_HIDDEN_LOCKFILE.id, "skipped", (), reason, hint),)


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
    if place.hidden_lock is not None:
        yield from _read_hidden(place, place.hidden_lock, files)


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
    return found


def _says_more(source: Source, other: Source) -> bool:
    """Choose between two readings of one file: what one skipped, or read as mere constraints, the other may pin."""
    if (source.status == "skipped") != (other.status == "skipped"):
        return other.status == "skipped"
    return len(source.packages) > len(other.packages)


def discover(
    paths: Sequence[Path], *, exclude: Sequence[str] = (), include_installed: bool = False, files: Files = DISK
) -> tuple[Source, ...]:
    """Find and read the lockfiles and manifests that `paths` name, each file once, in order of path.

    A file is read by its name, a .txt of any name also by its content. A folder is walked: folders that .gitignore
    names are passed over (a lock in them is reported as skipped), node_modules and virtual environments too unless
    `include_installed`. `exclude` holds glob patterns relative to the folder. What is wrong with a file is said in its
    Source.

    Raises CustomhouseError when a path does not exist (on the disk; other `files` have no path that does not).
    """
    found: dict[tuple[str, int], Source] = {}
    for path in paths:
        if files is DISK and not os.path.lexists(path):
            raise CustomhouseError(f"{path} does not exist", hint="name a lockfile, or the folder of a project")
        if files.is_file(path) or (files is DISK and not path.is_dir()):
            sources: Sequence[Source] = read_lockfile(path, files)
        else:
            sources = _in_folder(path, exclude, files, include_installed=include_installed)
        for source in sources:
            key = (source.path if "://" in source.path else files.identity(Path(source.path)), source.document)
            if key not in found or _says_more(source, found[key]):
                found[key] = source
    return tuple(sorted(found.values(), key=lambda source: (source.path, source.document)))
