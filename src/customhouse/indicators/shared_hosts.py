"""Hosts that are everybody's: nobody's campaign is told by a visit to one of them.

Registries are taken from what the clients have built in, code hosts are listed here, and public suffixes are the Public
Suffix List's as `publicsuffixlist` carries it (nothing is fetched).
"""

import contextlib
from functools import cache
from typing import Literal
from urllib.parse import urlsplit

from customhouse.model.errors import CustomhouseError

#: Where code lies that most projects fetch. A page there is an indicator (as a URL); the host is none.
_CODE_HOSTS = frozenset(
    {
        "github.com", "api.github.com", "codeload.github.com", "objects.githubusercontent.com",
        "raw.githubusercontent.com", "gist.github.com", "gist.githubusercontent.com", "ghcr.io",
        "gitlab.com", "bitbucket.org", "api.bitbucket.org", "codeberg.org", "git.sr.ht", "sourceforge.net",
    }
)  # fmt: skip
SharedAs = Literal["a public suffix", "a package registry", "a code host"]


def shared_host(host: str) -> SharedAs | None:
    """Say why a host (lower case, no trailing dot) belongs to everybody; None for one that does not."""
    if host.removeprefix("www.") in _CODE_HOSTS:
        return "a code host"
    if host in _registries():
        return "a package registry"
    return "a public suffix" if _suffixes().is_public(host) else None


@cache
def _registries() -> frozenset[str]:
    from customhouse.ecosystems.npm import configuration as npm  # noqa: PLC0415 - only once a host is checked
    from customhouse.ecosystems.pypi import configuration as pypi  # noqa: PLC0415

    hosts = {urlsplit(npm.last_resort()).hostname or ""}
    with contextlib.suppress(CustomhouseError):  # no pip anywhere: its index is not known here
        hosts |= {urlsplit(pypi.last_resort()).hostname or "", *pypi.file_hosts()}
    # The name above a registry's is the same operator's: its web pages, its other services.
    parents = {host.partition(".")[2] for host in hosts if host.count(".") > 1}
    parents = {parent for parent in parents if not _suffixes().is_public(parent)}
    return frozenset(hosts | parents | {f"www.{each}" for each in hosts | parents}) - {""}


@cache
def _suffixes() -> "_Suffixes":
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - 80 ms, once a host is checked

    return _Suffixes(PublicSuffixList())


class _Suffixes:
    """The list, asked with any text: a name that it cannot read is none of its suffixes."""

    def __init__(self, known: object) -> None:
        self._known = known

    def is_public(self, host: str) -> bool:
        return bool(self._known.is_public(host))  # type: ignore[attr-defined]
