"""Which search for literals there is on this platform."""

from collections.abc import Sequence
from importlib.util import find_spec

from customhouse.hunt.matching.interface import LiteralSearch


class _Nothing:
    """Finds nothing, having nothing to find."""

    def find(self, data: bytes) -> list[tuple[int, int]]:  # noqa: ARG002 - the protocol's signature
        return []


def literal_search(literals: Sequence[bytes]) -> LiteralSearch:
    """Compile literals of two bytes or more, with the fastest that is installed."""
    if not literals:
        return _Nothing()
    if find_spec("hyperscan") is not None:
        from customhouse.hunt.matching.hyperscan_search import HyperscanSearch  # noqa: PLC0415 - where it is installed

        return HyperscanSearch(literals)
    from customhouse.hunt.matching.yara_search import YaraSearch  # noqa: PLC0415 - where the other is not

    return YaraSearch(literals)
