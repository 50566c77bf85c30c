"""What stands behind the door in these tests: listings, a gate and an upstream in memory, over the simulator's index."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from customhouse.ecosystems.fetching import Answer
from customhouse.ecosystems.pypi.filenames import read_filename
from customhouse.ecosystems.pypi.simple import ACCEPT, read_page
from customhouse.gateway.interface import Call, Client, Document, Listed, Missing, Opened, Refused, Reply
from customhouse.gateway.pypi.door import PypiDoor
from customhouse.model.gateway import Admission, Listing, Standing
from customhouse.model.purl import Purl
from simulator.http import Request, Response
from simulator.pypi import PypiStore

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
LATER = datetime(2026, 12, 3, 12, tzinfo=UTC)
ROOT = "https://registry.example/simple/"
FILES = "https://files.example"
BASE = "http://gateway.test:8080/pypi/"


@dataclass(frozen=True)
class Memory:
    """Bytes that a reply hands out."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    async def read(self, start: int, end: int) -> AsyncIterator[bytes]:
        yield self.data[start:end]


@dataclass
class World:
    """Answers as the gateway's inside would, of what the store publishes and `standings` says of it."""

    store: PypiStore = field(default_factory=lambda: PypiStore(FILES))
    #: (name, version) → what holds for it; anything else is allowed.
    standings: dict[tuple[str, str], Standing] = field(default_factory=dict)
    #: The same for what the gate alone knows: the list shows it.
    gated: dict[tuple[str, str], Standing] = field(default_factory=dict)
    #: Documents that are answered instead of the store's: name → document.
    documents: dict[str, Document] = field(default_factory=dict)
    #: Answers of upstream instead of the store's: address → reply.
    replies: dict[str, Reply] = field(default_factory=dict)
    root: str = ROOT
    asked: list[str] = field(default_factory=list)
    listings_asked: list[str] = field(default_factory=list)
    opened: list[tuple[str, str]] = field(default_factory=list)

    def hide(self, name: str, version: str, **said: object) -> Standing:
        """Hide a version."""
        standing = Standing(version, "hold", **({"ground": "cooldown", "since": NOW, "until": LATER} | said))
        self.standings[name, version] = standing
        return standing

    @property
    def door(self) -> PypiDoor:
        return PypiDoor(self, self, self)

    async def listed(self, purl: Purl) -> Listed | Missing:
        self.listings_asked.append(purl.name)
        document = self.documents.get(purl.name) or self._document(purl.name)
        if document is None:
            return Missing(purl.name)
        answer = Answer(document.url, document.content_type.partition(";")[0], document.data)
        versions = {
            str(told.version)
            for file in read_page(purl.name, answer)
            if (told := read_filename(file.filename, purl.name))
        }
        standings = {
            version: self.standings.get((purl.name, version)) or Standing(version, "allow", "admitted")
            for version in sorted(versions)
        }
        until = min((each.until for each in standings.values() if each.until), default=None)
        revision = f"{document.revision}-{sorted(self.standings)}"
        return Listed(document, Listing(purl, standings, NOW, until), revision, until.timestamp() if until else 0.0)

    async def open(self, purl: Purl, filename: str) -> Opened | Refused | Missing:
        self.opened.append((str(purl), filename))
        key = purl.name, purl.version or ""
        standing = self.standings.get(key) or self.gated.get(key)
        if standing is not None:
            return Refused(purl, filename, standing)
        data = next((file.data for file in self.store._projects.get(purl.name, ()) if file.filename == filename), None)
        if data is None:
            return Missing(filename)
        digest = hashlib.sha256(data).hexdigest()
        return Opened(Admission(purl, filename, digest, len(data), "allow", NOW, "p"), Memory(data))

    async def ask(
        self, ecosystem: str, path: str, *, name: str = "", accept: str = "*/*", body: bytes | None = None
    ) -> Reply:
        assert (ecosystem, body) == ("pypi", None)
        assert name
        address = urljoin(self.root, path)
        self.asked.append(address)
        if address in self.replies:
            return self.replies[address]
        request = Request("upstream", "GET", urlsplit(address).path, {"accept": accept})
        files = address.startswith(self.store.files_url)
        return _reply(self.store.handle_file(request) if files else self.store.handle(request))

    def _document(self, name: str) -> Document | None:
        path = f"{urlsplit(self.root).path}{name}/"
        response = self.store.handle(Request("upstream", "GET", path, {"accept": ACCEPT}))
        if response.status != 200:
            return None
        data = response.body
        assert isinstance(data, bytes)
        revision = hashlib.sha256(data).hexdigest()
        return Document(data, response.headers["Content-Type"], f"{self.root}{name}/", self.root, revision)


def _reply(response: Response) -> Reply:
    assert isinstance(response.body, bytes)
    return Reply(response.status, response.body, response.headers["Content-Type"])


def call(path: str, *, method: str = "GET", agent: str = "curl/8", **headers: str) -> Call:
    """Make a call as the app would."""
    return Call(method, path, headers, Client("192.0.2.1", agent=agent), BASE)


def ask(world: World, path: str, **more: str) -> Reply:
    """Ask a fresh door."""
    return asyncio.run(world.door.answer(call(path, **more)))


def location(path: str, reply: Reply) -> str:
    """Resolve where a reply leads as a client does; fails when that is not at the door."""
    there = urljoin(BASE.rstrip("/") + path, headers(reply)["Location"])
    assert there.startswith(BASE), there
    return there.removeprefix(BASE.rstrip("/"))


def headers(reply: Reply) -> Mapping[str, str]:
    return dict(reply.headers)


def bytes_of(reply: Reply) -> bytes:
    """Read the file of a reply."""

    async def whole() -> bytes:
        assert reply.file is not None
        return b"".join([piece async for piece in reply.file.read(0, reply.file.size)])

    return asyncio.run(whole())
