"""One entry of bun.lock: a tuple whose shape tells by its first element where the package comes from.

npm           [name@version, registry or tarball address, info, integrity]
git, github   [name@address#commit, info, commit, integrity of the archive?]
tarball       [name@address or path, info, integrity?]
file, link    [name@file:path, info]
workspace     [name@workspace:path, info in version 0]
root          [name@root:, info]
"""

from typing import Any, Literal

import msgspec

from customhouse.ecosystems.npm.lockfiles import entry as npm_entry
from customhouse.ecosystems.npm.projects.specifiers import read_specifier, split_descriptor
from customhouse.model.locked import LockedArtifact, SourceKind
from customhouse.versions import npm

#: The names that lead to an entry through node_modules: (`a`, `@s/b`) is @s/b inside a.
BunPath = tuple[str, ...]
Tag = Literal["npm", "git", "tarball", "folder", "workspace", "root"]

#: Bytes of one entry; the longest that bun writes (a package with a thousand dependencies) is far below.
_MAX_ENTRY = 1 << 20
_ARCHIVES = (".tgz", ".tar.gz", ".tar")


class Info(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """What bun keeps of a package's own manifest. Fields that play no part are skipped unread."""

    dependencies: dict[str, str] = {}
    optional_dependencies: dict[str, str] = {}
    peer_dependencies: dict[str, str] = {}
    optional_peers: list[str] = []
    bundled: bool = False
    #: Only newer versions of bun write it, and only when it is true.
    has_install_script: bool | None = None

    @property
    def brought_peers(self) -> dict[str, str]:
        """The peers that come with the package; an optional one is used where it happens to be there."""
        if not self.optional_peers:
            return self.peer_dependencies
        return {name: wanted for name, wanted in self.peer_dependencies.items() if name not in self.optional_peers}


class BunEntry(msgspec.Struct, frozen=True):
    """An entry that was read. `path` is its key taken apart."""

    key: str
    path: BunPath
    tag: Tag
    name: str
    version: str | None
    source: SourceKind
    resolved: str = ""
    artifacts: tuple[LockedArtifact, ...] = ()
    info: Info = Info()


_TUPLE = msgspec.json.Decoder(list[Any])


def split_path(key: str) -> BunPath:
    """Take a key apart: `@s/a/b/@t/c` leads through `@s/a` and `b` to `@t/c`."""
    names: list[str] = []
    scope = ""
    for part in key.split("/"):
        if scope:
            names.append(f"{scope}/{part}")
            scope = ""
        elif part.startswith("@"):
            scope = part
        else:
            names.append(part)
    if scope:
        names.append(scope)  # a scope without a name: refused as no package name
    return tuple(names)


def _tag(wanted: str) -> Tag:
    for protocol, tag in (("workspace:", "workspace"), ("root:", "root"), ("link:", "folder"), ("file:", "folder")):
        if wanted.startswith(protocol):
            return tag  # type: ignore[return-value]
    if npm.parse(wanted) is not None:
        return "npm"
    if wanted.partition("#")[0].partition("?")[0].endswith(_ARCHIVES):
        return "tarball"
    source = read_specifier("", wanted).source
    return "git" if source == "git" else "tarball" if source in ("url", "file") else "npm"


def read_entry(key: str, raw: msgspec.Raw) -> tuple[BunEntry | None, str]:
    """Read one entry, and say what is wrong with it; None for the project's own, which is no package."""
    if len(raw) > _MAX_ENTRY:
        return None, "is larger than any that bun writes"
    try:
        row = _TUPLE.decode(raw)
        if not row or not isinstance(row[0], str):
            return None, "does not begin with a package's name and version"
        return _read_row(key, row)
    except msgspec.ValidationError as error:
        return None, str(error)
    except (msgspec.DecodeError, RecursionError):
        return None, "is nested deeper than bun writes"


def _text(row: list[Any], at: int) -> str:
    value = row[at] if len(row) > at else ""
    if not isinstance(value, str):
        raise msgspec.ValidationError(f"element {at + 1} is no text")
    return value


def _read_row(key: str, row: list[Any]) -> tuple[BunEntry | None, str]:
    path = split_path(key)
    name, wanted = split_descriptor(row[0])
    tag = _tag(wanted)
    if tag == "root":
        return None, ""
    at = 2 if tag == "npm" else 1
    if len(row) <= at and tag != "workspace":
        return None, "lacks what bun writes of its dependencies"
    info = msgspec.convert(row[at], Info) if len(row) > at else Info()
    version: str | None = None
    integrity, address = "", ""
    resolved = npm_entry.without_credentials(wanted)
    kind: SourceKind
    match tag:
        case "npm":
            version = wanted
            resolved = npm_entry.without_credentials(_text(row, 1))
            integrity = _text(row, 3)
            kind = npm_entry.origin(resolved, name, version) if resolved.endswith(_ARCHIVES) else "registry"
            address = resolved if resolved.endswith(_ARCHIVES) else ""
        case "git":
            kind = "git"
            _text(row, 2)
            integrity = _text(row, 3)
        case "tarball":
            kind = "url" if "://" in wanted else "file"
            integrity = _text(row, 2)
            address = resolved
        case "folder":
            resolved = wanted.partition(":")[2]
            # A folder of the project's own, copied or linked, is part of the project.
            kind = "file" if wanted.startswith("link:") or resolved.startswith(("..", "/")) else "workspace"
        case "workspace":
            kind, resolved = "workspace", wanted.partition(":")[2]
    artifacts, problem = npm_entry.artifacts(integrity, address)
    problem = next((found for found in map(npm_entry.name_problem, (name, *path)) if found), "") or problem
    problem = problem or npm_entry.version_problem(name, version)
    return BunEntry(key, path, tag, name, version, kind, resolved, artifacts, info), problem
