"""Connections of a live Linux machine, as /proc/net tells them: who is talked to, by which socket."""

import ipaddress
import os
import socket
from collections.abc import Iterator

import msgspec

#: States of /proc/net/tcp (include/net/tcp_states.h).
_STATES = {
    1: "established",
    2: "opening",
    3: "accepting",
    4: "closing",
    5: "closing",
    6: "closed lately",
    7: "closed",
    8: "closing",
    9: "closing",
    11: "closing",
}
_TABLES = ("tcp", "tcp6", "udp", "udp6")
_MAX_NAMESPACES = 512
_MAX_LINES = 1_000_000
_FIELDS = 10


class Connection(msgspec.Struct, frozen=True):
    """One socket that has another end. `inode` is 0 where no process holds it any more."""

    protocol: str
    address: str
    port: int
    local_port: int
    state: str
    inode: int


def connections(proc: str = "/proc") -> Iterator[Connection]:
    """Give the connections of every network namespace that a process runs in."""
    for folder in _namespaces(proc):
        for table in _TABLES:
            try:
                with open(f"{folder}/{table}", encoding="ascii", errors="replace") as lines:  # noqa: PTH123 - /proc is the kernel's
                    next(lines, None)
                    for _, line in zip(range(_MAX_LINES), lines, strict=False):
                        found = _connection(table, line.split())
                        if found is not None:
                            yield found
            except OSError:  # the kernel has no such protocol, or the process ended
                continue


def holders(inodes: frozenset[int], pids: Iterator[int], proc: str = "/proc") -> dict[int, list[int]]:
    """Return which processes hold each of some sockets."""
    wanted = {f"socket:[{inode}]": inode for inode in inodes if inode}
    found: dict[int, list[int]] = {}
    for pid in pids if wanted else ():
        try:
            with os.scandir(f"{proc}/{pid}/fd") as entries:
                for entry in entries:
                    inode = wanted.get(_target(entry.path))
                    if inode is not None and pid not in found.setdefault(inode, []):
                        found[inode].append(pid)
        except OSError:  # ended, or somebody else's
            continue
    return found


def _namespaces(proc: str) -> Iterator[str]:
    seen = {_target(f"{proc}/self/ns/net")}
    yield f"{proc}/net"
    for name in os.listdir(proc):  # noqa: PTH208 - /proc is the kernel's
        if name.isdigit() and len(seen) < _MAX_NAMESPACES:
            namespace = _target(f"{proc}/{name}/ns/net")
            if namespace and namespace not in seen:
                seen.add(namespace)
                yield f"{proc}/{name}/net"


def _target(path: str) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115 - /proc is the kernel's
    except OSError:
        return ""


def _connection(table: str, fields: list[str]) -> Connection | None:
    """Read one line: addresses in hexadecimal, each 32 bits of it in the machine's own order (proc_net_tcp)."""
    if len(fields) < _FIELDS:
        return None
    try:
        address, port = fields[2].split(":")
        raw = bytes.fromhex(address)
        words = b"".join(socket.htonl(int.from_bytes(raw[at : at + 4])).to_bytes(4) for at in range(0, len(raw), 4))
        plain = ipaddress.ip_address(words)
        if int(port, 16) == 0:
            return None
        mapped = plain.ipv4_mapped if isinstance(plain, ipaddress.IPv6Address) else None
        state = _STATES.get(int(fields[3], 16), "") if table.startswith("tcp") else "connected"
        local = int(fields[1].split(":")[1], 16)
        return Connection(table[:3], str(mapped or plain), int(port, 16), local, state, int(fields[9]))
    except (ValueError, IndexError):
        return None
