"""Hosts that honest packages have no reason to name."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from customhouse.model.lazy_regex import lazy_regex

#: Services that hand out or collect anything for anybody, as seen in incidents: pastes, request catchers, tunnels,
#: a messenger's bots. Names and their subdomains. Discord is seen as often, but many honest texts name it.
_DROPS = lazy_regex(
    r"(?:^|\.)(?:pastebin\.com|paste\.ee|rentry\.co|hastebin\.com|ghostbin\.com|webhook\.site|requestbin\.(?:com|net)"
    r"|pipedream\.net|oastify\.com|interact\.sh|oast\.(?:fun|pro|live|site|online|me)|burpcollaborator\.net|ngrok\.(?:io|app)"
    r"|ngrok-free\.app|trycloudflare\.com|serveo\.net|transfer\.sh|file\.io|anonfiles\.com|catbox\.moe|api\.telegram\.org"
    r"|requestcatcher\.com|beeceptor\.com|dnslog\.cn|ceye\.io)$"
)


def host_of(text: str) -> str:
    """The host of a URL or of a bare `host[:port]`, in lower case; empty when there is none."""
    try:
        return (urlsplit(text if "//" in text else f"//{text}").hostname or "").lower()
    except ValueError:
        return ""


def is_raw_address(text: str) -> bool:
    """Whether the host is an IP address that is not of this machine or a private network.

    Link-local addresses (cloud metadata services) count as raw: no package has business there. What is no address
    anybody could be at does not: shared and reserved ranges, the bases of networks, and object identifiers written
    like one (`2.5.4.3`, an X.509 common name).
    """
    host = host_of(text)
    if not re.fullmatch(r"[0-9a-f.:]+", host):
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if any(address in network for network in _DOCUMENTATION if network.version == address.version):
        return True
    if text == host and (host in _OBJECT_IDENTIFIERS or host.startswith(_ARCS)):
        return False
    if address.is_link_local:
        return not host.endswith((".0", "::"))
    return address.is_global and not address.is_multicast


#: Arcs of object identifiers whose members may have four parts. Sources: X.520 (2.5.4), RFC 5280 (2.5.29), RFC 8410
#: (1.3.101), RFC 1155 (1.3.6.1), SEC 2 (1.3.132.0), OIW (1.3.14.3).
_ARCS = ("2.5.4.", "2.5.29.", "1.3.101.")
_OBJECT_IDENTIFIERS = frozenset({"1.3.6.1", "1.3.132.0", "1.3.14.3"})
#: RFC 5737 and RFC 3849. Nobody answers there, so only replicas name them: they count as what they stand for.
_DOCUMENTATION = tuple(
    ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def suspicious(hosts: Iterable[str]) -> tuple[str, ...]:
    """Those of the hosts that are raw addresses or drop services, sorted."""
    return tuple(sorted({text for text in hosts if is_raw_address(text) or _DROPS.search(host_of(text))}))
