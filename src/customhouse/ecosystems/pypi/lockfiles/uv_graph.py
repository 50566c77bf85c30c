"""Who needs whom in a uv lock: the scope of each package, and whether the project itself asks for it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from customhouse.model.locked import Directness, Scope

#: Stronger first: what production needs is `prod` whoever else needs it too.
_SCOPES: tuple[Scope, ...] = ("prod", "optional", "dev")


class Need(msgspec.Struct, frozen=True):
    """One edge: a name, the version where several are locked, and the extras asked for."""

    name: str
    version: str | None = None
    extras: tuple[str, ...] = ()


def needs(rows: object) -> Iterator[Need]:
    """Read an array of `{ name = …, version = …, extra = […] }`; what is of another shape is left out."""
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping) and isinstance(row.get("name"), str):
            version, extras = row.get("version"), row.get("extra", row.get("extras"))
            yield Need(
                row["name"],
                version if isinstance(version, str) else None,
                tuple(one for one in extras if isinstance(one, str)) if isinstance(extras, list) else (),
            )


def groups(table: object) -> dict[str, list[Need]]:
    """Read a table of such arrays: extras, or dependency groups."""
    return {name: list(needs(rows)) for name, rows in table.items()} if isinstance(table, Mapping) else {}


class Member(msgspec.Struct, frozen=True):
    """One `[[package]]` as a node: its place in the file, and its edges."""

    index: int
    name: str
    version: str | None
    needs: list[Need]
    extras: dict[str, list[Need]]
    development: dict[str, list[Need]]


class Graph:
    """The nodes by name. Cycles are ordinary; an edge that leads nowhere is kept in `dangling`."""

    def __init__(self, members: Sequence[Member]) -> None:
        """Index the nodes and note edges that no node answers."""
        self._members = members
        self._named: dict[str, list[Member]] = {}
        for member in members:
            self._named.setdefault(member.name, []).append(member)
        self.dangling: list[tuple[str, Need]] = []
        for member in members:
            for need in (*member.needs, *_all(member.extras), *_all(member.development)):
                if not self.find(need):
                    self.dangling.append((member.name, need))

    def find(self, need: Need) -> list[Member]:
        """Find what an edge leads to: every locked version of the name, unless it says which."""
        found = self._named.get(need.name, [])
        if need.version is None:
            return found
        return [one for one in found if one.version == need.version]

    def reach(self, roots: Iterable[Member], wishes: Iterable[Need]) -> dict[int, tuple[Scope, Directness]]:
        """Tell scope and directness of everything that can be reached, by place in the file.

        `roots` are the projects that the lock serves; `wishes` what a lock without a project (a script's) asks for.
        """
        starts: dict[Scope, list[Need]] = {"prod": list(wishes), "optional": [], "dev": []}
        for root in roots:
            starts["prod"] += root.needs
            starts["optional"] += _all(root.extras)
            starts["dev"] += _all(root.development)
        direct = {member.index for rows in starts.values() for need in rows for member in self.find(need)}
        scopes: dict[int, Scope] = {}
        for scope in _SCOPES:
            pending = [(member, need.extras) for need in starts[scope] for member in self.find(need)]
            seen: set[tuple[int, str]] = set()
            while pending:
                member, extras = pending.pop()
                for extra in ("", *extras):
                    if (member.index, extra) in seen:
                        continue
                    seen.add((member.index, extra))
                    scopes.setdefault(member.index, scope)
                    rows = member.extras.get(extra, []) if extra else member.needs
                    pending += [(other, need.extras) for need in rows for other in self.find(need)]
        return {index: (scope, "direct" if index in direct else "transitive") for index, scope in scopes.items()}


def _all(table: Mapping[str, list[Need]]) -> list[Need]:
    return [need for rows in table.values() for need in rows]


def member(index: int, name: str, version: str | None, row: Mapping[str, Any]) -> Member:
    """Read the edges of one `[[package]]`."""
    return Member(
        index,
        name,
        version,
        list(needs(row.get("dependencies"))),
        groups(row.get("optional-dependencies")),
        groups(row.get("dev-dependencies")),
    )
