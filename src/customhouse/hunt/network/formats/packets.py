"""Packets as text: what tcpdump and tshark print."""

import re
from datetime import datetime

from customhouse.hunt.network.formats.interface import Headless, Record, joined
from customhouse.hunt.network.formats.times import epoch, leading_stamp
from customhouse.model.hunt import Moment

_TCPDUMP = re.compile(
    r"(?:(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+|\d{9,11}\.\d+|\d\d:\d\d:\d\d\.\d+) )?(?:\S+ (?:In|Out) {1,2})?IP6? "
    r"(\S+) > (\S+): (.*)"
)
_ASKED = re.compile(r"\d+[+%*-]* (?:\[[^\]]*\] )?[A-Z0-9]+\? (\S+)\.? \(")
_TSHARK = re.compile(
    r"\s*\d+ +(?:(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+)|\d+\.\d+) +([0-9a-fA-F.:]+) (?:→|->) ([0-9a-fA-F.:]+) "
    r"(\S+) \d+ (.*)"
)
_TSHARK_PORTS = re.compile(r"(\d{1,5}) (?:→|->) (\d{1,5})\b")
_TSHARK_ASKED = re.compile(r"Standard query 0x[0-9a-f]+ [A-Z0-9]+ (\S+)")


class Tcpdump(Headless):
    """tcpdump's lines; the port hangs on the address with a dot."""

    name = "tcpdump text"

    def read(self, line: str) -> Record | None:
        """Read a packet."""
        found = _TCPDUMP.match(line)
        if found is None:
            return None
        at, source, target, rest = found.groups()
        (source, _), (target, port) = _split(source), _split(target)
        asked = _ASKED.search(rest)
        called = (joined(target, port), *((asked[1].rstrip("."),) if asked else ()))
        did = "asked for the name" if asked else "sent a packet to"
        return Record(did, source, called, (rest,), _time(at or "", self.latest), target=target)


class Tshark(Headless):
    """tshark's summary lines; seconds since the capture's beginning are no time of day."""

    name = "tshark text"

    def read(self, line: str) -> Record | None:
        """Read a packet."""
        found = _TSHARK.match(line)
        if found is None:
            return None
        at, source, target, protocol, rest = found.groups()
        ports, asked = _TSHARK_PORTS.search(rest), _TSHARK_ASKED.search(rest)
        called = (joined(target, ports[2] if ports else ""), *((asked[1],) if asked else ()))
        did = "asked for the name" if asked and protocol.upper() == "DNS" else "sent a packet to"
        return Record(did, source, called, (rest,), _time(at or "", self.latest), target=target)


def _split(end: str) -> tuple[str, str]:
    """Split `142.11.206.73.8000`; a protocol without ports has the address alone."""
    host, _, port = end.rpartition(".")
    if ":" in end or end.count(".") > 3:  # noqa: PLR2004 - an address of version 4 has three
        return (host, port) if host and (port.isdigit() or ":" not in port) else (end, "")
    return end, ""


def _time(text: str, latest: datetime) -> Moment | None:
    if " " in text:
        return leading_stamp(text)[0]
    if ":" in text:
        # The day is not printed: that of the file's last change is a guess.
        return leading_stamp(f"{latest:%Y-%m-%d} {text}")[0]
    return epoch(text)
