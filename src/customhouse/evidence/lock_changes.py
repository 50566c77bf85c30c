"""What a project's locks pin now against what they pinned at a base: entry by entry. Pure.

Locks are paired by path; what is left by folder (another client's format), then by what they pin (a moved file). A name
is new when nothing anywhere at the base had it from that kind of source, so that moving a lock, or a package from one
lock to another, brings nothing new.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

import msgspec

from customhouse.model.closure import ChangeKind, LockChange, LockComparison, LockStatus, Novelty
from customhouse.model.identity import lock_identity
from customhouse.model.locked import LockedPackage, Source
from customhouse.versions.compare import nearest, newer

#: Of the names of two locks, the share that both must have for one to be the other, moved.
_ALIKE = 0.5


def question(entry: LockedPackage) -> LockedPackage:
    """Return the entry without what has no say in its verdict, so that equal questions are asked once."""
    return msgspec.structs.replace(
        entry, key="", line=None, dependency="transitive", alias="", marker="", requires=(), licence=""
    )


def compare_locks(base: Sequence[Source], now: Sequence[Source], *, every: bool = False) -> tuple[LockComparison, ...]:
    """Compare every lock (and every manifest that pins nothing but asks) with its own at the base.

    With `every`, each change of what is installed needs somebody's word, and not new packages alone.
    """
    return tuple(_Comparison(base, now, every=every).locks())


class _Comparison:
    def __init__(self, base: Sequence[Source], now: Sequence[Source], *, every: bool) -> None:
        self._base = [source for source in base if _compared(source)]
        self._now = [source for source in now if _compared(source)]
        self._every = every
        self._pool: dict[tuple[str, str], list[LockedPackage]] = {}
        for source in self._base:
            for entry in source.packages:
                self._pool.setdefault((entry.ecosystem, entry.name), []).append(entry)

    def locks(self) -> Iterator[LockComparison]:
        left = list(self._base)
        pairs: dict[int, Source] = {}
        for find in (_same_path, _same_folder, _same_names):
            for index, source in enumerate(self._now):
                alike = [one for one in left if one.kind == source.kind]
                if index not in pairs and (found := find(source, alike)) is not None:
                    pairs[index] = found
                    left.remove(found)
        for index, source in enumerate(self._now):
            yield self._compare(source, pairs.get(index))
        kept = {(entry.ecosystem, entry.name, entry.version) for source in self._now for entry in source.packages}
        for source in left:
            gone = tuple(
                LockChange("removed", source.path, before=entry)
                for entry in source.packages
                if (entry.ecosystem, entry.name, entry.version) not in kept
            )
            yield LockComparison(source.path, source.format, "removed", source.path, source.format, _once(gone))

    def _compare(self, source: Source, before: Source | None) -> LockComparison:
        mine: dict[tuple[str, str], list[LockedPackage]] = {}
        for entry in before.packages if before else ():
            mine.setdefault((entry.ecosystem, entry.name), []).append(entry)
        wanted: dict[tuple[str, str], list[LockedPackage]] = {}
        for entry in source.packages:
            wanted.setdefault((entry.ecosystem, entry.name), []).append(entry)
        changes: list[LockChange] = []
        unchanged = 0
        for name, entries in wanted.items():
            found, same = self._of_name(source.path, entries, mine.get(name, []))
            changes += found
            unchanged += same
        changes += (
            LockChange("removed", source.path, before=entry)
            for name, entries in mine.items()
            if name not in wanted
            for entry in entries
        )
        status: LockStatus = "added" if before is None else "changed" if changes else "unchanged"
        if before is not None and (before.path, before.document) != (source.path, source.document):
            status = "moved"
        base_path, base_format = (before.path, before.format) if before else ("", "")
        return LockComparison(source.path, source.format, status, base_path, base_format, _once(changes), unchanged)

    def _of_name(
        self, path: str, entries: list[LockedPackage], before: list[LockedPackage]
    ) -> tuple[list[LockChange], int]:
        """Pair the entries of one name. What has no counterpart in its own lock is paired with any of the project's."""
        pool = self._pool.get((entries[0].ecosystem, entries[0].name), [])
        left, changed, found, unchanged = list(before), [], [], 0
        for entry in entries:
            same = next((one for one in left if _same(one, entry)), None)
            # Else it may be a second copy of what this lock, or another of the project, has already.
            known = same or next((one for one in (*before, *pool) if _same(one, entry)), None)
            if known is None:
                changed.append(entry)
                continue
            unchanged += 1
            if same is not None:
                left.remove(same)
                if same.dependency == "transitive" and entry.dependency == "direct":
                    found.append(LockChange("changed", path, same, entry, became_direct=True))
        replaced: set[int] = set()
        for entry in changed:
            other = _counterpart(entry, left) or _counterpart(entry, before) or _counterpart(entry, pool)
            own = any(other is one for one in left)
            if own:
                replaced.add(id(other))
            found.append(self._change(path, entry, other, beside=other is not None and not own))
        versions = {one.version for one in entries}
        found += [
            LockChange("removed", path, before=one)
            for one in left
            if id(one) not in replaced and one.version not in versions
        ]
        return found, unchanged

    def _change(self, path: str, after: LockedPackage, before: LockedPackage | None, *, beside: bool) -> LockChange:
        kind = _kind(before, after)
        return LockChange(
            kind,
            path,
            before,
            after,
            novelty=self._novelty(kind, after),
            beside=beside and kind in ("upgraded", "downgraded"),
            scripts_gained=before is not None
            and after.has_install_script is True
            and before.has_install_script is not True
            and after.ecosystem == "npm",
            left_development=_left_development(before, after),
            became_direct=before is not None and before.dependency == "transitive" and after.dependency == "direct",
        )

    def _novelty(self, kind: ChangeKind, after: LockedPackage) -> Novelty | None:
        if after.source == "workspace" or after.bundled:
            return None
        pool = self._pool.get((after.ecosystem, after.name), [])
        if not pool:
            return "name"
        if not any(one.source == after.source for one in pool):
            return "source"
        if after.source != "registry" and lock_identity(after) not in {lock_identity(one) for one in pool}:
            return "bytes"
        if kind in ("integrity-changed", "integrity-lost"):
            return "bytes"
        return "version" if self._every and kind in ("upgraded", "downgraded", "source-changed", "unpinned") else None


