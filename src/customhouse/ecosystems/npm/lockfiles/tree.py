"""The tree an npm lock describes: which location a required name leads to, and what the project itself asks for."""

import re
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document
from customhouse.ecosystems.files import Files
from customhouse.model.lazy_regex import lazy_regex

#: Bytes: a package.json beside a lock is read only so far.
_MAX_MANIFEST = 16 * 1024 * 1024


class PeerMeta(msgspec.Struct, frozen=True, gc=False):
    """What `peerDependenciesMeta` says of one peer."""

    optional: bool = False


class Tables(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """The dependency tables of a project or package: name → specifier."""

    dependencies: dict[str, str] = {}
    dev_dependencies: dict[str, str] = {}
    optional_dependencies: dict[str, str] = {}
    peer_dependencies: dict[str, str] = {}
    peer_dependencies_meta: dict[str, PeerMeta] = {}
    workspaces: Any = None

    def declared(self) -> dict[str, str]:
        """Every dependency that installing the project itself fetches; a later table overrides, as in npm."""
        return {**self.peer_dependencies, **self.dev_dependencies, **self.dependencies, **self.optional_dependencies}

    def required(self) -> Iterator[str]:
        """Names that must be installed when the project is, development included."""
        optional = self.optional_dependencies
        for table in (self.dependencies, self.dev_dependencies):
            yield from (name for name in table if name not in optional)


class Project(Tables, frozen=True, rename="camel", gc=False):
    """What a package.json says that a lock leaves to it. Of the fields typed Any, wrong ones do no harm here."""

    name: Any = None
    version: Any = None
    resolutions: Any = None


_MANIFEST = msgspec.json.Decoder(Tables)
_PROJECT = msgspec.json.Decoder(Project)


def manifest_beside(folder: Path, files: Files) -> Tables | None:
    """Read the dependency tables of a folder's package.json; None when it has none that can be read."""
    try:
        return json_document(files.read(folder / "package.json", _MAX_MANIFEST), _MANIFEST)
    except (ValueError, UnreadableError):  # a ValidationError is a ValueError
        return None


def project_beside(folder: Path, files: Files) -> Project | None:
    """Read a folder's package.json, for locks that say nothing of the project; None when it cannot be read."""
    try:
        return json_document(files.read(folder / "package.json", _MAX_MANIFEST), _PROJECT)
    except (ValueError, UnreadableError):
        return None


_MARK = "node_modules/"
#: Where most entries stand: a name at the top of node_modules.
AT_THE_TOP = lazy_regex(r"node_modules/(?:@[\w.-]+/)?\w[\w.-]*", re.ASCII)


def find(locations: Container[str], start: str, name: str) -> str | None:
    """Find where node, standing in `start`, loads `name` from: the nearest node_modules upwards that has it."""
    while start:
        location = f"{start}/node_modules/{name}"
        if location in locations:
            return location
        at = start.rfind(_MARK)
        name_here = start[at + len(_MARK) :] if at >= 0 else "/"
        if "/" not in name_here or (name_here[0] == "@" and name_here.count("/") == 1):
            start = start[: max(at - 1, 0)]  # between a package and the folder it lies in nothing is looked up
        else:
            start = start.rpartition("/")[0]
    location = f"node_modules/{name}"
    return location if location in locations else None


def location_problem(location: str, locations: Container[str]) -> str:
    """Say why an entry cannot stand at this location; empty when it can."""
    if AT_THE_TOP.fullmatch(location):
        return ""
    if location.startswith(("/", "\\")) or ":" in location.partition("/")[0] or "\\" in location:
        return "is not relative to the project"
    parts = location.split("/")
    climbed = next((index for index, part in enumerate(parts) if part != ".."), len(parts))
    if any(part in ("", ".", "..") for part in parts[climbed:]) or climbed == len(parts):
        return "leaves its folder"
    holder, inside, _ = location.rpartition("/node_modules/")
    if inside and holder not in locations:
        return f"stands inside {holder}, which the lock does not have"
    return ""


def required_by_none(required: Mapping[str, Iterator[str]], locations: Container[str]) -> set[str]:
    """Top-level locations that no entry leads to: the project's own wishes, where nothing states them."""
    led_to = {find(locations, start, name) for start, names in required.items() for name in names}
    return {one for one in required if one.count("node_modules/") == 1 and one not in led_to}
