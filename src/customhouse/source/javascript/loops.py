"""Loops that nothing in them ends: not a jump, not an error, not a wait."""

from collections.abc import Iterator

from tree_sitter import Node

from customhouse.model.code import EndlessLoop
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.anchored import starting
from customhouse.source.javascript.capabilities import Facts
from customhouse.source.javascript.tree import FUNCTIONS, line_of

_MOST = 64
_ENDLESS = lazy_regex(
    rb"\bwhile\s*\(\s*(?:true|1|!0|!!\[\]|!\[\]\s*===?\s*!\[\])\s*\)"
    rb"|\bfor\s*\([^;(){}\n]{0,80};\s*(?:true|1|!0)?\s*;"
    rb"|\bfor\s*\([^;(){}\n]{0,80};[^;(){}\n]{0,60}(?:<|!==?)=?\s*(?:Infinity|1\s*/\s*0|Number\s*\.\s*(?:POSITIVE_INFINITY|MAX_VALUE))\s*;"
)
_LOOPS = frozenset({"while_statement", "for_statement", "do_statement"})
_JUMPS = frozenset({"break_statement", "return_statement", "throw_statement", "yield_expression", "await_expression"})
_ENDS = lazy_regex(rb"\b(?:exit|reallyExit|abort|kill)\s*\(")
#: Nodes of a loop that are looked at; a larger one may end anywhere.
_LARGEST = 2_000


def endless_loops(facts: Facts) -> Iterator[EndlessLoop]:
    """Give each loop that is written without an end and left by nothing in it."""
    code = facts.flow.code
    for number, match in enumerate(starting(_ENDLESS, code.data, (b"while", b"for"))):
        if number >= _MOST:
            return
        loop = code.leaf(match.start(), match.start() + 1).parent
        if loop is not None and loop.type in _LOOPS and not _is_left(facts, loop):
            yield EndlessLoop(line_of(loop), facts.timing.when(loop))


def _is_left(facts: Facts, loop: Node) -> bool:
    """Whether something in a loop may end it; what functions inside of it do ends only themselves, but by an error."""
    if _ENDS.search(facts.flow.code.data, loop.start_byte, loop.end_byte):
        return True
    pending = [(loop, False)]
    looked = 0
    while pending:
        node, nested = pending.pop()
        looked += 1
        if looked > _LARGEST:
            return True
        kind = node.type
        if kind in _JUMPS and (not nested or kind == "throw_statement"):
            return True
        inside = nested or kind in FUNCTIONS
        pending += [(child, inside) for child in node.named_children]
    facts.flow.code.step(looked // 8)
    return False
