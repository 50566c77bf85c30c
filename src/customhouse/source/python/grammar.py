"""The Python grammar and the one query that finds what the reader builds upon; both are loaded once, when needed."""

from functools import cache
from operator import attrgetter

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

_STRUCTURE = """
(import_statement) @import
(import_from_statement) @from
(future_import_statement) @future
(assignment) @assignment
(augmented_assignment) @assignment
(named_expression) @walrus
(for_statement) @for
(for_in_clause) @for
(as_pattern) @as
(global_statement) @global
(function_definition) @scope
(lambda) @scope
(class_definition) @scope
(call) @call
(decorator) @decorator
(exec_statement) @exec
(return_statement (_) @return)
(yield (_) @return)
"""


@cache
def _language() -> Language:
    return Language(tree_sitter_python.language())


@cache
def _parser() -> Parser:
    return Parser(_language())


@cache
def _structure() -> Query:
    return Query(_language(), _STRUCTURE)


def parse(data: bytes) -> Tree:
    """Parse UTF-8 text; never fails, errors are nodes of the tree."""
    return _parser().parse(data)


def structure(root: Node) -> dict[str, list[Node]]:
    """Give the nodes that bind names, open scopes or call, by kind and in the order of the text."""
    found = QueryCursor(_structure()).captures(root)
    for nodes in found.values():
        nodes.sort(key=_RANGE)  # the binding hands them over in the order of a hash table
    return found


_RANGE = attrgetter("byte_range")
