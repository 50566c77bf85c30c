"""What an indicator must be to be looked for, in one place for every form in which it comes.

A value that cannot be what it claims would never match, and one that everybody has would always: both are refused, and
whoever reads a file adds where it stood. Addresses set aside for documentation (RFC 5737, RFC 3849) and names under
`.invalid`, `.test` and `.example` are taken: nothing answers there, and drills use them.
"""

import ipaddress
from urllib.parse import urlsplit

from customhouse.indicators.defanging import refanged
from customhouse.indicators.shared_hosts import shared_host
from customhouse.model.campaign import FactKind
from customhouse.model.digest import Algorithm, Digest
from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex

#: Hex digits → algorithm. md5 is taken because lists still have it; what rests on it alone is of low confidence.
ALGORITHMS: dict[int, Algorithm] = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
#: Characters of any value; a text may be a whole line of a log.
_LONGEST = 2048
#: Characters: a shorter text is found everywhere, a shorter name names anything.
_SHORTEST: dict[str, int] = {"text": 4, "service": 4, "user-agent": 8, "process": 2, "path": 3}
_HEX = lazy_regex(r"[0-9a-fA-F]+")
_HOST = lazy_regex(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
_NAMED = lazy_regex(r"^(?i:md5|sha-?1|sha-?256|sha-?512)[:=]")
_HIVES = {
    "HKEY_LOCAL_MACHINE": "HKLM", "HKEY_CURRENT_USER": "HKCU", "HKEY_CLASSES_ROOT": "HKCR", "HKEY_USERS": "HKU",
    "HKEY_CURRENT_CONFIG": "HKCC",
}  # fmt: skip
#: Control characters but the tab, and halves of characters.
_UNFIT = lazy_regex("[\x00-\x08\x0a-\x1f\ud800-\udfff]")
_PLACEHOLDER = lazy_regex(r"<[^<>]{2,60}>|\{\{?[^{}]{2,60}\}?\}")
_DOCUMENTATION = tuple(
    ipaddress.ip_network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def checked_value(kind: FactKind, value: str) -> str:
    """Return a value in the form in which it is compared: refanged, and in lower case where case means nothing.

    Raises CustomhouseError, which says what is wrong with it and not where it stood.
    """
    if not value.strip():
        raise CustomhouseError("the value is empty", hint="give the value, or leave the entry out")
    if len(value) > _LONGEST:
        raise CustomhouseError(
            f"the value has {len(value)} characters, more than {_LONGEST}", hint="give a part of it that is telling"
        )
    if _UNFIT.search(value):
        raise CustomhouseError(f"{value!r} holds a control character or half a character", hint="give one line of text")
    match kind:
        case "digest":
            return checked_digest(value).hex
        case "domain":
            return checked_domain(value)
        case "address":
            return checked_address(value)
        case "url":
            return checked_url(value)
        case "registry-key":
            return _registry_key(value)
        case "path":
            return _path(value)
        case _:
            return _text(kind, value)


def checked_digest(value: str) -> Digest:
    """Read hex digits, `sha256:…` or an SRI text; raises CustomhouseError where the length is no algorithm's."""
    stripped = value.strip()
    if "-" in stripped[:7] and not _NAMED.match(stripped):
        stripped = _from_sri(stripped)
    digits = _NAMED.sub("", stripped).lower()
    algorithm = ALGORITHMS.get(len(digits))
    if algorithm is None or not _HEX.fullmatch(digits):
        wrong = "" if _HEX.fullmatch(digits) else ", not all of them hexadecimal"
        raise CustomhouseError(
            f"{digits!r} has {len(digits)} digits{wrong}: no sha1 (40), sha256 (64), sha512 (128) or md5 (32)",
            hint="a truncated digest never matches anything; look the whole one up",
        )
    stated = _NAMED.match(stripped)
    if stated and stated[0][:-1].lower().replace("-", "") != algorithm:
        raise CustomhouseError(
            f"{value!r} has the {len(digits)} digits of {algorithm}", hint="look up which of the two is right"
        )
    return Digest(algorithm, digits)


def checked_domain(value: str) -> str:
    """Return a host name in lower case; `*.` before it says what holds anyway: names below it are covered."""
    host = refanged(value.strip()).lower().rstrip(".").removeprefix("*.")
    if not _HOST.fullmatch(host):
        raise CustomhouseError(
            f"{value!r} is no host name", hint="write a.example.com, international names in their xn-- form"
        )
    if shared := shared_host(host):
        raise CustomhouseError(
            f"{value!r} is {shared}: nearly everybody goes there", hint="give the whole URL, or leave it out"
        )
    return host


def checked_address(value: str) -> str:
    """Return an IP address in its short form. Raises CustomhouseError for one that is no single host's anywhere."""
    text = refanged(value.strip()).strip("[]")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise CustomhouseError(
            f"{value!r} is no IP address", hint="write 198.51.100.7 or 2001:db8::7; a port belongs in the note"
        ) from None
    if getattr(address, "scope_id", None):
        raise CustomhouseError(f"{value!r} is an address on one link", hint="leave it out")
    if any(address in network for network in _DOCUMENTATION if network.version == address.version):
        return str(address)
    what = [
        name
        for name in ("unspecified", "loopback", "link_local", "multicast", "private", "reserved")
        if getattr(address, f"is_{name}")
    ]
    if what or not address.is_global:
        said = what[0].replace("_", "-") if what else "not public"
        raise CustomhouseError(
            f"{value!r} is {said}: it is another machine in every network", hint="leave it out, or give it as a text"
        )
    return str(address)


def checked_url(value: str) -> str:
    """Return a URL with scheme and host in lower case; its path and query stay as they are."""
    text = refanged(value.strip())
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or "://" not in text or any(character.isspace() for character in text):
        raise CustomhouseError(f"{value!r} is no URL", hint="write https://host.example/path")
    bare = parts.path in ("", "/") and not parts.query
    if _is_address(host):
        checked_address(host)
    elif _HOST.fullmatch(host.rstrip(".")) is None:
        raise CustomhouseError(f"{value!r} names no host that is one", hint="write https://host.example/path")
    elif bare and (shared := shared_host(host.rstrip("."))):
        raise CustomhouseError(
            f"{value!r} is {shared}: nearly everybody goes there", hint="give the whole URL, with its path"
        )
    scheme, rest = text.split("://", 1)
    end = next((at for at, character in enumerate(rest) if character in "/?#"), len(rest))
    return f"{scheme.lower()}://{rest[:end].lower()}{rest[end:]}"


def _registry_key(value: str) -> str:
    key = value.strip().replace("/", "\\").rstrip("\\")
    hive, _, rest = key.partition("\\")
    hive = _HIVES.get(hive.upper(), hive.upper())
    if hive not in _HIVES.values() or not rest:
        raise CustomhouseError(
            f"{value!r} is no registry key", hint=r"begin with HKCU\, HKLM\ or the hive's long name, and name a key"
        )
    return f"{hive}\\{rest}"


class UnsearchableError(CustomhouseError):
    """The value is what it claims to be, and too vague to look for: published lists hold a few such."""


def _path(value: str) -> str:
    path = value.strip()
    if found := _PLACEHOLDER.search(path):
        raise UnsearchableError(
            f"{value!r} holds the placeholder {found[0]}", hint="write * for the part of a name that changes"
        )
    last = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    if len(path) < _SHORTEST["path"] or sum(character.isalnum() for character in last) < 2:  # noqa: PLR2004
        raise UnsearchableError(
            f"{value!r} names nearly any file", hint="the last part of a path needs two letters or digits of its own"
        )
    return path


def _text(kind: FactKind, value: str) -> str:
    text = value if kind == "text" else value.strip()
    if len(text.strip()) < _SHORTEST[kind]:
        raise CustomhouseError(
            f"{value!r} is too short to look for", hint=f"a {kind} needs {_SHORTEST[kind]} characters or more"
        )
    return text


def _from_sri(value: str) -> str:
    """The hex digits of `sha512-…`; what is none comes back as it is."""
    from customhouse.model.digest import parse_sri  # noqa: PLC0415 - seldom

    found = parse_sri(value)
    return found[0].hex if len(found) == 1 else value


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
