"""Squid's native access.log (https://wiki.squid-cache.org/Features/LogFormat)."""

import re

from customhouse.hunt.network.formats.interface import Headless, Record
from customhouse.hunt.network.formats.times import epoch

_LINE = re.compile(
    r"(?:.{0,120}?: )?(\d{9,11}\.\d{3})\s+-?\d+ (\S{1,253}) ([A-Z_]{3,60})/(\d{3}) \d+ ([A-Z-]{1,40}) (\S+) (\S+) "
    r"([A-Z_]+)/(\S+)(?: \S+)?"
)


class Squid(Headless):
    """A proxy's log."""

    name = "Squid access log"

    def read(self, line: str) -> Record | None:
        """Read a request, or a tunnel."""
        found = _LINE.match(line)
        if found is None:
            return None
        at, client, result, status, method, target, _, _, peer = found.groups()
        did = "opened a tunnel to" if method == "CONNECT" else "requested"
        refused = "DENIED" in result or status == "407"  # any other status may be the answer of who was called
        return Record(did, client, (target, peer), (), epoch(at), refused)
