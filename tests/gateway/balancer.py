"""A balancer before several gateways, as far as a test needs one: by turns, and to the next where one is gone."""

import asyncio
import contextlib
import threading
from collections import Counter


class Balancer:
    """Passes each request on to one of several addresses, in turn. Use it as a context manager.

    Where a connection is refused, or ends before the first byte of an answer, the next address is asked, as balancers
    do with what may be repeated; an answer that is cut after that is cut for the client too. Requests have no bodies
    of unknown length, and every connection carries one of them.
    """

    def __init__(self, addresses):
        """`addresses` are `http://HOST:PORT`; what is listed may be changed while it runs."""
        self.addresses = list(addresses)
        #: Answers by the address that gave them, and by the one that a request had to be taken away from.
        self.answered, self.left = Counter(), Counter()
        #: Answers that ended before they were whole: the client was cut off.
        self.cut = Counter()
        self._turn = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connections = set()
        self._server = self._call(asyncio.start_server(self._connected, "127.0.0.1", 0, backlog=512))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _call(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _stop(self):
        self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader, writer):
        self._connections.add(asyncio.current_task())
        try:
            request = await _request(reader)
            if not request or not await self._answer(request, writer):
                writer.transport.abort()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()  # the client went away, or the test is over
        finally:
            await _closed(writer)
            self._connections.discard(asyncio.current_task())

    async def _answer(self, request, writer):
        self._turn += 1
        first = self._turn % len(self.addresses)
        for address in (*self.addresses[first:], *self.addresses[:first]):
            host, _, port = address.partition("//")[2].rpartition(":")
            try:
                reader, upstream = await asyncio.open_connection(host, int(port))
            except OSError:
                self.left[address] += 1
                continue
            try:
                piece = await _first_piece(request, reader, upstream)
                if piece:
                    self.answered[address] += 1
                    whole = await _pass_on(piece, reader, writer)
                    self.cut[address] += not whole
                    return whole
                self.left[address] += 1
            finally:
                await _closed(upstream)
        return False


async def _closed(writer):
    writer.close()
    with contextlib.suppress(OSError, asyncio.CancelledError):
        await writer.wait_closed()


async def _first_piece(request, reader, upstream):
    try:
        upstream.write(request)
        return await reader.read(65536)
    except OSError:
        return b""


async def _request(reader):
    """Read one request, and have it say that no other one follows."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    first, *lines = head[:-4].split(b"\r\n")
    names = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    body = await reader.readexactly(int(names.get(b"content-length", 0)))
    kept = [line for line in lines if line.partition(b":")[0].strip().lower() != b"connection"]
    return b"\r\n".join([first, *kept, b"Connection: close", b"", body])


async def _pass_on(piece, reader, writer):
    """Pass an answer on; say whether all of what its head promised came."""
    head, _, body = piece.partition(b"\r\n\r\n")
    stated = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    got = len(body)
    try:
        while piece:
            writer.write(piece)
            await writer.drain()
            piece = await reader.read(65536)
            got += len(piece)
    except OSError:
        return False
    with contextlib.suppress(OSError):
        await writer.drain()
    bodiless = head.split(b" ", 2)[1:2] == [b"304"]
    return bodiless or not stated or got >= int(stated[0])
