"""Parsing: the three grammars, one parser each a thread, and how much of a file the grammar could not read."""

import threading
from functools import cache
from typing import Literal

import tree_sitter
import tree_sitter_javascript
from tree_sitter import Node, Tree

from customhouse.model.lazy_regex import lazy_regex

Grammar = Literal["javascript", "typescript", "tsx"]

_local = threading.local()
_TYPESCRIPT_SUFFIXES = (".ts", ".cts", ".mts")
#: An identifier may be written in escapes; names are compared after they are taken off.
_ESCAPED = lazy_regex(rb"\\u(?:[0-9a-fA-F]{4}|\{[0-9a-fA-F]{1,6}\})")
_NAMES = frozenset(
    {
        "identifier",
        "property_identifier",
        "shorthand_property_identifier",
        "shorthand_property_identifier_pattern",
        "statement_identifier",
        "private_property_identifier",
    }
)


@cache
def language(grammar: Grammar) -> tree_sitter.Language:
    """The compiled grammar."""
    if grammar == "javascript":
        return tree_sitter.Language(tree_sitter_javascript.language())
    import tree_sitter_typescript  # noqa: PLC0415 - most packages have none

    if grammar == "typescript":
        return tree_sitter.Language(tree_sitter_typescript.language_typescript())
    return tree_sitter.Language(tree_sitter_typescript.language_tsx())


def _parser(grammar: Grammar) -> tree_sitter.Parser:
    parsers: dict[str, tree_sitter.Parser] = _local.__dict__.setdefault("parsers", {})
    parser = parsers.get(grammar)
    if parser is None:
        parser = parsers[grammar] = tree_sitter.Parser(language(grammar))
    return parser


def grammar_of(path: str) -> Grammar:
    """Which grammar a file name asks for; everything that is not TypeScript is JavaScript with JSX."""
    name = path.lower()
    if name.endswith(_TYPESCRIPT_SUFFIXES):
        return "typescript"
    return "tsx" if name.endswith(".tsx") else "javascript"


def parse(path: str, data: bytes) -> tuple[bytes, Tree]:
    """Parse; gives the bytes that the tree speaks of, which differ from `data` where identifiers were escaped.

    JavaScript with type annotations (Flow) reads better as TSX: of two trees with errors the one with fewer is taken.
    """
    grammar = grammar_of(path)
    tree = _parser(grammar).parse(data)
    if tree.root_node.has_error and grammar == "javascript":
        other = _parser("tsx").parse(data)
        if not other.root_node.has_error or error_bytes(other) * 2 < error_bytes(tree):
            grammar, tree = "tsx", other
    if _ESCAPED.search(data):
        plain = _without_escaped_names(data, tree)
        if plain is not None:
            return plain, _parser(grammar).parse(plain)
    return data, tree


def _without_escaped_names(data: bytes, tree: Tree) -> bytes | None:
    parts: list[bytes] = []
    at = 0
    root = tree.root_node
    for match in _ESCAPED.finditer(data):
        leaf = root.descendant_for_byte_range(match.start(), match.end())
        if leaf is not None and (leaf.type in _NAMES or leaf.type == "ERROR"):
            digits = match[0][2:].strip(b"{}")
            code = int(digits, 16)
            parts += (data[at : match.start()], chr(code).encode("utf-8", "replace") if code <= 0x10FFFF else b"_")  # noqa: PLR2004
            at = match.end()
    return b"".join((*parts, data[at:])) if parts else None


def error_nodes(tree: Tree) -> list[Node]:
    """The outermost places that the grammar could not read, and those where it had to suppose something."""
    found: list[Node] = []
    pending = [tree.root_node]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            found.append(node)
        elif node.has_error:
            pending += node.children
    return found


def error_bytes(tree: Tree) -> int:
    """How many bytes lie in places that the grammar could not read."""
    return sum(node.end_byte - node.start_byte for node in error_nodes(tree))
