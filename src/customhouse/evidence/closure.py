"""What a change brings into the closure of a project: its graph's edges, and what the whole gained. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from customhouse.model.closure import ClosureGains, Gained, LockChange, Reviewed
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.purl import Purl

#: Dependents that are named.
_MAX_DEPENDENTS = 20


class Edges:
    """Who needs whom in one lock, as its own edges say."""

    def __init__(self, source: Source) -> None:
        """`source` is one document of a lock."""
        self._entries: dict[str, LockedPackage] = {}
        for entry in source.packages:
            self._entries.setdefault(entry.key, entry)
        self._dependents: dict[str, list[str]] = {}
        self.known = any(entry.requires for entry in source.packages) or any(each.requires for each in source.importers)
        for entry in source.packages:
            for key in entry.requires:
                self._dependents.setdefault(key, []).append(entry.purl.display)
        for importer in source.importers:
            for key in importer.requires:
                self._dependents.setdefault(key, []).append(importer.name or importer.folder or "the project")

    def holds(self, entry: LockedPackage) -> bool:
        """Whether the entry is of this lock."""
        return self._entries.get(entry.key) == entry

    def weight(self, entry: LockedPackage) -> int | None:
        """Count the packages that an entry brings along, at any depth; None where the lock has no edges."""
        if not self.known:
            return None
        seen: set[str] = set()
        still = [entry.key]
        while still:
            one = self._entries.get(still.pop())
            for key in one.requires if one is not None else ():
                if key not in seen and key in self._entries:
                    seen.add(key)
                    still.append(key)
        return len({(self._entries[key].name, self._entries[key].version) for key in seen - {entry.key}})

    def dependents(self, entry: LockedPackage) -> tuple[str, ...]:
        """Name who needs an entry; the project itself first where it asks for it."""
        told = self._dependents.get(entry.key, [])
        asked = ["the project"] if entry.dependency == "direct" and not told else []
        return tuple(dict.fromkeys((*asked, *told)))[:_MAX_DEPENDENTS]


def edges_of(sources: Iterable[Source]) -> Mapping[str, Sequence[Edges]]:
    """Read the edges of every document, by the path of its file."""
    found: dict[str, list[Edges]] = {}
    for source in sources:
        if source.packages:
            found.setdefault(source.path, []).append(Edges(source))
    return found


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
