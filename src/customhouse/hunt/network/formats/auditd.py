"""The kernel's audit: a SOCKADDR record has the address of a call, as bytes or interpreted by `ausearch -i`."""

import ipaddress
import re

from customhouse.hunt.network.formats.interface import Headless, Record, joined
from customhouse.hunt.network.formats.times import epoch

_LINE = re.compile(
    r"(?:.{0,120}?\bnode=(\S{1,253}) )?.{0,120}?\btype=(\w{1,40}) msg=audit\(([^:)]{1,40})(?::[^:)]{1,20})*\)\s?: "
)
_SADDR = re.compile(r"\bsaddr=([0-9A-Fa-f]{16,256})\b")
_READ = re.compile(r"\b(?:laddr|host):?=?([0-9A-Fa-f.:]{2,45}) (?:lport=|serv:)([0-9]{1,5})")
_AF_INET, _AF_INET6 = 2, 10


class Auditd(Headless):
    """An audit log; whom it accuses is the machine that it is of."""

    name = "audit log"

    def read(self, line: str) -> Record | None:
        """Read a record of any type; only of a call's address it is known what it means."""
        found = _LINE.match(line)
        if found is None:
            return None
        node, kind, at = found.groups()
        called = _called(line) if kind == "SOCKADDR" else ""
        did = "called" if called else "has in an audit record"
        beside = () if called else (line[found.end() :],)
        return Record(did, node or "", (called,) if called else (), beside, epoch(at), target=called)


def _called(line: str) -> str:
    read = _READ.search(line)
    if read:
        return joined(read[1], read[2])
    raw = _SADDR.search(line)
    return sockaddr(raw[1]) if raw else ""


def sockaddr(text: str) -> str:
    """Decode a `struct sockaddr` in hexadecimal: family in the machine's order, port in the network's (linux/in.h)."""
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return ""
    family = int.from_bytes(data[:2], "little")
    port = str(int.from_bytes(data[2:4], "big"))
    if family == _AF_INET and len(data) >= 8:  # noqa: PLR2004 - sin_addr ends there
        return joined(str(ipaddress.IPv4Address(data[4:8])), port)
    if family == _AF_INET6 and len(data) >= 24:  # noqa: PLR2004 - sin6_addr ends there
        return joined(str(ipaddress.IPv6Address(data[8:24])), port)
    return ""
