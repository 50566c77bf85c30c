"""Advisory records that speak of the same thing, put together."""

from customhouse.model.evidence import Case
from customhouse.model.intelligence import AdvisoryKind, AdvisoryMatch


def groups(case: Case, kind: AdvisoryKind) -> tuple[tuple[AdvisoryMatch, ...], ...]:
    """Matches of one kind, those that share an id or an alias in one group; groups and members ordered by id."""
    found: list[tuple[set[str], list[AdvisoryMatch]]] = []
    for match in sorted((match for match in case.advisories if match.kind == kind), key=lambda match: match.id):
        names, members = {match.id, *match.aliases}, [match]
        apart = []
        for other in found:
            if other[0] & names:
                names |= other[0]
                members = other[1] + members
            else:
                apart.append(other)
        found = [*apart, (names, members)]
    together = (tuple(sorted(members, key=lambda match: match.id)) for _, members in found)
    return tuple(sorted(together, key=lambda members: members[0].id))
