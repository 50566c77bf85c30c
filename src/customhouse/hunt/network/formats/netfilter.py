"""Packets that Linux's firewall logged: iptables, nftables, ufw, firewalld."""

import re

from customhouse.hunt.network.formats.interface import Headless, Record, joined
from customhouse.hunt.network.formats.times import syslog_message

_LINE = re.compile(r"\bIN=(\S*) OUT=(\S*) .*?\bSRC=(\S+) DST=(\S+) .*?\bPROTO=(\S+)(?:.*?\bDPT=(\d+))?")
_REFUSED = re.compile(r"(?i)\b(?:block|drop|deny|denied|reject)")


class Netfilter(Headless):
    """A kernel's log."""

    name = "Linux firewall log"

    def read(self, line: str) -> Record | None:
        """Read a packet."""
        found = _LINE.search(line)
        if found is None:
            return None
        _, _, source, target, _, port = found.groups()
        message = syslog_message(line, self.latest)
        refused = _REFUSED.search(message.text[: max(0, message.text.find("IN="))]) is not None
        return Record("sent a packet to", source, (joined(target, port or ""),), (), message.when, refused, target)
