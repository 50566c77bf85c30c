"""The state's revision, followed twice a second: what another instance decided is in force here within a second."""

import asyncio
import contextlib
import time
from collections.abc import Callable

#: Seconds between two looks, and after how many without one nothing that is kept may be used.
EVERY = 0.4
STALE_AFTER = 2.0


class Watch:
    """Follows a counter that every decision moves."""

    def __init__(self, read: Callable[[], int]) -> None:
        """`read` asks the database; it may block and may raise."""
        self._read = read
        self.revision = -1
        self._looked = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def fresh(self) -> bool:
        """Whether the revision is known well enough to answer from memory."""
        return time.monotonic() - self._looked <= STALE_AFTER

    async def look(self) -> int:
        """Read the revision now. Raises what reading raises."""
        began = time.monotonic()
        self.revision = await asyncio.to_thread(self._read)
        self._looked = began
        return self.revision

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

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            with contextlib.suppress(Exception):  # told by `fresh`; it comes back by itself
                await self.look()
