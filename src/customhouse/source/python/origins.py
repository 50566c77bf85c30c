"""Where a value came from: a light flow of data through the names, functions and containers of one file.

Every origin that may reach the value is named; the order of statements is not looked at. That is on purpose: a judge
wants to know that the environment can reach `requests.post`, not on which path.
"""

from collections.abc import Iterable

from tree_sitter import Node

from customhouse.model.code import Origin
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.credentials import credential_reference, credential_variable
from customhouse.source.python import by_hand
from customhouse.source.python.api import api
from customhouse.source.python.bindings import Binding, Scope
from customhouse.source.python.constant import Const
from customhouse.source.python.constants import Folder
from customhouse.source.python.resolver import Resolver, Steps

_MAX_NODES = 600
_MAX_DEPTH = 24
_MAX_BINDINGS = 24
#: Through so many containers is followed what they are filled with.
_DEEPEST_FED = 12
_MAX_FILES = 4
_ORDER: tuple[Origin, ...] = ("network", "environment", "credentials", "decoded", "file", "host", "self", "captured")

#: Origins, and beside `file` the names of files, each as `file:` and its path.
Found = frozenset[str]
FILE = "file:"
_NONE: Found = frozenset()
_SELF: Found = frozenset({"self"})


class OriginFinder:
    """Finds the origins of expressions of one file."""

    def __init__(self, folder: Folder, resolver: Resolver, steps: Steps) -> None:
        """Find origins in the file that `folder` and `resolver` are for."""
        self.folder = folder
        self.bindings = folder.bindings
        self.resolver = resolver
        self.steps = steps
        self._names: dict[tuple[int, str], Found] = {}
        self._functions: dict[int, Found] = {}
        self._listens = b"sys.stdin" in self.bindings.data
        self._fed: dict[str, list[Node]] | None = None

    def of(self, nodes: list[Node]) -> tuple[tuple[Origin, ...], tuple[str, ...]]:
        """The origins of several expressions together, in a fixed order, and the names of the files among them."""
        return split(self.found(nodes))

    def found(self, nodes: list[Node]) -> Found:
        """The same, as one set."""
        found: set[str] = set()
        for node in nodes:
            found |= self.node(node)
        return frozenset(found)

    def fed(self) -> dict[str, list[Node]]:
        """What goes into each name by `append`, `write` and the like."""
        if self._fed is None:
            self._fed = by_hand.fed(self.bindings, self.bindings.root)
        return self._fed

    def node(self, node: Node, depth: int = 0) -> Found:
        """The origins of everything that an expression is made of."""
        if depth > _MAX_DEPTH:
            return _NONE
        found: set[str] = set()
        const = self.folder.fold(node)
        if const is not None and const.encodings and const.value and not _turned_list(const):
            found.add("decoded")
        pending = [node]
        looked = 0
        while pending and looked < _MAX_NODES and self.steps.take():
            looked += 1
            one = pending.pop()
            if self._listens and one.type == "call" and self._is_spoken_to(one):
                continue
            found |= self._own(one, depth)
            pending.extend(_parts(one))
        return frozenset(found)

    def _own(self, node: Node, depth: int) -> Found:
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
        return _DECODED if kind == "binary_operator" and by_hand.changes_characters(self.bindings, node) else _NONE

    def _identifier(self, node: Node, depth: int) -> Found:
        name = self.bindings.text(node)
        scope = self.bindings.scope_at(node.start_byte)
        if not self.bindings.visible(scope, name):
            return _SELF if name == "__file__" else _NONE
        key = (scope.index, name)
        known = self._names.get(key)
        if known is not None:
            return known
        self._names[key] = _NONE  # a name that is made of itself adds nothing
        found: set[str] = set()
        for dotted in self.resolver.name(scope, name):
            found |= _of_api(dotted)
        for binding in self.bindings.visible(scope, name)[-_MAX_BINDINGS:]:
            found |= self._binding(scope, name, binding, depth + 1)
        for given in self._given_to(scope, name) if depth < _DEEPEST_FED else ():
            found |= self.node(given, depth + 1)
        self._names[key] = frozenset(found)
        return self._names[key]

    def _given_to(self, scope: Scope, name: str) -> list[Node]:
        """What goes by method into a name of this scope: of the same function, or of the module where it is global."""
        home = self.bindings.function_of(scope).index
        return [
            given for given in self.fed().get(name, ()) if self.bindings.function_at(given.start_byte).index == home
        ]

    def _binding(self, scope: Scope, name: str, binding: Binding, depth: int) -> Found:
        if binding.kind in {"value", "element", "augment", "item"} and binding.node is not None:
            return self.node(binding.node, depth)
        if binding.kind != "parameter":
            return _NONE
        self.resolver.learn()
        found: set[str] = set()
        owner: Scope | None = scope
        while owner is not None and binding not in owner.bindings.get(name, ()):
            owner = self.bindings.scopes[owner.parent] if owner.parent >= 0 else None
        for key in (binding.place, name) if owner is not None and binding.place is not None else ():
            for argument in self.resolver.arguments.get((owner.index, key), ())[:_MAX_BINDINGS] if owner else ():
                found |= self.node(argument, depth)
        return frozenset(found)

    def _call(self, node: Node, depth: int) -> Found:
        function = node.child_by_field_name("function")
        if function is None:
            return _NONE
        found: set[str] = set()
        for dotted in self.resolver.node(function):
            if dotted.startswith("local:"):
                found |= self._returned(int(dotted[6:]), depth)
            elif dotted in _ENVIRONMENT_READERS:
                found |= self._variable(node)
            else:
                found |= _of_api(dotted)
        if by_hand.makes_characters(self.bindings, node):
            found.add("decoded")
        if "file" in found or _READS_FILE.search(self.bindings.data, function.end_byte - 24, function.end_byte):
            found.add("file")
            found |= self._file_named(node, function)
        if function.type == "attribute" and function.end_byte - function.start_byte < _LONG:
            name = function.child_by_field_name("attribute")
            if name is not None and self.bindings.text(name) in {"decrypt", "b64decode", "unhexlify", "decompress"}:
                found.add("decoded")
        return frozenset(found)

    def _is_spoken_to(self, call: Node) -> bool:
        """Whether all that a call decodes was read from standard input, as workers are told what to do by a parent."""
        arguments = call.child_by_field_name("arguments")
        given = arguments.named_children[0] if arguments is not None and arguments.named_child_count else None
        if given is None:
            return False
        if given.type != "identifier":
            return _STDIN.match(self.bindings.data, given.start_byte, given.end_byte) is not None
        bound = self.bindings.visible(self.bindings.scope_at(given.start_byte), self.bindings.text(given))
        return bool(bound) and all(
            each.kind == "value"
            and each.node is not None
            and _STDIN.fullmatch(self.bindings.data, *each.node.byte_range)
            for each in bound
        )

    def _file_named(self, call: Node, function: Node) -> Found:
        """The name of the file that a call reads: an argument, or what the path is made of whose method it is."""
        arguments = call.child_by_field_name("arguments")
        holder = function.child_by_field_name("object") if function.type == "attribute" else None
        listed = arguments.named_children[:2] if arguments is not None else []
        candidates = [child for child in listed if child.type != "keyword_argument"]
        for node in (*reversed(candidates), *((holder,) if holder is not None else ())):
            const = self.folder.fold(node)
            text = const.value if const is not None and isinstance(const.value, str) else ""
            if _NAMES_FILE.search(text):
                return frozenset({FILE + text[-_LONGEST_NAME:]})
        text = self.bindings.text(holder)[-_LONGEST_NAME:] if holder is not None else ""
        last = _LAST_NAME.findall(text)
        return frozenset({FILE + last[-1]}) if last else _NONE

    def _returned(self, index: int, depth: int) -> Found:
        known = self._functions.get(index)
        if known is not None:
            return known
        self._functions[index] = _NONE
        scope = self.bindings.scopes[index]
        found: set[str] = set()
        body = scope.node.child_by_field_name("body")
        values = [body] if scope.kind == "lambda" and body is not None else self.bindings.returned(scope)
        for value in values:
            found |= self.node(value, depth + 1)
        self._functions[index] = frozenset(found)
        return self._functions[index]

    def _attribute(self, node: Node, depth: int) -> Found:
        found: set[str] = set()
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

    def _string(self, node: Node) -> Found:
        const = self.folder.fold(node)
        if const is not None and isinstance(const.value, str) and credential_reference(const.value):
            return frozenset({"credentials"})
        return _NONE

    def _subscript(self, node: Node) -> Found:
        holder = node.child_by_field_name("value")
        names = self.resolver.node(holder) if holder is not None else ()
        if holder is not None and by_hand.looks_up(self.bindings, node):
            alphabet = self.folder.fold(holder)
            if alphabet is not None and isinstance(alphabet.value, str | bytes):
                return _DECODED
        keys = node.children_by_field_name("subscript")
        if "sys.argv" in names:
            return _SELF if keys and self.bindings.text(keys[0]) == "0" else _NONE
        if not any(name in _ENVIRONMENTS for name in names):
            return _NONE
        return self._named_variable(keys[0] if keys else None)

    def _variable(self, call: Node) -> Found:
        arguments = call.child_by_field_name("arguments")
        children = arguments.named_children if arguments is not None else []
        return self._named_variable(children[0] if children else None)

    def _named_variable(self, key: Node | None) -> Found:
        name = self.folder.text(key) if key is not None else None
        if name and credential_variable(name):
            return frozenset({"environment", "credentials"})
        return frozenset({"environment"})


