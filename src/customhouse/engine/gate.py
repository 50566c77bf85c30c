"""The change gate: what a change brings is inspected, each upgrade against what it replaces; what stays is counted."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from customhouse.engine.audit import Progress, audit_sources
from customhouse.engine.base import Base
from customhouse.engine.inspector import Examined, Inspector
from customhouse.evidence.closure import closure_gains, graphs_of, neighbours
from customhouse.evidence.lock_changes import compare_locks, question
from customhouse.model.audit import Audit, AuditedPackage
from customhouse.model.closure import Arrival, Changes, LockChange, Reviewed
from customhouse.model.dependency_graph import DependencyGraph
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.verdict import RepositoryVerdict
from customhouse.policy.decide import decide_audit

#: Entries in flight at once, as in an audit.
_IN_FLIGHT = 64
#: A release, the version that it replaces, and why it needs somebody's word: what its verdict hangs on.
_Key = tuple[LockedPackage, str | None, str | None]


async def gate_sources(
    inspector: Inspector,
    sources: tuple[Source, ...],
    base: Base,
    progress: Progress,
    repository: RepositoryVerdict = RepositoryVerdict(),  # noqa: B008 - frozen
) -> Audit:
    """Inspect what the sources have and the base had not, and decide over that.

    `repository` is what the rules over the repository itself came to.
    """
    started = time.monotonic()
    approve = base.settings.configuration.changes.approve
    locks = compare_locks(base.sources, sources, every=approve == "all")
    graphs = graphs_of(sources)
    arrivals = [_arrival(base, change, graphs) for lock in locks for change in lock.changes]
    if approve == "none":
        arrivals = [_without_novelty(arrival) for arrival in arrivals]
    examined = await _examine_all(inspector, [each for each in arrivals if each.change.needs_inspection], progress)
    reviewed = tuple(_reviewed(arrival, examined) for arrival in arrivals)
    packages = tuple(_packages(arrivals, examined))
    installed = tuple(source for source in sources if source.kind == "environment")
    if installed:  # no revision has these: all of it is vetted
        packages = (*packages, *(await audit_sources(inspector, installed, progress)).packages)
    decision, incomplete = decide_audit([each.verdict for each in packages], sources, repository)
    changes = Changes(
        base=base.revision,
        commit=base.commit,
        compared=datetime.now(UTC),
        locks=locks,
        reviewed=reviewed,
        gains=closure_gains(reviewed),
        unchanged=sum(lock.unchanged for lock in locks),
        policy_files=base.policy_files,
    )
    seconds = time.monotonic() - started
    return Audit(decision, sources, packages, incomplete, seconds=seconds, repository=repository, changes=changes)


def _arrival(base: Base, change: LockChange, graphs: Mapping[str, Sequence[DependencyGraph]]) -> Arrival:
    if change.after is None:
        return Arrival(base.revision, change)
    beside = neighbours(change.after, graphs.get(change.path, ()))
    return Arrival(base.revision, change, beside.weight, beside.dependents)


def _without_novelty(arrival: Arrival) -> Arrival:
    return msgspec.structs.replace(arrival, change=msgspec.structs.replace(arrival.change, novelty=None))


def _replaces(change: LockChange) -> str | None:
    """Return the version to compare with; None where another source or no version stood there."""
    before, after = change.before, change.after
    if change.kind not in ("upgraded", "downgraded") or before is None or after is None:
        return None
    return before.version if before.source == after.source == "registry" else None


def _key(change: LockChange, entry: LockedPackage) -> _Key:
    return question(entry), _replaces(change), change.novelty


async def _examine_all(inspector: Inspector, arrivals: Sequence[Arrival], progress: Progress) -> dict[_Key, Examined]:
    slots = asyncio.Semaphore(_IN_FLIGHT)
    first: dict[_Key, tuple[Arrival, LockedPackage]] = {}
    for arrival in arrivals:
        entry = arrival.change.after
        if entry is not None:
            first.setdefault(_key(arrival.change, entry), (arrival, entry))
    done = 0

    async def one(arrival: Arrival, entry: LockedPackage) -> Examined:
        nonlocal done
        async with slots:
            change = arrival.change
            examined = await inspector.examine(entry, change.path, arrival, _replaces(change))
        done += 1
        progress(done, len(first))
        return examined

    tasks = {key: asyncio.create_task(one(*asked)) for key, asked in first.items()}
    try:
        await asyncio.gather(*tasks.values())
    finally:
        for task in tasks.values():
            task.cancel()
    return {key: task.result() for key, task in tasks.items()}


def _reviewed(arrival: Arrival, examined: Mapping[_Key, Examined]) -> Reviewed:
    change = arrival.change
    found = examined.get(_key(change, change.after)) if change.after is not None else None
    return Reviewed(change, found.review if found else None, arrival.weight, arrival.dependents)


def _packages(arrivals: Sequence[Arrival], examined: Mapping[_Key, Examined]) -> Iterator[AuditedPackage]:
    for arrival in arrivals:
        change = arrival.change
        found = examined.get(_key(change, change.after)) if change.after is not None else None
        if found is not None and change.after is not None:
            yield AuditedPackage(change.path, change.after, found.verdict)
