"""node_modules as npm left it: the hidden lock against what lies on the disk.

A payload that rewrites its own package to hide (axios's did) changes what `npm ls` says once the folder is newer than
the hidden lock; the hidden lock itself keeps the true version, and that the release had an install script.
"""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from customhouse.ecosystems.discovery import read_lockfile
from customhouse.ecosystems.npm.manifest import read_package_json
from customhouse.ecosystems.npm.npmrc import parse_npmrc
from customhouse.evidence.npm_hooks import npm_hooks
from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.npm_archive import differs_from_archive
from customhouse.hunt.installs.reading import FILES, UnreadError, entries, file_time, inside, read_file
from customhouse.hunt.loose_npm_lock import loose_entries
from customhouse.model.command_words import LIFECYCLE
from customhouse.model.errors import UpstreamError
from customhouse.model.hunt import Grade, Place
from customhouse.model.locked import LockedPackage
from customhouse.model.release import Manifest

_MAX_MANIFEST = 8 * 1024 * 1024
_MAX_LOCK = 256 * 1024 * 1024
#: The name that axios's payload gave the manifest that it put back later, and the one that it hid behind.
_DECOY = "package.md"
_MAX_FILES = 20_000
_MAX_UNLISTED = 50


class _Disk:
    """What a package's folder holds now."""

    def __init__(self, folder: str) -> None:
        try:
            self.folder = inside(folder)
        except UnreadError:
            self.folder = ""
        self.here = os.path.isdir(self.folder)  # noqa: PTH112
        self.manifest: Manifest | None = None
        self.problem = ""
        #: Whether its manifest may not be read, which says nothing of what it holds.
        self.unread = False
        if self.here:
            try:
                self.manifest = read_package_json(read_file(os.path.join(self.folder, "package.json"), _MAX_MANIFEST))  # noqa: PTH118
            except UnreadError as error:
                self.problem = str(error)
                self.unread = error.refused
            except UpstreamError as error:
                self.problem = error.message

    def has(self, name: str) -> bool:
        return os.path.lexists(os.path.join(self.folder, name))  # noqa: PTH118

    def files(self) -> dict[str, None]:
        """Every file's path below the folder, without the packages installed within it."""
        found: dict[str, None] = {}
        for here, folders, names in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if name != "node_modules")
            for name in sorted(names):
                found[os.path.relpath(os.path.join(here, name), self.folder).replace(os.sep, "/")] = None  # noqa: PTH118
            if len(found) > _MAX_FILES:
                break
        return found


def read_npm_tree(
    modules: Path, caches: Sequence[Path], ignoring: Mapping[str, str], findings: Findings
) -> dict[str, str]:
    """Read a node_modules that npm made; return the versions that the hidden lock says, by folder.

    `caches` are npm caches, in which archives may still lie; `ignoring` names projects in which npm was started with
    --ignore-scripts, each with the log that says so. Returns {} where there is no hidden lock.
    """
    hidden = modules / ".package-lock.json"
    if not FILES.is_file(hidden):
        return {}
    project = modules.parent
    asset = str(project)
    packages: list[LockedPackage] = []
    for source in read_lockfile(hidden, FILES):
        packages += source.packages
        if source.status == "failed":
            findings.unexamined(hidden, source.reason)
            packages += _broken(hidden, {each.key for each in packages}, findings)
    unrun = _scripts_off(project, hidden, ignoring)
    listed: dict[str, str] = {}
    compared = unread = 0
    for package in packages:
        folder = os.path.normpath(project / package.key)
        listed[folder] = package.version or ""
        if package.source == "workspace" or package.version is None or "node_modules/" not in package.key:
            continue
        if ".." in package.key.split("/"):  # what it leads to lies elsewhere, and is no work of npm's
            findings.unexamined(hidden, f"its entry {package.key[:200]} leads out of the project")
            continue
        disk = _Disk(folder)
        compared += disk.here
        _judge(package, disk, hidden, asset, unrun, caches, findings)
        unread += disk.unread
    if unread:
        findings.unexamined(modules, f"the package.json of {unread} of its packages cannot be read: permission denied")
    unlisted = _unlisted(modules, listed, asset, findings)
    findings.looked(
        hidden, "node_modules/.package-lock.json", asset, entries=len(packages), compared=compared, unlisted=unlisted
    )
    return listed


def _broken(hidden: Path, known: Collection[str], findings: Findings) -> list[LockedPackage]:
    """Give the entries that only a loose reading makes out: of those that are asked about the version is enough."""
    try:
        data = read_file(hidden, _MAX_LOCK)
    except UnreadError as error:
        findings.unexamined(hidden, str(error))
        return []
    found = (each for each in loose_entries(data) if each.key not in known and ".." not in each.key.split("/"))
    return [each for each in found if findings.affected("npm", each.name, each.version or "")]


