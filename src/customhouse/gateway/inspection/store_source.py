"""Where the inspecting process takes archives from: the gateway's store, filled from upstream where it lacks them.

What is read is what is handed out later: the bytes are kept under their sha256 before they are opened, and the file
name is pinned to them. Bytes that upstream did not promise are kept nowhere.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from customhouse.ecosystems.interface import Registry
from customhouse.gateway.state import State
from customhouse.model.digest import Digest
from customhouse.model.errors import HostileUpstream, UnreachableUpstream
from customhouse.model.gateway import Pin
from customhouse.model.purl import Purl
from customhouse.model.release import Artifact
from customhouse.storage.blobs.staging import Staged


class StoreSource:
    """Obtains archives for the readers, and keeps them."""

    def __init__(self, state: State) -> None:
        """Keep bytes in the state's store and pins in its database."""
        self._state = state

    @asynccontextmanager
    async def obtain(self, registry: Registry, purl: Purl, artifact: Artifact) -> AsyncIterator[bytes | Path]:
        """Fetch an archive into the store, and give the file that is there.

        Raises NotFoundUpstream, UnreachableUpstream, and HostileUpstream where the bytes are not those that were
        promised, or not those that the name stood for before.
        """
        sha256 = await self.keep(registry, purl, artifact)
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
        promised = tuple(str(each) for each in artifact.digests)
        pin = Pin(purl, artifact.filename, sha256, size, datetime.now(UTC), promised)
        held = await asyncio.to_thread(self._state.pins.pin, pin)
        if held.sha256 != sha256:
            raise HostileUpstream(
                f"{artifact.filename} was sha256:{held.sha256} when it was first seen on {held.first_seen:%Y-%m-%d}, "
                f"and is sha256:{sha256} now: other bytes were published under the same name",
                hint="find out who published it anew, and why, before anybody installs it",
            )
        return sha256


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
