"""Whether the domain of an address still exists: one DNS question, asked only where the configuration allows it.

A domain that has lapsed can be bought by anybody, who then receives the mail that resets the account's password: that
is how ctx (PyPI, 2022) changed hands. Asked is for the SOA record, by UDP, of the first name server that resolv.conf
names (RFC 1035); the answer counts only when it is NXDOMAIN or a success.
"""

import asyncio
import re
import secrets
from pathlib import Path

from customhouse.model.lazy_regex import lazy_regex

_RESOLV = Path("/etc/resolv.conf")
_SERVER = lazy_regex(r"^\s*nameserver\s+([0-9a-fA-F.:]+)", re.MULTILINE)
_DOMAIN = lazy_regex(r"^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$")
_SOA, _IN = 6, 1
_NO_ERROR, _NO_SUCH_NAME = 0, 3
_TIMEOUT = 3.0
_HEADER = 12


def domain_of(email: str) -> str:
    """The domain of an address, in lower case and ASCII; empty when it is none."""
    domain = email.rpartition("@")[2].strip().rstrip(".").lower() if "@" in email else ""
    try:
        domain = domain.encode("idna").decode() if domain and not domain.isascii() else domain
    except UnicodeError:
        return ""
    return domain if _DOMAIN.match(domain) else ""


async def domain_exists(domain: str, server: tuple[str, int] | None = None) -> bool | None:
    """Ask the system's name server; None when it does not say."""
    server = server or _system_server()
    if server is None or not domain:
        return None
    number = secrets.randbelow(1 << 16)
    question = b"".join(bytes((len(label),)) + label.encode() for label in domain.split(".")) + b"\0"
    query = number.to_bytes(2) + b"\x01\x00" + b"\0\x01" + b"\0" * 6 + question + bytes((0, _SOA, 0, _IN))
    answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    try:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Receiver(answer, number), remote_addr=server
        )
    except OSError:
        return None
    try:
        transport.sendto(query)
        async with asyncio.timeout(_TIMEOUT):
            data = await answer
    except (TimeoutError, OSError):
        return None
    finally:
        transport.close()
    code = data[3] & 0x0F
    return {_NO_ERROR: True, _NO_SUCH_NAME: False}.get(code)


class _Receiver(asyncio.DatagramProtocol):
    """Takes the first answer with the question's number."""

    def __init__(self, answer: asyncio.Future[bytes], number: int) -> None:
        self._answer = answer
        self._number = number

    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr  # the socket is connected: nobody else is heard
        if len(data) >= _HEADER and int.from_bytes(data[:2]) == self._number and not self._answer.done():
            self._answer.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self._answer.done():
            self._answer.set_exception(exc)


def _system_server() -> tuple[str, int] | None:
    try:
        found = _SERVER.search(_RESOLV.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
    return (found.group(1), 53) if found else None
