"""A small HTTP/1.1 server in a thread of its own: several listeners, keep-alive, and answers that can go wrong."""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

_CHUNK = 65536


@dataclass(frozen=True)
class Request:
    """A request as it arrived. `path` is the raw target, query and percent signs included; header names lower case."""

    listener: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """An answer, and how it is to go wrong while it is sent."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Bytes, or pieces made while sending (then the body is chunked unless `declared` says a length).
    body: bytes | Iterable[bytes] = b""
    #: Content-Length to state instead of the true one.
    declared: int | None = None
    #: Seconds of silence before the first byte.
    stall: float = 0.0
    #: Close the connection after this many bytes of the body.
    cut_after: int | None = None
    #: Bytes a second; None for as fast as it goes.
    rate: int | None = None


Handler = Callable[[Request], Response]


class Server:
    """Serves until closed. `listen` may be called for any number of addresses; each knows its name."""

    def __init__(self) -> None:
        """Start the loop's thread; nothing listens yet."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="registry-simulator", daemon=True)
        self._thread.start()
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()

    def listen(
        self, name: str, handler: Handler, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
    ) -> int:
        """Listen on an address and return the port."""

        async def start() -> int:
            async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                task = asyncio.current_task()
                assert task is not None
                self._connections.add(task)
                try:
                    await _serve(name, handler, reader, writer)
                finally:
                    self._connections.discard(task)

            server = await asyncio.start_server(connected, host, port, ssl=tls, backlog=512)
            self._servers.append(server)
            return int(server.sockets[0].getsockname()[1])

        return asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)

    def close(self) -> None:
        """Stop listening, drop every connection, end the thread."""

        async def stop() -> None:
            for server in self._servers:
                server.close()
            for task in list(self._connections):
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            await self._loop.shutdown_asyncgens()

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


async def _serve(name: str, handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while (request := await _read(name, reader)) is not None:
            if not await _send(request, handler(request), writer):
                break
    except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
        pass  # the client went away, as clients that meet a bound do
    except asyncio.CancelledError:
        pass  # the simulator is closing; asyncio's stream callback would log the cancellation otherwise
    finally:
        writer.transport.abort() if writer.transport.is_closing() else writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), 1)


async def _read(name: str, reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    lines = head.decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    headers = {}
    for line in lines[1:]:
        if line:
            key, _, value = line.partition(":")
            headers[key.strip().lower()] = value.strip()
    if "chunked" in headers.get("transfer-encoding", ""):
        body = b""
        while size := int((await reader.readline()).partition(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readline()
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(name, method, path, headers, body)


async def _send(request: Request, response: Response, writer: asyncio.StreamWriter) -> bool:
    """Send an answer; return whether the connection can be used again."""
    if response.stall:
        await asyncio.sleep(response.stall)
    length = response.declared
    if length is None and isinstance(response.body, bytes):
        length = len(response.body)
    chunked = length is None
    headers = {**response.headers, **({"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(length)})}
    reason = HTTPStatus(response.status).phrase if response.status in set(HTTPStatus) else "Odd"
    head = f"HTTP/1.1 {response.status} {reason}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n"
    writer.write(head.encode("latin-1"))
    if request.method == "HEAD":
        await writer.drain()
        return True
    sent = 0
    for part in _parts(response):
        writer.write(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
        sent += len(part)
        await writer.drain()
        if response.rate is not None:
            await asyncio.sleep(len(part) / response.rate)
    if response.cut_after is not None:
        return False
    if chunked:
        writer.write(b"0\r\n\r\n")
        await writer.drain()
    return chunked or length == sent


def _parts(response: Response) -> Iterator[bytes]:
    """Cut the body into what is written at once, and off where it is to end."""
    size = _CHUNK if response.rate is None else max(1, response.rate // 20)
    left = response.cut_after
    for piece in [response.body] if isinstance(response.body, bytes) else response.body:
        for start in range(0, len(piece), size):
            part = piece[start : start + size][:left]
            if left is not None:
                left -= len(part)
            if part:
                yield part
            if left == 0:
                return
