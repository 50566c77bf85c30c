"""JavaScript's syntax tree, and edits to its text."""

from collections.abc import Iterator
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

#: Edits: (start, end, replacement), bytes.
Edits = list[tuple[int, int, str]]


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_javascript.language()))


def parse(text: str) -> Node:
    """Return the root of a program's tree."""
    return _parser().parse(text.encode()).root_node


def walk(node: Node) -> Iterator[Node]:
    """Give a node and all below it, in the order of the text."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(here.children))


def edited(text: str, edits: Edits) -> str:
    """Apply edits that do not overlap."""
    data = text.encode()
    parts: list[bytes] = []
    last = 0
    for start, end, new in sorted(edits):
        parts += data[last:start], new.encode()
        last = end
    return b"".join((*parts, data[last:])).decode()


def said(node: Node) -> str:
    """Return a node's text."""
    return (node.text or b"").decode()


def field(node: Node) -> str | None:
    """Return what a node is to its parent (`name`, `left`), where it has a role."""
    parent = node.parent
    if parent is None:
        return None
    for index, child in enumerate(parent.children):
        if child.id == node.id:
            return parent.field_name_for_child(index)
    return None
