"""What each name of a file is bound to, and in which scope, from the nodes that the structure query finds."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal, NamedTuple

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.python.grammar import structure

BindingKind = Literal["import", "value", "element", "augment", "item", "parameter", "function", "class"]
ScopeKind = Literal["module", "function", "lambda", "class"]

_MAIN = lazy_regex(rb"""if\s*+(?:\(\s*+)?(?:__name__\s*==\s*["']__main__["']|["']__main__["']\s*==\s*__name__)""")


class Binding(NamedTuple):
    """One place that gives a name a value.

    `import`: `target` is the dotted module or member. `value`, `element` (one of an iterable), `augment` (`+=`) and
    `item` (`name[…] = value`): `node` is the expression, `place` the one in an unpacked tuple.
    `parameter`: `node` is the default or None, `place` its position. `function`, `class`: `place` numbers its scope.
    """

    position: int
    kind: BindingKind
    node: Node | None
    target: str = ""
    place: int | None = None


class Scope:
    """A region in which names are local. `start` and `end` are the bytes of its body."""

    __slots__ = ("bindings", "end", "globals", "index", "kind", "name", "node", "parent", "start", "unbound")

    def __init__(self, index: int, kind: ScopeKind, name: str, parent: int, node: Node, start: int, end: int) -> None:
        """Open a scope; `index` is its number, `parent` that of the one around it, -1 for the module."""
        self.index = index
        self.kind: ScopeKind = kind
        self.name = name
        self.parent = parent
        self.node = node
        self.start = start
        self.end = end
        self.bindings: dict[str, list[Binding]] = {}
        self.globals: set[str] = set()
        #: Whether the parameters are still to be bound, which is done when a name is first looked up here.
        self.unbound = kind in {"function", "lambda"}


class Imported(NamedTuple):
    """One imported module; `member` is the name taken from it (`*` for all), empty for `import module`."""

    module: str
    member: str
    alias: str
    node: Node

    @property
    def name(self) -> str:
        """The local name."""
        return self.alias or self.member or self.module.partition(".")[0]

    @property
    def target(self) -> str:
        """What the local name stands for: `import a.b` binds `a`."""
        if self.member:
            return f"{self.module}{self.member}" if self.module.endswith(".") else f"{self.module}.{self.member}"
        return self.module if self.alias else self.module.partition(".")[0]


class Bindings:
    """All scopes of a file with what their names are bound to."""

    def __init__(self, data: bytes, root: Node) -> None:
        """Bind nothing yet: see `build`."""
        self.data = data
        self.root = root
        self._ascii = data.decode() if data.isascii() else None
        self.scopes: list[Scope] = [Scope(0, "module", "", -1, root, 0, len(data) + 1)]
        #: Every binding but parameters by name, over all scopes.
        self.by_name: dict[str, list[tuple[Scope, Binding]]] = {}
        self.imports: list[Imported] = []
        #: Local names of imported modules and members, with what they stand for.
        self.imported_names: list[tuple[str, str]] = []
        self.stars: list[str] = []
        #: `self.x = …` by the text of the target.
        self.attributes: dict[str, list[Binding]] = {}
        #: Bodies that run only when the file is started as a script.
        self.main_ranges: list[tuple[int, int]] = []
        self._starts: list[int] = []
        self._owners: list[int] = [0]
        self._returns: list[Node] = []
        self._returns_of: dict[int, list[Node]] | None = None

    def build(self, found: dict[str, list[Node]] | None = None) -> None:
        """Bind every name; done once, at the latest when the first name is looked up."""
        if self._starts:
            return
        found = structure(self.root) if found is None else found
        self._starts.append(0)
        self._build_scopes(found.get("scope", []))
        for node in found.get("global", []):
            self.scope_at(node.start_byte).globals.update(map(self.text, node.named_children))
        self._bind_scopes()
        for node in (*found.get("import", []), *found.get("from", [])):
            self._bind_import(node)
        for kind, left, right in (("assignment", "left", "right"), ("walrus", "name", "value")):
            for node in found.get(kind, []):
                self._bind_assignment(node, left, right)
        for node in found.get("for", []):
            target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
            if target is not None and value is not None:
                self._bind(target, value, "element")
        for node in found.get("as", []):
            self._bind_as(node)
        self._returns = found.get("return", [])
        self._find_main()

    def _bind_as(self, node: Node) -> None:
        """`with value as target`."""
        if node.named_child_count == 2:  # noqa: PLR2004 (value and target)
            value, target = node.named_children
            if target.type == "as_pattern_target" and target.named_child_count:
                self._bind(target.named_children[0], value, "value")

    def _find_main(self) -> None:
        root, data = self.root, self.data
        for node in root.named_children if b"__main__" in data else ():
            if node.type == "if_statement" and _MAIN.match(self.data, node.start_byte):
                body = node.child_by_field_name("consequence")
                if body is not None:
                    self.main_ranges.append((body.start_byte, body.end_byte))

    def text(self, node: Node) -> str:
        """The node's text; identifiers outside ASCII as the compiler normalises them (NFKC)."""
        if self._ascii is not None:
            return self._ascii[node.start_byte : node.end_byte]
        raw = self.data[node.start_byte : node.end_byte]
        return raw.decode() if raw.isascii() else unicodedata.normalize("NFKC", raw.decode("utf-8", "replace"))

    def scope_at(self, position: int) -> Scope:
        """The innermost scope whose body holds the position."""
        if not self._starts:
            self.build()
        return self.scopes[self._owners[bisect_right(self._starts, position) - 1]]

    def function_at(self, position: int) -> Scope:
        """The innermost function, lambda or module: class bodies run where they stand."""
        return self.function_of(self.scope_at(position))

    def function_of(self, scope: Scope) -> Scope:
        """The scope itself, or what a class body stands in."""
        while scope.kind == "class":
            scope = self.scopes[scope.parent]
        return scope

    def in_main(self, position: int) -> bool:
        """Whether the position is under `if __name__ == "__main__"`."""
        return any(start <= position < end for start, end in self.main_ranges)

    def visible(self, scope: Scope, name: str) -> list[Binding]:
        """What a name is bound to when read in a scope, following Python's rules; empty when nothing binds it."""
        inner = scope
        while True:
            if scope.unbound:
                self._bind_parameters(scope)
            if (scope is inner or scope.kind != "class") and name in scope.bindings and name not in scope.globals:
                return scope.bindings[name]
            if scope.parent < 0:
                return scope.bindings.get(name, [])
            scope = self.scopes[scope.parent]

    def returned(self, scope: Scope) -> list[Node]:
        """The expressions that a function returns or yields, those of functions inside it left out."""
        if self._returns_of is None:
            self._returns_of = {}
            for node in self._returns:
                self._returns_of.setdefault(self.function_at(node.start_byte).index, []).append(node)
        return self._returns_of.get(scope.index, [])[:_MAX_RETURNS]

    def add_item(self, scope: Scope, name: str, position: int, value: Node) -> None:
        """Remember that a value went into the container that a name holds."""
        found = self.visible(scope, name)
        if found and len(found) < _MAX_ITEMS:
            found.append(Binding(position, "item", value))

    def _build_scopes(self, nodes: list[Node]) -> None:
        """Number the scopes, and lay their bodies end to end, so that a position finds its scope by bisection."""
        open_scopes = [self.scopes[0]]
        bodies = [
            (body.start_byte, body.end_byte, node) for node in nodes if (body := node.child_by_field_name("body"))
        ]
        # By body, not by node: a lambda among a function's defaults begins after the function and outside its body.
        for start, end, node in sorted(bodies, key=_first):
            while open_scopes[-1].end <= start:
                self._close(open_scopes)
            name = node.child_by_field_name("name")
            kind: ScopeKind = _KINDS[node.type]
            parent = open_scopes[-1]
            scope = Scope(len(self.scopes), kind, self.text(name) if name else "", parent.index, node, start, end)
            self.scopes.append(scope)
            self._starts.append(start)
            self._owners.append(scope.index)
            open_scopes.append(scope)
        while len(open_scopes) > 1:
            self._close(open_scopes)

    def _close(self, open_scopes: list[Scope]) -> None:
        ended = open_scopes.pop()
        self._starts.append(ended.end)
        self._owners.append(open_scopes[-1].index)

    def _bind_scopes(self) -> None:
        for scope in self.scopes[1:]:
            parent = self.scopes[scope.parent]
            if scope.name:
                kind: BindingKind = "class" if scope.kind == "class" else "function"
                self._name(parent, scope.name, Binding(scope.node.start_byte, kind, scope.node, "", scope.index))

    def _bind_parameters(self, scope: Scope) -> None:
        scope.unbound = False
        parameters = scope.node.child_by_field_name("parameters")
        if parameters is None:
            return
        for index, node in enumerate(parameters.named_children):
            default = node.child_by_field_name("value")
            target = node
            if node.type in {"default_parameter", "typed_default_parameter"}:
                target = node.child_by_field_name("name") or node
            elif node.type == "typed_parameter":
                target = node.named_children[0] if node.named_child_count else node
            for name in _identifiers(target):
                bound = scope.bindings.setdefault(self.text(name), [])
                bound.insert(0, Binding(node.start_byte, "parameter", default, "", index))

    def _name(self, scope: Scope, name: str, binding: Binding) -> None:
        """Bind a name where Python binds it: in the module when the scope declares it global."""
        home = self.scopes[0] if name in scope.globals else scope
        known = home.bindings.get(name)
        if known is None:
            home.bindings[name] = [binding]
        else:
            known.append(binding)
        everywhere = self.by_name.get(name)
        if everywhere is None:
            self.by_name[name] = [(home, binding)]
        else:
            everywhere.append((home, binding))

    def imported_by(self, node: Node) -> list[Imported]:
        """What one import statement imports."""
        if node.type == "import_statement":
            return [Imported(module, "", alias, node) for module, alias in self.listed(node, "import")]
        source = node.child_by_field_name("module_name")
        if node.type != "import_from_statement" or source is None:
            return []
        module = self._dotted(source)
        return [Imported(module, member, alias, node) for member, alias in self.listed(node, "from")]

    def _bind_import(self, node: Node) -> None:
        scope = self.scope_at(node.start_byte)
        for one in self.imported_by(node):
            self.imports.append(one)
            if one.member == "*":
                self.stars.append(one.module)
            else:
                self._imported(scope, node, one.name, one.target)

    def _imported(self, scope: Scope, node: Node, name: str, target: str) -> None:
        self._name(scope, name, Binding(node.start_byte, "import", None, target))
        self.imported_names.append((name, target))

    def listed(self, node: Node, kind: str) -> list[tuple[str, str]]:
        """What an import statement lists, as name and alias: from the text where that is plain, else from the tree."""
        match = _PLAIN_IMPORT[kind].fullmatch(self.data, node.start_byte, node.end_byte)
        if match is not None:
            listed = match[1].decode().strip("() \n\t").rstrip(",").split(",")
            pairs = [item.split() for item in listed]
            if all(len(pair) == 1 or (len(pair) == 3 and pair[1] == "as") for pair in pairs):  # noqa: PLR2004 (a as b)
                return [(pair[0], pair[2] if len(pair) > 1 else "") for pair in pairs]
        found = []
        for child in node.children_by_field_name("name"):
            name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            if child.type == "aliased_import" and name is not None and alias is not None:
                found.append((self._dotted(name), self.text(alias)))
            else:
                found.append((self._dotted(child), ""))
        if any(child.type == "wildcard_import" for child in node.named_children):
            found.append(("*", ""))
        return found

    def _dotted(self, node: Node) -> str:
        """A module name as text: line continuations and spaces between its parts taken out."""
        text = self.text(node)
        return text if text.isidentifier() else re.sub(r"\\\n|#[^\n]*|\s+", "", text)

    def _bind_assignment(self, node: Node, left: str, right: str) -> None:
        target, value = node.child_by_field_name(left), node.child_by_field_name(right)
        if target is None or value is None:
            return
        while value.type == "assignment":  # a = b = value
            inner = value.child_by_field_name("right")
            if inner is None:
                return
            value = inner
        self._bind(target, value, "augment" if node.type == "augmented_assignment" else "value")

    def _bind(self, target: Node, value: Node, kind: BindingKind) -> None:
        scope = self.scope_at(target.start_byte)
        if target.type == "identifier":
            self._name(scope, self.text(target), Binding(target.start_byte, kind, value))
            return
        pending: list[tuple[Node, int | None]] = [(target, None)]
        while pending:
            node, index = pending.pop()
            if node.type == "identifier":
                self._name(scope, self.text(node), Binding(target.start_byte, kind, value, "", index))
            elif node.type == "attribute":
                _append(self.attributes, self.text(node), Binding(target.start_byte, kind, value, "", index))
            elif node.type == "subscript":
                holder = node.child_by_field_name("value")
                if holder is not None and holder.type == "identifier":
                    binding = Binding(target.start_byte, "item", value)
                    name = self.text(holder)
                    found = self.visible(scope, name)
                    if not found:
                        self._name(scope, name, binding)
                    elif len(found) < _MAX_ITEMS:
                        found.append(binding)
            elif node.type in _UNPACKING:
                pending.extend((child, i) for i, child in enumerate(node.named_children))


#: Import statements without comments, continuations and letters outside ASCII; group 1 is the list.
_PLAIN_IMPORT = {
    "import": lazy_regex(rb"import[ \t]+([\w., \t]+)", re.ASCII),
    "from": lazy_regex(rb"from[ \t]+[\w.]+[ \t]+import[ \t]*(\([\w, \t\n]+\)|[ \t][\w, \t]+)", re.ASCII),
}
_MAX_RETURNS = 32
_KINDS: dict[str, ScopeKind] = {"function_definition": "function", "lambda": "lambda", "class_definition": "class"}
_UNPACKING = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "tuple", "list", "expression_list"}
)
#: Bindings that one name may have before further items are left out; a table of thousands says nothing new.
_MAX_ITEMS = 64


def _first(body: tuple[int, int, Node]) -> int:
    return body[0]


def _append(table: dict[str, list[Binding]], name: str, binding: Binding) -> None:
    table.setdefault(name, []).append(binding)


def _identifiers(node: Node) -> Iterator[Node]:
    pending = [node]
    while pending:
        node = pending.pop()
        if node.type == "identifier":
            yield node
        else:
            pending.extend(node.named_children)
