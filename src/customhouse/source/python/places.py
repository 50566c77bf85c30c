"""The constants of a file that are worth evaluating, from the places that the cheap first look found."""

from collections.abc import Iterable
from typing import NamedTuple

from tree_sitter import Node

from customhouse.source.python.constant import Const
from customhouse.source.python.constants import Folder

#: Places that are followed to their expression; a file with more is a table of data.
MAX_PLACES = 20_000
_MAX_CLIMB = 24
#: Bytes within which a place and one that looks encoded may be the same string.
_NEAR = 512

#: Kinds of places that lie in a string, and those that mark an expression which makes one.
IN_STRINGS = ("url", "ipv4", "name", "relative", "ipv6", "credential", "run", "run_below", "hex", "codes", "escaped",
              "unicode", "octal", "percent", "backwards")  # fmt: skip
_ENCODED = frozenset({"run", "run_below", "hex", "codes", "escaped", "unicode", "octal", "percent", "backwards"})
IN_EXPRESSIONS = ("reversed", "join", "plus", "plus_next", "method", "chr", "unichr", "bytes", "bytearray", "fromhex")

_JOINS = frozenset({"concatenated_string", "binary_operator", "parenthesized_expression"})
_MAKES = _JOINS | {
    "attribute", "call", "argument_list", "subscript", "slice", "unary_operator", "list", "tuple",
    "generator_expression", "list_comprehension", "string", "interpolation", "keyword_argument",
}  # fmt: skip
_STRING_PARTS = frozenset(
    {"string_content", "escape_sequence", "string_start", "string_end", "interpolation", "{", "}"}
)
_PROSE = frozenset({"expression_statement", "module", "block"})


class Constant(NamedTuple):
    """A constant of the file: the widest expression that folds, and its value.

    `guess`: it looks encoded, or is put together from pieces, so that guessing what it hides is worth the time.
    """

    node: Node
    const: Const
    guess: bool


def constants(root: Node, folder: Folder, places: dict[str, list[int]]) -> Iterable[Constant]:
    """Give each constant that a place lies in, once; comments and docstrings are none."""
    seen: set[int] = set()
    done_until = -1
    for offset, wide, guess in _ordered(places):
        if offset < done_until and not wide:
            continue  # in the string that was given last
        leaf = root.descendant_for_byte_range(offset, offset + 1)
        if leaf is None or leaf.type == "comment" or not folder.steps.take(3):
            continue
        string = _string_around(leaf)
        if string is None and not wide:
            continue
        node = string or leaf
        if string is not None and not wide:
            done_until = string.end_byte
        found = _widest(node, folder, _MAKES if wide else _JOINS, guess=guess)
        if found is None or found.node.id in seen:
            continue
        seen.add(found.node.id)
        parent = found.node.parent
        if parent is None or (parent.type in _PROSE and found.node.type in {"string", "concatenated_string"}):
            continue  # a docstring
        yield found


def _ordered(places: dict[str, list[int]]) -> list[tuple[int, bool, bool]]:
    """Offset, whether the expression around it counts, and whether to guess, which any encoded look nearby decides."""
    encoded = {offset // _NEAR for kind in _ENCODED for offset in places.get(kind, ())}
    spots = [
        (offset, False, kind in _ENCODED or offset // _NEAR in encoded or offset // _NEAR + 1 in encoded)
        for kind in IN_STRINGS
        for offset in places.get(kind, ())
    ]
    spots += [(offset, True, True) for kind in IN_EXPRESSIONS for offset in places.get(kind, ())]
    spots.sort()
    return spots[:MAX_PLACES]


def _string_around(leaf: Node) -> Node | None:
    """The string that a leaf is a part of."""
    node: Node | None = leaf
    for _ in range(4):
        if node is None or node.type == "string":
            return node
        if node.type not in _STRING_PARTS:
            return None
        node = node.parent
    return None


def _widest(node: Node, folder: Folder, through: frozenset[str], *, guess: bool) -> Constant | None:
    """Climb from a node as long as what is around it folds to a string as well."""
    best: Constant | None = None
    current: Node | None = node
    for _ in range(_MAX_CLIMB):
        if current is None:
            break
        const = folder.fold(current)
        if const is not None and isinstance(const.value, str | bytes):
            best = Constant(current, const, guess)
        elif const is None and current.type in {"call", "binary_operator", "subscript"}:
            break
        parent = current.parent
        if parent is None or parent.type not in through:
            break
        current = parent
    return best
