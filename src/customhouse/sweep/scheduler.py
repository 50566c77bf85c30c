"""Where batches are judged: what a sweep asks of the processes or machines that do its work."""

from collections.abc import Iterator
from typing import Protocol

from customhouse.model.sweep import Unswept
from customhouse.sweep.batch import Batch, BatchResult


class Scheduler(Protocol):
    """Does the work somewhere. Each batch is answered exactly once, in any order, lost workers notwithstanding."""

    @property
    def place(self) -> str:
        """Where the work is done, for the report: `2 processes`."""

    def run(self, batches: Iterator[Batch]) -> Iterator[BatchResult]:
        """Judge the batches, holding no more of them at a time than keeps the workers busy.

        Raises UpstreamError when the workers are gone for good.
        """
        ...

    def close(self) -> None:
        """Let go of the workers."""


def lost(batch: Batch, reason: str) -> BatchResult:
    """The answer for a batch that ends whatever works on it."""
    return BatchResult(batch.number, failed=tuple(Unswept(item.subject, reason) for item in batch.items))
