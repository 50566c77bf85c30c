"""Folding: the value of an expression that is a constant, or nearly one, without running anything."""

from collections.abc import Callable
from typing import ClassVar

from tree_sitter import Node

from customhouse.source.python.bindings import Binding, Bindings
from customhouse.source.python.constant import HOLE, OWN_FILE, Const, parent_of_own, path_of
from customhouse.source.python.constant_calls import fold_call
from customhouse.source.python.literals import number, string_prefix, unescape
from customhouse.source.python.local_calls import bind_target, items_of
from customhouse.source.python.operations import MAX_LENGTH, Known, binary, sized, slice_of
from customhouse.source.python.resolver import Resolver, Steps

#: How deep expressions and chains of names are followed.
MAX_DEPTH = 30
_MAX_ITEMS = 65_536
_MAX_CHAIN = 5_000


class Folder:
    """Folds expressions of one file."""

    def __init__(self, bindings: Bindings, resolver: Resolver, steps: Steps) -> None:
        """Fold for one file; the resolver learns to ask here for constant names."""
        self.bindings = bindings
        self.resolver = resolver
        self.steps = steps
        #: Total characters and bytes that folding may still produce for the file.
        self.output = 4 * MAX_LENGTH
        self._known: dict[int, Const | None] = {}
        #: What names stand for inside of a comprehension, or of a function of the file that is carried out.
        self.local: dict[str, Const] = {}
        resolver.fold = self.text

    def text(self, node: Node) -> str | None:
        """The whole string value of an expression, None when it has none or only in part."""
        const = self.fold(node)
        if const is None or const.partial:
            return None
        return const.value if isinstance(const.value, str) else None

    def fold(self, node: Node, depth: int = 0) -> Const | None:
        """Fold an expression; None when nothing of it is constant."""
        if depth > MAX_DEPTH or self.output < 0 or not self.steps.take():
            return None
        if not self.local and node.id in self._known:
            return self._known[node.id]
        if not self.local:
            self._known[node.id] = None
        handler = self._BY_TYPE.get(node.type)
        const = handler(self, node, depth + 1) if handler else None
        if const is not None:
            size = sized(const.value)
            self.output -= size if node.type not in {"identifier", "string", "parenthesized_expression"} else 0
            if size > MAX_LENGTH:
                const = None
        if not self.local:
            self._known[node.id] = const
        return const

    def _string(self, node: Node, depth: int) -> Const | None:
        text = self.bindings.data[node.start_byte : node.end_byte].decode("utf-8", "replace")
        prefix, opening = string_prefix(text)
        closing = opening - len(prefix)
        if opening == 0 or len(text) < opening + closing:
            return None
        raw, binary_ = "r" in prefix, "b" in prefix
        if "f" not in prefix and "t" not in prefix:
            return Const(unescape(text[opening : len(text) - closing], raw=raw, binary=binary_))
        parts: list[str] = []
        partial = False
        for child in node.named_children:
            if child.type == "string_content":
                piece = self.bindings.data[child.start_byte : child.end_byte].decode("utf-8", "replace")
                plain = unescape(piece, raw=raw, binary=False)
                parts.append(plain.replace("{{", "{").replace("}}", "}") if isinstance(plain, str) else "")
            elif child.type == "interpolation":
                inner = child.child_by_field_name("expression")
                const = self.fold(inner, depth) if inner is not None else None
                plain_value = const is not None and child.named_child_count == 1
                parts.append(str(const.value) if const is not None and plain_value else HOLE)
                partial = partial or not plain_value or (const is not None and const.partial)
        return Const("".join(parts), (), partial)

    def _concatenated(self, node: Node, depth: int) -> Const | None:
        return self._joined([self.fold(child, depth) for child in node.named_children if child.type == "string"])

    def _joined(self, parts: list[Const | None]) -> Const | None:
        """Strings side by side; what is unknown between known ones is a hole."""
        known = [part for part in parts if part is not None and isinstance(part.value, str | bytes)]
        if not known:
            return None
        encodings = next((part.encodings for part in known if part.encodings), ())
        if all(isinstance(part.value, bytes) for part in known):
            if len(known) < len(parts):
                return None
            return Const(b"".join(part.value for part in known if isinstance(part.value, bytes)), encodings)
        texts = [str(part.value) if part is not None and isinstance(part.value, str) else HOLE for part in parts]
        partial = len(known) < len(parts) or any(part.partial for part in known)
        return Const("".join(texts), encodings, partial)

    def _integer(self, node: Node, depth: int) -> Const | None:
        del depth
        value = number(self.bindings.text(node))
        return None if value is None else Const(value)

    def _unary(self, node: Node, depth: int) -> Const | None:
        argument = node.child_by_field_name("argument")
        const = self.fold(argument, depth) if argument is not None else None
        if const is None or not isinstance(const.value, int):
            return None
        sign = self.bindings.data[node.start_byte : node.start_byte + 1]
        return Const({b"-": -const.value, b"~": ~const.value}.get(sign, const.value))

    def _binary(self, node: Node, depth: int) -> Const | None:
        """Operators; a long chain of `+` is walked down its left side, not descended into."""
        rights: list[tuple[str, Node]] = []
        left: Node | None = node
        while left is not None and left.type == "binary_operator" and len(rights) < _MAX_CHAIN:
            sign, right = left.child_by_field_name("operator"), left.child_by_field_name("right")
            if sign is None or right is None:
                return None
            rights.append((sign.type, right))
            left = left.child_by_field_name("left")
        if not self.steps.take(len(rights) // 4):
            return None
        value = self.fold(left, depth) if left is not None else None
        if all(operator == "+" for operator, _ in rights):
            parts = [value, *(self.fold(right, depth) for _, right in reversed(rights))]
            if all(part is None or isinstance(part.value, str | bytes) for part in parts):
                return self._joined(parts)
        for operator, right in reversed(rights):
            other = self.fold(right, depth)
            if (
                operator == "+"
                and (value is None or isinstance(value.value, str))
                and (other is None or isinstance(other.value, str))
            ):
                value = self._joined([value, other])
            elif operator == "/" and (value or other):
                value = path_of([value, other])
            else:
                value = self._operated(operator, value, other, right)
            if value is None and operator != "+":
                return None
        return value

    def _operated(self, operator: str, left: Const | None, right: Const | None, node: Node) -> Const | None:
        if left is None:
            return None
        if operator == "%" and isinstance(left.value, str) and right is None:
            names = list(node.named_children) if node.type == "tuple" else []
            folded = [self.fold(name) for name in names] or [None]
            values = tuple(HOLE if const is None else const.value for const in folded)
            result = binary("%", left.value, values)
            return None if result is None else Const(result, left.encodings, partial=True)
        if right is None:
            return None
        result = binary(operator, left.value, right.value)
        return (
            None if result is None else Const(result, left.encodings or right.encodings, left.partial or right.partial)
        )

    def _inner(self, node: Node, depth: int) -> Const | None:
        return self.fold(node.named_children[0], depth) if node.named_child_count else None

    def _either(self, node: Node, depth: int) -> Const | None:
        for child in (node.named_children[0], node.named_children[-1]):
            const = self.fold(child, depth)
            if const is not None:
                return const
        return None

    def _value(self, node: Node, depth: int) -> Const | None:
        value = node.child_by_field_name("value")
        return self.fold(value, depth) if value is not None else None

    def _list(self, node: Node, depth: int) -> Const | None:
        items: list[Known] = []
        partial = False
        encodings: tuple[str, ...] = ()
        for child in node.named_children:
            if child.type == "comment":
                continue
            const = self.fold(child, depth)
            if len(items) >= _MAX_ITEMS:
                return None
            partial = partial or const is None or const.partial
            items.append(HOLE if const is None else const.value)
            encodings = encodings or (const.encodings if const is not None else ())
        return Const(tuple(items), encodings, partial)

    def _comprehension(self, node: Node, depth: int) -> Const | None:
        """`[f(x) for x in constant]` with one loop and no condition."""
        body = node.child_by_field_name("body")
        clauses = [child for child in node.named_children if child.type in {"for_in_clause", "if_clause"}]
        if body is None or len(clauses) != 1 or clauses[0].type != "for_in_clause":
            return None
        target, source = clauses[0].child_by_field_name("left"), clauses[0].child_by_field_name("right")
        found = items_of(self, source, depth) if target is not None and source is not None else None
        if target is None or found is None:
            return None
        values, encodings = found
        hidden = dict(self.local)
        items: list[Known] = []
        for item in values:
            const = self.fold(body, depth) if bind_target(self, target, item) else None
            if const is None or const.partial:
                items = []
                break
            items.append(const.value)
            encodings = const.encodings or encodings
        self.local.clear()
        self.local.update(hidden)
        if not items:
            return None
        xored = b"^" in self.bindings.data[body.start_byte : body.end_byte]
        return Const(tuple(items), ("xor", *encodings) if xored else encodings)

    def _subscript(self, node: Node, depth: int) -> Const | None:
        holder, keys = node.child_by_field_name("value"), node.children_by_field_name("subscript")
        if holder is None or len(keys) != 1:
            return None
        if self.bindings.text(keys[0]) == "0" and "sys.argv" in self.resolver.node(holder):
            return OWN_FILE
        if holder.type == "dictionary":
            return self._picked(holder, keys[0], depth)
        const = self.fold(holder, depth)
        if const is None or const.partial or isinstance(const.value, int):
            return None
        if keys[0].type == "slice":
            bounds = self._slice(keys[0], depth)
            if bounds is None:
                return None
            backwards = bounds == (None, None, -1)
            encodings = ("reversed", *const.encodings) if backwards else const.encodings
            return Const(slice_of(const.value, bounds), encodings)
        index = self.fold(keys[0], depth)
        if index is None or not isinstance(index.value, int):
            return None
        try:
            return Const(const.value[index.value], const.encodings)
        except IndexError:
            return None

    def _slice(self, node: Node, depth: int) -> tuple[int | None, int | None, int | None] | None:
        bounds: list[int | None] = [None, None, None]
        place = 0
        for child in node.children:
            if child.type == ":":
                place += 1
            elif place < len(bounds):
                const = self.fold(child, depth)
                if const is None or not isinstance(const.value, int):
                    return None
                bounds[place] = const.value
        return (bounds[0], bounds[1], bounds[2])

    def _picked(self, dictionary: Node, key: Node, depth: int) -> Const | None:
        wanted = self.fold(key, depth)
        for pair in dictionary.named_children[:_MAX_CHAIN] if wanted is not None else ():
            name, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if name is not None and value is not None and self.fold(name, depth) == wanted:
                return self.fold(value, depth)
        return None

    def _identifier(self, node: Node, depth: int) -> Const | None:
        name = self.bindings.text(node)
        if name in self.local:
            return self.local[name]
        scope = self.bindings.scope_at(node.start_byte)
        found = self.bindings.visible(scope, name)
        if not found and name == "__file__":
            return OWN_FILE
        plain = [binding for binding in found if binding.kind != "item"]
        if not plain or plain[0].kind in {"import", "function", "class"}:
            return None
        same = scope.index == 0 or self.bindings.scopes[0].bindings.get(name) is not found
        return self._bound(plain, node.start_byte if same else -1, depth)

    def _bound(self, found: list[Binding], position: int, depth: int) -> Const | None:
        """The value of a name: of its last binding before the place where it is read, or else of its last."""
        last = len(found)
        if position >= 0:
            last = sum(binding.position < position for binding in found) or last
        first = last - 1
        while first > 0 and found[first].kind == "augment" and last - first < _MAX_CHAIN:
            first -= 1
        value: Const | None = None
        for binding in found[first:last]:
            if binding.node is None or binding.kind not in {"value", "augment", "parameter"}:
                return None
            const = self.fold(binding.node, depth)
            if binding.place is not None and binding.kind == "value":
                const = self._part(const, binding.place)
            if binding.kind == "augment" and (value is not None or const is not None):
                const = self._augmented(value, const)
            value = const
        return value

    def _augmented(self, value: Const | None, const: Const | None) -> Const | None:
        if value is not None and const is not None and isinstance(value.value, int) and isinstance(const.value, int):
            return None
        return self._joined([value, const])

    @staticmethod
    def _part(const: Const | None, index: int) -> Const | None:
        if const is None or not isinstance(const.value, tuple) or index >= len(const.value):
            return None
        part = const.value[index]
        return Const(part, const.encodings, const.partial and part == HOLE)

    def _attribute(self, node: Node, depth: int) -> Const | None:
        text = self.bindings.text(node)
        self.bindings.build()
        found = self.bindings.attributes.get(text)
        if found:
            return self._bound(found, -1, depth)
        if text.endswith(".parent"):
            holder = node.child_by_field_name("object")
            return parent_of_own(self.fold(holder, depth)) if holder is not None else None
        names = self.resolver.node(node)
        return next((Const(_CONSTANTS[name]) for name in names if name in _CONSTANTS), None)

    def _call(self, node: Node, depth: int) -> Const | None:
        return fold_call(self, node, depth)

    _BY_TYPE: ClassVar[dict[str, Callable[["Folder", Node, int], Const | None]]] = {
        "string": _string,
        "concatenated_string": _concatenated,
        "integer": _integer,
        "unary_operator": _unary,
        "binary_operator": _binary,
        "parenthesized_expression": _inner,
        "await": _inner,
        "conditional_expression": _either,
        "boolean_operator": _either,
        "named_expression": _value,
        "list": _list,
        "tuple": _list,
        "set": _list,
        "expression_list": _list,
        "list_comprehension": _comprehension,
        "generator_expression": _comprehension,
        "subscript": _subscript,
        "identifier": _identifier,
        "attribute": _attribute,
        "call": _call,
    }


_CONSTANTS: dict[str, Known] = {
    "os.sep": "/",
    "os.path.sep": "/",
    "os.linesep": "\n",
    "os.extsep": ".",
    "string.ascii_lowercase": "abcdefghijklmnopqrstuvwxyz",
    "string.ascii_uppercase": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.ascii_letters": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.digits": "0123456789",
    "string.hexdigits": "0123456789abcdefABCDEF",
    "string.punctuation": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
}
