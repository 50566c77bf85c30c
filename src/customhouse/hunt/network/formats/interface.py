"""What a line of a network log says, whichever form it has."""

from datetime import datetime
from typing import Protocol

import msgspec

from customhouse.model.hunt import Moment


class Record(msgspec.Struct, frozen=True):
    """One call: names, addresses with ports, URLs and agents as texts in which facts are looked for."""

    #: What it did: `asked for the name`, `connected to`, `requested`.
    did: str
    #: Who called: an address or a host's name; empty where the log is the caller's own.
    source: str = ""
    #: Who was called: `host`, `address:port`, URL, and the agent that was sent along.
    to: tuple[str, ...] = ()
    #: What else it says: a referer, an answer.
    beside: tuple[str, ...] = ()
    when: Moment | None = None
    #: Whether it was kept from happening.
    refused: bool = False
    #: The called address alone: where the log is of packets in both directions, it may be ours.
    target: str = ""


class Format(Protocol):
    """A reader of one form; a new one for each log, for some have headers."""

    @property
    def name(self) -> str:
        """What a log of this form is called."""

    def header(self, line: str) -> bool:
        """Take a line that says what the others hold; say whether it was one."""

    def read(self, line: str) -> Record | None:
        """Read a line; None for one that has not this form."""


class Headless:
    """What forms without a header have in common."""

    def __init__(self, latest: datetime) -> None:
        """Take the time at which the log was last written to: years that lines leave out are told by it."""
        self.latest = latest

    def header(self, line: str) -> bool:  # noqa: ARG002 - the protocol's signature
        """Say that it is none."""
        return False


def joined(host: str, port: str) -> str:
    """Write host and port together, an address of version 6 in brackets."""
    if not port or port in ("-", "0"):
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
