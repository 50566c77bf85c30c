"""What registry clients ask of a transport, and what they get: no HTTP library is named here."""

from collections.abc import Callable
from typing import NoReturn, Protocol
from urllib.parse import urlsplit

import msgspec

from customhouse.model.errors import NotFoundUpstream, UnreachableUpstream

_SHOWN = 200


class Secret:
    """The value of an Authorization header. It never prints; only the transport reveals it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Hold the whole value, `Bearer …` or `Basic …`."""
        self._value = value

    def reveal(self) -> str:
        """Return the value, to be sent and nothing else."""
        return self._value

    def __eq__(self, other: object) -> bool:
        """Compare values."""
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        """Hash the value."""
        return hash(self._value)

    def __repr__(self) -> str:
        """Say nothing."""
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled, so that no cache or worker ever holds it."""
        raise TypeError("a Secret is not serialised")


class RefusedUpstream(NotFoundUpstream):
    """The registry will not hand it out (403, 451), which is not to say that it does not have it."""


#: From the address of a request to the credential configured for just that address, if any.
Authorise = Callable[[str], Secret | None]


class Sink(Protocol):
    """Where a body goes as it comes: a file, or what behaves like one that is written from beginning to end."""

    def write(self, data: bytes, /) -> int:
        """Append."""

    def seek(self, offset: int, /) -> int:
        """Go back to the beginning; no other place is asked for."""

    def truncate(self) -> int:
        """Drop what follows, which is everything."""


class Ask(msgspec.Struct, frozen=True):
    """One thing to fetch.

    `what` names it in messages. `limit` bounds the body in bytes, on the wire and decoded. `homes` are the addresses
    of the configured registries: where they are, redirects may lead too, and nowhere else that is not public.
    `authorise` is asked anew for every hop, so a credential never follows a redirect to another address.
    """

    url: str
    what: str
    limit: int
    homes: tuple[str, ...]
    authorise: Authorise | None = None
    accept: str = "*/*"
    #: Undo a gzip content encoding, as npm does; pip takes archives as they are.
    decode: bool = True
    #: Certificate authorities (PEM) that replace the usual ones; empty for the usual ones.
    cafile: str = ""
    #: What is sent, as JSON, by POST; None asks by GET.
    body: bytes | None = None
    #: Ask only for what changed: the ETag and Last-Modified that the last answer had.
    etag: str = ""
    last_modified: str = ""
    #: Where the body is written as it comes (from its beginning again at each attempt), instead of into the answer.
    sink: Sink | None = None


class Answer(msgspec.Struct, frozen=True):
    """A body received whole. `url` is where it came from in the end; `content_type` without parameters."""

    url: str
    content_type: str
    data: bytes
    etag: str = ""
    last_modified: str = ""
    #: It is as it was when it had the ETag or Last-Modified of the question (304); there is no body then.
    unchanged: bool = False


class Fetcher(Protocol):
    """What carries requests: the network, or nothing when offline."""

    async def get(self, ask: Ask) -> Answer:
        """Fetch it whole.

        Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
        """

    async def aclose(self) -> None:
        """Close every connection."""


class OfflineFetcher:
    """The transport of `--offline`: it names what it was not allowed to fetch."""

    async def get(self, ask: Ask) -> Answer:
        """Raise UnreachableUpstream."""
        raise UnreachableUpstream(
            f"{ask.what} was not fetched: offline",
            hint="run once without --offline to fill the cache, then again with it",
        )

    async def aclose(self) -> None:
        """Do nothing."""


def shown(url: str) -> str:
    """Return a URL as messages may show it: no user information, query or fragment, bounded and printable."""
    try:
        parts = urlsplit(url)
        text = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    except ValueError:
        text = "an address that is not a URL"
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
