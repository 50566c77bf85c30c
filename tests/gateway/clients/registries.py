"""A registry for npm's clients where a gateway has it, and the same one where upstream has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from simulator.http import Request, Response, Server
from simulator.npm import NpmStore


@dataclass
class Registries:
    """Two addresses of the same packages; `asked` are requests to the gateway's."""

    gateway: str = ""
    upstream: str = ""
    asked: list[Request] = field(default_factory=list)


@contextmanager
def registries(host: str = "127.0.0.1") -> Iterator[Registries]:
    """Serve `alpha`, which needs `@scope/beta`, at `/npm/` of one address and at the root of another."""
    found = Registries()
    server = Server()
    behind, before = NpmStore(), NpmStore()

    def gateway(request: Request) -> Response:
        found.asked.append(request)
        if not request.path.startswith("/npm/"):
            return Response(404, {"Content-Type": "application/json"}, b"{}")
        return behind.handle(Request("gateway", request.method, request.path[4:], request.headers, request.body))

    try:
        found.gateway = f"http://{host}:{server.listen('gateway', gateway, host=host)}/"
        found.upstream = f"http://127.0.0.1:{server.listen('upstream', before.handle)}/"
        behind.url, before.url = f"{found.gateway}npm", found.upstream.rstrip("/")
        for store in (behind, before):
            store.announces = False
            store.publish("alpha", "1.0.0", dependencies={"@scope/beta": "^1.0.0"})
            store.publish("@scope/beta", "1.0.0")
        yield found
    finally:
        server.close()
