"""Who needs whom in one lock: the paths that bring a package in, what it brings along, and who needs it.

A node is an entry's key; edges are what the entries `require`. Locks hold cycles (npm's peers do, and so do Python's
extras), so every walk here is over simple paths or marks where it has been. Nothing here touches anything but records.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, islice
from typing import Any

import msgspec

from customhouse.model.locked import Importer, LockedPackage, Source

#: Paths of one importer that are counted before the count is given up: an npm lock can have millions of them to `ms`.
COUNTED = 100
#: Paths on the table of one search, which bounds the dead ends that cycles make: some 0.1 s.
_STEPS = 20_000


class DependencyPath(msgspec.Struct, frozen=True):
    """One way to a package: the project where it begins, and the keys of the entries passed, the package's own last.

    `importer` is None where no project asks for the first entry: it is left over, or the lock does not say who asks.
    """

    importer: Importer | None
    keys: tuple[str, ...]


class Paths(msgspec.Struct, frozen=True):
    """Some paths of one importer to one entry, shortest first; `more` were found beside them.

    `exact` is False where the search ended at its bound, so that there may be more still.
    """

    paths: tuple[DependencyPath, ...]
    more: int = 0
    exact: bool = True


class DependencyGraph:
    """The edges of one source. Build it once to ask often; it takes a millisecond for a thousand entries."""

    def __init__(self, source: Source) -> None:
        """Read entries and importers. Of two entries with one key, the edges of both are those of the key."""
        self.entries: dict[str, LockedPackage] = {}
        folders = {importer.folder: importer for importer in source.importers}
        #: Keys of the entries that are projects which the lock serves: paths begin at the projects themselves.
        self._members: set[str] = set()
        needs: dict[str, dict[str, None]] = {}
        for entry in source.packages:
            self.entries.setdefault(entry.key, entry)
            requires = entry.requires
            if entry.source == "workspace" and entry.resolved in folders:
                self._members.add(entry.key)
                requires = requires or folders[entry.resolved].requires
            needs.setdefault(entry.key, {}).update(dict.fromkeys(requires))
        self._needs = {key: tuple(one for one in needed if one in needs) for key, needed in needs.items()}
        self._needed_by: dict[str, list[str]] = {key: [] for key in self._needs}
        for key, needed in self._needs.items():
            for one in needed:
                self._needed_by[one].append(key)
        self._starts = self._find_starts(source.importers)
        #: Whether the lock records who needs whom. Where it does not, only what a project itself asks for has paths:
        #: a lock without a single edge says nothing, unless its projects ask for all of it themselves.
        left = any(importer is None for importer, _ in self._starts)
        self.known = any(self._needs.values()) or (bool(source.importers) and not left)

    def _find_starts(self, importers: tuple[Importer, ...]) -> list[tuple[Importer | None, tuple[str, ...]]]:
        """List where paths begin: the importers, then the entries that no path from them reaches."""
        starts: list[tuple[Importer | None, tuple[str, ...]]] = [
            (importer, tuple(key for key in dict.fromkeys(importer.requires) if key in self._needs))
            for importer in importers
        ]
        if not importers:
            direct = tuple(key for key, entry in self.entries.items() if entry.dependency == "direct")
            starts.append((Importer(), direct))
        reached = self._reached(key for _, keys in starts for key in keys)
        left = [key for key in self._needs if key not in reached and key not in self._members]
        # Of a cycle that nobody asks for, its first entry stands for all.
        tops = [key for key in left if not set(self._needed_by[key]) - self._members]
        covered = self._reached(tops)
        for key in left:
            if key not in covered:
                tops.append(key)
                covered |= self._reached([key])
        if tops:
            starts.append((None, tuple(tops)))
        return starts

    def _reached(self, keys: Iterable[str], without: str | None = None) -> set[str]:
        return set(self._breadth_first(keys, self._needs, without))

    @staticmethod
    def _breadth_first(
        keys: Iterable[str], edges: Mapping[str, Iterable[str]], without: str | None = None
    ) -> dict[str, int]:
        """Return the distance of every key that is reached, nearest first."""
        found = {key: 0 for key in keys if key != without}
        layer = list(found)
        while layer:
            following = []
            for key in layer:
                for one in edges[key]:
                    if one not in found and one != without:
                        found[one] = found[key] + 1
                        following.append(one)
            layer = following
        return found

    def needs_of(self, key: str) -> tuple[str, ...]:
        """Return the keys that an entry needs itself; empty for an unknown key, as everywhere here."""
        return self._needs.get(key, ())

    def dependents_of(self, key: str, *, transitive: bool = False) -> tuple[str, ...]:
        """Return the keys of the entries that need this one: themselves, or also through others, nearest first."""
        if not transitive:
            return tuple(self._needed_by.get(key, ()))
        found = self._breadth_first([key] if key in self._needs else [], self._needed_by)
        return tuple(one for one in found if one != key)

    def closure_of(self, key: str) -> tuple[str, ...]:
        """Return the keys of everything that an entry needs, itself or through others, nearest first."""
        found = self._breadth_first([key] if key in self._needs else [], self._needs)
        return tuple(one for one in found if one != key)

    def brought_by(self, key: str) -> tuple[str, ...]:
        """Return the part of the closure that nothing else needs: what would go if the entry went."""
        kept = self._reached((one for _, keys in self._starts for one in keys), without=key)
        return tuple(one for one in self.closure_of(key) if one not in kept)

    def importers_of(self, key: str) -> tuple[Importer, ...]:
        """Return the projects that an entry is needed by, directly or through others."""
        above = self._breadth_first([key] if key in self._needs else [], self._needed_by)
        return tuple(one for one, keys in self._starts if one is not None and any(start in above for start in keys))

    def shortest_paths(self) -> dict[str, DependencyPath]:
        """Return one shortest path to every entry, in one walk."""
        found: dict[str, DependencyPath] = {}
        for importer, starts in self._starts:
            layer = [key for key in starts if key not in found]
            found.update({key: DependencyPath(importer, (key,)) for key in layer})
            while layer:
                following = []
                for key in layer:
                    for one in self._needs[key]:
                        if one not in found:
                            found[one] = DependencyPath(importer, (*found[key].keys, one))
                            following.append(one)
                layer = following
        return found

    def paths_to(self, key: str, *, limit: int = 3, counted: int = COUNTED) -> tuple[Paths, ...]:
        """Find the simple paths to an entry: of each importer that has any, `limit` of them, the shortest first.

        The rest is counted up to `counted`. Paths of equal length come in the order of the lock.
        """
        if key not in self._needs:
            return ()
        # Exact distances to the goal make a best-first search give the shortest paths in order without wandering off.
        distance = self._breadth_first([key], self._needed_by)
        found = []
        for importer, starts in self._starts:
            paths = list(islice(self._search(key, starts, distance), max(counted, limit) + 1))
            exact = len(paths) <= max(counted, limit) and () not in paths
            told = [DependencyPath(importer, keys) for keys in paths if keys]
            if told:
                found.append(Paths(tuple(told[:limit]), len(told[limit:]), exact))
        return tuple(found)

    def _search(self, goal: str, starts: Iterable[str], distance: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
        """Give the simple paths from any start to the goal, shortest first; an empty one when it gives up."""
        order = count()
        # A path is a chain of (key, the chain before it), so that paths share their beginnings. Sorted by the length it
        # will have at least, then by how much of it is walked, else every path of one length would be walked at once.
        table: list[tuple[int, int, int, _Chain]] = [
            (1 + distance[key], -1, next(order), (key, None)) for key in starts if key in distance
        ]
        heapq.heapify(table)
        while table:
            _, walked, _, chain = heapq.heappop(table)
            key = chain[0]
            if key == goal:
                yield _keys(chain)
                continue
            passed = set(_keys(chain))
            for one in self._needs[key]:
                if one in distance and one not in passed:
                    entry = (1 - walked + distance[one], walked - 1, next(order), (one, chain))
                    heapq.heappush(table, entry)
            if next(order) > _STEPS:
                yield ()
                return


_Chain = tuple[str, Any]


def _keys(chain: _Chain) -> tuple[str, ...]:
    keys: list[str] = []
    link: _Chain | None = chain
    while link is not None:
        keys.append(link[0])
        link = link[1]
    return tuple(reversed(keys))


def paths_to(source: Source, key: str, *, limit: int = 3) -> tuple[Paths, ...]:
    """Find the paths to one entry, as `DependencyGraph.paths_to`, which is quicker for many."""
    return DependencyGraph(source).paths_to(key, limit=limit)


def closure_of(source: Source, key: str) -> tuple[str, ...]:
    """Return the keys of everything that one entry needs, itself or through others."""
    return DependencyGraph(source).closure_of(key)


def dependents_of(source: Source, key: str, *, transitive: bool = False) -> tuple[str, ...]:
    """Return the keys of the entries that need one entry: themselves, or also through others."""
    return DependencyGraph(source).dependents_of(key, transitive=transitive)
