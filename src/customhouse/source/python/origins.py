"""Where a value came from: a light flow of data through the names, functions and containers of one file.

Every origin that may reach the value is named; the order of statements is not looked at. That is on purpose: a judge
wants to know that the environment can reach `requests.post`, not on which path.
"""

from tree_sitter import Node

from customhouse.model.code import Origin
from customhouse.source.credentials import credential_reference, credential_variable
from customhouse.source.python.api import api
from customhouse.source.python.bindings import Binding, Scope
from customhouse.source.python.constants import Folder
from customhouse.source.python.resolver import Resolver, Steps

_MAX_NODES = 600
_MAX_DEPTH = 24
_MAX_BINDINGS = 24
_ORDER: tuple[Origin, ...] = ("network", "environment", "credentials", "decoded", "file", "host", "self", "captured")

Origins = frozenset[Origin]
_NONE: Origins = frozenset()
_SELF: Origins = frozenset({"self"})


class OriginFinder:
    """Finds the origins of expressions of one file."""

    def __init__(self, folder: Folder, resolver: Resolver, steps: Steps) -> None:
        """Find origins in the file that `folder` and `resolver` are for."""
        self.folder = folder
        self.bindings = folder.bindings
        self.resolver = resolver
        self.steps = steps
        self._names: dict[tuple[int, str], Origins] = {}
        self._functions: dict[int, Origins] = {}

    def of(self, nodes: list[Node]) -> tuple[Origin, ...]:
        """The origins of several expressions together, in a fixed order."""
        found: set[Origin] = set()
        for node in nodes:
            found |= self.node(node)
        return tuple(origin for origin in _ORDER if origin in found)

    def node(self, node: Node, depth: int = 0) -> Origins:
        """The origins of everything that an expression is made of."""
        if depth > _MAX_DEPTH:
            return _NONE
        found: set[Origin] = set()
        const = self.folder.fold(node)
        if const is not None and const.encodings:
            found.add("decoded")
        pending = [node]
        looked = 0
        while pending and looked < _MAX_NODES and self.steps.take():
            looked += 1
            one = pending.pop()
            found |= self._own(one, depth)
            pending.extend(_parts(one))
        return frozenset(found)

    def _own(self, node: Node, depth: int) -> Origins:
        """The origins of one node, its parts left out."""
        kind = node.type
        if kind == "identifier":
            return self._identifier(node, depth)
        if kind == "call":
            return self._call(node, depth)
        if kind == "attribute":
            return self._attribute(node, depth)
        if kind == "string":
            return self._string(node)
        if kind == "subscript":
            return self._subscript(node)
        return frozenset({"decoded"}) if kind == "binary_operator" and _is_xor(node) else _NONE

    def _identifier(self, node: Node, depth: int) -> Origins:
        name = self.bindings.text(node)
        scope = self.bindings.scope_at(node.start_byte)
        if not self.bindings.visible(scope, name):
            return _SELF if name == "__file__" else _NONE
        key = (scope.index, name)
        known = self._names.get(key)
        if known is not None:
            return known
        self._names[key] = _NONE  # a name that is made of itself adds nothing
        found: set[Origin] = set()
        for dotted in self.resolver.name(scope, name):
            found |= _of_api(dotted)
        for binding in self.bindings.visible(scope, name)[-_MAX_BINDINGS:]:
            found |= self._binding(scope, name, binding, depth + 1)
        self._names[key] = frozenset(found)
        return self._names[key]

    def _binding(self, scope: Scope, name: str, binding: Binding, depth: int) -> Origins:
        if binding.kind in {"value", "element", "augment", "item"} and binding.node is not None:
            return self.node(binding.node, depth)
        if binding.kind != "parameter":
            return _NONE
        self.resolver.learn()
        found: set[Origin] = set()
        owner: Scope | None = scope
        while owner is not None and binding not in owner.bindings.get(name, ()):
            owner = self.bindings.scopes[owner.parent] if owner.parent >= 0 else None
        for key in (binding.place, name) if owner is not None and binding.place is not None else ():
            for argument in self.resolver.arguments.get((owner.index, key), ())[:_MAX_BINDINGS] if owner else ():
                found |= self.node(argument, depth)
        return frozenset(found)

    def _call(self, node: Node, depth: int) -> Origins:
        function = node.child_by_field_name("function")
        if function is None:
            return _NONE
        found: set[Origin] = set()
        for dotted in self.resolver.node(function):
            if dotted.startswith("local:"):
                found |= self._returned(int(dotted[6:]), depth)
            elif dotted in _ENVIRONMENT_READERS:
                found |= self._variable(node)
            else:
                found |= _of_api(dotted)
        if function.type == "attribute" and function.end_byte - function.start_byte < _LONG:
            name = function.child_by_field_name("attribute")
            if name is not None and self.bindings.text(name) in {"decrypt", "b64decode", "unhexlify", "decompress"}:
                found.add("decoded")
        return frozenset(found)

    def _returned(self, index: int, depth: int) -> Origins:
        known = self._functions.get(index)
        if known is not None:
            return known
        self._functions[index] = _NONE
        scope = self.bindings.scopes[index]
        found: set[Origin] = set()
        body = scope.node.child_by_field_name("body")
        values = [body] if scope.kind == "lambda" and body is not None else self.bindings.returned(scope)
        for value in values:
            found |= self.node(value, depth + 1)
        self._functions[index] = frozenset(found)
        return self._functions[index]

    def _attribute(self, node: Node, depth: int) -> Origins:
        found: set[Origin] = set()
        for dotted in self.resolver.node(node):
            found |= _of_api(dotted)
        for binding in self.bindings.attributes.get(self.bindings.text(node), ())[-_MAX_BINDINGS:]:
            if binding.node is not None and depth < _MAX_DEPTH:
                key = (-1, f"{node.id}")
                if key not in self._names:
                    self._names[key] = _NONE
                    self._names[key] = self.node(binding.node, depth + 1)
                found |= self._names[key]
        return frozenset(found)

    def _string(self, node: Node) -> Origins:
        const = self.folder.fold(node)
        if const is not None and isinstance(const.value, str) and credential_reference(const.value):
            return frozenset({"credentials"})
        return _NONE

    def _subscript(self, node: Node) -> Origins:
        holder = node.child_by_field_name("value")
        names = self.resolver.node(holder) if holder is not None else ()
        keys = node.children_by_field_name("subscript")
        if "sys.argv" in names:
            return _SELF if keys and self.bindings.text(keys[0]) == "0" else _NONE
        if not any(name in _ENVIRONMENTS for name in names):
            return _NONE
        return self._named_variable(keys[0] if keys else None)

    def _variable(self, call: Node) -> Origins:
        arguments = call.child_by_field_name("arguments")
        children = arguments.named_children if arguments is not None else []
        return self._named_variable(children[0] if children else None)

    def _named_variable(self, key: Node | None) -> Origins:
        name = self.folder.text(key) if key is not None else None
        if name and credential_variable(name):
            return frozenset({"environment", "credentials"})
        return frozenset({"environment"})


