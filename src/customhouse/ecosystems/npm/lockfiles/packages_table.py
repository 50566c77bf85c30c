"""The `packages` table of package-lock versions 2 and 3, and of the hidden lockfile.

Its meaning is that of npm's own reader (@npmcli/arborist, `shrinkwrap.js` and `load-virtual.js`): keys are locations
relative to the project, "" is the project itself, a `link` leads to the location it is resolved to.
"""

from collections.abc import Iterator, Mapping

import msgspec

from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.npm.lockfiles import entry as npm_entry
from customhouse.ecosystems.npm.lockfiles.tree import Tables, find, location_problem, required_by_none
from customhouse.model.locked import LockedPackage, SourceKind
from customhouse.versions import npm

_MARK = "node_modules/"


class PeerMeta(msgspec.Struct, frozen=True, gc=False):
    """What `peerDependenciesMeta` says of one peer."""

    optional: bool = False


class Entry(Tables, frozen=True, rename="camel", gc=False):
    """One value of the table; fields that play no part are skipped unread."""

    name: str | None = None
    version: str | None = None
    #: Some npm versions wrote `false` here.
    resolved: str | bool | None = None
    integrity: str | None = None
    link: bool = False
    dev: bool = False
    optional: bool = False
    dev_optional: bool = False
    peer: bool = False
    in_bundle: bool = False
    has_install_script: bool | None = None

    @property
    def origin_text(self) -> str:
        """Where it is resolved to; empty when the lock does not say."""
        return self.resolved if isinstance(self.resolved, str) else ""


def folder_name(location: str) -> str:
    """Return the name a location is installed under; of a location outside node_modules, its last folder."""
    at = location.rfind(_MARK)
    return location[at + len(_MARK) :] if at >= 0 else location.rpartition("/")[2]


class Table:
    """The table with the answers that reading it gives: its packages, and its problems as clauses."""

    def __init__(self, entries: Mapping[str, Entry], manifest: Tables | None, lines: Mapping[str, int]) -> None:
        """Read the table. `manifest` is the package.json beside it; `lines` maps locations to 1-based lines."""
        self._entries = entries
        self._lines = lines
        self._manifest = manifest
        self._root: Tables | None = entries.get("", manifest)
        self._targets = {one.origin_text: location for location, one in entries.items() if one.link and one.origin_text}
        self.problems: list[str] = []
        self._direct = self._direct_locations()
        self.packages = tuple(self._packages())
        self._check_manifest()

    def _projects(self) -> Iterator[tuple[str, Tables]]:
        """The project itself and its workspaces: whoever asks for packages directly."""
        if self._root is not None:
            yield "", self._root
        for location, one in self._entries.items():
            if location and not one.link and _MARK not in location and not location.startswith(".."):
                yield location, one

    def _direct_locations(self) -> set[str]:
        direct: set[str] = set()
        projects = list(self._projects())
        for start, tables in projects:
            direct.update(filter(None, (find(self._entries, start, name) for name in tables.declared())))
        if self._root is None:
            required = {
                location: iter((*one.dependencies, *one.optional_dependencies, *one.peer_dependencies))
                for location, one in self._entries.items()
            }
            direct |= required_by_none(required, self._entries)
        return direct

    def _missing(self, location: str, one: Tables, *, project: bool) -> None:
        """Note what an entry needs and the lock does not pin: the client would fetch it unpinned."""
        names = one.required() if project else iter(one.dependencies)
        optional = one.optional_dependencies
        for name in names:
            if name not in optional and find(self._entries, location, name) is None:
                who = location or "the project"
                self.problems.append(f"{who} needs {printable(name)}, which the lock does not pin")

    def _packages(self) -> Iterator[LockedPackage]:
        if self._root is not None:
            self._missing("", self._root, project=True)
        for location, one in self._entries.items():
            if not location:
                continue
            problem = location_problem(location, self._entries)
            if problem:
                self.problems.append(f"entry {printable(location)} {problem}")
                continue
            inside = _MARK in location
            if not one.link and not one.in_bundle:
                self._missing(location, one, project=not inside and not location.startswith(".."))
            if not inside and location in self._targets:
                continue  # told by the link that leads here
            package = self._package(location, one, inside=inside)
            if package is not None:
                yield package

    def _package(self, location: str, one: Entry, *, inside: bool) -> LockedPackage | None:
        folder = folder_name(location)
        kind: SourceKind
        resolved = one.origin_text
        if one.link:
            target = self._entries.get(resolved)
            if target is None:
                self.problems.append(f"link {printable(location)} leads to {printable(resolved)}, which is not there")
                return None
            kind = "file" if resolved.startswith("..") else "workspace"
            name, version = target.name or folder, target.version
        elif not inside:
            kind, resolved = "file" if location.startswith("..") else "workspace", location
            name, version = one.name or folder, one.version
        else:
            name, version = one.name or folder, one.version
            kind = npm_entry.origin(resolved, name, version)
        artifacts, bad_integrity = npm_entry.artifacts(one.integrity, npm_entry.without_credentials(resolved))
        bad = npm_entry.name_problem(name) or (npm_entry.name_problem(folder) if inside else "")
        bad = bad or npm_entry.version_problem(name, version) or bad_integrity
        if bad:
            self.problems.append(f"entry {printable(location)}: {bad}")
            return None
        return LockedPackage(
            ecosystem="npm",
            name=name,
            version=version or None,
            source=kind,
            resolved=npm_entry.without_credentials(resolved),
            artifacts=() if kind in ("workspace", "file") and one.link else artifacts,
            scope=npm_entry.scope(dev=one.dev, optional=one.optional, dev_optional=one.dev_optional, peer=one.peer),
            dependency="direct" if location in self._direct or kind == "workspace" else "transitive",
            key=location,
            line=self._lines.get(location),
            alias=folder if inside and folder != name else "",
            bundled=one.in_bundle,
            # npm writes the flag only when it is true, so in this format its absence says no.
            has_install_script=bool(one.has_install_script) if kind == "registry" else one.has_install_script,
        )

    def _check_manifest(self) -> None:
        """Note what package.json wants by now and the lock does not give: the client would resolve it anew."""
        root = self._entries.get("")
        if self._manifest is None or root is None:
            return
        locked = root.declared()
        # npm installs peers of the project too, but legacy-peer-deps leaves them out of the lock.
        wanted = {**self._manifest.dev_dependencies, **self._manifest.dependencies}
        for name, specifier in wanted.items():
            if name in self._manifest.optional_dependencies:
                continue
            if name not in locked:
                self.problems.append(f"package.json wants {printable(name)}, which the lock does not pin")
            elif locked[name] != specifier and self._outside(name, specifier):
                self.problems.append(
                    f"package.json wants {printable(name)} {printable(specifier)}, and the lock pins another version"
                )

    def _outside(self, name: str, specifier: str) -> bool:
        pinned = self._entries.get(_MARK + name)
        wanted = npm.parse_range(specifier)
        version = npm.parse(pinned.version) if pinned and pinned.version else None
        return wanted is not None and version is not None and not wanted.allows(version)
