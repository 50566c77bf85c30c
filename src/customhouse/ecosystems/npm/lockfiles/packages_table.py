"""The `packages` table of package-lock versions 2 and 3, and of the hidden lockfile.

Its meaning is that of npm's own reader (@npmcli/arborist, `shrinkwrap.js` and `load-virtual.js`): keys are locations
relative to the project, "" is the project itself, a `link` leads to the location it is resolved to.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.npm.lockfiles import entry as npm_entry
from customhouse.ecosystems.npm.lockfiles.tree import AT_THE_TOP, Tables, find, location_problem, required_by_none
from customhouse.model.locked import Importer, LockedPackage, SourceKind

_MARK = "node_modules/"


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
    #: A text; old packages have an object, or a list of them, and npm copies what it finds.
    licence: Any = msgspec.field(default=None, name="license")

    @property
    def origin_text(self) -> str:
        """Where it is resolved to; empty when the lock does not say."""
        return self.resolved if isinstance(self.resolved, str) else ""


def folder_name(location: str) -> str:
    """Return the name a location is installed under; of a location outside node_modules, its last folder."""
    at = location.rfind(_MARK)
    return location[at + len(_MARK) :] if at >= 0 else location.rpartition("/")[2]


def _is_member(link: Entry) -> bool:
    """Say whether a link leads to a part of the project, whose development dependencies are installed too."""
    return _MARK not in link.origin_text and not link.origin_text.startswith("..")


class Table:
    """The table with the answers that reading it gives: its packages and importers, and its problems as clauses."""

    def __init__(self, entries: Mapping[str, Entry], manifest: Tables | None, lines: Mapping[str, int]) -> None:
        """Read the table. `manifest` is the package.json beside it; `lines` maps locations to 1-based lines."""
        self._entries = entries
        self._lines = lines
        self._root: Tables | None = entries.get("", manifest)
        self._targets = {one.origin_text: location for location, one in entries.items() if one.link and one.origin_text}
        #: Who has a node_modules of its own: of the entries at the top, all others load from the top alone.
        self._holders = {location.rpartition("/" + _MARK)[0] for location in entries if location.count(_MARK) > 1}
        self.problems: list[str] = []
        self.importers = tuple(self._importers())
        self._direct = self._direct_locations()
        self.packages = tuple(self._packages())

    def _projects(self) -> Iterator[tuple[str, Tables]]:
        """The project itself and its workspaces: whoever asks for packages directly."""
        if self._root is not None:
            yield "", self._root
        for location, one in self._entries.items():
            if location and not one.link and _MARK not in location and not location.startswith(".."):
                yield location, one

    def _importers(self) -> Iterator[Importer]:
        for folder, one in self._projects():
            declared = one.declared()
            found = (find(self._entries, folder, name) for name in declared)
            stated = isinstance(one, Entry)  # the hidden lockfile leaves the project itself out
            yield Importer(
                folder,
                (one.name or "") if isinstance(one, Entry) else "",
                tuple(dict.fromkeys(filter(None, found))),
                tuple(declared.items()) if stated else None,
            )

    def _direct_locations(self) -> set[str]:
        direct = {location for importer in self.importers for location in importer.requires}
        if self._root is None:
            required = {
                location: iter((*one.dependencies, *one.optional_dependencies, *one.peer_dependencies))
                for location, one in self._entries.items()
            }
            direct |= required_by_none(required, self._entries)
        return direct

    def _edges(self, location: str, one: Tables, *, project: bool, complete: bool) -> tuple[str, ...]:
        """Return the locations that an entry's dependencies lead to, by node's rule.

        Where the entry is `complete`, note what it needs and the lock does not pin: the client would fetch it unpinned.
        """
        entries = self._entries
        start = "" if AT_THE_TOP.fullmatch(location) and location not in self._holders else location
        edges: list[str] = []
        optional = one.optional_dependencies
        wanted = {**one.dev_dependencies, **one.dependencies} if project else one.dependencies
        for name in wanted:
            found = find(entries, start, name)
            if found is not None:
                edges.append(found)
            elif complete and name not in optional:
                who = location or "the project"
                self.problems.append(f"{who} needs {printable(name)}, which the lock does not pin")
        meta = one.peer_dependencies_meta
        for table in (optional, one.peer_dependencies):
            for name in table:
                if name in meta and meta[name].optional:
                    continue  # used where it happens to be there; it is not what brought it
                found = find(entries, start, name)
                if found is not None and found not in edges:
                    edges.append(found)
        return tuple(edges)

    def _packages(self) -> Iterator[LockedPackage]:
        entries = self._entries
        if self._root is not None:
            self._edges("", self._root, project=True, complete=isinstance(self._root, Entry))
        for location, one in entries.items():
            if not location:
                continue
            problem = location_problem(location, entries)
            if problem:
                self.problems.append(f"entry {printable(location)} {problem}")
                continue
            inside = _MARK in location
            if one.link:
                target = entries.get(one.origin_text)
                # What the target lacks is said where the target itself is met.
                requires = (
                    self._edges(one.origin_text, target, project=_is_member(one), complete=False) if target else ()
                )
            else:
                member = not inside and not location.startswith("..")
                requires = self._edges(location, one, project=member, complete=not one.in_bundle)
            if not inside and location in self._targets:
                continue  # told by the link that leads here
            package = self._package(location, one, requires, inside=inside)
            if package is not None:
                yield package

    def _package(self, location: str, one: Entry, requires: tuple[str, ...], *, inside: bool) -> LockedPackage | None:
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
        resolved = npm_entry.without_credentials(resolved)
        artifacts, bad_integrity = npm_entry.artifacts(one.integrity, resolved)
        bad = npm_entry.name_problem(name) or (npm_entry.name_problem(folder) if inside and folder != name else "")
        bad = bad or npm_entry.version_problem(name, version) or bad_integrity
        if bad:
            self.problems.append(f"entry {printable(location)}: {bad}")
            return None
        return LockedPackage(
            ecosystem="npm",
            name=name,
            version=version or None,
            source=kind,
            resolved=resolved,
            artifacts=() if kind in ("workspace", "file") and one.link else artifacts,
            scope=npm_entry.scope(dev=one.dev, optional=one.optional, dev_optional=one.dev_optional, peer=one.peer),
            dependency="direct" if location in self._direct or kind == "workspace" else "transitive",
            key=location,
            line=self._lines.get(location),
            alias=folder if inside and folder != name else "",
            bundled=one.in_bundle,
            # npm writes the flag only when it is true, so in this format its absence says no.
            licence=one.licence if isinstance(one.licence, str) else "",
            has_install_script=bool(one.has_install_script) if kind == "registry" else one.has_install_script,
            requires=requires,
        )
