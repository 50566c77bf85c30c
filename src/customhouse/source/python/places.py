"""The constants of a file that are worth evaluating, from the places that the cheap first look found."""

from collections.abc import Iterable
from typing import NamedTuple

from tree_sitter import Node, Tree, TreeCursor

from customhouse.source.python.constant import Const
from customhouse.source.python.constants import Folder

#: Places that are followed to their expression; a file with more is a table of data.
MAX_PLACES = 20_000
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


def constants(tree: Tree, folder: Folder, places: dict[str, list[int]]) -> Iterable[Constant]:
    """Give each constant that a place lies in, once; comments and docstrings are none."""
    cursor = tree.walk()
    done_until = -1
    for offset, wide, guess in _ordered(places):
        if offset < done_until:
            continue  # in the constant that was given last
        path = _path_to(cursor, tree.root_node, offset)
        if path[-1].type == "comment" or not folder.steps.take(3 + len(path) // 8):
            continue
        inner = _string_on(path)
        if inner < 0 and not wide:
            continue
        found = _widest(path, inner if inner >= 0 else len(path) - 1, folder, _MAKES if wide else _JOINS)
        if found is None:
            continue
        index, const = found
        node = path[index]
        done_until = node.end_byte
        if path[index - 1].type in _PROSE and node.type in {"string", "concatenated_string"}:
            continue  # a docstring
        yield Constant(node, const, guess)


def _path_to(cursor: TreeCursor, root: Node, offset: int) -> list[Node]:
    """The nodes around a byte, from the root down. Parents asked of nodes would be searched from the root each."""
    cursor.reset(root)
    path = [root]
    while cursor.goto_first_child_for_byte(offset) is not None:
        node = cursor.node
        if node is None or node.start_byte > offset:
            break
        path.append(node)
    return path


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


def _string_on(path: list[Node]) -> int:
    """The place in the path of the string that its last node is a part of; -1 when that is in none."""
    for index in range(len(path) - 1, max(len(path) - 5, 0), -1):
        if path[index].type == "string":
            return index
        if path[index].type not in _STRING_PARTS:
            break
    return -1


def _widest(path: list[Node], inner: int, folder: Folder, through: frozenset[str]) -> tuple[int, Const] | None:
    """The outermost expression around a node that folds to a string, with its place in the path."""
    outer = inner
    while outer > 1 and path[outer - 1].type in through:
        outer -= 1
    candidates = list(range(outer, inner + 1))
    if len(candidates) > _MAX_TRIES:
        candidates = candidates[: _MAX_TRIES - _LAST_TRIES] + candidates[-_LAST_TRIES:]
    for index in candidates:
        const = folder.fold(path[index])
        if const is not None and isinstance(const.value, str | bytes):
            return index, const
    return None


_MAX_TRIES = 16
_LAST_TRIES = 4
