"""The front's side of inspecting: orders are handed to the inspecting process, which is started anew when it dies."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping

import msgspec
import structlog

from customhouse.gateway.inspection.messages import Answer, Done, Failed, Order, Ready, Setup, encode, read_frame
from customhouse.gateway.interface import UnavailableError
from customhouse.model.gateway import Admission
from customhouse.model.purl import Purl

_DECODER = msgspec.msgpack.Decoder(Answer)
#: Seconds that the inspecting process may take to start, and between two starts of one that keeps dying.
_START = 60.0
_PAUSE = 1.0
_Waiting = asyncio.Future[Admission | None]


class Desk:
    """Takes orders for files, each once however many ask for it."""

    def __init__(self, setup: Setup, environ: Mapping[str, str], *, wait: float, most: int = 256) -> None:
        """A request waits `wait` seconds for its word; `most` orders may be open at once."""
        self._setup = setup
        self._environ = dict(environ)
        self._wait = wait
        self._most = most
        self._log = structlog.get_logger("customhouse.gateway.inspection")
        self._process: asyncio.subprocess.Process | None = None
        self._ready = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._open: dict[int, tuple[Order, _Waiting]] = {}
        self._numbers: dict[tuple[Purl, str, str], int] = {}
        self._last = 0
        #: How often the inspecting process ended by itself.
        self.deaths = 0

    @property
    def waiting(self) -> int:
        """How many orders are open."""
        return len(self._open)

    @property
    def running(self) -> bool:
        """Whether the inspecting process takes orders."""
        return self._ready.is_set()

    async def start(self) -> None:
        """Start the inspecting process and wait until it takes orders. Raises UnavailableError when it does not."""
        self._keeper = asyncio.create_task(self._keep())
        try:
            async with asyncio.timeout(_START):
                await self._ready.wait()
        except TimeoutError:
            await self.stop()
            raise UnavailableError("the inspecting process does not start; its errors are above") from None

    async def stop(self) -> None:
        """End the inspecting process; orders that are open end as unavailable."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        await self._end()
        self._fail_all("the gateway is being stopped")

    async def inspect(self, purl: Purl, filename: str, policy: str, *, bytes_only: str = "") -> Admission | None:
        """Have a file inspected; None where upstream has no such file.

        Raises UnavailableError when it cannot be told in time; the inspection goes on, and whoever asks again finds it.
        """
        key = (purl, filename, f"{policy} {bytes_only}")
        number = self._numbers.get(key)
        if number is None:
            if len(self._open) >= self._most:
                raise UnavailableError(f"{len(self._open)} inspections are waiting already", 15)
            number = self._last = self._last + 1
            order = Order(number, purl, filename, policy, bytes_only)
            future: _Waiting = asyncio.get_running_loop().create_future()
            future.add_done_callback(_seen)
            self._open[number] = (order, future)
            self._numbers[key] = number
            self._send(order)
        waiting = self._open[number][1]
        try:
            async with asyncio.timeout(self._wait):
                return await asyncio.shield(waiting)
        except TimeoutError:
            raise UnavailableError(f"{filename} is still being inspected after {self._wait:g} s", 5) from None

    def _send(self, order: Order) -> None:
        process = self._process
        if process is not None and process.stdin is not None and self._ready.is_set():
            with contextlib.suppress(ConnectionError, RuntimeError):  # it died: sent again to the next one
                process.stdin.write(encode(order))

    async def _keep(self) -> None:
        """Start the process, listen to it until it ends, and start it anew."""
        while True:
            try:
                await self._run_once()
            except Exception as error:  # noqa: BLE001 - it is started anew, whatever ended it
                self._log.error("inspection.failed", error=f"{type(error).__name__}: {error}")
            self._ready.clear()
            self.deaths += 1
            self._log.warning("inspection.ended", deaths=self.deaths, open=len(self._open))
            await asyncio.sleep(_PAUSE)

    async def _run_once(self) -> None:
        command = (sys.executable, "-m", "customhouse.gateway.inspection.worker")
        self._process = process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**self._environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # Ctrl-C is the front's, which then ends this one in order
        )
        assert process.stdin is not None  # noqa: S101 - pipes were asked for
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(encode(self._setup))
        try:
            while (body := await read_frame(process.stdout)) is not None:
                self._take(_DECODER.decode(body))
        except (ValueError, msgspec.MsgspecError) as error:
            self._log.error("inspection.unreadable", error=str(error))
        finally:
            await self._end()

    def _take(self, answer: Answer) -> None:
        if isinstance(answer, Ready):
            self._ready.set()
            for order, _ in list(self._open.values()):
                self._send(order)
            return
        if (found := self._open.pop(answer.number, None)) is None:
            return
        order, waiting = found
        self._numbers.pop((order.purl, order.filename, f"{order.policy} {order.bytes_only}"), None)
        if waiting.done():
            return
        if isinstance(answer, Done):
            waiting.set_result(answer.admission)
        elif isinstance(answer, Failed):
            waiting.set_exception(UnavailableError(answer.message, answer.retry_after))

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()  # the end of orders: it finishes and goes
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _fail_all(self, message: str) -> None:
        for _, waiting in self._open.values():
            if not waiting.done():
                waiting.set_exception(UnavailableError(message))
        self._open.clear()
        self._numbers.clear()


def _seen(future: _Waiting) -> None:
    """Look at an outcome that nobody waits for any more, or asyncio would complain of it."""
    if not future.cancelled():
        future.exception()
