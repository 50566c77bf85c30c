"""What the front and the inspecting process say to each other: msgpack in frames, each with its length before it."""

import asyncio
from typing import Any

import msgspec

from customhouse.model.gateway import Admission
from customhouse.model.purl import Purl

_LENGTH = 4
#: Bytes of one message; a verdict with thousands of findings has some megabytes.
_LONGEST = 64 * 1024 * 1024


class Setup(msgspec.Struct, frozen=True):
    """Where the inspecting process finds what it works with; folders and files as absolute paths.

    The database's address may hold a password.
    """

    project: str
    state: str
    database: str
    blobs: str
    policy: str
    config: str | None = None
    npm_registry: str | None = None
    pypi_index: str | None = None
    max_age: float = 300.0
    patience: float = 60.0


class Order(msgspec.Struct, frozen=True, tag="order"):
    """Inspect one file, or with `bytes_only` fetch again the bytes that an admission names."""

    number: int
    purl: Purl
    filename: str
    policy: str
    bytes_only: str = ""


class Done(msgspec.Struct, frozen=True, tag="done"):
    """What came of an order: an admission without its verdict; nothing where upstream has no such file.

    It is in the database already, whole.
    """

    number: int
    admission: Admission | None = None


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It could not be told now."""

    number: int
    message: str
    retry_after: int = 10


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The inspecting process takes orders."""


class Alive(msgspec.Struct, frozen=True, tag="alive"):
    """The inspecting process goes on: said every few seconds, whatever else it says."""


Answer = Done | Failed | Ready | Alive


def encode(message: Any) -> bytes:
    """Return a message as a frame."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(_LENGTH, "big") + body


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """Read the next frame's body; None at the end. Raises ValueError for one that is none."""
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH), "big")
        if length > _LONGEST:
            raise ValueError(f"a message of {length} bytes")
        return await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        return None
