"""Which hosts a package of a lock may come from: those that are configured, the public one, and its other names."""

import hashlib
from urllib.parse import urlsplit

from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem
from customhouse.model.repository import RepositoryCase

#: Other names of npm's public registry and of JSR's, that locks of yarn and pnpm hold without anybody's wish. Kept as
#: sha256: no registry's host stands in this project's source.
_ALIASES = frozenset(
    {
        "70bb4000cd2fab03af01fed086c6bf3c2c970f8b8b8001c311028ec3b80e775a",
        "f5c653675ede2254ff68a7878bbfa33069eb68b234b007e4d6206d80d34f61b3",
    }
)

#: What a host with a port does not hold.
_UNUSUAL = lazy_regex(r"[^A-Za-z0-9.:-]")


def host(url: str) -> str:
    """The host of a URL, with its port where it names one, in lower case; empty when there is none."""
    scheme, mark, rest = url.partition("://")
    plain = rest.partition("/")[0]
    if (
        mark and plain.isascii() and not _UNUSUAL.search(plain)
    ):  # nearly every one; splitting it takes ten times as long
        return plain.lower() if scheme else ""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def is_alias(name: str) -> bool:
    """Whether a host is another name of a registry that everybody knows."""
    return hashlib.sha256(name.encode()).hexdigest() in _ALIASES


def public_hosts(case: RepositoryCase, ecosystem: Ecosystem) -> frozenset[str]:
    """The hosts of the public registry."""
    public = [one for one in case.registries if one.public and one.ecosystem == ecosystem]
    return frozenset(name for one in public for name in (host(one.url), *one.hosts))


def allowed_hosts(case: RepositoryCase, ecosystem: Ecosystem) -> frozenset[str]:
    """The hosts that packages of one ecosystem may come from.

    Where policy lists registries, those and the public one; else what the clients are set to, by whoever runs them and
    by the repository's own settings.
    """
    configured = [one for one in case.registries if one.ecosystem == ecosystem]
    if case.wishes.registries:
        return public_hosts(case, ecosystem) | {host(url) for url in case.wishes.registries}
    ours = {name for one in configured for name in (host(one.url), *one.hosts)}
    return frozenset(ours | {host(one.url) for one in case.indexes if one.ecosystem == ecosystem})
