"""Auditing a project: every lockfile found, every entry of it inspected, one decision over the whole."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from customhouse.ecosystems.discovery import discover
from customhouse.engine.inspector import Inspector
from customhouse.evidence.lock_changes import question
from customhouse.model.audit import Audit, AuditedPackage
from customhouse.model.errors import CustomhouseError
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.verdict import RepositoryVerdict, Verdict
from customhouse.policy.decide import decide_audit

#: Called after each package: how many are done, how many there are.
Progress = Callable[[int, int], None]
#: Entries in flight at once; each holds little until its archive is fetched, which is bounded elsewhere.
_IN_FLIGHT = 64


class NothingToAuditError(CustomhouseError):
    """No lockfile or manifest lies under the given paths."""


def find_sources(
    paths: Sequence[Path], *, exclude: Sequence[str] = (), include_installed: bool = False, required: bool = True
) -> tuple[Source, ...]:
    """Find and read every lockfile and manifest.

    Raises NothingToAuditError when there is none at all and one is `required`. `exclude` holds the configuration's
    patterns; with `include_installed` what is installed is read as well.
    """
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise CustomhouseError(f"no such file or folder: {missing[0]}", hint="give a lockfile or a project's folder")
    sources = discover(paths, exclude=exclude, include_installed=include_installed)
    if not sources and required:
        where = ", ".join(str(path) for path in paths)
        raise NothingToAuditError(
            f"no lockfile or manifest under {where}",
            hint="make one with `npm install --package-lock-only` or `uv lock`, or name the file itself",
        )
    return sources


async def audit_sources(
    inspector: Inspector,
    sources: tuple[Source, ...],
    progress: Progress,
    repository: RepositoryVerdict = RepositoryVerdict(),  # noqa: B008 - frozen
) -> Audit:
    """Inspect every entry of every source that was read; equal entries are inspected once.

    `repository` is what the rules over the repository itself came to.
    """
    started = time.monotonic()
    entries = [(source.path, entry) for source in sources for entry in source.packages]
    distinct = {question(entry): (path, entry) for path, entry in reversed(entries)}
    verdicts = await _inspect_all(inspector, distinct, progress)
    packages = tuple(AuditedPackage(path, entry, verdicts[question(entry)]) for path, entry in entries)
    decision, incomplete = decide_audit(verdicts.values(), sources, repository)
    seconds = time.monotonic() - started
    return Audit(decision, sources, packages, incomplete, seconds=seconds, repository=repository)


async def _inspect_all(
    inspector: Inspector, distinct: dict[LockedPackage, tuple[str, LockedPackage]], progress: Progress
) -> dict[LockedPackage, Verdict]:
    slots = asyncio.Semaphore(_IN_FLIGHT)
    done = 0

    async def one(path: str, entry: LockedPackage) -> Verdict:
        nonlocal done
        async with slots:
            verdict = await inspector.inspect(entry.purl, entry, lock_path=path)
        done += 1
        progress(done, len(distinct))
        return verdict

    tasks = {question: asyncio.create_task(one(*first)) for question, first in distinct.items()}
    try:
        await asyncio.gather(*tasks.values())
    finally:
        for task in tasks.values():
            task.cancel()
    return {question: task.result() for question, task in tasks.items()}


def no_progress(_done: int, _total: int) -> None:
    """Say nothing."""
