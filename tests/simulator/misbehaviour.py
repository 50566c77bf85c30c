"""Ways for a registry to lie, stall or die half-way. Each makes a function from the honest answer to the bad one."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote

from simulator.http import Request, Response

Misbehaviour = Callable[[Request, Response], Response]


def _whole(response: Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b"".join(response.body)


def wrong_digest() -> Misbehaviour:
    """Serve an archive that still opens, whose bytes are not those the registry states digests of."""

    def how(_: Request, response: Response) -> Response:
        body = bytearray(_whole(response))
        if body[:2] == b"\x1f\x8b":
            body[4] ^= 0xFF  # gzip's modification time, which no reader minds
        elif body[:2] == b"PK":
            body[-2:] = b"\x01\x00!"  # a comment of one byte
        else:
            body += b" "
        return replace(response, body=bytes(body))

    return how


def cut_body(fraction: float = 0.5) -> Misbehaviour:
    """Close the connection after this part of the body, whose whole length was promised."""
    return lambda _, response: replace(response, cut_after=int(len(_whole(response)) * fraction))


def stall(seconds: float) -> Misbehaviour:
    """Say nothing for this long, then answer."""
    return lambda _, response: replace(response, stall=seconds)


def status(code: int, *, retry_after: str | float | None = None) -> Misbehaviour:
    """Answer with another status. `retry_after` may be seconds or an HTTP date."""
    headers = {"Content-Type": "text/plain"} | ({} if retry_after is None else {"Retry-After": str(retry_after)})
    return lambda _, __: Response(status=code, headers=headers, body=f"{code}\n".encode())


def huge_body(size: int, *, declared: int | None = None) -> Misbehaviour:
    """Follow the body by spaces up to `size` bytes, with no length stated or, in `declared`, a false one."""

    def pieces(first: bytes) -> Iterator[bytes]:
        yield first
        left = size - len(first)
        while left > 0:
            yield b" " * min(left, 65536)
            left -= 65536

    return lambda _, response: replace(response, body=pieces(_whole(response)), declared=declared)


def bomb(size: int) -> Misbehaviour:
    """Answer with `size` zero bytes, gzipped as a content encoding (1,000 to 1)."""
    packed = gzip.compress(bytes(size), mtime=0)
    return lambda _, response: replace(response, headers={**response.headers, "Content-Encoding": "gzip"}, body=packed)


def malformed(body: bytes = b'{"name": "half') -> Misbehaviour:
    """Answer with a body that is not what its type says."""
    return lambda _, response: replace(response, body=body)


def wrong_package(other: str) -> Misbehaviour:
    """Answer about another package: every mention of the name that was asked for becomes `other`."""

    def how(request: Request, response: Response) -> Response:
        asked = unquote(request.path).rstrip("/").removeprefix("/simple").lstrip("/")
        spelled = "[-_.]+".join(re.escape(part) for part in re.split(r"[-_.]+", asked))
        return replace(response, body=re.sub(spelled.encode(), other.encode(), _whole(response)))

    return how


def redirect_to(url: str, code: int = 302) -> Misbehaviour:
    """Send the client to another address."""
    return lambda _, __: Response(status=code, headers={"Location": url})


def redirect_loop() -> Misbehaviour:
    """Send the client to where it already is."""
    return lambda request, _: Response(status=302, headers={"Location": request.path})


def stale_time(when: datetime, version: str | None = None) -> Misbehaviour:
    """State another publish time for one version, or for all, in packuments and in JSON indexes."""
    text = when.isoformat().replace("+00:00", "Z")

    def how(_: Request, response: Response) -> Response:
        document = json.loads(_whole(response))
        for key in document.get("time", {}):
            if version in (None, key):
                document["time"][key] = text
        for file in document.get("files", []):
            if version is None or f"-{version}" in file["filename"]:
                file["upload-time"] = text
        return replace(response, body=json.dumps(document).encode())

    return how


def slow(bytes_per_second: int) -> Misbehaviour:
    """Drip the body."""
    return lambda _, response: replace(response, rate=bytes_per_second)
