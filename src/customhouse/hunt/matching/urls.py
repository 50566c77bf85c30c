"""URLs: host and port as they are, the path as a prefix that ends where a path may end."""

import re
from urllib.parse import urlsplit

from customhouse.hunt.matching.boundaries import SLASH
from customhouse.hunt.matching.domains import host_expression, host_key
from customhouse.hunt.matching.interface import Pattern

_ASSUMED = {"http": 80, "https": 443, "hxxp": 80, "hxxps": 443, "ws": 80, "wss": 443, "ftp": 21}


def url(value: str) -> Pattern | None:
    """Read a URL; scheme and host are compared without regard to case, the rest as it stands.

    The scheme may be another or missing in a text: proxies and firewalls write `host:port/path`.
    """
    try:
        parts = urlsplit(value.strip() if "://" in value else f"http://{value.strip()}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if not host:
        return None
    labels = host.encode().split(b".")
    path = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    if port is None or port == _ASSUMED.get(parts.scheme.lower()):
        ports = rb"(?::(?:80|443|%d))?" % (port or 80)
    else:
        ports = rb":%d(?![0-9])" % port
    expression = host_expression(labels) + ports
    if path:
        # `/6202033` ends before `/`, `?`, `#` or a quote; `/62020334` is another.
        whole = SLASH.join(re.escape(part.encode()) for part in path.split("/"))
        expression += whole + rb"(?![A-Za-z0-9_~-])(?!\.[A-Za-z0-9])(?!%(?!2[0-9A-Fa-f]|3[A-Fa-f]))"
    return Pattern((host_key(labels),), expression)