_LONG = 4096
_ENVIRONMENTS = frozenset({"os.environ", "os.environb"})
_ENVIRONMENT_READERS = frozenset({"os.getenv", "os.getenvb", "os.environ.get", "os.environb.get", "os.environ.pop"})


def _of_api(dotted: str) -> Origins:
    """The origin of a resolved name: of the call itself, or of what a method of its result gives."""
    plain = dotted.replace("()", "")
    if plain in _ENVIRONMENTS or plain.startswith("os.environ."):
        return frozenset({"environment"})
    while plain:
        found = api(plain)
        if found is not None:
            return frozenset({found.origin}) if found.origin else _NONE
        if "()" not in dotted:
            return _NONE
        plain = plain.rpartition(".")[0]
    return _NONE


def _parts(node: Node) -> list[Node]:
    """The nodes whose values go into a node's value."""
    kind = node.type
    if kind in {"lambda", "comment", "integer", "identifier"}:
        return []
    if kind == "attribute":
        return node.named_children[:1]
    if kind == "keyword_argument":
        return node.named_children[1:]
    if kind == "string":
        return [child for child in node.named_children if child.type == "interpolation"]
    return node.named_children


def _is_xor(node: Node) -> bool:
    operator = node.child_by_field_name("operator")
    return operator is not None and operator.type == "^"
