"""Records of network devices: Squid's access log, dnsmasq's queries, Zeek's connections."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from customhouse.drill.layout.ground import Ground


class Call(NamedTuple):
    """One call: when, by which address, and what was called (a URL, a name, or `address:port`)."""

    at: datetime
    source: str
    target: str


def squid(ground: Ground, name: str, calls: Sequence[Call]) -> str:
    """Write a proxy's log: tunnels for targets without a scheme. One line a call, in their order; return its path."""
    lines = []
    for call in calls:
        stamp = f"{call.at.timestamp():.3f}"
        host = call.target.split("://")[-1].split("/")[0].split(":")[0]
        method, result = ("CONNECT", "TCP_TUNNEL/200") if "://" not in call.target else ("GET", "TCP_MISS/200")
        lines.append(f"{stamp}    212 {call.source} {result} 4180 {method} {call.target} - HIER_DIRECT/{host} -")
    return ground.write(f"network/{name}", "\n".join(lines) + "\n", calls[-1].at)


def dnsmasq(ground: Ground, name: str, calls: Sequence[Call]) -> str:
    """Write a resolver's log, one line a query; return its path."""
    lines = [
        f"{call.at:%b} {call.at.day:2} {call.at:%H:%M:%S} gate dnsmasq[811]: query[A] {call.target} from {call.source}"
        for call in calls
    ]
    return ground.write(f"network/{name}", "\n".join(lines) + "\n", calls[-1].at)


def zeek(ground: Ground, name: str, calls: Sequence[Call]) -> str:
    """Write Zeek's conn.log of columns, one line a connection to `address:port`; return its path."""
    columns = ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "conn_state")
    lines = ["#separator \\x09", "#path\tconn", "#fields\t" + "\t".join(columns)]
    for number, call in enumerate(calls):
        address, _, port = call.target.rpartition(":")
        row = (
            f"{call.at.timestamp():.6f}",
            f"C{number:08}",
            call.source,
            str(40000 + number),
            address,
            port,
            "tcp",
            "SF",
        )
        lines.append("\t".join(row))
    return ground.write(f"network/{name}", "\n".join(lines) + "\n", calls[-1].at)
