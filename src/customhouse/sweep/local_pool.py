"""The sweep's work on this machine: a few processes."""

import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from customhouse.engine.readers import cores
from customhouse.sweep.batch import Batch, BatchResult, judge_batch
from customhouse.sweep.scheduler import lost

#: Batches that are on their way, for each process.
_AHEAD = 3
#: A batch that was under way when the pool broke this often is the one that breaks it, as far as can be told.
_TRIES = 3


class LocalPool:
    """Processes of this machine. One that dies takes its pool along: a new one goes on with what was under way."""

    def __init__(self, workers: int | None = None) -> None:
        """Start `workers` processes; one a core unless said otherwise."""
        self._workers = workers or cores()
        self._pool = self._start()

    @property
    def place(self) -> str:
        """Where the work is done."""
        return f"{self._workers} process{'es' if self._workers != 1 else ''}"

    def run(self, batches: Iterator[Batch]) -> Iterator[BatchResult]:
        """Judge the batches, each answered once."""
        tries: dict[int, int] = {}
        waiting: dict[Future[BatchResult], Batch] = {}
        again: list[Batch] = []
        while True:
            while len(waiting) < self._workers * _AHEAD and (batch := again.pop() if again else next(batches, None)):
                self._submit(batch, waiting)
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            broken = False
            for future in done:
                batch = waiting.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    broken = True
                    tries[batch.number] = tries.get(batch.number, 0) + 1
                    if tries[batch.number] < _TRIES:
                        again.append(batch)
                    else:
                        yield self._alone(batch)
            if broken:
                again += waiting.values()
                waiting.clear()
                self._pool.shutdown(wait=True, cancel_futures=True)
                self._pool = self._start()

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, batch: Batch, waiting: dict[Future[BatchResult], Batch]) -> None:
        try:
            waiting[self._pool.submit(judge_batch, batch)] = batch
        except BrokenProcessPool:  # it broke between two looks
            self._pool = self._start()
            waiting[self._pool.submit(judge_batch, batch)] = batch

    def _alone(self, batch: Batch) -> BatchResult:
        """Give a batch a process to itself: what ends that too is told as not judged."""
        pool = self._start(1)
        try:
            return pool.submit(judge_batch, batch).result()
        except BrokenProcessPool:
            return lost(batch, f"judging it ended its process {_TRIES + 1} times")
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _start(self, workers: int | None = None) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        return ProcessPoolExecutor(workers or self._workers, mp_context=context)
