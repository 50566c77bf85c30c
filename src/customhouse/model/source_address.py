"""The repository that a manifest or an attestation names, reduced to what tells two of them apart."""

import re

import msgspec

from customhouse.model.lazy_regex import lazy_regex

#: npm's shorthands: `github:owner/name`, and `owner/name` which means the same.
_SHORTHAND = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}
_SHORT = lazy_regex(r"^(?:(github|gitlab|bitbucket):)?([\w.-]+)/([\w.-]+)(?:#.*)?$")
#: A URL of any scheme, or scp's `git@host:path`; user information and port play no part.
_URL = lazy_regex(r"^(?:[a-z+]+://)?(?:[^@/\s]*@)?([a-z0-9.-]+\.[a-z0-9-]+)(?::\d+)?[:/]/*([^?#\s]+)", re.IGNORECASE)
_LONGEST = 400


class SourceAddress(msgspec.Struct, frozen=True, order=True):
    """Host, owner and name of a repository, in lower case. `owner` may have several parts (GitLab's groups)."""

    host: str
    owner: str
    name: str

    @property
    def display(self) -> str:
        """As people write it: `owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        """The address that git is given."""
        return f"https://{self.host}/{self.owner}/{self.name}.git"


def source_address(text: str) -> SourceAddress | None:
    """Read a repository as npm's and Python's manifests write it; None for what names no repository of an owner.

    Of an address that leads into a repository (`…/owner/name/tree/main/packages/x`) the first two parts count, on
    hosts that are GitLab by name all up to `/-/`.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if short := _SHORT.match(text):
        host, owner, name = short.groups()
        return _made(_SHORTHAND[host or "github"], [owner, name])
    found = _URL.match(text)
    if found is None:
        return None
    host, path = found.group(1).lower().removeprefix("www."), found.group(2)
    inside, _, _ = path.partition("/-/")
    parts = [part for part in inside.split("/") if part]
    return _made(host, parts if "gitlab" in host and "/tree/" not in inside else parts[:2])


def _made(host: str, parts: list[str]) -> SourceAddress | None:
    if len(parts) < 2:  # noqa: PLR2004 - an owner and a name
        return None
    *owner, name = (part.lower() for part in parts)
    name = name.removesuffix(".git")
    return SourceAddress(host, "/".join(owner), name) if name else None
