"""Which calls of a file call something of interest, found without resolving every one of them.

Most calls begin with a name that nothing in the file binds to anything dangerous. So each name is judged once, over
all scopes together; only calls that begin with a telling name are resolved exactly. Calls of the file's own functions
are put aside: they matter only when something interesting stands in a function, to know whether it runs at load.
"""

import re

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.python.api import api, canonical, modules, telling_builtins
from customhouse.source.python.bindings import Binding, Bindings
from customhouse.source.python.loading import Loading
from customhouse.source.python.resolver import MAX_CANDIDATES, Names, Resolver

_PLAIN_CALLEE = lazy_regex(rb"([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)\(")
_FIRST_NAME = lazy_regex(rb"[^\W\d]\w*")
_DEEP = lazy_regex(rb"__(?:globals|builtins|dict|getattribute)__|f_globals|f_builtins|func_globals")
_ASCII = 0x7F
_MAX_ARGUMENTS = 16
_MAX_BINDINGS = 40

_BORING, _TELLING, _OWN = 0, 1, 2

Found = list[tuple[Node, Names]]


class CallFinder:
    """Finds the calls of one file."""

    def __init__(self, bindings: Bindings, resolver: Resolver, loading: Loading) -> None:
        """Look at nothing yet: see `find`."""
        self.bindings = bindings
        self.data = bindings.data
        self.resolver = resolver
        self.loading = loading
        self._judged: dict[bytes, int] = {}
        self._own: list[tuple[Node, Names | None]] = []
        self._receivers: set[str] | None = None
        self._modules: set[str] | None = None
        self._deep = _DEEP.search(self.data) is not None

    def find(self, nodes: list[Node]) -> Found:
        """Give the calls that may call something of interest, with what they resolve to."""
        kept: Found = []
        boring: list[Node] = []
        judged, match_at, data = self._judged, _PLAIN_CALLEE.match, self.data
        for node in nodes:
            match = match_at(data, node.start_byte)
            if match is None:
                self._sort(node, self._unplain(node), kept)
                continue
            judgement = judged.get(match[1])
            if judgement is None:
                judgement = judged[match[1]] = self._judge(match[1].decode())
            if judgement & _TELLING:
                self._sort(node, self._plain(node, match), kept)
            elif judgement:
                function = node.child_by_field_name("function")
                if function is not None and function.end_byte == match.end(2):
                    self._own.append((node, None))
                else:
                    self._sort(node, self._function(node), kept)
            elif self._deep and b"_" in match[2]:
                self._sort(node, self._function(node), kept)
            else:
                boring.append(node)
        if self._modules_handed_over():
            self.learn()
            self.resolver.forget()
            for node in boring:
                self._sort(node, self._function(node), kept)
        return kept

    def learn(self) -> None:
        """Tell the file's own functions what calls them: when they run, and what their parameters stand for."""
        own, self._own = self._own, []
        for node, names in own:
            for name in names if names is not None else self._function(node):
                if name.startswith(("local:", "class:")):
                    self.loading.edge(node.start_byte, name)
                    self._learn_arguments(node, name)

    def _judge(self, name: str) -> int:
        """Whether a name can lead to something of interest, to the file's own functions, or nowhere."""
        found = self.bindings.by_name.get(name)
        if found is None:
            if name in telling_builtins():
                return _TELLING
            if any(api(canonical(f"{module}.{name}")) for module in self.bindings.stars):
                return _TELLING
            return _OWN if name in self._receiver_names() else _BORING
        judgement = _BORING
        for scope, binding in found[:_MAX_BINDINGS]:
            if binding.kind in {"function", "class"}:
                judgement |= _OWN
            elif binding.kind == "import":
                telling = self.resolver.through or binding.target.partition(".")[0] in modules()
                judgement |= _TELLING if telling else _BORING
            elif self._may_tell(binding):
                for result in self.resolver.binding(scope, name, binding):
                    judgement |= _OWN if result.startswith(("local:", "class:", "self:")) else _TELLING
        if len(found) > _MAX_BINDINGS:
            judgement |= _TELLING
        return judgement

    def _may_tell(self, binding: Binding) -> bool:
        """Whether what a name is given can be anything: not a literal, nor what begins with a name that is boring."""
        node = binding.node
        if node is not None and node.type == "binary_operator":
            node = _dividend(node)  # `Path.home() / "x"`
        if node is None or node.type in _LITERALS:
            return False
        match = _FIRST_NAME.match(self.data, node.start_byte)
        if match is None or node.type not in _CHAINS or self._deep:
            return True
        known = self._judged.get(match[0])
        if known is None:
            self._judged[match[0]] = _BORING  # a name that is made of itself
            known = self._judged[match[0]] = self._judge(match[0].decode("utf-8", "replace"))
        return known != _BORING

    def _receiver_names(self) -> set[str]:
        """What the methods of the file call their instance: `self`, `cls`, or whatever an author likes."""
        if self._receivers is None:
            self._receivers = set()
            for scope in self.bindings.scopes:
                if scope.kind == "function" and self.bindings.scopes[scope.parent].kind == "class":
                    parameters = scope.node.child_by_field_name("parameters")
                    if parameters is not None and parameters.named_child_count:
                        self._receivers.add(self.bindings.text(parameters.named_children[0]))
        return self._receivers

    def _sort(self, node: Node, names: Names, kept: Found) -> None:
        own = tuple(name for name in names if name.startswith(("local:", "class:")))
        if own:
            self._own.append((node, own))
        if len(own) < len(names):
            kept.append((node, tuple(name for name in names if name not in own)))

    def _plain(self, node: Node, match: re.Match[bytes]) -> Names:
        """`name(…)` and `name.member(…)`: resolved without touching the tree, where that is all of the callee."""
        function = node.child_by_field_name("function")
        if function is None or function.end_byte != match.end(2):
            return self._function(node)
        names = self.resolver.name(self.bindings.scope_at(node.start_byte), match[1].decode())
        for attribute in match[2].decode().split(".")[1:]:
            names = tuple(part for base in names for part in self.resolver.member(base, attribute))
        return names[:MAX_CANDIDATES] or (self._function(node) if self.bindings.attributes and match[2] else ())

    def _unplain(self, node: Node) -> Names:
        """A callee that is a string's method, a subscript, another call's result, or not ASCII."""
        start = node.start_byte
        first = self.data[start]
        if first in b"\"'":
            return ()
        if first not in b"([{" and first <= _ASCII and not self._deep:
            match = _FIRST_NAME.match(self.data, start)
            if match is None:
                return ()
            judgement = self._judged.get(match[0])
            if judgement is None:
                judgement = self._judged[match[0]] = self._judge(match[0].decode("utf-8", "replace"))
            if judgement == _BORING:
                return ()
        return self._function(node)

    def _function(self, node: Node) -> Names:
        function = node.child_by_field_name("function")
        return self.resolver.node(function) if function is not None else ()

    def _modules_handed_over(self) -> bool:
        """Whether a function of the file is called with a module or with something that resolves to one."""
        for node, _ in self._own:
            arguments = node.child_by_field_name("arguments")
            text = self.data[arguments.start_byte : arguments.end_byte] if arguments is not None else b""
            if _HANDED.search(text) is not None and self._hands_over(arguments):
                return True
        return False

    def _hands_over(self, arguments: Node | None) -> bool:
        for child in arguments.named_children[:_MAX_ARGUMENTS] if arguments is not None else ():
            value = child.child_by_field_name("value") if child.type == "keyword_argument" else child
            if value is None or value.type not in {"identifier", "attribute", "call"}:
                continue
            first = _FIRST_NAME.match(self.data, value.start_byte)
            if first is not None and first[0].decode("utf-8", "replace") in self._module_names():
                names = self.resolver.node(value)
                if any(":" not in name and not name.endswith("()") for name in names):
                    return True
        return False

    def _module_names(self) -> set[str]:
        """Local names that may stand for a module of interest, or get one."""
        if self._modules is None:
            roots = modules()
            self._modules = {
                name for name, target in self.bindings.imported_names
                if self.resolver.through or target.partition(".")[0] in roots
            }  # fmt: skip
            self._modules |= {"__import__", "getattr"}
        return self._modules

    def _learn_arguments(self, node: Node, name: str) -> None:
        """Remember what a function of this file is called with."""
        kind, _, number = name.partition(":")
        index = int(number)
        if kind == "class":
            methods = self.bindings.scopes[index].bindings.get("__init__", [])
            index = next((binding.place for binding in methods if binding.place is not None), -1)
            if index < 0:
                return
        scope = self.bindings.scopes[index]
        shift = 1 if self.bindings.scopes[scope.parent].kind == "class" else 0
        arguments = node.child_by_field_name("arguments")
        for position, child in enumerate(arguments.named_children if arguments is not None else ()):
            key: int | str = position + shift
            value: Node | None = child
            if child.type == "keyword_argument":
                label, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                key = self.bindings.text(label) if label is not None else key
            known = self.resolver.arguments.setdefault((index, key), [])
            if value is not None and len(known) < _MAX_ARGUMENTS:
                known.append(value)


def _dividend(node: Node) -> Node | None:
    """What is divided first in `a / "b" / "c"`; None for other operations."""
    divided: Node | None = None
    while node.type == "binary_operator":
        operator, left = node.child_by_field_name("operator"), node.child_by_field_name("left")
        if operator is None or left is None or operator.type != "/":
            return None
        node = divided = left
    return divided


_LITERALS_TEXT = """
string concatenated_string integer float true false none comparison_operator not_operator list_comprehension
set_comprehension dictionary_comprehension binary_operator unary_operator ellipsis
"""
_LITERALS = frozenset(_LITERALS_TEXT.split())
_CHAINS = frozenset({"call", "attribute", "identifier", "subscript", "await"})
#: An argument that is a bare name, a member, or what imports one.
_HANDED = lazy_regex(rb"[(,=]\s*(?:[A-Za-z_][\w.]*\s*[,)]|__import__|getattr|importlib)")
