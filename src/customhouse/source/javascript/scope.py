"""Names: where one is declared, what it is given, and where it is used; found backwards from a use, only when asked.

Blocks are not scopes of their own here except that a `let` or `const` whose block does not hold the use is passed over:
a name is taken to belong to the function that declares it.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal, NamedTuple

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.tree import FUNCTIONS, NAMED_FUNCTIONS, Code

Kind = Literal["declared", "assigned", "augmented", "each", "parameter", "function", "class", "import", "caught"]
_LEAVES = frozenset(
    {"identifier", "shorthand_property_identifier_pattern", "shorthand_property_identifier", "type_identifier"}
)
_PATTERNS = frozenset(
    {
        "object_pattern",
        "array_pattern",
        "pair_pattern",
        "assignment_pattern",
        "object_assignment_pattern",
        "rest_pattern",
        "required_parameter",
        "optional_parameter",
    }
)
#: The child of a pattern that is named by it, where it has other children too.
_NAMING_FIELD = {
    "assignment_pattern": "left",
    "object_assignment_pattern": "left",
    "pair_pattern": "value",
    "required_parameter": "pattern",
    "optional_parameter": "pattern",
}
#: Before a name that is called where it stands; not `function`, `*`, nor a line or a comment that may hide them.
_CALLED = lazy_regex(rb"[^\sn*/\x80-\xff][ \t]*\Z")
_MOST_LOOKED_AT = 200_000
_MOST_USES = 200_000


class Definition(NamedTuple):
    """One place that gives a name its value. `keys` lead from the value to it: `{a: [b]} = v` gives ("a", "0")."""

    kind: Kind
    name: Node
    value: Node | None
    keys: tuple[str, ...] = ()

    @property
    def declares(self) -> bool:
        """Whether the name belongs to the function this stands in."""
        return self.kind not in {"assigned", "augmented"}


class Scopes:
    """Lookup of names in one file."""

    def __init__(self, code: Code) -> None:
        """Take the parsed file."""
        self.code = code
        self._definitions: dict[tuple[int, bytes], list[Definition]] = {}
        self._uses: dict[tuple[int, bytes], list[Node]] = {}
        self._writes: dict[tuple[int, bytes], list[Definition]] = {}
        #: Of a name of a scope: whether it means the same in a function inside of it.
        self._belonging: dict[tuple[int, bytes], dict[int, bool]] = {}
        #: Places of each name that may give it a value, by the text around them; and what is known of a place.
        self._giving: dict[bytes, list[int]] = {}
        self._places: dict[int, tuple[Node | None, Definition | None] | None] = {}

    def lookup(self, name: bytes, at: Node) -> tuple[Node | None, list[Definition]]:
        """The function (None: the module) that declares `name` as seen from `at`, and what is given to it there.

        An undeclared name gives the module and the assignments at module level, if any.
        """
        scope = self.code.owner(at)
        while scope is not None:
            definitions = self.definitions(scope, name)
            if any(each.declares for each in definitions):
                return scope, self._visible(definitions, at)
            scope = self.code.owner(scope)
        return None, self._visible(self.definitions(None, name), at)

    def definitions(self, scope: Node | None, name: bytes) -> list[Definition]:
        """What gives `name` a value directly in `scope`, inner functions left out."""
        key = (scope.id if scope is not None else 0, name)
        found = self._definitions.get(key)
        if found is None:
            found = self._definitions[key] = list(self._directly(scope, name))
        return found

    def _directly(self, scope: Node | None, name: bytes) -> Iterator[Definition]:
        start, end = (scope.start_byte, scope.end_byte) if scope is not None else (0, len(self.code.data))
        own = scope.id if scope is not None else 0
        skip = looked = 0
        for at in self._may_give(name, start, end):
            if at < skip:
                continue
            looked += 1
            if looked > _MOST_LOOKED_AT:
                self.code.cut = True
                return
            place = self._place(at, len(name))
            if place is None:
                continue
            home, definition = place
            if (home.id if home is not None else 0) != own:
                skip = self._outermost_below(home, scope)
            elif definition is not None:
                yield definition

    def _may_give(self, name: bytes, start: int, end: int) -> list[int]:
        """The places of a name in a range where the text around them lets it be given a value."""
        every = self._giving.get(name)
        if every is not None:
            return every[bisect_left(every, start) : bisect_left(every, end)]
        data, size = self.code.data, len(name)
        found = [at for at in self.code.positions_in(name, start, end) if not _only_used(data, at, at + size)]
        if start == 0 and end == len(data):
            self._giving[name] = found
        return found

    def _place(self, at: int, size: int) -> tuple[Node | None, Definition | None] | None:
        """The function whose scope the name at a place stands in, and what it is given there; None for no name."""
        try:
            return self._places[at]
        except KeyError:
            leaf = self.code.leaf(at, at + size)
            found = (self.home(leaf), self.classify(leaf)) if leaf.type in _LEAVES else None
            self._places[at] = found
            return found

    def home(self, leaf: Node) -> Node | None:
        """The function whose scope a name stands in: a function's own name stands outside of it."""
        parent = leaf.parent
        if parent is not None and parent.type in NAMED_FUNCTIONS and leaf.start_byte < _body_start(parent):
            name = parent.child_by_field_name("name")
            if name is not None and name.id == leaf.id:
                return self.code.owner(parent)
        return self.code.owner(leaf)

    def _outermost_below(self, inner: Node | None, scope: Node | None) -> int:
        """Where the outermost function that holds `inner` and lies in `scope` ends."""
        while inner is not None:
            outer = self.code.owner(inner)
            if outer is None or (scope is not None and outer.id == scope.id):
                return inner.end_byte
            inner = outer
        return 0

    def classify(self, leaf: Node) -> Definition | None:
        """What a name's occurrence gives it; None for a mere use."""
        parent = leaf.parent
        if parent is None:
            return None
        node, keys = leaf, []
        if leaf.type == "shorthand_property_identifier_pattern":
            keys.append(self.code.text(leaf))
        while parent is not None and parent.type in _PATTERNS:
            field = _NAMING_FIELD.get(parent.type)
            if field is not None and not _is_field(parent, field, node):
                return None  # a default value or a key, which is a use
            if parent.type == "pair_pattern":
                keys.append(_key_text(self.code, parent))
            elif parent.type == "array_pattern":
                keys.append(str(_index_in(parent, node)))
            node, parent = parent, parent.parent
        if parent is None:
            return None
        return self._given(leaf, node, parent, tuple(reversed(keys)))

    def _given(self, leaf: Node, node: Node, parent: Node, keys: tuple[str, ...]) -> Definition | None:
        kind = parent.type
        if kind == "variable_declarator" and _is_field(parent, "name", node):
            return Definition("declared", leaf, parent.child_by_field_name("value"), keys)
        if kind == "assignment_expression" and _is_field(parent, "left", node):
            return Definition("assigned", leaf, parent.child_by_field_name("right"), keys)
        if kind == "augmented_assignment_expression" and _is_field(parent, "left", node):
            return Definition("augmented", leaf, parent.child_by_field_name("right"), keys)
        if kind == "formal_parameters" or (kind == "arrow_function" and _is_field(parent, "parameter", node)):
            return Definition("parameter", leaf, None, keys)
        if kind == "for_in_statement" and _is_field(parent, "left", node):
            return Definition("each", leaf, parent.child_by_field_name("right"), keys)
        if kind in FUNCTIONS and kind != "method_definition" and _is_field(parent, "name", node):
            return Definition("function", leaf, parent)
        if kind in {"class_declaration", "class"} and _is_field(parent, "name", node):
            return Definition("class", leaf, parent)
        if kind in {"import_specifier", "import_clause", "namespace_import", "import_require_clause"}:
            return Definition("import", leaf, None)
        if kind == "catch_clause":
            return Definition("caught", leaf, None)
        return None

    def uses(self, name: bytes, scope: Node | None, most: int = _MOST_USES) -> list[Node]:
        """The identifiers `name` that mean what `scope` declares, its own declarations among them; the first `most`."""
        key = (scope.id if scope is not None else 0, name)
        found = self._uses.get(key)
        if found is not None:
            return found[:most]
        found = []
        start, end = (scope.start_byte, scope.end_byte) if scope is not None else (0, len(self.code.data))
        places = self.code.positions_in(name, start, end)
        if len(places) > _MOST_USES:
            self.code.cut = True
        belonging = self._belonging.setdefault(key, {})
        for at in places[:_MOST_USES]:
            leaf = self.code.leaf(at, at + len(name))
            if leaf.type in _LEAVES and self._belongs(self.code.owner(leaf), name, key[0], belonging):
                found.append(leaf)
                if len(found) >= most:
                    return found
        self._uses[key] = found
        return found

    def _belongs(self, function: Node | None, name: bytes, home: int, belongs: dict[int, bool]) -> bool:
        """Whether a name in `function` is not declared between there and `home`; `belongs` is what is known of it."""
        passed: list[int] = []
        result = True
        while function is not None and function.id != home:
            key = function.id
            known = belongs.get(key)
            passed.append(key)
            if known is not None or any(each.declares for each in self.definitions(function, name)):
                result = known or False
                break
            function = self.code.owner(function)
        belongs.update(dict.fromkeys(passed, result))
        return result

    def writes(self, name: bytes, scope: Node | None) -> list[Definition]:
        """Everything in `scope` and in the functions inside it that gives the name a value."""
        key = (scope.id if scope is not None else 0, name)
        found = self._writes.get(key)
        if found is None:
            found = self._writes[key] = []
            start, end = (scope.start_byte, scope.end_byte) if scope is not None else (0, len(self.code.data))
            places = self._may_give(name, start, end)
            if len(places) > _MOST_USES:
                self.code.cut = True
            belonging = self._belonging.setdefault(key, {})
            for at in places[:_MOST_USES]:
                place = self._place(at, len(name))
                if place is None or place[1] is None:
                    continue
                if self._belongs(self.code.owner(place[1].name), name, key[0], belonging):
                    found.append(place[1])
        return found

    def _visible(self, definitions: list[Definition], at: Node) -> list[Definition]:
        """Leave out what a `let` or `const` of another block is given."""
        if len(definitions) == 1:
            return definitions
        seen = [each for each in definitions if each.kind != "declared" or self._in_block(each.name, at)]
        return seen or definitions

    def _in_block(self, name: Node, at: Node) -> bool:
        statement = name.parent
        while statement is not None and statement.type not in {"lexical_declaration", "variable_declaration"}:
            if statement.type in FUNCTIONS:
                return True
            statement = statement.parent
        block = statement.parent if statement is not None and statement.type == "lexical_declaration" else None
        return block is None or block.start_byte <= at.start_byte < block.end_byte


def _only_used(data: bytes, at: int, end: int) -> bool:
    """Whether the bytes around a name show that nothing is given to it: `.name`, `name.`, `name[`, `f = name(`."""
    if data[at - 1 : at] == b"." and data[at - 3 : at] != b"...":
        return True
    after = data[end : end + 1]
    if after in {b".", b"["}:
        return data[end : end + 3] != b"..."
    return after == b"(" and _CALLED.search(data, max(at - 16, 0), at) is not None


def _is_field(parent: Node, field: str, node: Node) -> bool:
    child = parent.child_by_field_name(field)
    return child is not None and child.id == node.id


def _index_in(parent: Node, node: Node) -> int:
    for index, child in enumerate(parent.named_children[:64]):
        if child.id == node.id:
            return index
    return 0


def _key_text(code: Code, pair: Node) -> str:
    key = pair.child_by_field_name("key")
    return code.text(key).strip("\"'`") if key is not None else "*"


def _body_start(function: Node) -> int:
    body = function.child_by_field_name("body")
    return body.start_byte if body is not None else function.end_byte
