"""The nested `dependencies` of package-lock version 1 (npm 5 and 6), and of the shrinkwrap files before it."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from customhouse.ecosystems.json_keys import SEPARATOR
from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.npm.lockfiles import entry as npm_entry
from customhouse.ecosystems.npm.lockfiles.tree import Tables, find, required_by_none
from customhouse.model.locked import Importer, LockedPackage
from customhouse.versions import npm

_ARCHIVES = (".tgz", ".tar.gz", ".tar")


class Node(msgspec.Struct, frozen=True, gc=False):
    """One entry: `version` is a version, or where the package comes from; `requires` what it asks for."""

    version: str | None = None
    resolved: str | bool | None = None
    integrity: str | None = None
    dev: bool = False
    optional: bool = False
    bundled: bool = False
    #: An object; npm 5 wrote `true` at the root.
    requires: Any = None
    dependencies: "dict[str, Node]" = {}

    @property
    def required(self) -> Iterator[str]:
        """Names it asks for."""
        return iter(self.requires if isinstance(self.requires, dict) else ())


def walk(dependencies: Mapping[str, Node]) -> Iterator[tuple[str, str, str, Node]]:
    """Give every entry as (location, path of keys, name, node), parents first; locations are as version 2 has them."""
    pending = [("", "", dependencies)]
    while pending:
        holder, path, nodes = pending.pop()
        for name, node in nodes.items():
            location = f"{holder}/node_modules/{name}" if holder else f"node_modules/{name}"
            keys = f"{path}{SEPARATOR}dependencies{SEPARATOR}{name}" if path else f"dependencies{SEPARATOR}{name}"
            yield location, keys, name, node
            if node.dependencies:
                pending.append((location, keys, node.dependencies))


class Reading(msgspec.Struct, frozen=True):
    """What one entry's `version` and `resolved` say: the package's own name, its version, where it comes from."""

    name: str
    version: str | None
    resolved: str


def read_version(name: str, node: Node) -> Reading:
    """Tell a version from an alias (`npm:x@1.0.0`) and from an address (`git+ssh://…`, `file:…`, a URL)."""
    version = node.version or ""
    resolved = node.resolved if isinstance(node.resolved, str) else ""
    if version.startswith("npm:"):
        real, at, version = version[4:].rpartition("@")
        return Reading(real if at else version, version if at else None, resolved)
    if not version or npm.parse(version) is not None:
        return Reading(name, version or None, resolved)
    if npm_entry.origin(version, name, None) == "file" and not version.startswith("file:"):
        return Reading(name, version, resolved)  # neither a version nor an address: its caller refuses it
    return Reading(name, None, version)


def _is_member(resolved: str) -> bool:
    """Say whether a `file:` address is a folder of the project, rather than an archive or a folder elsewhere."""
    return not resolved.startswith(("file:..", "file:/")) and not resolved.endswith(_ARCHIVES)


def read(
    dependencies: Mapping[str, Node], manifest: Tables | None, lines: Mapping[str, int]
) -> tuple[tuple[LockedPackage, ...], tuple[Importer, ...], list[str]]:
    """Read the tree into packages, who asks for them, and its problems as clauses.

    `lines` maps paths of keys to 1-based lines.

    The format does not say what the project itself asks for: the manifest beside it does, or else whatever stands at
    the top and nothing requires is taken for it.
    """
    entries = {location: (keys, name, node) for location, keys, name, node in walk(dependencies)}
    problems: list[str] = []
    if manifest is None:
        direct = required_by_none({one: node.required for one, (_, _, node) in entries.items()}, entries)
    else:
        direct = {f"node_modules/{name}" for name in manifest.declared()} & entries.keys()
    importers = [Importer("", "", tuple(one for one in entries if one in direct))]
    for location, (_, name, node) in entries.items():
        version = node.version or ""
        if version.startswith("file:"):  # a folder of the project's own asks directly, too
            wanted = tuple(filter(None, (find(entries, location, one) for one in node.required)))
            direct.add(location)
            direct.update(wanted)
            if _is_member(version):
                importers.append(Importer(version.removeprefix("file:"), name, wanted))
    packages = []
    for location, (keys, name, node) in entries.items():
        reading = read_version(name, node)
        resolved = npm_entry.without_credentials(reading.resolved)
        artifacts, bad_integrity = npm_entry.artifacts(node.integrity, resolved)
        bad = (
            npm_entry.name_problem(name)
            or npm_entry.name_problem(reading.name)
            or npm_entry.version_problem(reading.name, reading.version)
            or bad_integrity
        )
        if bad:
            problems.append(f"entry {printable(location)}: {bad}")
            continue
        kind = npm_entry.origin(resolved, reading.name, reading.version)
        if kind == "file" and _is_member(resolved):
            kind, resolved = "workspace", resolved.removeprefix("file:")
        packages.append(
            LockedPackage(
                ecosystem="npm",
                name=reading.name,
                version=reading.version,
                source=kind,
                resolved=resolved,
                artifacts=artifacts,
                scope=npm_entry.scope(dev=node.dev, optional=node.optional, dev_optional=False, peer=False),
                dependency="direct" if location in direct else "transitive",
                key=location,
                line=lines.get(keys),
                alias=name if name != reading.name else "",
                bundled=node.bundled,
                requires=tuple(filter(None, (find(entries, location, one) for one in node.required))),
            )
        )
    return tuple(packages), tuple(importers), problems
