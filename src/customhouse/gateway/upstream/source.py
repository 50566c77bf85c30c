"""Upstream as the gateway uses it: packages, and what is passed on as it is (keys, attestations, advisories)."""

from urllib.parse import urlsplit

import msgspec

from customhouse.ecosystems.fetching import Ask
from customhouse.ecosystems.npm import configuration as npm
from customhouse.ecosystems.pypi import configuration as pypi
from customhouse.ecosystems.registries import Registries
from customhouse.gateway.interface import Reply, UnavailableError
from customhouse.gateway.upstream.internal_names import is_internal
from customhouse.gateway.upstream.shelves import Shelf, shelf_of
from customhouse.model.errors import CustomhouseError, HostileUpstream, NotFoundUpstream, UnreachableUpstream
from customhouse.model.purl import Ecosystem, Purl, make_purl
from customhouse.policy.configuration import Configuration

#: Bytes of what is passed on.
_MOST = 32 * 1024 * 1024


class Source:
    """The registries behind the gateway."""

    def __init__(self, registries: Registries, configuration: Configuration, max_age: float) -> None:
        """`max_age` is how long (seconds) what a registry said of a package is current."""
        self._registries = registries
        self._configuration = configuration
        self.max_age = max_age

    def follow(self, configuration: Configuration) -> None:
        """Go by another policy from now on."""
        self._configuration = configuration

    async def shelf(self, purl: Purl) -> Shelf:
        """Ask for a package. The public registry is not asked for a name of the organisation.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """
        never = _public(purl.ecosystem) if is_internal(self._configuration, purl) else ""
        return await shelf_of(self._registries, purl, never=never)

    async def ask(
        self, ecosystem: Ecosystem, path: str, *, name: str = "", accept: str = "*/*", body: bytes | None = None
    ) -> Reply:
        """Ask for a path below the root of the registry that answers for `name`, or for an address that it named.

        See `interface.Upstream`.
        """
        root, ask = self._root(ecosystem, name)
        if name and is_internal(self._configuration, make_purl(ecosystem, name)) and _at(root, _public(ecosystem)):
            return Reply(404, msgspec.json.encode({"error": f"{name} is a name of the organisation's own"}))
        url = path if "://" in path else root + path.lstrip("/")
        asked = msgspec.structs.replace(ask, url=url, accept=accept, body=body)
        try:
            answer = await self._registries.get(asked)
        except NotFoundUpstream as error:
            return Reply(404, msgspec.json.encode({"error": error.message}))
        except (UnreachableUpstream, HostileUpstream) as error:
            raise UnavailableError(error.message) from None
        return Reply(200, answer.data, answer.content_type or "application/octet-stream")

    def _root(self, ecosystem: Ecosystem, name: str) -> tuple[str, Ask]:
        if ecosystem == "npm":
            own = self._registries.npm.configuration
            root = own.registry_for(name)
            return root, Ask(root, "what the registry says", _MOST, own.homes, own.authorise, cafile=own.cafile)
        index = self._registries.pypi.configuration
        root = index.indexes_for(name)[0]
        what = Ask(root, "what the index says", _MOST, index.homes, index.authorise, cafile=index.cafile)
        return root, what


def _at(root: str, host: str) -> bool:
    return bool(host) and urlsplit(root).netloc.lower() == host


def _public(ecosystem: Ecosystem) -> str:
    """The host of an ecosystem's public registry; empty where nothing here knows it."""
    try:
        return urlsplit(npm.last_resort() if ecosystem == "npm" else pypi.last_resort()).netloc.lower()
    except CustomhouseError:
        return ""
