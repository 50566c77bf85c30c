"""The npm door over the registry simulator's memory: what stands behind it is told, never asked."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from customhouse.gateway.interface import Call, Client, Document, Listed, Missing, Opened, Refused, Reply
from customhouse.gateway.npm import NpmDoor
from customhouse.model.gateway import Admission, Listing, Reason, Standing
from customhouse.model.purl import Purl
from simulator.npm import NpmStore

BASE = "http://gateway.test:8080/npm/"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ABBREVIATED = "application/vnd.npm.install-v1+json"
NPM_AGENT = "npm/11.19.1 node/v22.0.0 linux x64 workspaces/false"


def held(version: str, **facts: Any) -> Standing:
    """What holds for a version that is too young."""
    told: dict[str, Any] = {
        "decision": "hold",
        "ground": "cooldown",
        "reasons": (Reason("release-cooldown", "published 2 hours ago; this policy asks for 3 days"),),
        "since": NOW - timedelta(hours=2),
        "until": NOW + timedelta(days=3),
        "published": NOW - timedelta(hours=2),
    }
    return Standing(version, **(told | facts))


@dataclass
class File:
    """Bytes in memory."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    async def read(self, start: int, end: int) -> AsyncIterator[bytes]:
        yield self.data[start:end]


@dataclass
class Behind:
    """Listings, gate and upstream at once: everything in the store is shown but what `hidden` names."""

    store: NpmStore
    #: (name, version) → what is said of it.
    hidden: dict[tuple[str, str], Standing] = field(default_factory=dict)
    #: Refused at the file alone: the list shows them.
    late: dict[tuple[str, str], Standing] = field(default_factory=dict)
    #: Answers of upstream by path.
    answers: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    opened: list[tuple[str, str]] = field(default_factory=list)

    def hide(self, name: str, *versions: str, **facts: Any) -> None:
        for version in versions:
            self.hidden[name, version] = held(version, **facts)

    async def listed(self, purl: Purl) -> Listed | Missing:
        self.asked.append(("listed", purl.name))
        packument = self.store.packument(purl.name)
        if packument is None:
            return Missing(f"{purl.name} is not in the registry")
        return listed(packument, {v: s for (name, v), s in self.hidden.items() if name == purl.name})

    async def open(self, purl: Purl, filename: str) -> Opened | Refused | Missing:
        key = (purl.name, purl.version or "")
        self.opened.append((str(purl), filename))
        if standing := self.hidden.get(key) or self.late.get(key):
            return Refused(purl, filename, standing)
        data = self.store._tarballs.get(f"/{purl.name}/-/{filename}")
        if data is None:
            return Missing(f"{filename} is not in the registry")
        digest = hashlib.sha256(data).hexdigest()
        return Opened(Admission(purl, filename, digest, len(data), "allow", NOW, "policy"), File(data))

    async def ask(
        self, ecosystem: str, path: str, *, name: str = "", accept: str = "*/*", body: bytes | None = None
    ) -> Reply:
        assert accept == "application/json"
        self.asked.append((ecosystem, path, name, body))
        return self.answers.get(path, Reply(404, b"<html>no</html>", content_type="text/html"))


def listed(packument: Mapping[str, Any] | bytes, hidden: Mapping[str, Standing], **facts: Any) -> Listed:
    """What is known of a package: everything shown but what is hidden."""
    data = packument if isinstance(packument, bytes) else json.dumps(packument).encode()
    document = json.loads(data)
    times = document.get("time", {})
    standings = {
        version: hidden.get(version) or Standing(version, "allow", "admitted", published=_when(times.get(version)))
        for version in document.get("versions", {})
    }
    listing = Listing(Purl("npm", document["name"]), standings, NOW, facts.pop("until", None))
    said = Document(data, "application/json", "https://registry.example/x", "https://registry.example/", "1")
    return Listed(said, listing, "1", listing.until.timestamp() if listing.until else 0.0)


def _when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class Door:
    """Asks a door as the app does."""

    def __init__(self, behind: Behind) -> None:
        self.behind = behind
        self.door = NpmDoor(behind, behind, behind)

    def ask(self, path: str, method: str = "GET", *, token: str = "", base: str = BASE, **rest: Any) -> Reply:
        path, _, query = path.partition("?")
        headers = {key.replace("_", "-"): value for key, value in rest.pop("headers", {}).items()}
        client = Client("192.0.2.1", token)
        call = Call(method, path, headers, client, base, query=query, **rest)
        return asyncio.run(self.door.answer(call))

    def json(self, path: str, **rest: Any) -> Any:
        reply = self.ask(path, **rest)
        assert reply.status == 200, reply
        return json.loads(reply.body)
