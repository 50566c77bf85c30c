"""Query logs of resolvers: dnsmasq, BIND, Unbound, systemd-resolved."""

import re

from customhouse.hunt.network.formats.interface import Headless, Record
from customhouse.hunt.network.formats.times import MONTHS, as_moment, epoch, syslog_message

_ASKED = "asked for the name"
_DNSMASQ = re.compile(r"dnsmasq\[\d+\]: (?:\d+ \S+ )?(.*)")
_DNSMASQ_QUERY = re.compile(r"query\[[^\]]{1,20}\] (\S+) from (\S+)")
_DNSMASQ_REFUSED = re.compile(r"config (\S+) is (?:NXDOMAIN|0\.0\.0\.0|::|NODATA)")
_BIND = re.compile(r"client (?:@0x[0-9a-f]+ )?([0-9a-fA-F.:]+)#\d+ \(([^)]*)\): (?:view \S+: )?query: (\S+) ")
_BIND_TIME = re.compile(r"(\d{2})-([A-Z][a-z]{2})-(\d{4}) (\d\d):(\d\d):(\d\d)\.(\d{1,6}) ")
_UNBOUND = re.compile(
    r"unbound(?:\[\d+(?::[0-9a-f]+)?\])?:? (?:\[\d+:[0-9a-f]+\] )?info: ([0-9a-fA-F.:]+) (\S+) ([A-Z0-9]+) IN\b"
)
_UNBOUND_TIME = re.compile(r"\[(\d{9,11})\]")
_RESOLVED = re.compile(
    r"systemd-resolved(?:\[\d+\])?: .*?(?:Looking up RR for|(?:Cache miss|Positive cache hit) for"
    r"|Sending query (?:packet )?for|transaction \d+ for) <?([^\s>]+) IN "
)


class Dnsmasq(Headless):
    """dnsmasq with `log-queries`."""

    name = "dnsmasq log"

    def read(self, line: str) -> Record | None:
        """Read a query; what was answered stands beside."""
        found = _DNSMASQ.search(line)
        if found is None:
            return None
        message = syslog_message(line, self.latest)
        query = _DNSMASQ_QUERY.match(found[1])
        if query:
            return Record(_ASKED, query[2], (query[1],), (), message.when)
        return Record("speaks of", message.host, (), (found[1],), message.when, bool(_DNSMASQ_REFUSED.match(found[1])))


class Bind(Headless):
    """BIND's category `queries`."""

    name = "BIND query log"

    def read(self, line: str) -> Record | None:
        """Read a query."""
        found = _BIND.search(line)
        if found is None:
            return None
        own = _BIND_TIME.match(line)
        if own and own[2].lower() in MONTHS:
            month = str(MONTHS.index(own[2].lower()) + 1)
            when = as_moment((own[3], month, own[1], own[4], own[5], own[6], own[7], None), "log line")
        else:
            when = syslog_message(line, self.latest).when
        return Record(_ASKED, found[1], (found[3],), (found[2],), when)


class Unbound(Headless):
    """Unbound with `log-queries` or `log-replies`."""

    name = "Unbound log"

    def read(self, line: str) -> Record | None:
        """Read a query."""
        found = _UNBOUND.search(line)
        if found is None:
            return None
        own = _UNBOUND_TIME.match(line)
        when = epoch(own[1]) if own else syslog_message(line, self.latest).when
        return Record(_ASKED, found[1], (found[2],), (), when)


class Resolved(Headless):
    """systemd-resolved at the level of debugging: the machine's own queries."""

    name = "systemd-resolved log"

    def read(self, line: str) -> Record | None:
        """Read a lookup."""
        found = _RESOLVED.search(line)
        if found is None:
            return None
        message = syslog_message(line, self.latest)
        return Record(_ASKED, message.host, (found[1],), (), message.when)
