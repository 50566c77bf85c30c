"""The state's revision, followed twice a second: what another instance decided is in force here within a second."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from customhouse.gateway.interface import UnavailableError
from customhouse.model.purl import Purl

#: Seconds between two looks, and after how many without one nothing that is kept may be used.
EVERY = 0.4
STALE_AFTER = 2.0
#: Seconds that a look may take. A server that is there and does not answer keeps its clients waiting for ever.
_PATIENCE = 1.5
#: Packages whose last change is remembered by name; with more, all are taken to have changed.
_REMEMBERED = 50_000
#: Greater than any number in the database: the first look asks for nothing that moved before.
_NOTHING_YET = 2**62


class Watch:
    """Follows a counter that every decision moves, and which packages moved it."""

    def __init__(self, changed: Callable[[int], tuple[int, frozenset[Purl]]]) -> None:
        """`changed` asks the database: its present number, and what moved after another one. It may block and raise."""
        self._changed = changed
        #: Counts the looks that found something new. What is worked out is kept with the epoch that it began in.
        self.epoch = 0
        self._seen = _NOTHING_YET
        self._looked = -STALE_AFTER
        self._moved: dict[Purl, int] = {}
        self._all = 0
        self._task: asyncio.Task[None] | None = None
        #: A thread of its own: whatever else waits for the database or the disk does not hold the watch up.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="watch")

    @property
    def fresh(self) -> bool:
        """Whether the state is known well enough to answer from memory."""
        return time.monotonic() - self._looked < STALE_AFTER

    def holds(self, package: Purl | None, epoch: int) -> bool:
        """Say whether what was worked out in an epoch still holds; without a package, until anything moves."""
        if not self.fresh or epoch < self._all:
            return False
        return epoch == self.epoch if package is None else self._moved.get(package, 0) <= epoch

    def forget(self) -> None:
        """Let nothing hold that was worked out until now: the policy is another."""
        self.epoch += 1
        self._all = self.epoch
        self._moved.clear()

    async def look(self) -> int:
        """Read what has moved, and return the epoch.

        Raises what reading raises, and UnavailableError when it takes too long.
        """
        began = time.monotonic()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PATIENCE):
                present, packages = await loop.run_in_executor(self._thread, self._changed, self._seen)
        except TimeoutError:
            raise UnavailableError("the gateway's database does not answer", 5) from None
        if present != self._seen:
            self.epoch += 1
            self._moved.update(dict.fromkeys(packages, self.epoch))
        if present < self._seen < _NOTHING_YET or len(self._moved) > _REMEMBERED:
            self.forget()  # it never goes back, unless the database was put back to what it was before
        self._seen, self._looked = present, began
        return self.epoch

    async def look_if_stale(self) -> int:
        """Return the epoch, after a look where the last one was too long ago. Raises as `look` does."""
        return self.epoch if self.fresh else await self.look()

    async def start(self) -> None:
        """Look once, then go on looking."""
        await self.look()
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            with contextlib.suppress(Exception):  # told by `fresh`; it comes back by itself
                await self.look()
