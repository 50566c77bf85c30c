"""uvicorn's protocol with the bounds that it leaves to a proxy in front: how long a request's head is, and how slow."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Bytes of a request line with all headers: npm's and pip's have about one kilobyte.
LONGEST_HEAD = 64 * 1024
#: Seconds from the connection, or the first byte of a request, to the end of its head.
SLOWEST_HEAD = 30.0


class BoundedProtocol(HttpToolsProtocol):
    """Ends connections whose request heads are too long (431) or do not come."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Take what uvicorn gives."""
        super().__init__(*arguments, **named)
        self._in_head = True
        self._head = 0
        self._ended = False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read, and count what belongs to a head that is not complete yet."""
        if self._in_head and self._timer is None:
            self._wait()
        only_head, self._ended = self._in_head, False
        super().data_received(data)
        if only_head and self._in_head and not self._ended:
            self._head += len(data)
            if self._head > LONGEST_HEAD and not self.transport.is_closing():
                self._refuse()

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._in_head, self._head = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """End it, and refuse one that came whole and is too long."""
        self._in_head = False
        self._stop_waiting()
        if sum(len(name) + len(value) for name, value in self.headers) + len(self.url) > LONGEST_HEAD:
            self._refuse()
            return
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next bytes are another head."""
        if not self.transport.is_closing():
            super().on_message_complete()
        self._in_head, self._head, self._ended = True, 0, True

    def on_body(self, body: bytes) -> None:
        """Leave the body of what was refused unread."""
        if not self.transport.is_closing():
            super().on_body(body)

    def _refuse(self) -> None:
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        )
        self.transport.close()

    def _wait(self) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(SLOWEST_HEAD, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
