"""Telling what a single published value is, by its form alone."""

import ipaddress
from typing import Literal

from customhouse.indicators.defanging import refanged
from customhouse.model.campaign import FactKind
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Purl, make_purl, parse_purl

_HEX = lazy_regex(r"^[0-9a-fA-F]{30,140}$")
HOST = lazy_regex(r"^(?=.{4,253}$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}$")
_SRI = lazy_regex(r"^(sha1|sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})$")
_NAME_AT = lazy_regex(r"^(@?[^@\s]+)@(\d[^\s@]*)$")
_NAME_IS = lazy_regex(r"^([A-Za-z0-9][\w.-]*)==(\d\S*)$")
_FILE_ENDINGS = (
    ".js", ".cjs", ".mjs", ".ts", ".py", ".pth", ".sh", ".ps1", ".bat", ".exe", ".dll", ".so", ".md", ".json", ".yml",
    ".yaml", ".vbs", ".service", ".node", ".dylib", ".gyp",
)  # fmt: skip


def told_apart(text: str) -> tuple[FactKind | Literal["release"], str] | None:
    """Return the kind of a value and the value refanged; None for what could be anything.

    `text:` before it says that it is to be found as it stands. A release comes back as its purl. Raises
    CustomhouseError for a `pkg:` that is no purl of npm or PyPI.
    """
    stripped = text.strip()
    if stripped.startswith("text:"):
        return "text", stripped.removeprefix("text:")
    if stripped.startswith("pkg:"):
        return "release", str(parse_purl(stripped))
    value = refanged(stripped)
    if _HEX.match(value) or _SRI.match(value):
        return "digest", value
    if "://" in value:
        return "url", value
    if is_address(value):
        return "address", value
    if release := named_release(value):
        return "release", str(release)
    if HOST.match(value) and not _looks_like_file(value):
        return "domain", value
    if "/" in value or "\\" in value or _looks_like_file(value):
        return "path", value
    return None


def named_release(value: str) -> Purl | None:
    """Read `name@1.2.3` (npm) or `name==1.2.3` (PyPI)."""
    if match := _NAME_IS.match(value):
        return make_purl("pypi", match[1], match[2])
    if match := _NAME_AT.match(value):
        return make_purl("npm", match[1], match[2])
    return None


def is_address(value: str) -> bool:
    """Say whether a text is an IP address."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _looks_like_file(value: str) -> bool:
    return value.lower().endswith(_FILE_ENDINGS)
