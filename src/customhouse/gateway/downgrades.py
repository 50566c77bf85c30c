"""Silent downgrades: how often clients were told an older version as the newest, counted, kept, and told once a day.

What the newest is, and what stands in its place, is worked out once with each list; a reply carries it, so that one
that is kept in memory counts as well.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import reduce

import structlog

from customhouse.gateway.interface import Call, Downgraded, Reply
from customhouse.model.gateway import Downgrade, Listing
from customhouse.model.purl import Ecosystem
from customhouse.versions.compare import newer
from customhouse.versions.release_line import is_prerelease

#: Seconds between two writes, and different counts that may wait for one.
_EVERY = 2.0
_MOST = 50_000
#: Packages that the daily line names.
_NAMED = 10
_TOLD = frozenset({200, 304})


def newest_version(listing: Listing, tags: Mapping[str, str]) -> str | None:
    """Return upstream's newest: npm's tag `latest`, PyPI's highest that is no prerelease; None where there is none."""
    ecosystem = listing.purl.ecosystem
    if ecosystem == "npm":
        latest = tags.get("latest")
        return latest if latest in listing.standings else None
    return _highest(ecosystem, (each for each in listing.standings if not is_prerelease(ecosystem, each)))


def downgraded(listing: Listing, tags: Mapping[str, str]) -> Downgraded | None:
    """Say what stands in the place of upstream's newest where that is hidden; None where it is shown.

    Nothing above the newest takes its place, and no prerelease unless it is one itself or there is nothing else.
    """
    newest = newest_version(listing, tags)
    if newest is None or listing.standings[newest].decision == "allow":
        return None
    ecosystem = listing.purl.ecosystem
    below = [each for each in listing.shown if newer(ecosystem, newest, each)]
    prerelease = is_prerelease(ecosystem, newest)
    stable = [each for each in below if prerelease or not is_prerelease(ecosystem, each)]
    shown = _highest(ecosystem, stable or below) or ""
    return Downgraded(listing.purl, newest, shown, listing.standings[newest].ground)


class Downgrades:
    """Observes replies, and writes down what they left unsaid. A batch that cannot be written waits for the next."""

    def __init__(self, write: Callable[[Sequence[Downgrade]], None], of: Callable[[date], Sequence[Downgrade]]) -> None:
        """`write` adds to the counts, `of` reads a day's, the most frequent first; both may block and raise."""
        self._write = write
        self._of = of
        self._log = structlog.get_logger("customhouse.gateway")
        self._waiting: Counter[tuple[date, Downgraded]] = Counter()
        self._day = datetime.now(UTC).date()
        self._task: asyncio.Task[None] | None = None

    def answered(self, call: Call, reply: Reply, status: int, sent: int, seconds: float) -> None:  # noqa: ARG002
        """Take note of one request. See `http.app.Observer`."""
        if reply.downgrade is not None and call.method == "GET" and status in _TOLD:
            key = (datetime.fromtimestamp(time.time(), UTC).date(), reply.downgrade)
            if key in self._waiting or len(self._waiting) < _MOST:
                self._waiting[key] += 1

    async def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._keep_writing())

    async def stop(self) -> None:
        """Write what is left, and stop."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        with contextlib.suppress(Exception):
            await self.flush()

    async def flush(self) -> None:
        """Write what waits. Raises what writing raises; then it waits on."""
        batch, self._waiting = self._waiting, Counter()
        if not batch:
            return
        try:
            await asyncio.to_thread(self._write, [_record(day, each, count) for (day, each), count in batch.items()])
        except BaseException:
            self._waiting += batch
            raise

    async def turn(self, today: date) -> None:
        """Tell of the day before, once, when the day has turned. Raises what reading raises; then it is told later."""
        if today <= self._day:
            return
        told = await asyncio.to_thread(self._of, self._day)
        if told:
            self._log.info(
                "downgrades",
                day=self._day.isoformat(),
                packages=len({(each.ecosystem, each.name) for each in told}),
                times=sum(each.count for each in told),
                most=[f"{each.name} {each.newest} → {each.shown or 'none'} ({each.count})" for each in told[:_NAMED]],
            )
        self._day = today

    async def _keep_writing(self) -> None:
        while True:
            with contextlib.suppress(Exception):  # the database is away: it waits
                await self.flush()
                await self.turn(datetime.now(UTC).date())
            await asyncio.sleep(_EVERY)


def _record(day: date, told: Downgraded, count: int) -> Downgrade:
    return Downgrade(day, told.purl.ecosystem, told.purl.name, told.newest, told.shown, told.ground, count)


def _highest(ecosystem: Ecosystem, versions: Iterable[str]) -> str | None:
    found = list(versions)
    return reduce(lambda best, each: each if newer(ecosystem, each, best) else best, found) if found else None
