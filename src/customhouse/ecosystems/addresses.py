"""Where a host name leads: addresses resolved once and connected to as checked, and what kind of network they are."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

#: `reserved` is what no host answers at (multicast, class E, benchmarking).
Kind = Literal["public", "loopback", "link-local", "private", "reserved"]
Address = IPv4Address | IPv6Address
Lookup = Callable[[str], Awaitable[list[str]]]

#: IANA special-purpose registries (RFC 6890 and updates). First match counts. The documentation networks of RFC 5737
#: are left as public: nothing inside a network lives there.
_NETWORKS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("loopback", ("127.0.0.0/8", "0.0.0.0/8", "::1/128", "::/128")),  # 0.0.0.0 and :: reach the machine itself
    ("link-local", ("169.254.0.0/16", "fe80::/10")),  # cloud metadata services live here
    ("private", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10")),
    ("reserved", ("192.0.0.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "ff00::/8", "100::/64")),
)
_RANGES = tuple((kind, tuple(ip_network(net) for net in nets)) for kind, nets in _NETWORKS)
_NAT64 = ip_network("64:ff9b::/96")
_KEPT_SECONDS = 60.0
#: Longer than `_KEPT_SECONDS` and the longest that one request may take together, so that a connection made for a
#: checked request never finds a name unknown again.
_CHECKED_SECONDS = 600.0


def kind_of(address: Address) -> Kind:
    """Tell what kind of network an address is in, seeing through IPv4 inside IPv6 (mapped, 6to4, NAT64, Teredo)."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is None and int(address) >> 32 == 0 and int(address) > 1:  # the deprecated ::a.b.c.d
            inner = IPv4Address(int(address))
        if inner is not None:
            return kind_of(inner)
    for kind, networks in _RANGES:
        if any(address.version == network.version and address in network for network in networks):
            return kind
    return "public"


def literal(host: str) -> Address | None:
    """Read a host that is an address itself, in any of the forms that C libraries take (`127.1`, `0x7f000001`)."""
    text = host.strip("[]").partition("%")[0].rstrip(".")
    try:
        return ip_address(text)
    except ValueError:
        pass
    if text[:1].isdigit():
        try:
            return IPv4Address(socket.inet_aton(text))
        except OSError:
            pass
    return None


async def system_lookup(host: str) -> list[str]:
    """Ask the system's resolver. Raises socket.gaierror."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Resolver:
    """Resolves names, remembers for a minute, and keeps what was checked for the connection that follows.

    Connecting to the very addresses that were checked closes the gap in which a name could be pointed elsewhere
    between the check and the connection (DNS rebinding).
    """

    def __init__(self, lookup: Lookup = system_lookup, clock: Callable[[], float] = time.monotonic) -> None:
        """Use another lookup or clock in tests."""
        self._lookup = lookup
        self._clock = clock
        self._known: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._asking: dict[str, asyncio.Task[tuple[str, ...]]] = {}

    def checked(self, host: str) -> tuple[str, ...]:
        """Return what `resolve` last said of the host, to connect to; empty when that is too long ago."""
        when, addresses = self._known.get(host, (0.0, ()))
        return addresses if self._clock() - when < _CHECKED_SECONDS else ()

    async def resolve(self, host: str) -> tuple[str, ...]:
        """Return the host's addresses as text, in the order to try them. Raises socket.gaierror."""
        known = self._known.get(host)
        if known and self._clock() - known[0] < _KEPT_SECONDS:
            return known[1]
        if (address := literal(host)) is not None:
            self._known[host] = (self._clock(), (str(address),))
            return (str(address),)
        task = self._asking.get(host)
        if task is None:
            task = self._asking[host] = asyncio.ensure_future(self._ask(host))
            task.add_done_callback(lambda _: self._asking.pop(host, None))
        return await asyncio.shield(task)

    async def _ask(self, host: str) -> tuple[str, ...]:
        addresses = tuple(await self._lookup(host))
        self._known[host] = (self._clock(), addresses)
        return addresses

    async def kinds(self, host: str) -> frozenset[Kind]:
        """Return the kinds of every address of the host. Raises socket.gaierror."""
        return frozenset(kind_of(ip_address(text.partition("%")[0])) for text in await self.resolve(host))
