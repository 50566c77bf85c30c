"""What is written down of every request: the access log, the metrics, and who had which file."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from customhouse.gateway.interface import Call, Reply
from customhouse.model.gateway import Fetch
from customhouse.model.lazy_regex import lazy_regex

#: Seconds between two writes of what was fetched, and how many records may wait for one.
_EVERY = 0.2
_MOST = 200_000


class Records:
    """Takes note of requests. Files that were handed out or refused are written to the database a moment later.

    A record that cannot be written waits for the next try; when too many wait the oldest are dropped and counted.
    """

    def __init__(self, write: Callable[[Sequence[Fetch]], None], *, access_log: bool = True) -> None:
        """`write` keeps a batch of fetches; it may block and raise."""
        self._write = write
        self._log = structlog.get_logger("customhouse.gateway.access") if access_log else None
        self._waiting: list[Fetch] = []
        self._task: asyncio.Task[None] | None = None
        self.registry = CollectorRegistry()
        names = ("door", "method", "status")
        self._requests = Counter("customhouse_gateway_requests", "Requests answered.", names, registry=self.registry)
        self._bytes = Counter(
            "customhouse_gateway_sent_bytes", "Bytes of bodies sent.", ("door",), registry=self.registry
        )
        self._seconds = Histogram(
            "customhouse_gateway_request_seconds",
            "Time from request to the end of its answer.",
            ("door",),
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100),
            registry=self.registry,
        )
        self._files = Counter("customhouse_gateway_files", "Files asked for.", ("answer",), registry=self.registry)
        self._lost = Counter("customhouse_gateway_lost_records", "Fetches not recorded.", registry=self.registry)

    def watch(self, name: str, said: str, value: Callable[[], float]) -> None:
        """Add a gauge that is read whenever somebody asks."""
        Gauge(name, said, registry=self.registry).set_function(value)

    def answered(self, call: Call, reply: Reply, status: int, sent: int, seconds: float) -> None:
        """Take note of one request."""
        door = _door(call.path)
        self._requests.labels(door, call.method if call.method in _METHODS else "other", str(status)).inc()
        self._seconds.labels(door).observe(seconds)
        if sent:
            self._bytes.labels(door).inc(sent)
        if self._log is not None:
            self._log.info(
                "request",
                client=_line(call.client.name),
                method=call.method[:20],
                path=_shown(call.path),
                status=status,
                bytes=sent,
                seconds=round(seconds, 4),
                agent=_line(call.client.agent),
                project=_line(call.client.project),
            )
        if reply.handed is not None and call.method == "GET":
            handed = reply.handed
            if handed.filename:
                self._files.labels("handed-out" if status < 400 else "refused").inc()  # noqa: PLR2004 - an error
            self._waiting.append(
                Fetch(
                    datetime.now(UTC),
                    handed.purl,
                    handed.filename,
                    handed.sha256,
                    status,
                    call.client.name,
                    call.client.agent,
                    call.client.project,
                )
            )
            if len(self._waiting) > _MOST:
                self._lost.inc(len(self._waiting) - _MOST)
                del self._waiting[:-_MOST]

    def metrics(self) -> bytes:
        """Return all metrics in Prometheus' text form."""
        return generate_latest(self.registry)

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
            await self._flush()

    async def _keep_writing(self) -> None:
        while True:
            began = time.monotonic()
            with contextlib.suppress(Exception):  # the database is away: they wait
                await self._flush()
            await asyncio.sleep(max(0.0, _EVERY - (time.monotonic() - began)))

    async def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        try:
            await asyncio.to_thread(self._write, batch)
        except BaseException:
            self._waiting = batch + self._waiting
            raise


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE"})
_DOORS = frozenset({"npm", "pypi", "-"})


#: Ours, and what npm's clients put into the address when they log out or revoke a token.
_SECRET = lazy_regex(r"cht_[A-Za-z0-9_-]+|(?<=/-/user/token/).+|(?<=/-/npm/v1/tokens/token/).+")


def _shown(path: str) -> str:
    """Return an address as a log may tell it: bounded, on one line, and without a secret."""
    return _line(_SECRET.sub("***", path)[:500])


def _line(text: str) -> str:
    """Return a text without what a terminal would act on."""
    return (
        text
        if text.isprintable()
        else "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    )


def _door(path: str) -> str:
    first = path[1:].partition("/")[0]
    return first if first in _DOORS else "other"
