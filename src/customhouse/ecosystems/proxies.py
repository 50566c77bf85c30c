"""Which proxy a request goes through, by the environment: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network


def proxy_for(environ: Mapping[str, str], scheme: str, host: str, port: int) -> str:
    """Return the proxy's URL, or empty text for a direct connection. Lower-case variables win, as in curl.

    In a CGI (REQUEST_METHOD set) HTTP_PROXY is a request header that a client chose, so only `http_proxy` counts.
    """
    upper = "" if scheme == "http" and "REQUEST_METHOD" in environ else environ.get(f"{scheme.upper()}_PROXY", "")
    proxy = environ.get(f"{scheme}_proxy") or upper or environ.get("all_proxy") or environ.get("ALL_PROXY") or ""
    if not proxy or _bypassed(environ.get("no_proxy") or environ.get("NO_PROXY") or "", host.lower(), port):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def _bypassed(no_proxy: str, host: str, port: int) -> bool:
    for raw in no_proxy.split(","):
        entry = raw.strip().lower()
        if entry == "*" or (entry and _covers(entry, host, port)):
            return True
    return False


def _covers(entry: str, host: str, port: int) -> bool:
    """Whether one entry covers the host: a name and everything below it, `name:port`, an address, or a network."""
    try:
        network = ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass
    else:
        try:
            return ip_address(host.strip("[]")) in network
        except ValueError:
            return False
    name, colon, wanted = entry.rpartition(":")
    if colon and wanted.isdigit():
        if int(wanted) != port:
            return False
        entry = name
    entry = entry.removeprefix("*").lstrip(".")
    return host == entry or host.endswith(f".{entry}")
