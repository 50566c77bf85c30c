"""Access logs of nginx and Apache: common and combined, with or without the host that was asked for."""

import re

from customhouse.hunt.network.formats.interface import Headless, Record
from customhouse.hunt.network.formats.times import MONTHS, as_moment

_LINE = re.compile(
    r"(?:(\S{1,253}) )?(\S{1,253}) \S{1,100} (?:\S{1,100}|\"[^\"]{0,100}\") "
    r"\[(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\] "
    r"\"([A-Z]{1,20}) (\S*)(?: HTTP/[0-9.]+)?\" (\d{3}) \S+(?: \"([^\"]*)\" \"((?:[^\"\\]|\\.)*)\")?(.*)"
)


class WebLog(Headless):
    """A server's or a proxy's log: a request to the server itself names a path, one to a proxy the whole URL."""

    name = "web access log"

    def read(self, line: str) -> Record | None:
        """Read a request."""
        found = _LINE.match(line)
        if found is None:
            return None
        host, client, day, month, year, hour, minute, second, zone, method, target, status, *rest = found.groups()
        referer, agent, more = rest
        number = MONTHS.index(month.lower()) + 1 if month.lower() in MONTHS else 0
        when = as_moment((year, str(number), day, hour, minute, second, None, zone), "log line")
        url = f"http://{host}{target}" if host and target.startswith("/") else target
        called = tuple(text for text in (url, agent) if text)
        did = "opened a tunnel to" if method == "CONNECT" else "requested"
        beside = tuple(text for text in (referer, more) if text)
        return Record(did, client, called, beside, when, status in ("403", "407"))
