"""Replies in memory: what the same call gets again until something changes. This is what makes the gateway fast."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping

from customhouse.gateway.http.encodings import chosen_encoding, encoded
from customhouse.gateway.interface import Reply
from customhouse.gateway.watch import Watch

#: Bytes of all that is kept, and of one reply.
MOST = 192 * 1024 * 1024
LARGEST = 64 * 1024 * 1024
#: A reply's own cost beyond its body and its key, as a round figure: headers and tables.
_OVERHEAD = 4096
#: Bytes from which a body is encoded beside the loop rather than in it.
_LARGE = 128 * 1024

Headers = list[tuple[bytes, bytes]]


class Kept:
    """One reply, ready to be sent. Its encodings are made when first asked for."""

    __slots__ = ("_bodies", "_plain_headers", "counted", "epoch", "reply", "size", "until")

    def __init__(self, reply: Reply, body: bytes | None, epoch: int) -> None:
        """Keep a reply whose whole body is `body` (a small file's bytes, where it has a file).

        None is a file too large for memory: only the decision to hand it out is kept. `epoch` is the watch's when
        making it began.
        """
        self.reply = reply
        self.epoch = epoch
        self.until = reply.until
        #: Whether its size is among that of all that is kept: it may be sent without being kept, and after.
        self.counted = False
        self._bodies: dict[str, tuple[Headers, bytes]] = {}
        self._plain_headers = headers_of(reply)
        self.size = len(body or b"") + _OVERHEAD
        if body is not None:
            self._bodies[""] = (self._finished(body, ""), body)

    @property
    def streamed(self) -> bool:
        """Whether the body is not here, but read from the reply's file anew for each client."""
        return not self._bodies

    async def body(self, accept_encoding: str) -> tuple[Headers, bytes, int]:
        """Return headers and body as this client takes them, and how many bytes more are kept now."""
        plain = self._bodies[""][1]
        kind = "" if self.reply.file is not None else self.reply.content_type
        encoding = chosen_encoding(accept_encoding, kind, len(plain))
        found = self._bodies.get(encoding)
        if found is not None:
            return (*found, 0)
        if len(plain) > _LARGE:
            packed = await asyncio.to_thread(encoded, plain, encoding)
            if (found := self._bodies.get(encoding)) is not None:  # another client was as fast
                return (*found, 0)
        else:
            packed = encoded(plain, encoding)
        made = (self._finished(packed, encoding), packed)
        self._bodies[encoding] = made
        self.size += len(packed)
        return (*made, len(packed))

    def etag(self, accept_encoding: str) -> str:
        """Return the validator of the form that this client takes."""
        plain = self._bodies[""][1]
        kind = "" if self.reply.file is not None else self.reply.content_type
        return etag_of(self.reply, chosen_encoding(accept_encoding, kind, len(plain)))

    def _finished(self, body: bytes, encoding: str) -> Headers:
        found = [*self._plain_headers, (b"content-length", str(len(body)).encode())]
        if encoding:
            found.append((b"content-encoding", encoding.encode()))
        if etag := etag_of(self.reply, encoding):
            found.append((b"etag", f'"{etag}"'.encode()))
        return found


class KeptReplies:
    """Replies by what was asked, the least recently used dropped first, each until the watch says that it moved."""

    def __init__(self, watch: Watch, most: int = MOST) -> None:
        """Keep up to `most` bytes."""
        self._watch = watch
        self._most = most
        self._kept: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        #: Target → the request headers that its replies depend on.
        self._varies: dict[tuple[str, str], tuple[str, ...]] = {}
        self._size = 0

    def get(self, target: tuple[str, str], headers: Mapping[str, str]) -> Kept | None:
        """Return what is kept for a target (address and base) and these request headers, if it still holds."""
        varies = self._varies.get(target)
        if varies is None:
            return None
        key = (*target, *[headers.get(name, "") for name in varies])
        kept = self._kept.get(key)
        if kept is None:
            return None
        over = kept.until is not None and time.time() >= kept.until
        if over or not self._watch.holds(kept.reply.about, kept.epoch):
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return kept

    def put(self, target: tuple[str, str], headers: Mapping[str, str], kept: Kept) -> None:
        """Keep a reply, unless what it is about has moved since it was begun."""
        if kept.size > LARGEST or not self._watch.holds(kept.reply.about, kept.epoch):
            return
        self._varies[target] = kept.reply.varies
        key = (*target, *[headers.get(name, "") for name in kept.reply.varies])
        self._drop(key)
        kept.size += sum(map(len, key))
        self._kept[key] = kept
        kept.counted = True
        self._count(kept.size)

    def grown(self, kept: Kept, more: int) -> None:
        """Count bytes that a reply has grown by, if it is kept still, and make room."""
        if kept.counted:
            self._count(more)

    @property
    def size(self) -> int:
        """Bytes of all that is kept."""
        return self._size

    def _count(self, more: int) -> None:
        self._size += more
        while self._size > self._most and self._kept:
            self._drop(next(iter(self._kept)))
        if len(self._varies) > 2 * len(self._kept) + 64:  # those of replies that were dropped
            known = {key[:2] for key in self._kept}
            self._varies = {target: names for target, names in self._varies.items() if target in known}

    def forget(self, kept: Kept) -> None:
        """Keep a reply no longer: its file could not be read, so that the door has to be asked again."""
        for key in [key for key, one in self._kept.items() if one is kept]:
            self._drop(key)

    def _drop(self, key: tuple[str, ...]) -> None:
        if (kept := self._kept.pop(key, None)) is not None:
            self._size -= kept.size
            kept.counted = False


def etag_of(reply: Reply, encoding: str) -> str:
    """Return the validator of a reply in an encoding: two encodings are two representations."""
    return f"{reply.etag}-{encoding}" if reply.etag and encoding else reply.etag


def headers_of(reply: Reply) -> Headers:
    """Return the headers of a reply that do not depend on how its body is sent."""
    found = [(b"content-type", reply.content_type.encode("latin-1", "replace"))]
    found += [(name.lower().encode("latin-1"), _line(value)) for name, value in reply.headers if name.lower() != "vary"]
    varies = [*reply.varies, *(["accept-encoding"] if reply.file is None else [])]
    if varies:
        found.append((b"vary", ", ".join(varies).encode()))
    if reply.file is not None:
        found.append((b"accept-ranges", b"bytes"))
    return found


def _line(value: str) -> bytes:
    """Write a header's value on one line, in characters that headers may hold."""
    return "".join(sign if " " <= sign <= "~" else " " if sign.isspace() else "?" for sign in value).encode("ascii")
