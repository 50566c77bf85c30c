"""Addresses from locks, as they may be handed on: an inventory goes to customers, a token must not go with it."""

from urllib.parse import quote, urlsplit, urlunsplit

#: What may stand in an address as it is (RFC 3986); anything else is percent-encoded, the percent sign itself not.
_SAFE = "%:/?#[]@!$&'()*+,;=~-._"


def shown_address(address: str) -> str:
    """Write a URL without user, password and query; empty for what is none, such as a path.

    `git@` stays, since every SSH address of a forge has it.
    """
    if "://" not in address:
        return ""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if ":" in host:
        host = f"[{host}]"
    place = f"{'git@' if parts.username == 'git' else ''}{host}{f':{port}' if port else ''}"
    fragment = parts.fragment if parts.scheme.startswith("git") or _is_commit(parts.fragment) else ""
    whole = urlunsplit((parts.scheme, place, parts.path, "", fragment))
    return quote(whole, safe=_SAFE, errors="surrogatepass")


def _is_commit(fragment: str) -> bool:
    return len(fragment) in (40, 64) and all(letter in "0123456789abcdef" for letter in fragment)
