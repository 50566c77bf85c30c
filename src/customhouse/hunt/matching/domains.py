"""Host names: themselves and what is below them, never inside a longer label or before another one."""

import re

from customhouse.hunt.matching.boundaries import DOT, END, START
from customhouse.hunt.matching.interface import Pattern
from customhouse.hunt.matching.ports import split_port, unless_other_port

_KEY = 10


def domain(value: str) -> Pattern | None:
    """Read a name, with a port where the fact names one (`c2.example:8000`); a leading `*.` says nothing new."""
    name, port = split_port(value.strip())
    labels = name.lower().removeprefix("*.").strip(".").encode().split(b".")
    if not all(labels) or len(labels) < 2:  # noqa: PLR2004 - a name without a dot is a word
        return None
    return Pattern((host_key(labels),), host_expression(labels) + unless_other_port(port))


def host_key(labels: list[bytes]) -> bytes:
    """Return how a host name begins, its first label and a little more.

    Hyperscan sorts literals by their last eight bytes. Names below one provider (`….trycloudflare.com`) end alike, and
    logs are full of such ends, each of which would be compared with every name.
    """
    return b".".join(labels)[: max(_KEY, len(labels[0]) + 4)]


def host_expression(labels: list[bytes]) -> bytes:
    """Return the expression of a host name as it may be written, without regard to case."""
    whole = DOT.join(re.escape(label) for label in labels)
    return START + rb"(?i:" + whole + END + rb"(?!" + DOT + rb"[A-Za-z0-9_-]))"
