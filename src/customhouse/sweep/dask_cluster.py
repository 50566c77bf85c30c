"""The sweep's work on a Dask cluster: the same function, sent to its workers.

A worker that is lost gives its batches back to the scheduler, which hands them to another. What a cluster's scheduler
sends back is unpickled here: connect only to one that you trust as you trust this machine.
"""

import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from customhouse.model.errors import CustomhouseError, UnreachableUpstream
from customhouse.sweep.batch import Batch, BatchResult, judge_batch
from customhouse.sweep.scheduler import lost

#: Batches that are on their way, for each thread of the cluster.
_AHEAD = 3
#: Seconds: to reach the scheduler, between two looks whether workers are left, and to wait for some to come back.
_CONNECT, _LOOK, _PATIENCE = 15.0, 2.0, 60.0


class DaskCluster:
    """A running cluster, spoken to through its scheduler."""

    def __init__(self, address: str, *, patience: float = _PATIENCE) -> None:
        """Connect to `tcp://host:port` or `tls://host:port`.

        Raises CustomhouseError when dask.distributed is not installed, UnreachableUpstream when nobody answers or the
        cluster has no workers.
        """
        try:
            distributed: Any = import_module("distributed")  # an extra, and slow to load
        except ImportError as error:
            raise CustomhouseError(
                "--scheduler needs dask.distributed, which is not installed",
                hint="pip install 'customhouse[sweep]'",
            ) from error
        self._distributed = distributed
        self._address = address
        self._patience = patience
        try:
            self._client: Any = distributed.Client(address, timeout=_CONNECT, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise UnreachableUpstream(
                f"no Dask scheduler answers at {address}: {error}",
                hint="start one with `dask scheduler`, workers with `dask worker ADDRESS`, or leave --scheduler out",
            ) from error
        self._await_workers()

    @property
    def place(self) -> str:
        """Where the work is done."""
        workers = len(self._workers())
        return f"{self._address}: {workers} worker{'s' if workers != 1 else ''}"

    def run(self, batches: Iterator[Batch]) -> Iterator[BatchResult]:
        """Judge the batches, each answered once."""
        waiting: dict[Any, Batch] = {}
        ahead = max(2, self._threads()) * _AHEAD
        more = True
        alive = time.monotonic()
        while True:
            while more and len(waiting) < ahead:
                batch = next(batches, None)
                if batch is None:
                    more = False
                    break
                waiting[self._client.submit(judge_batch, batch, pure=False)] = batch
            if not waiting:
                return
            try:
                with self._client.as_current():
                    done = self._distributed.wait(list(waiting), timeout=_LOOK, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                done = ()
            if done or self._workers():
                alive = time.monotonic()
            elif time.monotonic() - alive > self._patience:
                raise UnreachableUpstream(
                    f"{self._address} has had no worker for {self._patience:.0f} s; {len(waiting)} batches are open",
                    hint="start workers with `dask worker ADDRESS` and run the sweep again: nothing was changed",
                )
            for future in done:
                yield self._answer(future, waiting.pop(future))

    def close(self) -> None:
        """Disconnect; the cluster goes on."""
        self._client.close(timeout=_CONNECT)

    def _answer(self, future: Any, batch: Batch) -> BatchResult:
        if future.status == "finished":
            result: BatchResult = future.result()
            return result
        if future.status == "cancelled":
            raise UnreachableUpstream(
                f"the connection to the scheduler at {self._address} was lost",
                hint="run the sweep again: nothing was changed",
            )
        error = future.exception()
        return lost(batch, f"the cluster gave it up: {type(error).__name__}: {error}")

    def _workers(self) -> dict[str, Any]:
        workers: dict[str, Any] = self._client.scheduler_info(n_workers=-1).get("workers", {})
        return workers

    def _threads(self) -> int:
        return sum(int(worker.get("nthreads", 1)) for worker in self._workers().values())

    def _await_workers(self) -> None:
        started = time.monotonic()
        while not self._workers():
            if time.monotonic() - started > min(self._patience, _CONNECT):
                self.close()
                raise UnreachableUpstream(
                    f"the cluster at {self._address} has no workers", hint="start some: `dask worker ADDRESS`"
                )
            time.sleep(0.2)
