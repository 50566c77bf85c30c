"""Every form, and which of them a log's beginning has."""

from collections.abc import Sequence
from datetime import datetime

from customhouse.hunt.network.formats.auditd import Auditd
from customhouse.hunt.network.formats.interface import Format, Record
from customhouse.hunt.network.formats.netfilter import Netfilter
from customhouse.hunt.network.formats.packets import Tcpdump, Tshark
from customhouse.hunt.network.formats.resolvers import Bind, Dnsmasq, Resolved, Unbound
from customhouse.hunt.network.formats.squid import Squid
from customhouse.hunt.network.formats.suricata import Suricata
from customhouse.hunt.network.formats.vpcflow import VpcFlow
from customhouse.hunt.network.formats.weblog import WebLog
from customhouse.hunt.network.formats.zeek import ZeekColumns, ZeekJson

_KINDS = (ZeekColumns, ZeekJson, Suricata, Squid, WebLog, Auditd, Netfilter, Dnsmasq, Bind, Unbound, Resolved, Tcpdump,
          Tshark, VpcFlow)  # fmt: skip
PLAIN = "text"


class Formats:
    """The forms of one log; a file that several daemons wrote to has several."""

    def __init__(self, head: Sequence[str], latest: datetime) -> None:
        """Read the log's first lines, headers among them."""
        self._formats: list[Format] = [kind(latest) for kind in _KINDS]
        counts = [0] * len(self._formats)
        for line in head:
            if self.header(line):
                continue
            for number, one in enumerate(self._formats):
                if one.read(line) is not None:
                    counts[number] += 1
                    break
        most = max(counts)
        self.name = self._formats[counts.index(most)].name if most else PLAIN

    def header(self, line: str) -> bool:
        """Take a line that says what others hold, if it is one."""
        taken = [one.header(line) for one in self._formats]
        return any(taken)

    def read(self, line: str) -> Record | None:
        """Read a line in the first form that fits; None for plain text."""
        for one in self._formats:
            record = one.read(line)
            if record is not None:
                return record
        return None
