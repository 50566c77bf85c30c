"""One parsed file: finding nodes by place and by word, within a bound of total work."""

import re
from bisect import bisect_left
from functools import lru_cache

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.words import WORD_BYTES, Words

#: Node types that hold code which runs when they are called, not where they stand.
FUNCTIONS = frozenset(
    {
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
        "field_definition",
        "public_field_definition",
    }
)
FIELDS = frozenset({"field_definition", "public_field_definition"})
NAMED_FUNCTIONS = frozenset({"function_declaration", "generator_function_declaration"})
#: Around an expression without changing what it is.
TRANSPARENT = frozenset(
    {
        "parenthesized_expression",
        "await_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "type_assertion",
    }
)
WORD = lazy_regex(rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*")
#: A tree deeper than this is nesting that no person or bundler wrote. Asking a node for its parent costs as much as the
#: node is deep, so such a file would take minutes.
MAX_DEPTH = 2_000
#: The depth is measured at every so many bytes. Each level of a nest covers at least a byte more than the one inside
#: it, so a nest of four times as many levels cannot stay unseen between two probes.
_PROBE_EVERY = 2_048
#: In a deep place a step weighs one more for so many levels.
_LEVELS_A_WEIGHT = 64


#: Names this short stand inside of other words so often that a pattern finds them faster.
_SHORT = 2


@lru_cache(maxsize=4096)
def _short(word: bytes) -> re.Pattern[bytes]:
    return re.compile(re.escape(word) + rb"(?![\w$\x80-\xff])")


class Exhausted(Exception):  # noqa: N818 (a signal between our own functions, never seen outside)
    """The bound of work on one file is reached."""


class TooDeep(Exhausted):
    """The tree is nested too deeply to be followed."""


class Code:
    """A file's bytes and tree, with the questions that the reader asks of them.

    `steps` counts down with every node looked at; at zero `Exhausted` is raised, so that no file costs without bound.
    """

    __slots__ = (
        "_functions",
        "_leaves",
        "_owners",
        "_positions",
        "_weight",
        "_weights",
        "_words",
        "cut",
        "data",
        "root",
        "steps",
    )

    def __init__(self, data: bytes, root: Node, steps: int) -> None:
        """Take the parsed file and how many nodes may be looked at."""
        self.data = data
        self.root = root
        self.steps = steps
        #: Whether a bound cut something off that may have mattered.
        self.cut = False
        self._weight = 1
        self._weights = [1] * (len(data) // _PROBE_EVERY + 1)
        self._positions: dict[bytes, list[int]] = {}
        self._words = Words(data)
        self._leaves: dict[tuple[int, int], Node] = {}
        #: The owners of nodes that are no functions, which own what is below them too; and those of functions.
        self._owners: dict[int, Node | None] = {}
        self._functions: dict[int, Node | None] = {}

    def step(self, cost: int = 1) -> None:
        """Count work done."""
        self.steps -= cost * self._weight
        if self.steps < 0:
            raise Exhausted

    def leaf(self, start: int, end: int) -> Node:
        """The smallest node over a range."""
        self._weight = self._weights[start // _PROBE_EVERY]
        found = self._leaves.get((start, end))
        if found is None:
            self.step()
            found = self._leaves[start, end] = self.root.descendant_for_byte_range(start, end) or self.root
        return found

    def probe(self) -> None:
        """Measure how deep the tree is along the file; raises `TooDeep` where nothing in it could be followed."""
        cursor = self.root.walk()
        for block in range(1, len(self._weights)):
            at = block * _PROBE_EVERY
            depth = 0
            while depth <= MAX_DEPTH and cursor.goto_first_child_for_byte(at) is not None:
                depth += 1
            if depth > MAX_DEPTH:
                raise TooDeep
            weight = 1 + depth // _LEVELS_A_WEIGHT
            self._weights[block] = weight
            self._weights[block - 1] = max(self._weights[block - 1], weight)
            cursor.reset(self.root)

    def bytes_of(self, node: Node) -> bytes:
        """The source of a node."""
        return self.data[node.start_byte : node.end_byte]

    def text(self, node: Node) -> str:
        """The source of a node as text."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def positions(self, word: bytes) -> list[int]:
        """Where `word` stands as a whole word, in code, strings and comments alike."""
        found = self._positions.get(word)
        if found is None:
            found = self._positions[word] = self._find(word, 0, len(self.data))
        return found

    def positions_in(self, word: bytes, start: int, end: int) -> list[int]:
        """Those of `positions` that lie in a range."""
        every = self._positions.get(word)
        if every is None:
            if (end - start) * 4 < len(self.data):
                return self._find(word, start, end)
            every = self.positions(word)
        return every[bisect_left(every, start) : bisect_left(every, end)]

    @property
    def words(self) -> frozenset[bytes]:
        """Every word of the file, in code, strings and comments alike."""
        return self._words.every

    def _find(self, word: bytes, start: int, end: int) -> list[int]:
        found: list[int] = []
        for first, last in self._words.stretches(word, start, end):
            found += self._find_in(word, first, last)
        return found

    def _find_in(self, word: bytes, start: int, end: int) -> list[int]:
        data, size = self.data, len(word)
        if size <= _SHORT:
            positions = [match.start() for match in _short(word).finditer(data, start, end)]
            self.step(len(positions) // 16)
            return [at for at in positions if at == 0 or data[at - 1] not in WORD_BYTES]
        found = []
        find, limit = data.find, len(data)
        at = find(word, start, end)
        while at >= 0:
            after = at + size
            if (at == 0 or data[at - 1] not in WORD_BYTES) and (after >= limit or data[after] not in WORD_BYTES):
                found.append(at)
            at = find(word, after, end)
        self.step(len(found) // 16)
        return found

    def owner(self, node: Node) -> Node | None:
        """The function whose call runs this node; None at module level. A static block runs with its class."""
        owners = self._owners
        own = node.id
        if own in owners:
            return owners[own]
        if own in self._functions:
            return self._functions[own]
        below = node
        passed: list[int] = []
        parent = node.parent
        while parent is not None:
            key = parent.id
            if key in owners:
                parent = owners[key]
                break
            if parent.type not in FUNCTIONS:
                passed.append(key)
            elif self._runs_later(parent, below):
                break
            below = parent
            parent = parent.parent
            if len(passed) > MAX_DEPTH:
                raise Exhausted
        self.step(len(passed) // 4)
        for key in passed:
            owners[key] = parent
        if node.type in FUNCTIONS:
            self._functions[own] = parent
        else:
            owners[own] = parent
        return parent

    def _runs_later(self, function: Node, below: Node) -> bool:
        """Whether `below`, a child of `function`, is part of what a call of it runs."""
        if function.type in FIELDS:
            return below.type not in {"property_identifier", "computed_property_name"} and not self.is_static(function)
        return not (function.type == "method_definition" and below.type == "computed_property_name")

    def is_static(self, member: Node) -> bool:
        """Whether a class member is static."""
        return any(child.type == "static" for child in member.children)


def arguments_of(call: Node) -> list[Node]:
    """The argument expressions of a call, comments left out; a tagged template counts as one argument."""
    arguments = call.child_by_field_name("arguments")
    if arguments is None:
        return []
    if arguments.type == "template_string":
        return [arguments]
    return [child for child in arguments.named_children if child.type != "comment"]


def bare(node: Node | None) -> Node | None:
    """The expression inside parentheses, casts and `(0, f)`."""
    while node is not None:
        if node.type in TRANSPARENT:
            inner = [child for child in node.named_children if child.type != "comment"]
            if node.type == "type_assertion":
                inner.reverse()
            node = inner[0] if inner else None
        elif node.type == "sequence_expression":
            node = node.child(node.child_count - 1)
        else:
            return node
    return None


def line_of(node: Node) -> int:
    """The line a node begins on, from 1."""
    return node.start_point[0] + 1


_NOT_CODE = frozenset({"comment", "html_comment", "hash_bang_line", "regex_pattern", "jsx_text"})


def string_at(code: Code, at: int) -> Node | None:
    """The string or template around a place, None when the place is in a comment, a pattern or plain code."""
    node: Node | None = code.leaf(at, at + 1)
    if node is None or node.type in _NOT_CODE:
        return None
    while node is not None and node.type in {"string_fragment", "escape_sequence", '"', "'", "`"}:
        node = node.parent
    return node if node is not None and node.type in {"string", "template_string"} else None
