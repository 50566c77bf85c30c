"""Hosts: URLs, host names and addresses that constants name."""

import re
from collections.abc import Iterator
from ipaddress import IPv6Address

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.tree import Code, string_at

_URL = lazy_regex(
    rb"(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+(?:@[A-Za-z0-9._-]+)?)(?::\d{1,5})?(?:/[A-Za-z0-9._~/%+@=,:-]*)?"
)
_SCHEME = lazy_regex(rb"(?:https?|wss?|ftp|tcp|udp|git\+https|git)$", re.IGNORECASE)
_ADDRESS = lazy_regex(rb"\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.])")  # from its first dot, which is found fast
_FIRST_NUMBER = lazy_regex(rb"[\"'` ](\d{1,3})$")
_ADDRESS6 = lazy_regex(rb":[0-9a-fA-F]{0,4}:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4})*")
_NAMED = lazy_regex(rb"ost(?:name|Name)?[\"']?\s*[:=]\s*[\"'`]([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)[\"'`]")
HOST_NAME = lazy_regex(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,23}(?::\d{1,5})?", re.IGNORECASE)
#: Ends of dotted names that are files or members of objects, not hosts.
_FILE_ENDINGS = frozenset(
    [
        "js",
        "mjs",
        "cjs",
        "ts",
        "json",
        "node",
        "map",
        "css",
        "html",
        "htm",
        "txt",
        "md",
        "xml",
        "yml",
        "yaml",
        "exe",
        "dll",
        "sh",
        "ps1",
        "bat",
        "cmd",
        "log",
        "lock",
        "prototype",
        "exports",
        "env",
    ]
)
_NAMESPACES = (
    "http://www.w3.org",
    "https://www.w3.org",
    "http://json-schema.org",
    "https://json-schema.org",
    "http://schemas.",
)
MAX_HOSTS = 64
_LONGEST_HOST = 200


def hosts(code: Code) -> Iterator[str]:
    """URLs, host names and addresses that constants of the file name, in the order of the file a kind."""
    data = code.data
    at = data.find(b"://")
    while at >= 0:
        url = url_at(data, at)
        if url is not None and not url.startswith(_NAMESPACES) and string_at(code, at) is not None:
            yield url
        at = data.find(b"://", at + 3)
    for match in _ADDRESS.finditer(data):
        first = _FIRST_NUMBER.search(data, max(match.start() - 4, 0), match.start())
        address = first[1] + match[0] if first is not None else b""
        if address and _is_address(address) and string_at(code, match.start()) is not None:
            yield address.decode()
    for match in _ADDRESS6.finditer(data):
        node = string_at(code, match.start())
        address = _is_address6(code.text(node)[1:-1]) if node is not None else None
        if address is not None:
            yield address
    for match in _NAMED.finditer(data):
        if string_at(code, match.start(1)) is not None:
            yield match[1].decode()


def url_at(data: bytes, at: int) -> str | None:
    """The URL whose `://` stands at `at`, without query and fragment; None when no host follows."""
    scheme = _SCHEME.search(data, max(at - 10, 0), at)
    rest = _URL.match(data, at + 3)
    if scheme is None or rest is None or (b"." not in rest[0] and not rest[0].startswith((b"localhost", b"["))):
        return None
    return f"{scheme[0].decode()}://{rest[0].decode().rstrip('.,:')}"[:_LONGEST_HOST]


def hosts_in_text(text: str) -> Iterator[str]:
    """The same, of a text that was folded or decoded."""
    data = text.encode("utf-8", "replace")
    at = data.find(b"://")
    while at >= 0:
        url = url_at(data, at)
        if url is not None and not url.startswith(_NAMESPACES):
            yield url
        at = data.find(b"://", at + 3)
    for match in re.finditer(rb"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", data):
        if _is_address(match[0]):
            yield match[0].decode()
    if HOST_NAME.fullmatch(text) and text.rpartition(".")[2].lower() not in _FILE_ENDINGS:
        yield text


def _is_address(value: bytes) -> bool:
    parts = value.split(b".")
    return all(int(part) < 256 for part in parts) and parts[0] != b"0"  # noqa: PLR2004


def _is_address6(text: str) -> str | None:
    try:
        address = IPv6Address(text.strip("[]"))
    except ValueError:
        return None
    harmless = address.is_loopback or address.is_unspecified or address.is_link_local or address.is_multicast
    return None if harmless else str(address)