_LONG = 4096
_ENVIRONMENTS = frozenset({"os.environ", "os.environb"})
_ENVIRONMENT_READERS = frozenset({"os.getenv", "os.getenvb", "os.environ.get", "os.environb.get", "os.environ.pop"})


def _of_api(dotted: str) -> Found:
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


def split(found: Iterable[str]) -> tuple[tuple[Origin, ...], tuple[str, ...]]:
    """The origins in a fixed order, and the names of files."""
    every = set(found)
    names = sorted(each.removeprefix(FILE) for each in every if each.startswith(FILE))
    return tuple(origin for origin in _ORDER if origin in every), tuple(names[:_MAX_FILES])


def _turned_list(const: Const) -> bool:
    """Whether all that was done is to turn a list round, which hides nothing."""
    return isinstance(const.value, tuple) and set(const.encodings) == {"reversed"}


_DECODED: Found = frozenset({"decoded"})
_STDIN = lazy_regex(
    rb"sys\.stdin(?:\.buffer)?\.(?:read|readline)\(\d{0,9}\)(?:\.(?:strip|rstrip|encode|decode)\([\"'\w-]{0,12}\)){0,3}"
)
_READS_FILE = lazy_regex(rb"\.(?:read_text|read_bytes|get_data|read_binary|resource_string|readframes)$")
_NAMES_FILE = lazy_regex(r"(?:\.\w{1,8}|[A-Z]{4})$")
_LAST_NAME = lazy_regex(r"[\"']([\w{}./\\ -]{1,80}\.\w{1,8})[\"']")
_LONGEST_NAME = 200
