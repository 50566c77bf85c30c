"""What stands behind a door that is asked for a canary: one release of documents alone, whose file nobody has.

So a client can list it, look at it and resolve it, and can install nothing: there are no bytes that it could run.
"""

import hashlib
from datetime import UTC, datetime
from typing import Final

import msgspec

from customhouse.gateway.canary.names import VERSION
from customhouse.gateway.interface import Document, Listed, Missing, Reply
from customhouse.model.gateway import Listing, Standing
from customhouse.model.purl import Ecosystem, Purl

#: Old enough for any minimum age that a client may ask for.
_PUBLISHED: Final = datetime(2020, 1, 1, tzinfo=UTC)
_SAID: Final = "Answered by a Customhouse gateway, to show that it was asked. There is nothing to install."
#: Where its documents say that they are from; nobody is ever asked there.
_NOWHERE: Final = "https://canary.invalid/"
_STATED: Final = f"{_PUBLISHED:%Y-%m-%dT%H:%M:%S}.000Z"


class CanaryParts:
    """Listings, gate and upstream of one door, with nothing but canaries behind them."""

    async def listed(self, purl: Purl) -> Listed | Missing:
        """List a canary: its one version is shown."""
        document = _packument(purl.name) if purl.ecosystem == "npm" else _page(purl.name)
        data = msgspec.json.encode(document)
        revision = hashlib.sha256(data).hexdigest()[:32]
        standing = Standing(VERSION, "allow", "admitted", published=_PUBLISHED)
        listing = Listing(purl, {VERSION: standing}, datetime.now(UTC))
        kind = "application/json" if purl.ecosystem == "npm" else "application/vnd.pypi.simple.v1+json"
        return Listed(Document(data, kind, f"{_NOWHERE}simple/{purl.name}/", _NOWHERE, revision), listing, revision)

    async def open(self, purl: Purl, filename: str) -> Missing:
        """There is no file."""
        return Missing(f"{filename} is not there: {purl.display} is a canary of this gateway and has no file")

    async def ask(
        self,
        ecosystem: Ecosystem,  # noqa: ARG002 - the seam's signature
        path: str,
        *,
        name: str = "",
        accept: str = "*/*",  # noqa: ARG002 - the seam's signature
        body: bytes | None = None,  # noqa: ARG002 - the seam's signature
    ) -> Reply:
        """Give the metadata that resolvers read instead of the file; nothing else is there."""
        if path.endswith(".whl.metadata"):
            return Reply(200, _metadata(name), "application/octet-stream")
        return Reply(404, b'{"error": "a canary has nothing of the kind"}')


def _packument(name: str) -> dict[str, object]:
    version = {
        "name": name,
        "version": VERSION,
        "description": _SAID,
        # Of no bytes that there are.
        "dist": {"tarball": f"{_NOWHERE}{name}-{VERSION}.tgz", "shasum": hashlib.sha1(name.encode()).hexdigest()},
    }
    return {
        "_id": name,
        "name": name,
        "description": _SAID,
        "dist-tags": {"latest": VERSION},
        "versions": {VERSION: version},
        "time": {"created": _STATED, "modified": _STATED, VERSION: _STATED},
        "maintainers": [],
        "readme": _SAID,
    }


def _page(name: str) -> dict[str, object]:
    filename = f"{name.replace('-', '_')}-{VERSION}-py3-none-any.whl"
    metadata = {"sha256": hashlib.sha256(_metadata(name)).hexdigest()}
    file = {
        "filename": filename,
        "url": f"{_NOWHERE}{filename}",
        "hashes": {"sha256": hashlib.sha256(name.encode()).hexdigest()},
        "size": 1,
        "upload-time": _STATED,
        "yanked": False,
        "core-metadata": metadata,
    }
    return {"meta": {"api-version": "1.1"}, "name": name, "versions": [VERSION], "files": [file]}


def _metadata(name: str) -> bytes:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {VERSION}\nSummary: {_SAID}\n".encode()
