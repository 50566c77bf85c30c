"""Where on a gateway each ecosystem's clients are answered."""

from urllib.parse import urlsplit

from customhouse.model.errors import CustomhouseError

#: Below the gateway's root.
NPM, SIMPLE, FILES = "npm/", "pypi/simple", "pypi/files/"
#: The user that stands before a token in an address; the gateway looks at the token alone.
_USER = "token"


def gateway_root(gateway: str) -> str:
    """Check a gateway's address and return it with a closing slash. Raises CustomhouseError."""
    hint = "write it as http://gateway.example:8080 or https://gateway.example"
    try:
        parts = urlsplit(gateway.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or not gateway.isascii() or not gateway.strip().isprintable() or " " in gateway.strip():
        raise CustomhouseError(f"{gateway[:200]!r} is not the address of a gateway", hint=hint)
    if parts.username is not None or parts.query or parts.fragment:
        raise CustomhouseError("a gateway's address has no user, query or fragment", hint=hint)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"


def with_token(address: str, token: str) -> str:
    """Write a token into an address, as every client sends it (Basic); unchanged without one."""
    if not token:
        return address
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{_USER}:{token}@{rest}"


def is_loopback(address: str) -> bool:
    """Say whether clients take an address for this machine, to which plain HTTP is no risk."""
    host = urlsplit(address).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def is_plain(address: str) -> bool:
    """Say whether an address is plain HTTP over a network, which some clients use only when told."""
    return urlsplit(address).scheme == "http" and not is_loopback(address)
