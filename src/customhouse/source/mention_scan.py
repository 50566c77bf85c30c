"""Finding what bytes speak of: one pass of yara-x over the table, and what a pattern cannot say of its match.

Where a match stands (in a string, in code, in a comment) only the readers know; they ask `hits` for the bytes of a file
and `in_text` for every text that they folded or decoded.
"""

import ipaddress
import re
from functools import cache
from typing import Literal, NamedTuple

import yara_x

from customhouse.model.code import Mention, MentionKind, When
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source import compiled
from customhouse.source.mention_sign import Sign
from customhouse.source.mention_table import SIGNS, TELLING_KINDS

#: Mentions of one file, and of one kind of it.
MAX_MENTIONS = 256
_MAX_OF_A_KIND = 48
#: Matches of one pattern in one file that are looked at; and characters of one text that are searched.
_MAX_MATCHES = 200
_MAX_TEXT = 256 * 1024
_LONGEST_DETAIL = 80

Place = Literal["s", "c", "p"]


class Hit(NamedTuple):
    """A match: its place in bytes (a quote before a string is left out), and the table's line."""

    offset: int
    end: int
    sign: Sign
    detail: str


def hits(data: bytes) -> list[Hit]:
    """Give every match in bytes, in their order; a pattern that matches very often is cut off.

    Raises:
        yara_x.ScanError, yara_x.TimeoutError: when the scan gave up, which nothing read so far should make it do.
    """
    found = []
    for rule in _scanner().scan(data).matching_rules:
        for pattern in rule.patterns:
            sign = SIGNS[int(pattern.identifier[2:])]
            for match in pattern.matches[:_MAX_MATCHES]:
                hit = _hit(data, sign, match.offset, match.offset + match.length)
                if hit is not None:
                    found.append(hit)
    found.sort(key=lambda each: each.offset)
    return found


def in_text(text: str) -> list[tuple[MentionKind, str]]:
    """Give kind and detail of everything that a text speaks of when it stands as a string of its own."""
    data = f'"{text[:_MAX_TEXT]}"'.encode("utf-8", "replace")
    try:
        found = hits(data)
    except (yara_x.ScanError, yara_x.TimeoutError):
        return []
    return list(dict.fromkeys((each.sign.kind, each.detail) for each in found if each.sign.where != "c"))


def telling(data: bytes) -> bool:
    """Whether bytes speak of something that makes a file worth reading though nothing in it acts."""
    return any(each.sign.kind in TELLING_KINDS for each in hits(data))


class Mentions:
    """What one file speaks of, each kind and detail once for each time that it can run, at its first place."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._found: dict[tuple[MentionKind, str, When], int] = {}
        self._counts: dict[MentionKind, int] = {}

    def add(self, kind: MentionKind, detail: str, line: int, when: When) -> None:
        """Note one."""
        key = (kind, detail[:_LONGEST_DETAIL], when)
        before = self._found.get(key)
        if before is not None:
            self._found[key] = min(before, line)
            return
        count = self._counts.get(kind, 0)
        if count < _MAX_OF_A_KIND and len(self._found) < MAX_MENTIONS:
            self._counts[kind] = count + 1
            self._found[key] = line

    def text(self, text: str, line: int, when: When) -> None:
        """Note what a folded or decoded text speaks of."""
        for kind, detail in in_text(text):
            self.add(kind, detail, line, when)

    def sorted(self) -> tuple[Mention, ...]:
        """Everything noted, in the order of lines."""
        every = (Mention(kind, line, detail, when) for (kind, detail, when), line in self._found.items())
        return tuple(sorted(every, key=lambda each: (each.line, each.kind, each.detail)))


def source() -> str:
    """The table as yara-x reads it."""
    lines = [f"    $m{number} = /{sign.pattern}/{'' if sign.exact else 'i'}" for number, sign in enumerate(SIGNS)]
    return "\n".join(("rule mentions {", "  strings:", *lines, "  condition:", "    any of them", "}", ""))


@cache
def _scanner() -> yara_x.Scanner:
    return compiled.scanner(source())


def _hit(data: bytes, sign: Sign, start: int, end: int) -> Hit | None:
    if data[start] in _QUOTES:
        start += 1
    if sign.kind == "raw-address":
        address = _address(data, start, end)
        return Hit(start, end, sign, address) if address is not None else None
    detail = sign.label or data[start:end].decode("utf-8", "replace").strip("\"'`")
    return Hit(start, end, sign, detail)


_QUOTES = frozenset(b"\"'`")
_DOTTED = lazy_regex(rb"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_BRACKETED = lazy_regex(rb"\[([0-9a-fA-F:.]+)\]")
_PORT = lazy_regex(rb":([0-9]{1,5})(?![0-9])")
_NUMBER = lazy_regex(rb"(0[xX][0-9a-fA-F]{8}|[0-9]{8,10})")
#: Resolvers that everybody knows: asked for names, or pinged to see whether there is a network.
_PUBLIC_RESOLVERS_TEXT = """
8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220 4.2.2.1 4.2.2.2
114.114.114.114 223.5.5.5 223.6.6.6 119.29.29.29 180.76.76.76
"""
_PUBLIC_RESOLVERS = frozenset(_PUBLIC_RESOLVERS_TEXT.split())
#: A first number below this is more often a version (`8.3.110.9`) or an object identifier (`2.5.29.15`).
_LOWEST_BARE = 11


def _address(data: bytes, start: int, end: int) -> str | None:
    """What to say of an address: `scheme://address`, `address:port` or the address; None when it is private, or none.

    An address that stands alone as a constant may be a version instead: then its first number tells.
    """
    text = data[start:end]
    scheme, separator, rest = text.replace(b"\\/", b"/").partition(b"://")
    rest = (rest if separator else text).rpartition(b"@")[2]
    dotted = _DOTTED.match(rest)
    bracketed = _BRACKETED.match(rest)
    number = _NUMBER.match(rest)
    try:
        if dotted is not None:
            address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.IPv4Address(dotted[0].decode())
            port = _PORT.match(rest, dotted.end())
            if port is None and re.match(rb"[0-9A-Za-z_-]|\.[0-9A-Za-z]", data[end : end + 2]) and separator:
                return None
            if not separator and port is None and int(dotted[0].partition(b".")[0]) < _LOWEST_BARE:
                return None
        elif bracketed is not None:
            address, port = ipaddress.IPv6Address(bracketed[1].decode()), _PORT.match(rest, bracketed.end())
        elif number is not None and separator:
            address, port = ipaddress.IPv4Address(int(number[1], 0)), None
        else:
            return None
    except ValueError:
        return None
    if not _is_public(address):
        return None
    said = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004
    if separator:
        said = f"{scheme.decode('ascii', 'replace').lower()}://{said}"
    return f"{said}:{port[1].decode()}" if port is not None else said


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether packets to it leave the machine and its network; examples' addresses count as what they stand for."""
    if str(address) in _PUBLIC_RESOLVERS:
        return False
    if any(address in network for network in _DOCUMENTATION if network.version == address.version):
        return True
    if address.version == 4 and (int(address) >> 24 == 0 or str(address).endswith((".0.0.0", ".255"))):  # noqa: PLR2004
        return False
    return address.is_global and not address.is_multicast


#: RFC 5737 and RFC 3849. Nobody answers there, so only replicas name them.
_DOCUMENTATION = tuple(
    ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)
