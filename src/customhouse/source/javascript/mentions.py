"""What a file speaks of: the table's matches in strings and names, and in the texts that expressions give."""

from tree_sitter import Node

from customhouse.source.javascript.timing import Timing
from customhouse.source.javascript.tree import Code, line_of, string_at
from customhouse.source.mention_scan import Mentions, hits

_NOWHERE = frozenset({"comment", "html_comment", "hash_bang_line", "jsx_text"})
#: Texts that expressions give which are searched, and the shortest that can say anything.
_MOST_TEXTS, _SHORTEST = 2_000, 5


def mentions(code: Code, timing: Timing, folded: list[tuple[str, Node]], found: Mentions) -> None:
    """Put into `found` what the file speaks of; `folded` are texts with the expressions that give them."""
    for hit in hits(code.data):
        leaf = code.leaf(hit.offset, hit.offset + 1)
        if _place(code, leaf, hit.offset) in hit.sign.where:
            found.add(hit.sign.kind, hit.detail, line_of(leaf), timing.when(leaf))
    for text, node in folded[:_MOST_TEXTS]:
        if len(text) >= _SHORTEST:
            found.text(text, line_of(node), timing.when(node))


def _place(code: Code, leaf: Node, at: int) -> str:
    if leaf.type in _NOWHERE:
        return "-"
    if leaf.type in {"regex_pattern", "regex"}:
        return "p"
    return "s" if string_at(code, at) is not None else "c"
