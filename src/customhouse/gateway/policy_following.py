"""The policy in force, followed: its files when they change, and the day, on which exceptions end.

A file that does not read, or not whole yet, changes nothing: the policy of before stays, and the log says why.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import structlog

from customhouse.gateway.policy_identity import policy_identity
from customhouse.model.errors import CustomhouseError
from customhouse.policy.configuration import Configuration

#: Seconds between two looks. A file counts when it is the same at two of them: somebody may still be writing it.
_EVERY = 0.5
#: What is read once, at the start.
_AT_THE_START = ("gateway", "registries", "cache")


def _today() -> date:
    return datetime.now(UTC).date()


class PolicyFollowing:
    """Says when the policy is another."""

    def __init__(
        self,
        configuration: Configuration,
        load: Callable[[], Configuration],
        files: Iterable[Path],
        *,
        today: Callable[[], date] = _today,
    ) -> None:
        """Begin with a configuration that was read already; `load` reads it again, from `files` among others.

        `load` may block, and raise CustomhouseError.
        """
        self.configuration = configuration
        self._load = load
        self._files = tuple(files)
        self._today = today
        self._day = today()
        self.identity = policy_identity(configuration, self._day)
        self._stamp = self._before = self._stamps()
        self._asked = False
        self._moved: Callable[[], Awaitable[None]] | None = None
        self._log = structlog.get_logger("customhouse.gateway")
        self._task: asyncio.Task[None] | None = None

    async def start(self, moved: Callable[[], Awaitable[None]]) -> None:
        """Begin to follow. `moved` is called when `configuration` and `identity` are others."""
        self._moved = moved
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Stop following."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def ask(self) -> None:
        """Read everything again at the next look, whether or not it seems to have changed."""
        self._asked = True

    async def look(self) -> None:
        """Look whether anything is another, and follow it."""
        stamp, day = await asyncio.to_thread(self._stamps), self._today()
        settled, self._before = stamp == self._before, stamp
        written = settled and (stamp != self._stamp or self._asked)
        if not written and day == self._day:
            return
        configuration = self.configuration
        if written:
            self._stamp, self._asked = stamp, False
            try:
                configuration = await asyncio.to_thread(self._load)
            except CustomhouseError as error:
                self._log.error("policy.unreadable", error=error.message, hint=error.hint, kept=self.identity)
                return
            self._tell_of_what_waits(configuration)
        self._day = day
        identity = await asyncio.to_thread(policy_identity, configuration, day)
        if configuration == self.configuration and identity == self.identity:
            return
        self.configuration, self.identity = configuration, identity
        self._log.warning("policy.changed", policy=identity)
        if self._moved is not None:
            await self._moved()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the next look tries again
                self._log.error("policy.not-followed", error=f"{type(error).__name__}: {error}")

    def _stamps(self) -> object:
        found = []
        for path in self._files:
            try:
                told = path.stat()
                found.append((str(path), told.st_mtime_ns, told.st_size, told.st_ino))
            except OSError:
                found.append((str(path), 0, 0, 0))
        return tuple(found)

    def _tell_of_what_waits(self, configuration: Configuration) -> None:
        for section in _AT_THE_START:
            if getattr(configuration, section) != getattr(self.configuration, section):
                self._log.warning("policy.at-the-next-start", section=section)
