"""What reading each archive costs, us and GuardDog, archive by archive on the same files; resumable."""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

import customhouse
from evals.code_version import judging_code
from evals.rows import Rows
from evals.workers import Worker

HERE = Path(__file__).resolve().parent
#: Seconds that one archive may take.
_OURS, _THEIRS = 180.0, 600.0
Found = TypeVar("Found")


class Cost(msgspec.Struct, frozen=True):
    """What reading one archive took, in seconds and bytes. A failed one has no figures."""

    wall: float = 0.0
    cpu: float = 0.0
    #: Largest memory of the process until then.
    peak: int = 0
    failed: bool = False


class PeerCost(msgspec.Struct, frozen=True):
    """What GuardDog made of one archive, and its seconds of the processor."""

    score: float = 0.0
    cpu: float = 0.0
    failed: bool = False


def measure_ours(archives: Iterable[tuple[str, Path]], results: Path, tell: Callable[[], None]) -> dict[str, Cost]:
    """Measure archives (sha256, path) that the code as it is now has not read yet; returns all by sha256."""
    environ = {**os.environ, "PYTHONPATH": str(Path(customhouse.__file__).resolve().parents[1])}
    with Worker([sys.executable, str(HERE / "own_worker.py")], _OURS, environ) as worker:
        return _measured(archives, Rows(_read_rows(results), Cost), worker, _cost, tell)


def measure_guarddog(
    archives: Iterable[tuple[str, Path]], results: Path, command: list[str], version: str, tell: Callable[[], None]
) -> dict[str, PeerCost]:
    """Measure archives (sha256, path) that this version of GuardDog has not read yet; returns all by sha256."""
    rows = Rows(results / f"guarddog-{version}.jsonl", PeerCost)
    with Worker([*command, str(HERE / "guarddog_worker.py")], _THEIRS) as worker:
        return _measured(archives, rows, worker, _peer_cost, tell)


def largest_memory(results: Path) -> int:
    """Return the largest memory, in bytes, of any process in which the code as it is now read archives; 0 of none."""
    return max((cost.peak for cost in Rows(_read_rows(results), Cost).values()), default=0)


def _read_rows(results: Path) -> Path:
    return results / f"read-{judging_code()}.jsonl"


def _measured(
    archives: Iterable[tuple[str, Path]],
    rows: Rows[Found],
    worker: Worker,
    read: Callable[[dict[str, Any] | None], Found],
    tell: Callable[[], None],
) -> dict[str, Found]:
    """Ask of each archive once. The first is asked of twice: what is loaded but once in a run is no archive's cost."""
    found: dict[str, Found] = {}
    warm = False
    for sha256, path in archives:
        cost = rows.get(sha256)
        if cost is None:
            if not warm:
                worker.ask(path)
                warm = True
            cost = read(worker.ask(path))
            rows.add(sha256, cost)
        found[sha256] = cost
        tell()
    return found


def _cost(said: dict[str, Any] | None) -> Cost:
    return Cost(failed=True) if said is None else Cost(said["wall"], said["cpu"], int(said["peak"]))


def _peer_cost(said: dict[str, Any] | None) -> PeerCost:
    return PeerCost(failed=True) if said is None or "score" not in said else PeerCost(said["score"], said["cpu"])
