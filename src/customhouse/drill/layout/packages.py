"""Releases as the layers speak of them, and digests that belong to no archive."""

import base64
import hashlib
from typing import NamedTuple

from customhouse.model.purl import Ecosystem, make_purl

#: Where releases seem to come from: a name that leads nowhere (RFC 2606).
REGISTRY = "https://registry.example"


class Release(NamedTuple):
    """One release in a lock, a log or a tree. `script` is the lifecycle script that it would run, empty for none."""

    name: str
    version: str
    ecosystem: Ecosystem = "npm"
    script: str = ""
    needs: tuple[tuple[str, str], ...] = ()

    @property
    def purl(self) -> str:
        """The text by which a hunt names it."""
        return str(make_purl(self.ecosystem, self.name, self.version))

    @property
    def url(self) -> str:
        """The address of its npm archive."""
        return f"{REGISTRY}/{self.name}/-/{self.name.rpartition('/')[2]}-{self.version}.tgz"

    @property
    def program(self) -> str:
        """What its script starts."""
        return "setup_bun.js" if self.script == "preinstall" else "setup.js"

    @property
    def integrity(self) -> str:
        """An integrity of the right form, which is of no archive: the digest of the release's own address."""
        return f"sha512-{base64.b64encode(hashlib.sha512(self.url.encode()).digest()).decode()}"

    @property
    def sha256(self) -> str:
        """The same in the form of Python's locks, as bare hex."""
        return hashlib.sha256(self.url.encode()).hexdigest()


def fillers(packages: list[tuple[str, str]], ecosystem: Ecosystem = "npm") -> tuple[Release, ...]:
    """Make releases of invented packages."""
    return tuple(Release(name, version, ecosystem) for name, version in packages)
