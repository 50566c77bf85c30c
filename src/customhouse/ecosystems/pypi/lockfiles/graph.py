"""Who needs whom in a lock: the scope of each package, whether a project itself asks for it, and the edges between."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from customhouse.model.locked import Directness, Scope
from customhouse.model.purl import pypi_name
from customhouse.versions import pypi

#: What the edges of one lock may lead to in all, extras counted; a lock of 5,000 packages has some 30,000.
_MAX_EDGES = 400_000
#: Stronger first: what production needs is `prod` whoever else needs it too.
_SCOPES: tuple[Scope, ...] = ("prod", "optional", "dev")


class Need(msgspec.Struct, frozen=True):
    """One edge: a canonical name, what narrows several versions of it down, and the extras asked for."""

    name: str
    #: The exact version, where the lock writes it.
    version: str | None = None
    #: Of several locked versions only those within it are meant.
    specifier: str = ""
    extras: tuple[str, ...] = ()
    #: Holds in some environments only, so that a lock may leave its package out.
    conditional: bool = False


class Node(msgspec.Struct, frozen=True):
    """One locked package: its place in the file, its key, and its edges, those of its extras apart."""

    index: int
    key: str
    name: str
    version: str | None = None
    needs: tuple[Need, ...] = ()
    extras: Mapping[str, tuple[Need, ...]] = {}


class Reached(msgspec.Struct):
    """What a walk from the projects found, by place in the file."""

    scopes: dict[int, tuple[Scope, Directness]]
    #: The keys of what each package needs, with the extras that somebody asks it for.
    requires: dict[int, tuple[str, ...]]


class Graph:
    """The nodes by name. Cycles are ordinary."""

    def __init__(self, nodes: Sequence[Node], satisfies: Callable[[str, str], bool] = pypi.satisfies) -> None:
        """`satisfies` says whether a version is within a specifier, in the format's own notation.

        A hostile lock can have more edges than could ever be followed: then none is, and `problem` says so.
        """
        self._satisfies = satisfies
        self._named: dict[str, list[Node]] = {}
        self._exact: dict[tuple[str, str | None], list[Node]] = {}
        self._within: dict[Need, list[Node]] = {}
        self.problem = ""
        self._nodes = nodes
        self._index()
        if self._too_many(need for node in nodes for need in (*node.needs, *every(node.extras))):
            self._nodes = [msgspec.structs.replace(node, needs=(), extras={}) for node in nodes]
            self._index()

    def _index(self) -> None:
        self._named.clear()
        self._exact.clear()
        for node in self._nodes:
            self._named.setdefault(node.name, []).append(node)
            self._exact.setdefault((node.name, node.version), []).append(node)

    def _too_many(self, needs: Iterable[Need]) -> bool:
        count = sum(len(self._named.get(need.name, ())) * (1 + len(need.extras)) for need in needs)
        if count > _MAX_EDGES:
            self.problem = "who needs whom is more than can be followed"
        return count > _MAX_EDGES

    def find(self, need: Need) -> list[Node]:
        """Find what an edge leads to: every locked version of the name that it does not exclude.

        An exact version that is not locked leads nowhere. A specifier that no locked version is within excludes none:
        clients have settings that override what packages ask for.
        """
        if need.version is not None:
            return self._exact.get((need.name, need.version), [])
        found = self._named.get(need.name, [])
        if len(found) > 1 and need.specifier:
            within = self._within.get(need)
            if within is None:
                within = [one for one in found if one.version and self._satisfies(one.version, need.specifier)]
                self._within[need] = within = within or found
            return within
        return found

    def dangling(self) -> Iterator[tuple[str, Need]]:
        """Give the edges that lead nowhere and hold in every environment, each with the name it begins at."""
        for node in self._nodes:
            for need in (*node.needs, *every(node.extras)):
                if not need.conditional and not self.find(need):
                    yield node.name, need

    def roots(self) -> list[Need]:
        """Name the packages that no other one needs: where no manifest tells, they alone can have been asked for."""
        needed = {
            other.index
            for node in self._nodes
            for need in (*node.needs, *every(node.extras))
            for other in self.find(need)
            if other.index != node.index
        }
        return [Need(one.name, one.version) for one in self._nodes if one.index not in needed]

    def walk(self, starts: Mapping[Scope, Sequence[Need]]) -> Reached:
        """Tell scope and directness of everything that can be reached, and the edges of every node.

        `starts` are what the projects that the lock serves ask for, by scope.
        """
        if self._too_many(need for needs in starts.values() for need in needs):
            starts = {}
        direct: set[int] = set()
        scopes: dict[int, Scope] = {}
        extras: dict[int, set[str]] = {}
        for scope in _SCOPES:
            pending = []
            for need in starts.get(scope, ()):
                for node in self.find(need):
                    direct.add(node.index)
                    pending.append((node, need.extras))
            self._spread(pending, extras, scope, scopes)
        told = dict(scopes)
        # What nothing reaches has edges all the same.
        self._spread([(node, ()) for node in self._nodes if node.index not in told], extras, "prod", scopes)
        return Reached(
            {index: (scope, "direct" if index in direct else "transitive") for index, scope in told.items()},
            {node.index: self._requires(node, extras.get(node.index, set())) for node in self._nodes},
        )

    def _spread(
        self,
        pending: list[tuple[Node, tuple[str, ...]]],
        extras: dict[int, set[str]],
        scope: Scope,
        scopes: dict[int, Scope],
    ) -> None:
        seen: set[tuple[int, str]] = set()
        while pending:
            node, asked = pending.pop()
            for extra in ("", *asked):
                if (node.index, extra) in seen:
                    continue
                seen.add((node.index, extra))
                scopes.setdefault(node.index, scope)
                if extra:
                    extras.setdefault(node.index, set()).add(extra)
                for need in node.extras.get(extra, ()) if extra else node.needs:
                    pending += [(other, need.extras) for other in self.find(need)]

    def _requires(self, node: Node, extras: set[str]) -> tuple[str, ...]:
        needs = [*node.needs, *(need for extra in sorted(extras) for need in node.extras.get(extra, ()))]
        found = dict.fromkeys(other.key for need in needs for other in self.find(need))
        found.pop(node.key, None)
        return tuple(found)

    def keys(self, needs: Iterable[Need]) -> tuple[str, ...]:
        """Name the entries that some needs lead to, each once."""
        return tuple(dict.fromkeys(node.key for need in needs for node in self.find(need)))


def every(table: Mapping[str, Iterable[Need]]) -> list[Need]:
    """Put the needs of all extras or groups together."""
    return [need for rows in table.values() for need in rows]


def unique_keys(wanted: Sequence[tuple[str, str]]) -> list[str]:
    """Make keys of (key, where it comes from): the origin is added to those that would be the same, then a number."""
    counted: dict[str, int] = {}
    for key, _ in wanted:
        counted[key] = counted.get(key, 0) + 1
    taken: dict[str, int] = {}
    found = []
    for key, origin in wanted:
        text = f"{key} @ {origin}" if counted[key] > 1 and origin else key
        taken[text] = taken.get(text, 0) + 1
        found.append(text if taken[text] == 1 else f"{text} #{taken[text]}")
    return found


def extra_name(name: str) -> str:
    """Normalise the name of an extra (PEP 685)."""
    return pypi_name(name)
