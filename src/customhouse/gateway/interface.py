"""The seams of the gateway: what a client asks, what it is answered, and who answers. Nothing here does I/O.

    app  →  doors (npm, pypi, management)  →  Listings, Gate, Upstream  →  storage, inspection

A door turns a Call into a Reply. The app alone speaks HTTP: it negotiates encodings, answers conditional and partial
requests, and streams files.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

import msgspec

from customhouse.model.gateway import Admission, Ground, Listing, Standing
from customhouse.model.purl import Ecosystem, Purl


class Client(msgspec.Struct, frozen=True):
    """Who asks. `token` is its name, empty without one; `project` is the Customhouse-Project header, cut to 200."""

    address: str
    token: str = ""
    agent: str = ""
    project: str = ""

    @property
    def name(self) -> str:
        """The token's name, else the address."""
        return self.token or self.address


class Call(msgspec.Struct, frozen=True):
    """A request to a door.

    `path` is the raw target after the door's own prefix, percent signs untouched, beginning with `/`, without the
    query. Header names are lower case. `base` is the door's own address as the client wrote it, ending in `/`
    (`http://gateway.example:8080/npm/`).
    """

    method: str
    path: str
    headers: Mapping[str, str]
    client: Client
    base: str
    query: str = ""
    body: bytes = b""


class Bytes(Protocol):
    """A stored file that a reply hands out: its whole size in bytes, and any part of it."""

    @property
    def size(self) -> int:
        """Bytes."""

    def read(self, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` up to `end`, in pieces."""


class Reply(msgspec.Struct, frozen=True):
    """An answer. Either `body` or `file`; Content-Length, ETag, encodings and ranges are the app's to add.

    `reusable` says that the same call from anybody gets the same answer until something is decided of the package
    `about` (of anything, without one) or the moment `until` (Unix seconds) is over, so that the app may keep it;
    `varies` names the request headers that the answer depends on, lower case.
    """

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    file: Bytes | None = None
    #: A strong validator of the body without quotes; empty for none. Files have their sha256.
    etag: str = ""
    reusable: bool = False
    about: Purl | None = None
    until: float | None = None
    varies: tuple[str, ...] = ()
    #: The file of a release that is handed out or refused with it, for the record of who had what.
    handed: "Handed | None" = None
    #: Of a list in which upstream's newest is hidden: what stands in its place, for the count of such answers.
    downgrade: "Downgraded | None" = None


class Handed(msgspec.Struct, frozen=True):
    """A file of a release as a reply hands it out, or refuses to: `sha256` is empty where nothing was inspected.

    `filename` is empty where a canary was asked for, which has no file.
    """

    purl: Purl
    filename: str
    sha256: str = ""


class Downgraded(msgspec.Struct, frozen=True):
    """A list without upstream's newest version: which that is, what is the newest instead (empty for none), and why."""

    purl: Purl
    newest: str
    shown: str
    ground: Ground


class UnavailableError(Exception):
    """It cannot be told now, so nothing is handed out: becomes 503 with Retry-After. `message` ends in no full stop."""

    def __init__(self, message: str, retry_after: int = 10) -> None:
        """Say what failed, and after how many seconds it is worth asking again."""
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


class Document(msgspec.Struct, frozen=True):
    """What upstream says of a package, unfiltered: an npm packument, or an index's page in the form it came in.

    `url` is where it came from, `revision` changes whenever the bytes do. `registry` is the root of the registry or
    index that answered.
    """

    data: bytes
    content_type: str
    url: str
    registry: str
    revision: str


class Listed(msgspec.Struct, frozen=True):
    """A package as clients may see it: upstream's document, and which of its versions are shown.

    `until` (Unix seconds) neither upstream nor the clock need be asked again.
    """

    document: Document
    listing: Listing
    #: Names the whole state that the answer rests on: document, decisions, policy, day.
    revision: str
    until: float = 0.0
    #: Where upstream's newest is hidden. The door passes it on with the reply that tells the list.
    downgrade: Downgraded | None = None


class Opened(msgspec.Struct, frozen=True):
    """A file that may be handed out: what was inspected, and the bytes. `until` (Unix seconds) it need not be asked."""

    admission: Admission
    file: Bytes
    until: float | None = None


class Refused(msgspec.Struct, frozen=True):
    """A file that is not handed out, and all that there is to say of it."""

    purl: Purl
    filename: str
    standing: Standing


class Missing(msgspec.Struct, frozen=True):
    """Upstream has no such package, version or file."""

    what: str


class Listings(Protocol):
    """Tells what clients may see of a package."""

    async def listed(self, purl: Purl) -> Listed | Missing:
        """List a package (a purl without a version). Raises UnavailableError."""


class Gate(Protocol):
    """Hands out files that were inspected, and nothing else."""

    async def open(self, purl: Purl, filename: str) -> Opened | Refused | Missing:
        """Open one file of one release (`purl` has a version), inspecting it first where that was not done.

        Raises UnavailableError when it cannot be fetched or inspected now.
        """


class Upstream(Protocol):
    """Passes on what is no release: keys, attestations, advisories."""

    async def ask(
        self, ecosystem: Ecosystem, path: str, *, name: str = "", accept: str = "*/*", body: bytes | None = None
    ) -> Reply:
        """Ask for a path below the root of the registry that answers for `name` (the default one without).

        With a body it is a POST. Upstream's refusals are told as they are (404, 403). Raises UnavailableError.
        """


class Door(Protocol):
    """One room of addresses."""

    async def answer(self, call: Call) -> Reply:
        """Answer a call. Raises UnavailableError."""


def header(pairs: Sequence[tuple[str, str]], name: str) -> str:
    """Return one header of a reply; empty when it has none."""
    return next((value for key, value in pairs if key.lower() == name.lower()), "")
