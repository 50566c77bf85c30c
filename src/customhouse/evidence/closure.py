"""What a change brings into the closure of a project: its graph's edges, and what the whole gained. Pure."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from customhouse.model.closure import ClosureGains, Gained, LockChange, Reviewed
from customhouse.model.dependency_graph import DependencyGraph
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.purl import Purl

#: Dependents that are named.
_MAX_DEPENDENTS = 20


class Neighbours(msgspec.Struct, frozen=True):
    """What a release brings along and who needs it. `weight` counts releases, at any depth; None without edges."""

    weight: int | None = None
    dependents: tuple[str, ...] = ()


def graphs_of(sources: Iterable[Source]) -> Mapping[str, Sequence[DependencyGraph]]:
    """Read the edges of every document, by the path of its file."""
    found: dict[str, list[DependencyGraph]] = {}
    for source in sources:
        if source.packages:
            found.setdefault(source.path, []).append(DependencyGraph(source))
    return found


def neighbours(entry: LockedPackage, graphs: Iterable[DependencyGraph]) -> Neighbours:
    """Look an entry up in the graphs of its own file."""
    weight: int | None = None
    dependents: dict[str, None] = {}
    for graph in graphs:
        if graph.entries.get(entry.key) != entry:
            continue
        if entry.dependency == "direct":
            dependents["the project"] = None
        if not graph.known:
            continue
        weight = max(weight or 0, len({graph.entries[key].purl for key in graph.closure_of(entry.key)}))
        dependents.update((graph.entries[key].purl.display, None) for key in graph.dependents_of(entry.key))
    return Neighbours(weight, tuple(dependents)[:_MAX_DEPENDENTS])


def closure_gains(reviewed: Sequence[Reviewed]) -> ClosureGains:
    """Unite what each change brings."""
    publishers: dict[str, dict[Purl, None]] = {}
    install: dict[str, dict[Purl, None]] = {}
    capabilities: dict[str, dict[Purl, None]] = {}
    hosts: dict[str, dict[Purl, None]] = {}
    unopened: dict[Purl, None] = {}
    unnamed: dict[Purl, None] = {}
    replaced = {
        each.review.previous_publisher.name
        for each in reviewed
        if each.review is not None and each.review.previous_publisher is not None
    }
    for each in reviewed:
        if each.change.after is None or each.review is None:
            continue
        purl, facts = each.change.purl, each.review
        name = facts.publisher.name if facts.publisher else ""
        if name and name not in replaced:
            publishers.setdefault(name, {})[purl] = None
        elif not name:
            unnamed[purl] = None
        if not facts.opened:
            unopened[purl] = None
        for hook in facts.gained_hooks:
            install.setdefault(f"{hook.name}: {hook.command}" if hook.command else hook.name, {})[purl] = None
        for gained in facts.gained_capabilities:
            capabilities.setdefault(f"{gained.kind} at {gained.phase}", {})[purl] = None
        for host in facts.gained_hosts:
            hosts.setdefault(host, {})[purl] = None
    return ClosureGains(
        packages=tuple(dict.fromkeys(_new(reviewed))),
        publishers=_gained(publishers),
        install_code=_gained(install),
        capabilities=_gained(capabilities),
        hosts=_gained(hosts),
        unopened=tuple(unopened),
        unnamed=tuple(unnamed),
    )


def _new(reviewed: Iterable[Reviewed]) -> Iterable[Purl]:
    return (each.change.purl for each in reviewed if _is_new(each.change))


def _is_new(change: LockChange) -> bool:
    return change.kind == "added" or change.novelty in ("name", "source")


def _gained(found: Mapping[str, Mapping[Purl, None]]) -> tuple[Gained, ...]:
    return tuple(Gained(what, tuple(by)) for what, by in sorted(found.items()))
