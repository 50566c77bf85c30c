"""The npm door on a loopback address, for real clients. It keeps nothing and negotiates nothing: that is the app's."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from customhouse.gateway.interface import Call, Client, Reply
from customhouse.gateway.npm import NpmDoor
from gateway.npm.doors import Behind
from simulator.http import Request, Response, Server

PREFIX = "/npm/"


class Loopback:
    """Serves the door below `/npm/`, and its files at the root too, where some versions of npm ask for them."""

    def __init__(self, behind: Behind) -> None:
        self.door = NpmDoor(behind, behind, behind)
        #: (method, target, status) in the order in which clients asked.
        self.seen: list[tuple[str, str, int]] = []
        self.agents: set[str] = set()
        self.server = Server()
        self.port = self.server.listen("npm", self.handle)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{PREFIX}"

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        self.server.close()

    def handle(self, request: Request) -> Response:
        parts = urlsplit(request.path)
        path = f"/{parts.path.removeprefix(PREFIX)}" if parts.path.startswith(PREFIX) else parts.path
        base = f"http://{request.headers['host']}{PREFIX}"
        client = Client("127.0.0.1", agent=request.headers.get("user-agent", ""))
        call = Call(request.method, path, request.headers, client, base, query=parts.query, body=request.body)
        status, headers, body = _run(self._told(call))
        self.seen.append((request.method, request.path, status))
        self.agents.add(client.agent)
        return Response(status, headers, body)

    async def _told(self, call: Call) -> tuple[int, Mapping[str, str], bytes]:
        reply = await self.door.answer(call)
        body = reply.body
        if reply.file is not None:
            body = b"".join([piece async for piece in reply.file.read(0, reply.file.size)])
        return reply.status, _headers(reply), body


def _headers(reply: Reply) -> dict[str, str]:
    headers = {"Content-Type": reply.content_type, **dict(reply.headers)}
    if reply.etag:
        headers["ETag"] = f'"{reply.etag}"'
    if reply.varies:
        headers["Vary"] = ", ".join(reply.varies)
    return headers


def _run(told):
    """Run what waits for nothing, inside the simulator's loop, which is running already."""
    try:
        while True:
            told.send(None)
    except StopIteration as stop:
        return stop.value
