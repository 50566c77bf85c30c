"""Packets that Linux's firewall logged: iptables, nftables, ufw, firewalld."""

import re

from customhouse.hunt.network.formats.interface import Headless, Record, joined
from customhouse.hunt.network.formats.times import syslog_message

_START = re.compile(r"\bIN=\S{0,40} OUT=\S{0,40} ")
_FIELD = re.compile(r"(?<!\S)(SRC|DST|DPT)=(\S{1,60})")
_REFUSED = re.compile(r"(?i)\b(?:block|drop|deny|denied|reject)")


class Netfilter(Headless):
    """A kernel's log."""

    name = "Linux firewall log"

    def read(self, line: str) -> Record | None:
        """Read a packet; of an error's packet inside it the outer one's fields count, which come first."""
        start = _START.search(line)
        if start is None:
            return None
        fields = dict(reversed(_FIELD.findall(line, start.end())))
        if "SRC" not in fields or "DST" not in fields:
            return None
        message = syslog_message(line[: start.start()], self.latest)
        refused = _REFUSED.search(message.text) is not None
        called = joined(fields["DST"], fields.get("DPT", ""))
        return Record("sent a packet to", fields["SRC"], (called,), (), message.when, refused, fields["DST"])
