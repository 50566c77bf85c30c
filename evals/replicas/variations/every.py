"""Every variation of a replica."""

from collections.abc import Iterator

from evals.replicas.replica import Replica


def variations(replica: Replica) -> Iterator[Replica]:
    """Give the replica's variations, each named."""
    yield from ()
