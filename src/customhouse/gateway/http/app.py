"""The ASGI application: from a request to the door that answers it, and from a reply to bytes on the wire.

What may be kept is answered from memory before any door is asked. Everything else passes `Limits`, and a door that
cannot tell is a 503 with Retry-After: nothing here ever answers in its place.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Protocol

import msgspec
import structlog

from customhouse.gateway.http.conditions import unchanged, whole_again
from customhouse.gateway.http.kept_replies import LARGEST, Headers, Kept, KeptReplies, etag_of, headers_of
from customhouse.gateway.http.limits import Limits, TooMuchError
from customhouse.gateway.http.ranges import Span, asked_span
from customhouse.gateway.interface import Call, Client, Door, Reply, UnavailableError
from customhouse.gateway.watch import Watch
from customhouse.model.errors import CustomhouseError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
#: A small file is kept in memory whole.
_SMALL_FILE = 4 * 1024 * 1024
_AGENT, _PROJECT = 300, 200
#: Seconds after which a client that takes no more bytes is let go.
_STALLED = 120
#: Seconds that any answer may take to be found. Inspections and upstream end by themselves before; a database that
#: stopped in the middle of an answer does not.
_LONGEST = 240
_READING = frozenset({"GET", "HEAD"})
#: What balancers and supervisors ask, who have no token; nothing is told there but whether it works.
_PROBES = frozenset({"/-/health", "/-/ready"})
#: Where the gateway speaks of itself, which it does while its state cannot be read as well.
_ABOUT_ITSELF = "/-/"

#: Told to a client that believes to speak to another host.
_ELSEWHERE = Reply(
    421,
    msgspec.json.encode(
        {
            "error": "this gateway serves its own machine alone, and is asked under another name; if that is its name, "
            "start it with --public-url"
        }
    ),
)


class Callers(Protocol):
    """Tells who asks."""

    async def client(self, headers: Mapping[str, str], address: str) -> Client | Reply:
        """Name the client, or refuse it (401). Raises UnavailableError."""


class Observer(Protocol):
    """Is told of every request that was answered."""

    def answered(self, call: Call, reply: Reply, status: int, sent: int, seconds: float) -> None:
        """Take note. `sent` is in bytes. Never raises and never waits."""


class Mounts(msgspec.Struct, frozen=True):
    """Which door answers below which prefix; the longest one that fits. Prefixes begin and end with `/`."""

    doors: tuple[tuple[str, Door], ...]

    def find(self, path: str) -> tuple[str, Door] | None:
        """Return the prefix and the door of a raw path."""
        return next(((prefix, door) for prefix, door in self.doors if path.startswith(prefix)), None)


class GatewayApp:
    """One gateway process's application."""

    def __init__(
        self,
        mounts: Mounts,
        callers: Callers,
        observer: Observer,
        watch: Watch,
        limits: Limits,
        *,
        public_url: str = "",
        trusted_proxies: frozenset[str] = frozenset(),
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        """`public_url` is the address that clients know it by; without one, what they say themselves (Host).

        `hosts` are the names that they may say, without a port; empty for any.
        """
        self._hosts = hosts
        self._mounts = mounts
        self._callers = callers
        self._observer = observer
        self._watch = watch
        self._limits = limits
        self._public_url = public_url.rstrip("/")
        self._trusted = trusted_proxies
        self._kept = KeptReplies(watch)
        self._log = structlog.get_logger("customhouse.gateway")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event. Lifespan events are answered and mean nothing here."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:  # there are no WebSockets here
            await send({"type": "websocket.close", "code": 1000})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        raw = scope["raw_path"].decode("latin-1")
        headers = _headers(scope["headers"])
        address = self._address(scope, headers)
        origin = self._origin(scope, headers)
        call = Call(scope["method"], raw, headers, Client(address), origin, scope["query_string"].decode("latin-1"))
        try:
            found: Client | Reply = call.client
            if self._hosts and host_of(headers.get("host", "")) not in self._hosts:
                found = _ELSEWHERE
            elif raw not in _PROBES:
                found = await self._callers.client(headers, address)
            if isinstance(found, Reply):
                reply: Reply | Kept = found
            else:
                call = msgspec.structs.replace(call, client=found)
                reply = await self._reply(call, receive)
        except TooMuchError as error:
            reply = error.reply
        except UnavailableError as error:
            reply = unavailable(error)
        except CustomhouseError as error:  # the state or the store is away: what cannot be asked is not answered
            self._log.error("unavailable", error=error.message)
            reply = unavailable(UnavailableError("the gateway's own storage does not answer", 5))
        except Exception:  # noqa: BLE001 - one request must not take the others along
            self._log.exception("defect")
            reply = Reply(500, b'{"error": "a defect of the gateway; its log has the details"}')
        told = reply.reply if isinstance(reply, Kept) else reply
        status, sent = told.status, 0
        try:
            status, sent = await self._send(call, reply, send)
        finally:  # whoever lets an answer end early has had some of it, perhaps all but its last byte
            self._observer.answered(call, told, status, sent, time.perf_counter() - began)

    async def _reply(self, call: Call, receive: Receive) -> Reply | Kept:
        """Answer from memory, or ask the door."""
        target = (call.path, call.base)
        reading = call.method in _READING
        keepable = reading and not call.query  # no client needs one here, and there are too many to remember
        if keepable and (kept := self._kept.get(target, call.headers)) is not None:
            return kept
        mount = self._mounts.find(call.path)
        if mount is None:
            return Reply(404, b'{"error": "nothing is served at this address"}')
        prefix, door = mount
        async with self._limits.admitted(call):
            body = b"" if reading else await self._limits.body(call, receive)
            if not prefix.startswith(_ABOUT_ITSELF):
                await self._watch.look_if_stale()
            asked = msgspec.structs.replace(
                call, path=call.path[len(prefix) - 1 :], base=f"{call.base}{prefix}", body=body
            )
            epoch = self._watch.epoch
            try:
                async with asyncio.timeout(_LONGEST):
                    reply = await door.answer(asked)
            except TimeoutError:
                raise UnavailableError("this takes longer than anybody waits") from None
        if not (reply.reusable and keepable and reply.status == 200):  # noqa: PLR2004 - OK
            return reply
        whole = await _whole(reply)
        if whole is None and reply.file is None:
            return reply
        made = Kept(reply, whole, epoch)
        self._kept.put(target, call.headers, made)
        return made

    async def _send(self, call: Call, reply: Reply | Kept, send: Send) -> tuple[int, int]:
        if isinstance(reply, Kept):
            if reply.streamed:
                return await self._send_streamed(call, reply, send)
            return await self._send_kept(call, reply, send)
        if reply.file is None:
            body = b"" if call.method == "HEAD" else reply.body
            headers = [*headers_of(reply), (b"content-length", str(len(reply.body)).encode())]
            if etag := reply.etag:
                headers.append((b"etag", f'"{etag}"'.encode()))
            return reply.status, await _respond(send, reply.status, headers, body)
        return await _send_file(call, reply, send)

    async def _send_streamed(self, call: Call, kept: Kept, send: Send) -> tuple[int, int]:
        try:
            return await _send_file(call, kept.reply, send)
        except CustomhouseError:
            self._kept.forget(kept)
            raise

    async def _send_kept(self, call: Call, kept: Kept, send: Send) -> tuple[int, int]:
        accept = call.headers.get("accept-encoding", "")
        etag = kept.etag(accept)
        if unchanged(call.headers.get("if-none-match", ""), etag):
            return 304, await _respond(send, 304, [*headers_of(kept.reply), (b"etag", f'"{etag}"'.encode())], b"")
        headers, body, grown = await kept.body(accept)
        if grown:
            self._kept.grown(kept, grown)
        if kept.reply.file is not None and "range" in call.headers:
            return await _send_part(call, kept.reply, body, send)
        return kept.reply.status, await _respond(
            send, kept.reply.status, headers, b"" if call.method == "HEAD" else body
        )

    def _address(self, scope: Scope, headers: Mapping[str, str]) -> str:
        peer = (scope.get("client") or ("local", 0))[0]
        if peer not in self._trusted:
            return str(peer)
        return headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or str(peer)

    def _origin(self, scope: Scope, headers: Mapping[str, str]) -> str:
        """The gateway's own address for this client, without a closing slash."""
        if self._public_url:
            return self._public_url
        scheme = scope["scheme"]
        if (scope.get("client") or ("local", 0))[0] in self._trusted:
            scheme = headers.get("x-forwarded-proto", scheme)
        return f"{scheme}://{headers.get('host', '') or 'localhost'}"


def host_of(header: str) -> str:
    """Return the name in a Host header, lower-case, without its port and the brackets of an IPv6 address."""
    name = header.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.rpartition(":")[0] if name.count(":") == 1 else name


def unavailable(error: UnavailableError) -> Reply:
    """Say that it cannot be told now, in a form that every client shows or retries."""
    body = msgspec.json.encode({"error": f"{error.message}. Nothing is handed out until it can be inspected."})
    return Reply(503, body, headers=(("Retry-After", str(error.retry_after)), ("Cache-Control", "no-store")))


async def _whole(reply: Reply) -> bytes | None:
    """Return the body of a reply that can be kept whole; None where it is too large."""
    if reply.file is None:
        return reply.body if len(reply.body) <= LARGEST else None
    if reply.file.size > _SMALL_FILE:
        return None
    return b"".join([piece async for piece in reply.file.read(0, reply.file.size)])


async def _send_file(call: Call, reply: Reply, send: Send) -> tuple[int, int]:
    """Stream a stored file, or the part that was asked for."""
    file = reply.file
    assert file is not None  # noqa: S101 - the caller has looked
    etag = etag_of(reply, "")
    plain: Headers = [*headers_of(reply), (b"etag", f'"{etag}"'.encode())]
    if unchanged(call.headers.get("if-none-match", ""), etag):
        return 304, await _respond(send, 304, plain, b"")
    try:
        span = _span(call, reply, file.size)
    except ValueError:
        return 416, await _respond(send, 416, [*plain, (b"content-range", f"bytes */{file.size}".encode())], b"")
    status = 206 if span else 200
    span = span or Span(0, file.size)
    headers = [*plain, (b"content-length", str(span.end - span.start).encode())]
    if status == 206:  # noqa: PLR2004 - partial content
        headers.append((b"content-range", f"bytes {span.start}-{span.end - 1}/{file.size}".encode()))
    if call.method == "HEAD":
        return status, await _respond(send, status, headers, b"")
    await send({"type": "http.response.start", "status": status, "headers": headers})
    sent = 0
    async for piece in file.read(span.start, span.end):
        sent += len(piece)
        async with asyncio.timeout(_STALLED):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
    return status, sent


async def _send_part(call: Call, reply: Reply, body: bytes, send: Send) -> tuple[int, int]:
    """Answer a range from a file that is in memory."""
    etag = etag_of(reply, "")
    plain: Headers = [*headers_of(reply), (b"etag", f'"{etag}"'.encode())]
    try:
        span = _span(call, reply, len(body))
    except ValueError:
        return 416, await _respond(send, 416, [*plain, (b"content-range", f"bytes */{len(body)}".encode())], b"")
    part = body[span.start : span.end] if span else body
    headers = [*plain, (b"content-length", str(len(part)).encode())]
    if span:
        headers.append((b"content-range", f"bytes {span.start}-{span.end - 1}/{len(body)}".encode()))
    return (206 if span else 200), await _respond(
        send, 206 if span else 200, headers, b"" if call.method == "HEAD" else part
    )


def _span(call: Call, reply: Reply, size: int) -> Span | None:
    asked = call.headers.get("range", "")
    if not asked or reply.status != 200 or whole_again(call.headers.get("if-range", ""), etag_of(reply, "")):  # noqa: PLR2004
        return None
    return asked_span(asked, size)


async def _respond(send: Send, status: int, headers: Headers, body: bytes) -> int:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return len(body)


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Read headers into lower-case names; those that come twice are joined, as lists are (RFC 9110, 5.3).

    A credential is no list, and pnpm 12 sends the one that stands in a registry's address twice: it counts once.
    """
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if key == "authorization" and found.get(key) == text:
            continue
        found[key] = f"{found[key]}, {text}" if key in found else text
    if agent := found.get("user-agent", ""):
        found["user-agent"] = agent[:_AGENT]
    if project := found.get("customhouse-project", ""):
        found["customhouse-project"] = project[:_PROJECT]
    return found


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
        await asyncio.sleep(0)
