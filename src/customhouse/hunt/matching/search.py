"""Which search for many things at once there is on this platform."""

from collections.abc import Collection, Sequence
from importlib.util import find_spec

from customhouse.hunt.matching.interface import Search
from customhouse.hunt.matching.quoting import quoted


class _Nothing:
    """Finds nothing, having nothing to find."""

    def find(self, data: bytes) -> list[tuple[int, int]]:  # noqa: ARG002 - the protocol's signature
        return []


def literal_search(literals: Sequence[bytes], once: Collection[int] = ()) -> Search:
    """Compile literals of two bytes or more, with the fastest that is installed.

    Of those whose numbers are in `once` the caller wants to know whether they occur: not every place need be given.
    """
    if not literals:
        return _Nothing()
    if find_spec("hyperscan") is not None:
        from customhouse.hunt.matching.hyperscan_search import HyperscanSearch  # noqa: PLC0415 - where it is installed

        return HyperscanSearch([quoted(literal) for literal in literals], once)
    from customhouse.hunt.matching.yara_search import YaraSearch  # noqa: PLC0415 - where the other is not

    return YaraSearch(literals)


def expression_search(expressions: Sequence[bytes], once: Collection[int] = ()) -> Search:
    """Compile expressions in the part of their language that every engine reads alike.

    That is ASCII without a slash, back references and looking around. Of several matches that begin at one place one is
    given, or all; `once` is as for literals.
    """
    if not expressions:
        return _Nothing()
    if find_spec("hyperscan") is not None:
        from customhouse.hunt.matching.hyperscan_search import HyperscanSearch  # noqa: PLC0415 - where it is installed

        return HyperscanSearch(expressions, once)
    from customhouse.hunt.matching.yara_search import YaraSearch  # noqa: PLC0415 - where the other is not

    return YaraSearch(expressions=expressions)
