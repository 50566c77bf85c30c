"""What registries said, kept on disk: documents and archives are fetched once, so that a run can be repeated."""

import hashlib
import os
import tempfile
import zlib
from pathlib import Path
from urllib.parse import quote

import msgspec

from customhouse.ecosystems.fetching import Answer, Ask, Fetcher, Sink
from customhouse.ecosystems.interface import Project, Registry
from customhouse.model.errors import UnreachableUpstream
from customhouse.model.history import About, Claims
from customhouse.model.purl import Ecosystem, Purl
from customhouse.model.release import Artifact, Release

_ARCHIVES_ACCEPT = "*/*"


class Budget:
    """How many bytes a run may still fetch."""

    def __init__(self, limit: int) -> None:
        """Begin with `limit` bytes."""
        self.limit = limit
        self.spent = 0

    def check(self, what: str) -> None:
        """Raise UnreachableUpstream when there is nothing left to fetch something with."""
        if self.spent >= self.limit:
            raise UnreachableUpstream(
                f"{what} was not fetched: this run has fetched its {self.limit / 1e9:.1f} GB",
                hint="run again to go on, or raise --max-bytes",
            )


class KeptDocuments:
    """A transport that answers from disk what it was asked before, where that is a registry's document."""

    def __init__(self, inner: Fetcher, folder: Path, budget: Budget) -> None:
        """Keep documents in `folder`; `inner` fetches what is not there yet, and stays the caller's to close."""
        self._inner = inner
        self._folder = folder
        self._budget = budget

    async def get(self, ask: Ask) -> Answer:
        """Fetch it whole; raises what the inner transport does."""
        kept = ask.accept != _ARCHIVES_ACCEPT and ask.sink is None and ask.body is None
        name = hashlib.sha256(f"{ask.accept} {ask.url}".encode()).hexdigest()
        path = self._folder / name[:2] / name
        if kept and path.is_file():
            return msgspec.msgpack.decode(zlib.decompress(path.read_bytes()), type=Answer)
        self._budget.check(ask.what)
        answer = await self._inner.get(ask)
        self._budget.spent += len(answer.data)
        if kept:
            write_whole(path, zlib.compress(msgspec.msgpack.encode(answer), 1))
        return answer

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()


class KeptArchives:
    """A registry whose archives are kept on disk, each under its own name."""

    def __init__(self, inner: Registry, folder: Path) -> None:
        """Keep archives in `folder`."""
        self._inner = inner
        self._folder = folder

    @property
    def ecosystem(self) -> Ecosystem:
        """Which ecosystem it serves."""
        return self._inner.ecosystem

    def origin(self, name: str) -> str:
        """URL of the registry that answers for this name."""
        return self._inner.origin(name)

    async def project(self, name: str) -> Project:
        """Fetch what the registry has of a canonical name; raises what the inner registry does."""
        return await self._inner.project(name)

    async def claims(self, release: Release) -> Claims | None:
        """Fetch what the release's attestation claims; raises what the inner registry does."""
        return await self._inner.claims(release)

    async def about(self, project: Project) -> About:
        """Say what the registry shows of the project; raises what the inner registry does."""
        return await self._inner.about(project)

    async def fetch(self, purl: Purl, artifact: Artifact, sink: Sink | None = None) -> bytes:
        """Fetch an artifact's bytes; raises what the inner registry does."""
        path = archive_path(self._folder, purl, artifact.filename)
        if path.is_file():
            data = path.read_bytes()
        else:
            data = await self._inner.fetch(purl, artifact)
            write_whole(path, data)
        if sink is None:
            return data
        sink.write(data)
        return b""


def archive_path(folder: Path, purl: Purl, filename: str) -> Path:
    """Return where an archive is kept."""
    return folder / purl.ecosystem / _part(purl.name) / _part(purl.version or "") / _part(filename.rpartition("/")[2])


def _part(text: str) -> str:
    """Write a text as the name of one file, whatever a registry put into it."""
    name = quote(text, safe="@+")
    return name if name.strip(".") else f"_{name.replace('.', '%2E')}"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it, whoever is killed when."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
