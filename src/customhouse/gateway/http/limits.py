"""How much clients may ask: requests at once, a rate for each client, and the size of what they send."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from customhouse.gateway.interface import Call, Reply

#: Clients whose rate is remembered; who asked longest ago is forgotten first.
_REMEMBERED = 10_000
#: npm's audit of a large project is the largest honest body.
LARGEST_BODY = 16 * 1024 * 1024
#: Seconds that a body may take: it holds one of the places of all while it comes.
SLOWEST_BODY = 60.0


class TooMuchError(Exception):
    """More than is allowed; `reply` is what the client is told."""

    def __init__(self, status: int, message: str, retry_after: int | None = None) -> None:
        """Say it, and after how many seconds it is worth trying again."""
        super().__init__(message)
        headers = (("Retry-After", str(retry_after)),) if retry_after is not None else ()
        self.reply = Reply(status, msgspec.json.encode({"error": message}), headers=headers)


class Limits:
    """Bounds for requests that are not answered from memory. A rate of 0 (requests a second) bounds nothing."""

    def __init__(self, *, at_once: int = 512, rate: float = 0.0, burst: int = 200) -> None:
        """Allow `at_once` requests together, and each client `rate` a second after `burst` at the beginning."""
        self._at_once = at_once
        self._rate = rate
        self._burst = burst
        self._running = 0
        #: Client → (requests that it may still make, when that was counted).
        self._allowed: OrderedDict[str, tuple[float, float]] = OrderedDict()

    @asynccontextmanager
    async def admitted(self, call: Call) -> AsyncIterator[None]:
        """Let a call in, or raise TooMuchError: 429 for a client that asks too fast, 503 when all are too many."""
        self._count(call.client.name)
        if self._running >= self._at_once:
            raise TooMuchError(503, f"{self._at_once} requests are being answered already", 5)
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1

    async def body(self, call: Call, receive: Callable[[], Awaitable[MutableMapping[str, Any]]]) -> bytes:
        """Read a request's body. Raises TooMuchError (413) beyond LARGEST_BODY."""
        stated = call.headers.get("content-length", "0")
        if not stated.isdigit() or int(stated) > LARGEST_BODY:
            raise TooMuchError(413, f"a request may have {LARGEST_BODY >> 20} MiB")
        try:
            async with asyncio.timeout(SLOWEST_BODY):
                return await _received(receive)
        except TimeoutError:
            raise TooMuchError(408, f"the request was not sent within {SLOWEST_BODY:g} seconds") from None

    def _count(self, name: str) -> None:
        if not self._rate:
            return
        now = time.monotonic()
        left, counted = self._allowed.pop(name, (float(self._burst), now))
        left = min(float(self._burst), left + (now - counted) * self._rate)
        self._allowed[name] = (max(0.0, left - 1), now)
        if len(self._allowed) > _REMEMBERED:
            self._allowed.popitem(last=False)
        if left < 1:
            raise TooMuchError(429, f"more than {self._rate:g} requests a second", max(1, round(1 / self._rate)))


async def _received(receive: Callable[[], Awaitable[MutableMapping[str, Any]]]) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise TooMuchError(400, "the request was not sent whole")
        piece = event.get("body", b"")
        size += len(piece)
        if size > LARGEST_BODY:
            raise TooMuchError(413, f"a request may have {LARGEST_BODY >> 20} MiB")
        pieces.append(piece)
        if not event.get("more_body", False):
            return b"".join(pieces)
