"""What part of a project needs an entry, where the lock does not say: told by how the project's wishes reach it."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from customhouse.model.locked import Scope

Edges = Mapping[str, Sequence[str]]


class Wishes(msgspec.Struct):
    """The keys that projects ask for directly, by the table in which they ask."""

    prod: list[str] = []
    optional: list[str] = []
    peer: list[str] = []
    dev: list[str] = []


def _reach(start: Iterable[str], *kinds: Edges) -> set[str]:
    reached = set(start)
    still = list(reached)
    while still:
        one = still.pop()
        for edges in kinds:
            for other in edges.get(one, ()):
                if other not in reached:
                    reached.add(other)
                    still.append(other)
    return reached


def scopes(keys: Iterable[str], wishes: Wishes, required: Edges, optional: Edges, peers: Edges) -> dict[str, Scope]:
    """Give each key its scope, as npm's flags have it.

    What production needs is `prod`, whatever else needs it too; what it can do without is `optional`, what comes only
    as somebody's peer is `peer`, and what development alone needs is `dev`. What nothing leads to counts as `prod`:
    nobody knows who asks for it.
    """
    prod = _reach(wishes.prod, required)
    with_optional = _reach([*wishes.prod, *wishes.optional], required, optional)
    with_peers = _reach([*wishes.prod, *wishes.optional, *wishes.peer], required, optional, peers)
    dev = _reach(wishes.dev, required, optional, peers)

    def of(key: str) -> Scope:
        if key in prod:
            return "prod"
        if key in with_optional:
            return "optional"
        if key in with_peers:
            return "peer"
        return "dev" if key in dev else "prod"

    return {key: of(key) for key in keys}
