"""Where the inspecting process takes archives from: the gateway's store, filled from upstream where it lacks them.

What is read is what is handed out later: the bytes are kept under their sha256 before they are opened, and the file
name is pinned to them. Bytes that upstream did not promise are kept nowhere.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from customhouse.ecosystems.interface import Registry
from customhouse.gateway.alarms import Alarms
from customhouse.gateway.pinned import contradiction
from customhouse.gateway.state import State
from customhouse.model.digest import Digest
from customhouse.model.errors import HostileUpstream, UnreachableUpstream
from customhouse.model.gateway import Pin
from customhouse.model.purl import Purl, make_purl
from customhouse.model.release import Artifact
from customhouse.storage.blobs.staging import Staged


class StoreSource:
    """Obtains archives for the readers, and keeps them."""

    def __init__(self, state: State) -> None:
        """Keep bytes in the state's store and pins in its database."""
        self._state = state
        self._alarms = Alarms(state.ledger)
        #: Files that are being inspected to be handed out.
        self._asked: Counter[tuple[Purl, str]] = Counter()

    @contextmanager
    def asked(self, purl: Purl, filename: str) -> Iterator[None]:
        """Say that a file is asked for by somebody: what is fetched of it meanwhile is kept."""
        self._asked[purl, filename] += 1
        try:
            yield
        finally:
            self._asked[purl, filename] -= 1
            if not self._asked[purl, filename]:
                del self._asked[purl, filename]

    @asynccontextmanager
    async def obtain(self, registry: Registry, purl: Purl, artifact: Artifact) -> AsyncIterator[bytes | Path]:
        """Give the file that is in the store, fetched where it is not there, or no longer whole.

        What is read for a comparison alone (the release before) is not kept: nobody has asked for it.

        Raises NotFoundUpstream, UnreachableUpstream, and HostileUpstream where the bytes are not those that were
        promised, or not those that the name stood for before.
        """
        sha256 = await self._had(purl, artifact)
        if not sha256 and (purl, artifact.filename) not in self._asked:
            with self._state.blobs.stage() as staged:
                await registry.fetch(purl, artifact, staged)
                require_promised(artifact, staged)
                yield staged.path
            return
        sha256 = sha256 or await self.keep(registry, purl, artifact)
        async with self._state.blobs.local_path(sha256) as path:
            if path is None:
                raise UnreachableUpstream(
                    f"{artifact.filename}: the store has lost what it was just given", hint="look at the store's disk"
                )
            yield path

    async def keep(self, registry: Registry, purl: Purl, artifact: Artifact) -> str:
        """Fetch an archive into the store, and return its sha256. Raises as `obtain` does."""
        with self._state.blobs.stage() as staged:
            await registry.fetch(purl, artifact, staged)
            require_promised(artifact, staged)
            size, sha256 = staged.size, await self._state.blobs.commit(staged)
        await self.hold(purl, artifact, sha256, size)
        return sha256

    async def hold(self, purl: Purl, artifact: Artifact, sha256: str, size: int) -> None:
        """Pin a name to bytes, or hold them against its pin. Raises HostileUpstream where that names others."""
        held = await asyncio.to_thread(self._pinned, purl, artifact.filename)
        if held is None:
            promised = tuple(str(each) for each in artifact.digests)
            pin = Pin(purl, artifact.filename, sha256, size, datetime.now(UTC), promised)
            held = await asyncio.to_thread(self._state.pins.pin, pin)
        if held.sha256 != sha256:
            what = (
                f"{artifact.filename} was sha256:{held.sha256} when first seen on {held.first_seen:%Y-%m-%d}, "
                f"and is sha256:{sha256} now"
            )
            await asyncio.to_thread(self._alarms.ring, purl, what)
            raise HostileUpstream(
                f"{what}: other bytes were published under the same name",
                hint="find out who published it anew, and why, before anybody installs it",
            )

    async def _had(self, purl: Purl, artifact: Artifact) -> str:
        """Return the digest of the bytes that the name stands for, if the store has them whole; else nothing."""
        pin = await asyncio.to_thread(self._pinned, purl, artifact.filename)
        if pin is None or contradiction(pin, artifact.digests):
            return ""
        return pin.sha256 if await self._state.blobs.verify(pin.sha256) == "sound" else ""

    def _pinned(self, purl: Purl, filename: str) -> Pin | None:
        """Find the pin of a file, however its version is written: of one package a file's name names one file.

        An index that has files called `a-1.0.whl` and `a-1.0.0.tar.gz` says either of their one release. Blocks.
        """
        pins = self._state.pins.of(make_purl(purl.ecosystem, purl.name))
        return min((each for each in pins if each.filename == filename), key=lambda each: each.first_seen, default=None)


def require_promised(artifact: Artifact, staged: Staged) -> None:
    """Hold what was received against every digest that upstream promised and that is computed while receiving.

    Raises HostileUpstream.
    """
    found = {"sha256": staged.sha256, "sha512": staged.sha512}
    for digest in artifact.digests:
        computed = found.get(digest.algorithm)
        if computed is not None and computed != digest.hex:
            got = Digest(digest.algorithm, computed)
            raise HostileUpstream(
                f"{artifact.filename} is {got}, and upstream promised {digest}",
                hint="do not install it; upstream, or something on the way to it, changes files",
            )