def _compared(source: Source) -> bool:
    """Whether a revision can have had it: what is installed is of this machine alone."""
    return source.kind == "lockfile" or (source.kind == "manifest" and bool(source.packages))


def _same(before: LockedPackage, after: LockedPackage) -> bool:
    """Whether an inspection would see the same release, and policy judge it alike."""
    return _kind(before, after) == "changed" and not _left_development(before, after)


def _left_development(before: LockedPackage | None, after: LockedPackage) -> bool:
    return before is not None and before.scope == "dev" and after.scope != "dev"


def _kind(before: LockedPackage | None, after: LockedPackage) -> ChangeKind:
    """Say what changed most; `changed` when nothing did that the installed bytes hang on."""
    if before is None:
        return "added"
    if before.source != after.source or before.bundled != after.bundled:
        return "source-changed"
    if before.version != after.version:
        if before.version is None or after.version is None:
            return "unpinned" if after.version is None else "pinned"
        return "upgraded" if newer(after.ecosystem, after.version, before.version) else "downgraded"
    if after.version is None and before.specifier != after.specifier:
        return "unpinned"
    if after.source != "registry":
        return "changed" if _place(before) == _place(after) else "source-changed"
    if _host(before) != _host(after) and _host(before) and _host(after):
        return "source-changed"
    return _kind_of_digests(before, after)


def _kind_of_digests(before: LockedPackage, after: LockedPackage) -> ChangeKind:
    old, new = set(lock_identity(before)), set(lock_identity(after))
    if new <= old:
        return "integrity-lost" if old and not new else "changed"
    if not old:
        return "integrity-gained"
    common = {_algorithm(each) for each in old} & {_algorithm(each) for each in new}
    return "integrity-changed" if common else "integrity-rewritten"


def _algorithm(digest: str) -> str:
    return digest.partition(":")[0]


def _place(entry: LockedPackage) -> tuple[object, ...]:
    return entry.resolved, lock_identity(entry)


def _host(entry: LockedPackage) -> str:
    """The host that the lock says a registry's archive comes from; empty where it does not say."""
    address = entry.resolved or next((each.url for each in entry.artifacts if each.url), "")
    scheme, found, rest = address.partition("://")
    return rest.partition("/")[0].rpartition("@")[2].lower() if found and scheme in ("http", "https") else ""


def _counterpart(entry: LockedPackage, candidates: list[LockedPackage]) -> LockedPackage | None:
    """Choose the entry to compare with: of the same place in the tree, of the same version, or of the nearest one."""
    if not candidates:
        return None
    for alike in (
        [one for one in candidates if one.version == entry.version and one.source == entry.source],
        [one for one in candidates if one.key == entry.key and one.key and one.source == entry.source],
        [one for one in candidates if one.version == entry.version],
    ):
        if alike:
            return alike[0]
    versions = [one.version for one in candidates if one.version is not None]
    if entry.version is None or not versions:
        return candidates[0]
    chosen = nearest(entry.ecosystem, entry.version, versions)
    return next(one for one in candidates if one.version == chosen)


def _same_path(source: Source, left: list[Source]) -> Source | None:
    alike = [one for one in left if one.path == source.path]
    return next((one for one in alike if one.document == source.document), None)


def _same_folder(source: Source, left: list[Source]) -> Source | None:
    """Another client's lock in the same folder, for the same ecosystem; as when a project moves from npm to pnpm."""
    folder, own = _folder(source), _ecosystems(source)
    return next((one for one in left if _folder(one) == folder and _ecosystems(one) & own), None)


def _same_names(source: Source, left: list[Source]) -> Source | None:
    own = {(entry.ecosystem, entry.name) for entry in source.packages}

    def alike(other: Source) -> float:
        names = {(entry.ecosystem, entry.name) for entry in other.packages}
        return len(own & names) / len(own | names) if own | names else 0.0

    best = max(left, key=alike, default=None)
    return best if best is not None and alike(best) >= _ALIKE else None


def _folder(source: Source) -> str:
    return str(PurePosixPath(source.path.replace("\\", "/")).parent)


def _ecosystems(source: Source) -> set[str]:
    return {entry.ecosystem for entry in source.packages}


def _once(changes: Iterable[LockChange]) -> tuple[LockChange, ...]:
    """Tell copies of one package at several places of a lock's tree once."""
    found: dict[object, LockChange] = {}
    for change in changes:
        key = (
            change.kind,
            question(change.after) if change.after else None,
            question(change.before) if change.before and not change.after else None,
        )
        kept = found.get(key)
        if kept is None or (kept.after is not None and change.after is not None and _more(change.after, kept.after)):
            found[key] = change
    return tuple(found.values())


def _more(entry: LockedPackage, other: LockedPackage) -> bool:
    return entry.dependency == "direct" and other.dependency != "direct"