def _judge(
    package: LockedPackage,
    disk: _Disk,
    hidden: Path,
    asset: str,
    unrun: str,
    caches: Sequence[Path],
    findings: Findings,
) -> None:
    """Tell of one entry: an affected release, a folder that is not what was installed, or both."""
    version = package.version or ""
    affected = findings.affected("npm", package.name, version)
    odd = list(_oddities(package, disk, affected=bool(affected)))
    if not affected and not odd:
        return
    # Tools thin packages out and patch them: what an archive has more shows no doing of the package's own.
    differences = differs_from_archive(package, disk.folder, caches) if disk.here else []
    place = Place(str(hidden), package.line)
    what = f"{package.purl.display} ({package.key})"
    anomaly = "tree-changed" if odd or differences else ""
    changed = "; ".join((*odd, *differences))
    if not affected:
        message = f"{what} is no longer what npm installed: {changed}"
        findings.odd(anomaly, str(package.purl), message, Place(disk.folder), asset)
        return
    grade: Grade = "fetched"
    if odd:
        grade = "script-ran"
        why = f"its folder was rewritten afterwards, which nothing but its own code does: {changed}"
    elif not package.has_install_script:
        why = "it has no install script"
    elif unrun:
        why = f"it has an install script, which did not run: {unrun}"
    else:
        grade = "script-ran"
        why = "it has an install script, and nothing says that scripts were switched off"
    if differences and not odd:
        why += f"; {'; '.join(differences)}"
    if not disk.here:
        why += "; its folder is gone"
    message = f"npm's record of what it installed has {what}: {why}"
    findings.release(
        "npm", package.name, version, grade, message, place, asset, when=file_time(hidden), anomaly=anomaly
    )


def _oddities(package: LockedPackage, disk: _Disk, *, affected: bool) -> Iterator[str]:
    """Give what a folder shows that npm did not leave so, a clause each."""
    if not disk.here:
        return
    own = disk.manifest
    if own is None and disk.unread:
        return
    if own is None:
        yield f"its package.json cannot be read ({disk.problem})"
    else:
        if own.version and own.version.removeprefix("v").strip() != package.version and package.source == "registry":
            yield f"`npm ls` shows version {own.version}, and the hidden lock says {package.version}"
        if own.name and own.name != package.name and package.source == "registry":
            yield f"its package.json is that of {own.name}"
        if package.has_install_script and not _starts_something(own, disk):
            yield "the hidden lock says that it has an install script, and its package.json names none"
    if disk.has(_DECOY) and (affected or _is_manifest(os.path.join(disk.folder, _DECOY))):  # noqa: PTH118
        yield f"it holds a {_DECOY}, which no client writes"
    if own is not None and (package.has_install_script or affected):
        missing = [name for hook in npm_hooks(own, disk.files()) for name in hook.missing]
        if missing:
            yield f"its install script starts {missing[0]}, which is gone"


def _starts_something(own: Manifest, disk: _Disk) -> bool:
    return any(script.name in LIFECYCLE for script in own.scripts) or disk.has("binding.gyp")


def _is_manifest(path: str) -> bool:
    try:
        return bool(read_package_json(read_file(path, _MAX_MANIFEST)).version)
    except (UnreadError, UpstreamError):
        return False


def _scripts_off(project: Path, hidden: Path, ignoring: Mapping[str, str]) -> str:
    """Say what shows that npm ran no scripts here; empty where nothing does.

    A setting that was written after the install shows nothing: it is what people switch off first once they are hit.
    """
    path = project / ".npmrc"
    try:
        settings = parse_npmrc(read_file(path, _MAX_MANIFEST).decode("utf-8", "replace"))
    except UnreadError:
        settings = {}
    written, recorded = file_time(path), file_time(hidden)
    if settings.get("ignore-scripts") == "true" and written and recorded and written.at <= recorded.at:
        return f"{path} switches scripts off, and is older than the install"
    log = ignoring.get(str(project))
    return f"npm was started with --ignore-scripts ({log})" if log else ""


def _unlisted(modules: Path, listed: Mapping[str, str], asset: str, findings: Findings) -> int:
    """Tell of packages on the disk that npm's record does not name."""
    count = 0
    still = [str(modules)]
    while still:
        folder = still.pop()
        for name, path in package_folders(folder, findings):
            inner = os.path.join(path, "node_modules")  # noqa: PTH118
            if os.path.isdir(inner):  # noqa: PTH112
                still.append(inner)
            if path in listed:
                continue
            own = _Disk(path).manifest
            if own is None:
                continue  # a folder of something else, as tools leave there
            count += 1
            version = own.version or ""
            what = own.name or name
            message = f"{what}@{version} lies in node_modules, and npm's record of what it installed does not name it"
            place = Place(path)
            known = findings.release(
                "npm", what, version, "fetched", message, place, asset, anomaly="tree-changed", when=file_time(path)
            )
            if not known and count <= _MAX_UNLISTED:
                findings.odd("tree-changed", what, message, place, asset, confidence="low")
    return count


def package_folders(modules: str, findings: Findings) -> Iterator[tuple[str, str]]:
    """Give name and path of each package folder of a node_modules; links are not followed."""
    for name in entries(modules, findings)[0]:
        if name.startswith("."):
            continue
        path = os.path.join(modules, name)  # noqa: PTH118
        if name.startswith("@"):
            for own in entries(path, findings)[0]:
                yield f"{name}/{own}", os.path.join(path, own)  # noqa: PTH118
        else:
            yield name, path
