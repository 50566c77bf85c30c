"""What is installed in a Python environment: one source for each site-packages, an entry for each distribution in it.

The records are those of https://packaging.python.org/en/latest/specifications/recording-installed-packages/ and
…/direct-url/, and of setuptools' older .egg-info.
"""

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document, plain_text
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import failed, in_short, printable
from customhouse.ecosystems.pypi.lockfiles.requirement import filename_of, without_credentials
from customhouse.ecosystems.pypi.manifest import read_metadata
from customhouse.model.digest import Digest, parse_named
from customhouse.model.errors import UpstreamError
from customhouse.model.locked import LockedArtifact, LockedPackage, Source, SourceKind
from customhouse.model.release import Manifest

ENVIRONMENT_ID = "python-environment"
_FOLDERS = ("site-packages", "dist-packages")
_ENDINGS = (".dist-info", ".egg-info", ".egg")
_MAX_METADATA = 8 * 1024 * 1024
_MAX_RECORD = 64 * 1024 * 1024
#: Installers whose packages are what the index serves.
_INSTALLERS = frozenset({"pip", "uv", "poetry", "pdm", "pipenv", "installer", "pip-tools", "hatch", "rye", "bazel"})
_DECODER = msgspec.json.Decoder(dict[str, Any])


def is_environment(folder: Path, folders: Sequence[str]) -> bool:
    """Say whether distributions are installed in a folder; `folders` are the names of those in it.

    The .egg-info beside a project's own sources is no installation.
    """
    return folder.name in _FOLDERS or any(name.endswith(".dist-info") for name in folders)


def read_environment(folder: Path, files: Files) -> Source:
    """Read every distribution's records; what is wrong with one leaves the others. Never raises.

    No digest of an archive is kept in an environment, so entries have none (unless direct_url.json does), and are
    `installed`. Whether the files are still those of the release is not asked here, only whether they are there.
    """
    try:
        folders, names = files.names(folder)
    except UnreadableError as error:
        return failed(folder, ENVIRONMENT_ID, f"cannot be listed: {error}", f"allow reading {folder}")[0]
    reading = _Reading(folder, files)
    packages = reading.connected([*folders, *names])
    if reading.problems:
        hint = "install these again, or remove what is left of them"
        (source,) = failed(folder, ENVIRONMENT_ID, in_short(reading.problems), hint, packages)
        return msgspec.structs.replace(source, kind="environment")
    reason = in_short(reading.notes)
    return Source(str(folder), ENVIRONMENT_ID, "parsed", packages, reason, kind="environment")


