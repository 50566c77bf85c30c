"""One folder in which a client is used: its settings files, its package.json, and the versions that it names."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document
from customhouse.ecosystems.files import Files
from customhouse.model.evidence import Gap
from customhouse.repository.clients.versions import Version, lowest
from customhouse.repository.clients.written import MAX_SETTINGS, Settings, Written, read_settings

_JSON = msgspec.json.Decoder()
#: npm's names of clients, as they stand in `packageManager`, `engines` and `.tool-versions`.
_FIELD_NAMES = {"yarn-berry": "yarn"}


class SettingsReader:
    """The settings files of a repository, each read once; what cannot be read is a gap."""

    def __init__(self, files: Files) -> None:
        """Read through `files`."""
        self.files = files
        self.gaps: list[Gap] = []
        self._settings: dict[str, Settings] = {}
        self._packages: dict[str, Mapping[str, Any]] = {}

    def settings(self, path: Path) -> Settings:
        """Read a settings file; nothing when there is none."""
        key = str(path)
        if key not in self._settings:
            self._settings[key] = {}
            if self.files.is_file(path):
                try:
                    self._settings[key] = read_settings(key, path.name, self.files.read(path, MAX_SETTINGS))
                except UnreadableError as error:
                    self._unread(path, error)
        return self._settings[key]

    def package(self, folder: Path) -> Mapping[str, Any]:
        """Read a folder's package.json; what cannot be read is told by its manifest's own reading."""
        path = folder / "package.json"
        key = str(path)
        if key not in self._packages:
            document: Any = {}
            if self.files.is_file(path):
                try:
                    document = json_document(self.files.read(path, MAX_SETTINGS), _JSON)
                except (UnreadableError, msgspec.ValidationError):
                    document = {}
            self._packages[key] = document if isinstance(document, Mapping) else {}
        return self._packages[key]

    def text(self, path: Path) -> str:
        """Read a file as text, whatever its bytes; empty when there is none or it is too large."""
        try:
            return self.files.read(path, MAX_SETTINGS).decode("utf-8", "replace") if self.files.is_file(path) else ""
        except UnreadableError:
            return ""

    def _unread(self, path: Path, error: UnreadableError) -> None:
        self.gaps.append(
            Gap(
                "repository",
                "unread-settings",
                f"{path} cannot be read for its client's settings: {error}",
                hint=f"correct {path}: what it tells the client is unknown",
            )
        )


class Project:
    """A client's folder. Settings are looked up in it, or in it and the folders above, up to `root`."""

    def __init__(self, folder: Path, root: Path, reader: SettingsReader, scripted: tuple[str, ...] = ()) -> None:
        """`scripted` are packages of its lock that have install scripts, as `esbuild@0.25.0`."""
        self.folder = folder
        self.root = root
        self.reader = reader
        self.scripted = scripted

    def settings(self, name: str) -> Settings:
        """Read a settings file of the folder itself."""
        return self.reader.settings(self.folder / name)

    def nearest(self, name: str) -> Settings:
        """Read a settings file of the folder and those above it, the nearest winning key by key."""
        merged: dict[tuple[str, ...], Written] = {}
        for folder in reversed(self.upward()):
            merged |= self.reader.settings(folder / name)
        return merged

    def upward(self) -> list[Path]:
        """The folder and those above it, up to the root of the walk."""
        folders = [self.folder]
        while folders[-1] != self.root and folders[-1].parent != folders[-1] and self.root in folders[-1].parents:
            folders.append(folders[-1].parent)
        return folders

    def path(self, name: str) -> str:
        """Where a file of the folder stands."""
        return str(self.folder / name)

    def private(self) -> bool:
        """Whether package.json says that this is never published, so that exact versions harm no one."""
        return self.reader.package(self.folder).get("private") is True

    def version(self, client: str) -> Version | None:
        """Give the lowest version of a client that files here admit; None when none speaks of it.

        Looked at in turn: `packageManager` (corepack), `devEngines.packageManager`, `volta`, `engines`, and
        .tool-versions (asdf, mise); in the folder, then above.
        """
        name = _FIELD_NAMES.get(client, client)
        for folder in self.upward():
            package = self.reader.package(folder)
            for text in (
                _named(package.get("packageManager"), name),
                _of(package, "devEngines", "packageManager", name=name),
                _of(package, "volta", name),
                _of(package, "engines", name),
                _tool_version(self.reader.text(folder / ".tool-versions"), name),
            ):
                found = lowest(text) if text else None
                if found:
                    return found
        return None


def _named(value: object, name: str) -> str:
    """Read `pnpm@9.1.0+sha512…`."""
    manager, at, version = value.partition("@") if isinstance(value, str) else ("", "", "")
    return version if at and manager == name else ""


def _of(package: Mapping[str, Any], *keys: str, name: str = "") -> str:
    value: Any = package
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    if name:  # devEngines: one record, or several of which one is ours
        records = value if isinstance(value, list) else [value]
        ours = next((one for one in records if isinstance(one, Mapping) and one.get("name") == name), {})
        value = ours.get("version")
    return value if isinstance(value, str) else ""


def _tool_version(text: str, name: str) -> str:
    match = re.search(rf"^{re.escape(name)}[ \t]+(\S+)", text, re.MULTILINE)
    return match.group(1) if match else ""
