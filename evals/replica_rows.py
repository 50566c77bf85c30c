"""The replicas' rows of the table: judged by their own room, and GuardDog asked of the same archives."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from evals.joining import peer_result
from evals.judging import Places
from evals.kept import write_whole
from evals.measuring import PeerCost, measure_guarddog
from evals.progress import Progress
from evals.replicas.judging import Outcome, judged, outcomes
from evals.replicas.packing import archives
from evals.replicas.replica import Replica
from evals.result import Judged


def judge_replicas(
    places: Places, *, jobs: int, only: str | None, peer: tuple[list[str], str] | None, varied: bool = True
) -> list[Judged]:
    """Judge every replica and variation (of one family where `only` names it).

    Args:
        places: Where archives for GuardDog are written, and its results kept.
        jobs: Processes that judge.
        only: A family, or None for all.
        peer: GuardDog's command and version; None leaves it out.
        varied: Whether GuardDog is asked of the variations too.
    """
    found: list[Outcome] = []
    with Progress("replicas judged") as progress:
        for outcome in outcomes(jobs=jobs, only=only):
            found.append(outcome)
            progress.step()
    rows = [judged(outcome) for outcome in found]
    if peer is None:
        return rows
    return [
        msgspec.structs.replace(row, peer=peer_result(list(costs.values()), len(costs)))
        for row, costs in zip(rows, _asked(found, places, *peer, varied=varied), strict=True)
    ]


def _asked(
    found: list[Outcome], places: Places, command: list[str], version: str, *, varied: bool
) -> Iterator[dict[str, PeerCost]]:
    asked = [each.replica if varied or not each.replica.variation else None for each in found]
    files = [list(_files(each, places.root / "replicas")) if each is not None else [] for each in asked]
    flat = [pair for pairs in files for pair in pairs]
    with Progress("archives of replicas read by GuardDog", len(flat)) as progress:
        costs = measure_guarddog(flat, places.results, command, version, progress.step)
    for pairs in files:
        yield {sha256: costs[sha256] for sha256, _ in pairs}


def _files(replica: Replica, folder: Path) -> Iterator[tuple[str, Path]]:
    """Write the archives of the judged release, and of the one that carries the payload where it is another."""
    releases = [replica.after] if replica.carrying is replica.after else [replica.after, replica.carrying]
    for release in releases:
        for filename, data in archives(replica, release).items():
            sha256 = hashlib.sha256(data).hexdigest()
            path = folder / sha256 / filename
            if not path.is_file():
                write_whole(path, data)
            yield sha256, path
