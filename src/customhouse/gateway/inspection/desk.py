"""The front's side of inspecting: orders are handed to the inspecting process, which is started anew when it dies."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Mapping

import msgspec
import structlog

from customhouse.gateway.inspection.messages import (
    Alive,
    Answer,
    Done,
    Failed,
    Order,
    Ready,
    Setup,
    encode,
    read_frame,
)
from customhouse.gateway.interface import UnavailableError
from customhouse.model.gateway import Admission
from customhouse.model.purl import Purl

_COMMAND = (sys.executable, "-m", "customhouse.gateway.inspection.worker")
_DECODER = msgspec.msgpack.Decoder(Answer)
#: Seconds that the inspecting process may take to start, and between two starts of one that keeps dying.
_START = 60.0
_PAUSE, _LONGEST_PAUSE = 1.0, 10.0
#: Seconds without a sign of life after which the inspecting process is ended: something in it goes round in circles.
_SILENCE = 60.0
#: How often the inspecting process may die over a file, and for how many seconds that file is then left alone: twice as
#: long each time that it happens again.
_STRIKES = 3
_LEFT_ALONE, _LONGEST_ALONE = 60.0, 3600.0
_Waiting = asyncio.Future[Admission | None]
_Key = tuple[Purl, str, str]


class _Open(msgspec.Struct):
    """An order that is not answered yet. `strikes`: how often the process died while it had it."""

    order: Order
    waiting: _Waiting
    sent: bool = False
    strikes: int = 0

    @property
    def key(self) -> _Key:
        return _key(self.order.purl, self.order.filename, self.order.policy, self.order.bytes_only)


class Desk:
    """Takes orders for files, each once however many ask for it.

    When the process dies, every file that it had may be the one that it died over: they are given to the next one, but
    one after the other, so that the one is found and the others are not held up by it.
    """

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
        self._open: dict[int, _Open] = {}
        self._numbers: dict[_Key, int] = {}
        self._last = 0
        #: Files that the process died over too often: until when they are left alone, and for how long that was.
        self._left_alone: dict[_Key, tuple[float, float]] = {}
        self._renewing = False
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
        key = _key(purl, filename, policy, bytes_only)
        number = self._numbers.get(key)
        if number is None:
            if (left := self._left_alone.get(key, (0.0, 0.0))[0] - time.monotonic()) > 0:
                raise UnavailableError(_ended_over(filename), max(1, round(left)))
            if len(self._open) >= self._most:
                raise UnavailableError(f"{len(self._open)} inspections are waiting already", 15)
            number = self._last = self._last + 1
            future: _Waiting = asyncio.get_running_loop().create_future()
            future.add_done_callback(_seen)
            self._open[number] = _Open(Order(number, purl, filename, policy, bytes_only), future)
            self._numbers[key] = number
            self._send(self._open[number])
        waiting = self._open[number].waiting
        try:
            async with asyncio.timeout(self._wait):
                return await asyncio.shield(waiting)
        except TimeoutError:
            raise UnavailableError(f"{filename} is still being inspected after {self._wait:g} s", 5) from None

    async def renew(self, setup: Setup) -> None:
        """Let another process inspect from now on, under another policy; what is open ends as unavailable."""
        self._setup = setup
        self._fail_all("the policy has just changed", 2)
        self._left_alone.clear()
        self._renewing = self._process is not None
        await self._end()

    def _send(self, entry: _Open) -> None:
        process = self._process
        if process is None or process.stdin is None or not self._ready.is_set():
            return
        if entry.strikes and any(each.strikes and each.sent for each in self._open.values()):
            return  # its turn comes
        with contextlib.suppress(ConnectionError, RuntimeError):  # it died: sent again to the next one
            process.stdin.write(encode(entry.order))
            entry.sent = True

    def _send_all(self) -> None:
        """Send what was not sent: all that nothing is known against, and one of the others."""
        waiting = [each for each in self._open.values() if not each.sent]
        for each in sorted(waiting, key=lambda each: each.strikes):
            self._send(each)

    async def _keep(self) -> None:
        """Start the process, listen to it until it ends, and start it anew."""
        pause = _PAUSE
        while True:
            began = time.monotonic()
            try:
                await self._run_once()
            except Exception as error:  # noqa: BLE001 - it is started anew, whatever ended it
                self._log.error("inspection.failed", error=f"{type(error).__name__}: {error}")
            self._ready.clear()
            if self._renewing:
                self._renewing = False
                continue
            self.deaths += 1
            self._log.warning("inspection.ended", deaths=self.deaths, open=len(self._open))
            self._strike()
            pause = _PAUSE if time.monotonic() - began > _START else min(2 * pause, _LONGEST_PAUSE)
            await asyncio.sleep(pause)

    def _strike(self) -> None:
        """Note what the process had when it died, and leave alone what it had too often."""
        now = time.monotonic()
        for number, each in list(self._open.items()):
            each.strikes += each.sent
            each.sent = False
            if each.strikes < _STRIKES:
                continue
            _, before = self._left_alone.get(each.key, (0.0, _LEFT_ALONE / 2))
            alone = min(2 * before, _LONGEST_ALONE)
            self._left_alone[each.key] = now + alone, alone
            self._log.error("inspection.left-alone", purl=str(each.order.purl), file=each.order.filename, seconds=alone)
            self._close(number)
            if not each.waiting.done():
                each.waiting.set_exception(UnavailableError(_ended_over(each.order.filename), round(alone)))
        kept = {key: found for key, found in self._left_alone.items() if now - found[0] < _LONGEST_ALONE}
        self._left_alone = kept

    async def _run_once(self) -> None:
        self._process = process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**self._environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # Ctrl-C is the front's, which then ends this one in order
        )
        assert process.stdin is not None  # noqa: S101 - pipes were asked for
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(encode(self._setup))
        try:
            while True:
                async with asyncio.timeout(_SILENCE):
                    body = await read_frame(process.stdout)
                if body is None:
                    break
                self._take(_DECODER.decode(body))
        except TimeoutError:
            self._log.error("inspection.silent", seconds=_SILENCE)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        except (ValueError, msgspec.MsgspecError) as error:
            self._log.error("inspection.unreadable", error=str(error))
        finally:
            await self._end()

    def _take(self, answer: Answer) -> None:
        if isinstance(answer, Alive):
            return
        if isinstance(answer, Ready):
            self._ready.set()
            self._send_all()
            return
        if (found := self._close(answer.number)) is None:
            return
        if not found.waiting.done():
            if isinstance(answer, Done):
                found.waiting.set_result(answer.admission)
            elif isinstance(answer, Failed):
                found.waiting.set_exception(UnavailableError(answer.message, answer.retry_after))
        if found.strikes:
            self._send_all()

    def _close(self, number: int) -> _Open | None:
        found = self._open.pop(number, None)
        if found is not None:
            self._numbers.pop(found.key, None)
        return found

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

    def _fail_all(self, message: str, retry_after: int = 10) -> None:
        for each in self._open.values():
            if not each.waiting.done():
                each.waiting.set_exception(UnavailableError(message, retry_after))
        self._open.clear()
        self._numbers.clear()


def _key(purl: Purl, filename: str, policy: str, bytes_only: str) -> _Key:
    return purl, filename, f"{policy} {bytes_only}"


def _ended_over(filename: str) -> str:
    return f"inspecting {filename} ended the inspecting process {_STRIKES} times, so it is left alone for a while"


def _seen(future: _Waiting) -> None:
    """Look at an outcome that nobody waits for any more, or asyncio would complain of it."""
    if not future.cancelled():
        future.exception()
