"""Addresses as a whole, with or without a port, and as the kernel's audit writes them: the bytes of a `sockaddr`."""

import ipaddress
import re

from customhouse.hunt.matching.boundaries import DOT, START
from customhouse.hunt.matching.interface import Pattern
from customhouse.hunt.matching.ports import split_port, unless_other_port

#: No label or number goes before, with whatever dot between.
_NO_NUMBER_BEFORE = b"".join(
    rb"(?i:(?<![a-z0-9_]%b))" % dot for dot in (rb"\.", rb"\[\.\]", rb"\(\.\)", rb"\{\.\}", rb"\[dot\]", rb"\(dot\)")
)


def address(value: str) -> Pattern | None:
    """Read an address of version 4 or 6; where the fact names a port, a text that names another is about another."""
    host, port = split_port(value.strip())
    try:
        read = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(read, ipaddress.IPv4Address):
        return _four(read, port)
    return _six(read, port)


def _four(read: ipaddress.IPv4Address, port: int | None) -> Pattern:
    whole = str(read).encode()
    packed = read.packed.hex().encode()
    expression = b"".join((
        # A range has a dash before its end; a fifth number makes it a version or an identifier.
        rb"(?:", START, rb"|(?<=-))", _NO_NUMBER_BEFORE,
        rb"(?i:", whole.replace(b".", DOT), rb"(?![a-z0-9_])(?!", DOT, rb"[a-z0-9_]))", unless_other_port(port),
    ))  # fmt: skip
    # AF_INET is 2, in the machine's order; the port is in the network's (linux/in.h).
    sockaddr = rb"(?<=saddr=0200)" + _hexadecimal(port) + rb"(?i:" + packed + rb")"
    return Pattern((whole,), expression + rb"|" + sockaddr, inner=(packed,))


def _six(read: ipaddress.IPv6Address, port: int | None) -> Pattern:
    groups = read.exploded.split(":")
    forms = dict.fromkeys((read.compressed, read.exploded, ":".join(f"{int(group, 16):x}" for group in groups)))
    packed = read.packed.hex().encode()
    expression = b"".join((
        rb"(?i:(?<![0-9a-f])(?<![0-9a-f]:)(?<!::)(?:",
        rb"|".join(re.escape(form.encode()) for form in forms),
        rb")(?![0-9a-f.])(?!:[0-9a-f:]))", unless_other_port(port),
    ))  # fmt: skip
    # AF_INET6 is 10; after the port a flow label of four bytes.
    sockaddr = rb"(?<=saddr=0A00)" + _hexadecimal(port) + rb"[0-9A-Fa-f]{8}(?i:" + packed + rb")"
    return Pattern(tuple(form.encode() for form in forms), expression + rb"|" + sockaddr, inner=(packed,))


def _hexadecimal(port: int | None) -> bytes:
    return rb"[0-9A-Fa-f]{4}" if port is None else rb"(?i:%04x)" % port
