"""The door behind a small HTTP server on loopback, as far as real clients need one: HEAD, ranges, 304, absolute base."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from customhouse.gateway.interface import Call, Client, Reply, UnavailableError
from customhouse.gateway.pypi.door import PypiDoor
from simulator.http import Request, Response, Server


@dataclass
class Served:
    """Where the door is, and what it was asked and answered."""

    root: str
    #: Method, target and status of each request, in order.
    log: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def index(self) -> str:
        return f"{self.root}pypi/simple"

    def statuses(self, part: str, method: str = "GET") -> list[int]:
        """The statuses of what was asked for addresses with this in them."""
        return [int(status) for how, path, status in self.log if part in path and how == method]


@contextmanager
def serving(door: PypiDoor, prefix: str = "") -> Iterator[Served]:
    """Serve a door at `/pypi/` until the block ends; below a prefix that it is not told of, as a proxy may."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = Server()
    served = Served("")

    def handle(request: Request) -> Response:
        parts = urlsplit(request.path)
        if not parts.path.startswith(f"{prefix}/pypi/"):
            return Response(404)
        path = parts.path.removeprefix(prefix)
        client = Client("127.0.0.1", agent=request.headers.get("user-agent", ""))
        call = Call(
            request.method,
            path.removeprefix("/pypi"),
            request.headers,
            client,
            f"http://{request.headers['host']}/pypi/",
            parts.query,
            request.body,
        )
        try:
            reply, body = asyncio.run_coroutine_threadsafe(_whole(door, call), loop).result(30)
        except UnavailableError as error:
            return Response(503, {"Content-Type": "text/plain", "Retry-After": "1"}, error.message.encode())
        response = _response(request, reply, body)
        served.log.append((request.method, request.path, response.status))
        return response

    served.root = f"http://127.0.0.1:{server.listen('gateway', handle)}{prefix}/"
    try:
        yield served
    finally:
        server.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _whole(door: PypiDoor, call: Call) -> tuple[Reply, bytes]:
    reply = await door.answer(call)
    if reply.file is None:
        return reply, reply.body
    return reply, b"".join([piece async for piece in reply.file.read(0, reply.file.size)])


def _response(request: Request, reply: Reply, body: bytes) -> Response:
    headers = {"Content-Type": reply.content_type, **dict(reply.headers)}
    if reply.etag:
        headers["ETag"] = f'"{reply.etag}"'
        if reply.status == 200 and request.headers.get("if-none-match") == headers["ETag"]:
            return Response(304, headers)
    if reply.file is not None:
        headers["Accept-Ranges"] = "bytes"
        asked = request.headers.get("range", "")
        if asked.startswith("bytes="):
            first, _, last = asked.removeprefix("bytes=").partition("-")
            start = int(first) if first else max(0, len(body) - int(last))
            end = min(int(last), len(body) - 1) if first and last else len(body) - 1
            headers["Content-Range"] = f"bytes {start}-{end}/{len(body)}"
            return Response(206, headers, body[start : end + 1])
    return Response(reply.status, headers, body)