class _Reading:
    """One folder of installed distributions."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._folder = folder
        self._files = files
        self.problems: list[str] = []
        self.notes: list[str] = []

    def connected(self, names: Sequence[str]) -> tuple[LockedPackage, ...]:
        """Read every distribution, and connect those that need each other."""
        found: list[tuple[LockedPackage, Manifest]] = []
        for name in sorted(names):
            if name.startswith("~") and name.endswith(_ENDINGS):
                self.notes.append(f"{printable(name)} is what pip left of an interrupted installation")
                continue
            if name.endswith(_ENDINGS):
                try:
                    found.append(self._distribution(name))
                except (UnreadableError, UpstreamError) as error:
                    detail = error.message if isinstance(error, UpstreamError) else str(error)
                    self.problems.append(f"{printable(name)}: {detail}")
        keys: dict[str, list[str]] = {}
        for package, _ in found:
            keys.setdefault(package.name, []).append(package.key)
        for name, several in keys.items():
            if len(several) > 1:
                self.notes.append(f"{name} is installed {len(several)} times ({', '.join(map(printable, several))})")
        return tuple(msgspec.structs.replace(one, requires=tuple(_requires(own, keys))) for one, own in found)

    def _distribution(self, name: str) -> tuple[LockedPackage, Manifest]:
        """Read one. Raises UnreadableError or UpstreamError where its metadata is missing or bad."""
        records = self._folder / name
        if name.endswith(".egg"):
            records /= "EGG-INFO"
        metadata = records / ("METADATA" if name.endswith(".dist-info") else "PKG-INFO")
        if name.endswith(".egg-info") and self._files.is_file(records):
            metadata = records  # distutils wrote the metadata itself under this name
        own = read_metadata(self._files.read(metadata, _MAX_METADATA))
        package = LockedPackage(
            "pypi", own.name, own.version, key=name, installed=True, dependency="transitive", specifier=""
        )
        if not name.endswith(".dist-info"):
            return msgspec.structs.replace(package, dependency="direct"), own
        if self._files.is_file(records / "REQUESTED"):
            package = msgspec.structs.replace(package, dependency="direct")
        self._installer(records, own.name)
        self._record(records, own.name)
        return self._placed(package, records), own

    def _installer(self, records: Path, name: str) -> None:
        try:
            installer = self._files.read(records / "INSTALLER", 1024).decode(errors="replace").strip()
        except UnreadableError:
            return
        if installer.lower() not in _INSTALLERS:
            self.notes.append(
                f"{name} was installed by {printable(installer, 40)}, and may not be what the index serves"
            )

    def _record(self, records: Path, name: str) -> None:
        """Say when RECORD is missing, or names files that are no longer there; compiled files may be."""
        try:
            text = plain_text(self._files.read(records / "RECORD", _MAX_RECORD))
        except UnreadableError as error:
            self.notes.append(f"{name} has no RECORD of its files to read ({error})")
            return
        base = str(self._folder)
        missing = []
        try:
            for row in csv.reader(text.splitlines()):
                path = row[0] if row else ""
                if path and not path.endswith(".pyc") and not self._files.is_file(Path(os.path.join(base, path))):  # noqa: PTH118 - thousands of times
                    missing.append(path)
        except csv.Error:
            self.notes.append(f"{name} has a RECORD that is no CSV")
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            self.notes.append(f"{name} lacks {printable(missing[0])}{more}, which its RECORD names")

    def _placed(self, package: LockedPackage, records: Path) -> LockedPackage:
        """Apply direct_url.json: where it came from, if not from an index. Raises UnreadableError where it is bad."""
        path = records / "direct_url.json"
        if not self._files.is_file(path):
            return package
        try:
            row = json_document(self._files.read(path, _MAX_METADATA), _DECODER)
        except (UnreadableError, msgspec.ValidationError) as error:
            raise UnreadableError(f"its direct_url.json cannot be read: {error}") from error
        url = row.get("url")
        if not isinstance(url, str):
            raise UnreadableError("its direct_url.json names no url")
        kind, resolved, digests = _direct(without_credentials(url), row)
        artifacts = (LockedArtifact(filename_of(resolved), resolved, digests),) if kind in ("url", "file") else ()
        return msgspec.structs.replace(package, source=kind, resolved=resolved, artifacts=artifacts)


def _direct(url: str, row: Mapping[str, Any]) -> tuple[SourceKind, str, tuple[Digest, ...]]:
    vcs, archive, folder = row.get("vcs_info"), row.get("archive_info"), row.get("dir_info")
    if isinstance(vcs, Mapping):
        return "git", f"{vcs.get('vcs', 'git')}+{url}@{vcs.get('commit_id', '')}", ()
    if isinstance(folder, Mapping):
        path = unquote(urlsplit(url).path) if url.startswith("file:") else url
        return ("workspace" if folder.get("editable") is True else "file"), path, ()
    digests: list[Digest] = []
    if isinstance(archive, Mapping):
        hashes = archive.get("hashes")
        texts = [f"{key}:{value}" for key, value in hashes.items()] if isinstance(hashes, Mapping) else []
        texts += [archive["hash"]] if isinstance(archive.get("hash"), str) else []
        digests = [digest for text in texts if (digest := parse_named(text)) is not None]
    kind: SourceKind = "file" if url.lower().startswith("file:") else "url"
    return kind, url, tuple(dict.fromkeys(digests))


def _requires(own: Manifest, keys: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Name the installed distributions that one always needs, each once."""
    needed = dict.fromkeys(one.name for one in own.dependencies if one.kind == "runtime")
    for name in needed:
        if name != own.name:
            yield from keys.get(name, ())
