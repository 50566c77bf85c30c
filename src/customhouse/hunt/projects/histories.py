"""The histories of many repositories at once: one process for each core, one repository after the other in each."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from customhouse.hunt.asked import Asked
from customhouse.hunt.notes import Notebook, Notes
from customhouse.hunt.projects.history import hunt_repository
from customhouse.hunt.projects.repositories import Repository, repositories
from customhouse.model.hunt import Unexamined

#: Repositories handed over at a time: small enough that the last ones do not keep a single process busy.
_CHUNK = 4

_ASKED: list[Asked] = []


def _start(asked: Asked) -> None:
    _ASKED[:] = [asked]


def _one(repository: Repository) -> Notebook:
    own = Notebook()
    hunt_repository(repository, _ASKED[0], own)
    return own


def hunt_histories(paths: Sequence[Path], asked: Asked, notes: Notes, workers: int) -> None:
    """Do what `hunt_history` does, in `workers` processes; what is noted, and its order, is the same."""
    found = list(repositories(paths, notes))
    workers = min(workers, len(found))
    if workers <= 1:
        for repository in found:
            hunt_repository(repository, asked, notes)
        return
    # Spawned, not forked: the caller may hold threads and locks that a fork would copy in the middle of something.
    context = multiprocessing.get_context("spawn")
    done = 0
    try:
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(asked,)) as pool:
            for own in pool.map(_one, found, chunksize=_CHUNK):
                _take(own, notes)
                done += 1
    except BrokenProcessPool:  # killed for want of memory, say: the rest one by one, here
        notes.unexamined(
            Unexamined(
                "history", found[done].asset, "a process that read it was killed; it was read again", serious=False
            )
        )
        for repository in found[done:]:
            hunt_repository(repository, asked, notes)


def _take(own: Notebook, notes: Notes) -> None:
    for hit in own.hits:
        notes.hit(hit)
    for looked in own.places:
        notes.looked(looked)
    for left in own.left_out:
        notes.unexamined(left)
