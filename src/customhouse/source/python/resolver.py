"""Which function a call calls: names followed through imports, assignments and namespaces to one dotted name.

The answer is a tuple of candidates, since a name may be bound twice (`try: … except ImportError: …`). A candidate is a
canonical dotted name; `()` in it marks the result of a call (`socket.socket().connect`), and the words `local:N`,
`class:N`, `self:N` and `namespace:X` stand for what the file itself defines and for the dictionaries behind a module.
"""

from collections.abc import Callable, Iterable
from time import process_time
from typing import ClassVar

from tree_sitter import Node

from customhouse.source.python.api import api, builtin_names, canonical, modules
from customhouse.source.python.bindings import Binding, Bindings, Scope
from customhouse.source.python.quiet import THROUGH

#: How deep an expression or a chain of names is followed, candidates kept, and bindings of one name looked at.
MAX_DEPTH = 40
MAX_CANDIDATES = 6
_MAX_BINDINGS = 12
_ANY_MODULE = "namespace:*modules"
_GLOBALS = "namespace:"
_NAMESPACE_ATTRIBUTES = frozenset({"__globals__", "f_globals", "func_globals", "f_builtins", "f_locals"})
_LOOKUPS = frozenset({"get", "pop", "setdefault", "__getitem__"})

Names = tuple[str, ...]


class Steps:
    """What following a file may still cost, in small steps; counts down over everything that is done for the file.

    A step is some microseconds, but a hostile tree can make it dear (everything in it is searched from the root), so
    the processor's time is bounded as well, far above what an ordinary file takes.
    """

    __slots__ = ("_deadline", "_next", "left")

    def __init__(self, left: int, seconds: float) -> None:
        """Start with so many steps, and so much of the process's time."""
        self.left = left
        self._next = left
        self._deadline = process_time() + seconds

    def take(self, count: int = 1) -> bool:
        """Whether the step may be done."""
        self.left -= count
        if self.left < self._next:
            self._next = self.left - _BETWEEN_LOOKS
            if process_time() > self._deadline:
                self.left = 0
        return self.left > 0


_BETWEEN_LOOKS = 200


class Resolver:
    """Resolves expressions of one file. `fold` gives the string value of a constant expression, or None."""

    def __init__(self, bindings: Bindings, steps: Steps) -> None:
        """Resolve for one file."""
        self.bindings = bindings
        self.steps = steps
        #: Whether the file reaches modules through others, so that any import may lead to them.
        self.through = THROUGH.search(bindings.data) is not None
        self.fold: Callable[[Node], str | None] = lambda _: None
        #: What parameters stand for: scope index and parameter position → argument nodes of calls in this file.
        self.arguments: dict[tuple[int, int | str], list[Node]] = {}
        #: Called before `arguments` are asked for the first time.
        self.learn: Callable[[], None] = lambda: None
        self._names: dict[tuple[int, str], Names] = {}
        self._nodes: dict[int, Names] = {}

    def forget(self) -> None:
        """Drop what was remembered, because `arguments` have been learned since."""
        self._names.clear()
        self._nodes.clear()

    def release(self) -> None:
        """Let go of what points back here, so that the file's tree is freed at once and not by the cycle collector."""
        self.fold = lambda _: None
        self.learn = lambda: None

    def name(self, scope: Scope, name: str, depth: int = 0) -> Names:
        """Resolve a name as read in a scope."""
        key = (scope.index, name)
        known = self._names.get(key)
        if known is not None:
            return known
        self._names[key] = ()  # a name that is bound to itself ends here
        found = self._name(scope, name, depth)
        self._names[key] = found
        return found

    def node(self, node: Node, depth: int = 0) -> Names:
        """Resolve an expression."""
        known = self._nodes.get(node.id)
        if known is not None:
            return known
        if depth > MAX_DEPTH or not self.steps.take():
            return ()
        self._nodes[node.id] = ()
        resolve = self._BY_TYPE.get(node.type)
        found = _few(resolve(self, node, depth + 1)) if resolve else ()
        self._nodes[node.id] = found
        return found

    def member(self, base: str, attribute: str, depth: int = 0) -> Names:
        """Resolve an attribute of something resolved."""
        if attribute == "__dict__":
            return (f"namespace:{base}",)
        if attribute in _NAMESPACE_ATTRIBUTES:
            return (_GLOBALS,)
        if attribute == "__builtins__":
            return ("builtins",)
        if attribute == "__call__":
            return (base,)
        if base == "sys" and attribute == "modules":
            return (_ANY_MODULE,)
        if base == _PATH and attribute == "parent":
            return (_PATH,)
        if ":" in base:
            kind, _, number = base.partition(":")
            if kind in {"self", "class"} and number.isdigit():
                return self._own_member(int(number), attribute, depth)
            return (f"{base}.{attribute}",) if kind == "namespace" else ()
        return (canonical(f"{base}.{attribute}"),)

    def _name(self, scope: Scope, name: str, depth: int) -> Names:
        if depth > MAX_DEPTH or not self.steps.take():
            return ()
        bindings = self.bindings.visible(scope, name)
        if bindings:
            found: list[str] = []
            for binding in bindings[-_MAX_BINDINGS:][::-1]:
                found.extend(self.binding(scope, name, binding, depth + 1))
            return _few(found)
        if name == "__builtins__":
            return ("builtins",)
        if name == "__loader__":
            return ("importlib.machinery.SourceFileLoader()",)
        for module in self.bindings.stars:
            dotted = canonical(f"{module}.{name}")
            if api(dotted) is not None:
                return (dotted,)
        return (name,) if name in builtin_names() else ()

    def binding(self, scope: Scope, name: str, binding: Binding, depth: int = 0) -> Names:
        """Resolve what one binding gives its name."""
        kind = binding.kind
        if kind == "import":
            telling = self.through or binding.target.partition(".")[0] in modules()
            return (canonical(binding.target),) if telling else ()
        if kind == "function":
            return (f"local:{binding.place}",)
        if kind == "class":
            return (f"class:{binding.place}",)
        if kind == "parameter":
            return self._parameter(scope, name, binding, depth)
        if binding.node is None or kind == "augment":
            return ()
        if kind == "element" or (kind == "item" and binding.node.type != "argument_list"):
            return self._elements(binding.node, depth) if kind == "element" else self.node(binding.node, depth)
        value: Node | None = binding.node
        if binding.place is not None:
            value = _unpacked(binding.node, binding.place)
        return self.node(value, depth) if value is not None else ()

    def _parameter(self, scope: Scope, name: str, binding: Binding, depth: int) -> Names:
        owner: Scope | None = scope
        while owner is not None and binding not in owner.bindings.get(name, ()):
            owner = self.bindings.scopes[owner.parent] if owner.parent >= 0 else None
        if owner is None:
            return ()
        parent = self.bindings.scopes[owner.parent]
        if binding.place == 0 and parent.kind == "class" and owner.kind == "function":
            return (f"self:{parent.index}",)
        self.learn()
        found = list(self.node(binding.node, depth)) if binding.node is not None else []
        for key in (binding.place, name):
            for argument in self.arguments.get((owner.index, key), ())[:_MAX_BINDINGS] if key is not None else ():
                found.extend(self.node(argument, depth))
        return _few(found)

    def _own_member(self, index: int, attribute: str, depth: int) -> Names:
        """A member of a class of this file, or of one of its bases."""
        own = self.bindings.scopes[index].bindings.get(attribute)
        if own is not None and all(binding.kind == "function" for binding in own):
            return tuple(f"local:{binding.place}" for binding in own[-MAX_CANDIDATES:])
        found: list[str] = []
        for scope in self._line_of(index):
            for binding in scope.bindings.get(attribute, ())[-_MAX_BINDINGS:]:
                found.extend(self.binding(scope, attribute, binding, depth + 1))
            if not found:
                found.extend(canonical(f"{base}().{attribute}") for base in self.bases(scope) if ":" not in base)
        for holder in ("self", "cls"):
            for binding in self.bindings.attributes.get(f"{holder}.{attribute}", ())[-_MAX_BINDINGS:]:
                if binding.node is not None and binding.kind == "value":
                    found.extend(self.node(binding.node, depth + 1))
        return _few(found)

    def _line_of(self, index: int) -> Iterable[Scope]:
        """A class of this file, and those of its bases that are of this file."""
        seen: set[int] = set()
        pending = [index]
        while pending and len(seen) < MAX_DEPTH:
            index = pending.pop()
            if index not in seen:
                seen.add(index)
                scope = self.bindings.scopes[index]
                yield scope
                pending.extend(int(base[6:]) for base in self.bases(scope) if base.startswith("class:"))

    def bases(self, scope: Scope) -> Names:
        """What a class is derived from."""
        bases = scope.node.child_by_field_name("superclasses")
        if bases is None:
            return ()
        found: list[str] = []
        for child in bases.named_children[:MAX_CANDIDATES]:
            if child.type != "keyword_argument":
                found.extend(self.node(child, 1))
        return tuple(found)

    def _elements(self, node: Node, depth: int) -> Names:
        """What the members of a list, tuple, set or dictionary literal resolve to, all of them together."""
        if node.type == "call":
            return (_PATH,) if _LIST_PATHS.intersection(self.node(node, depth + 1)) else ()
        if node.type == "dictionary":
            pairs = [pair.child_by_field_name("value") for pair in node.named_children if pair.type == "pair"]
            values = [value for value in pairs if value is not None]
        elif node.type in {"list", "tuple", "set"}:
            values = node.named_children
        elif node.type == "identifier":
            scope = self.bindings.scope_at(node.start_byte)
            bound = self.bindings.visible(scope, self.bindings.text(node))[-2:]
            values = [
                child
                for binding in bound
                if binding.node and binding.kind == "value"
                for child in _members(binding.node)
            ]
        else:
            return ()
        found: list[str] = []
        for value in values[:_MAX_ELEMENTS]:
            found.extend(self.node(value, depth + 1))
        return _few(found)

    def _identifier(self, node: Node, depth: int) -> Iterable[str]:
        return self.name(self.bindings.scope_at(node.start_byte), self.bindings.text(node), depth)

    def _attribute(self, node: Node, depth: int) -> Iterable[str]:
        holder, member = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if holder is None or member is None:
            return
        attribute = self.bindings.text(member)
        bases = self.node(holder, depth)
        if not bases and attribute in _NAMESPACE_ATTRIBUTES:
            yield _GLOBALS
        elif not bases and attribute == "__builtins__":
            yield "builtins"
        for base in bases:
            yield from self.member(base, attribute, depth)
        if not bases:
            for binding in self.bindings.attributes.get(self.bindings.text(node), ())[-_MAX_BINDINGS:]:
                if binding.node is not None and binding.kind == "value":
                    yield from self.node(binding.node, depth)

    def _call(self, node: Node, depth: int) -> Iterable[str]:
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None:
            return
        plain = [child for child in arguments.named_children if child.type not in _NOT_POSITIONAL]
        for callee in self.node(function, depth):
            yield from self._result(callee, plain, depth)

    def result(self, callee: str) -> Names:
        """What a call without arguments gives, of a callee that is resolved."""
        return _few(self._result(callee, [], 0))

    def _result(self, callee: str, arguments: list[Node], depth: int) -> Iterable[str]:
        """What a call of `callee` gives."""
        first = arguments[0] if arguments else None
        if callee in {"globals", "locals"} or (callee == "vars" and first is None):
            yield _GLOBALS
        elif callee.startswith("local:"):
            yield from self._returned(int(callee[6:]), depth)
        elif callee.startswith("class:"):
            yield f"self:{callee[6:]}"
        elif first is not None and callee in _SPECIAL:
            yield from self._special(callee, first, arguments, depth)
        elif first is not None and callee.startswith("namespace:") and callee.rpartition(".")[2] in _LOOKUPS:
            yield from self._looked_up(callee.rpartition(".")[0], first, depth)
        elif first is not None and callee.startswith("operator.") and callee.endswith("()"):
            yield from self._operator(callee, first, depth)
        elif first is not None and callee.endswith((".__getattribute__", ".__getattr__")):
            attribute = self.fold(arguments[-1])
            yield from self.member(callee.rpartition(".")[0], attribute, depth) if attribute else ()
        elif callee in _MAKE_PATHS:
            yield _PATH
        elif not callee.startswith(("self:", "namespace:")):
            yield f"{callee}()"

    def _special(self, callee: str, first: Node, arguments: list[Node], depth: int) -> Iterable[str]:
        """Calls that give a module, a member or what they were given."""
        if callee in _TRANSPARENT:
            yield from self.node(first, depth)
        elif callee == "vars":
            yield from (f"namespace:{base}" for base in self.node(first, depth))
        elif callee == "getattr":
            attribute = self.fold(arguments[1]) if len(arguments) > 1 else None
            for base in self.node(first, depth) if attribute else ():
                yield from self.member(base, attribute or "", depth)
        elif callee.startswith("operator."):
            yield f"{callee}:{self.fold(first) or ''}()"
        else:
            module = (self.fold(first) or "").replace(":", ".")
            if module:
                yield canonical(module)
            if callee == "__import__" and "." in module:
                yield module.partition(".")[0]

    def _operator(self, callee: str, first: Node, depth: int) -> Iterable[str]:
        """The result of what `operator.attrgetter("x")` and its like have made, applied to `first`."""
        attribute = callee.partition(":")[2].removesuffix("()")
        for base in self.node(first, depth) if attribute else ():
            names: Names = (base,)
            for part in attribute.split("."):
                names = tuple(name for one in names for name in self.member(one, part, depth))
            yield from (f"{name}()" for name in names) if "methodcaller" in callee else names

    def _returned(self, index: int, depth: int) -> Iterable[str]:
        """What a function of this file returns, where that is an expression that resolves."""
        scope = self.bindings.scopes[index]
        if scope.kind == "lambda":
            body = scope.node.child_by_field_name("body")
            if body is not None:
                yield from self.node(body, depth)
            return
        for value in self.bindings.returned(scope):
            if not self.steps.take():
                return
            yield from self.node(value, depth)

    def _subscript(self, node: Node, depth: int) -> Iterable[str]:
        holder = node.child_by_field_name("value")
        keys = node.children_by_field_name("subscript")
        if holder is None or not keys:
            return
        bases = self.node(holder, depth)
        for base in bases:
            if base.startswith("namespace:"):
                yield from self._looked_up(base, keys[0], depth)
            elif base == "builtins":
                name = self.fold(keys[0])
                if name:
                    yield canonical(f"builtins.{name}")
            elif holder.type == "identifier":
                yield base  # what went into the container under any key
        if not bases:
            yield from self._elements(holder, depth)

    def _looked_up(self, namespace: str, key: Node, depth: int) -> Iterable[str]:
        name = self.fold(key)
        if not name:
            return
        holder = namespace.removeprefix("namespace:")
        if namespace == _ANY_MODULE:
            yield canonical(name)
        elif holder:
            yield from self.member(holder, name, depth)
        elif name == "__builtins__":
            yield "builtins"
        else:
            yield from self.name(self.bindings.scopes[0], name, depth) or self._any_scope(name, depth)

    def _any_scope(self, name: str, depth: int) -> Names:
        """A name looked up in the globals of an unknown function: as a module of that name."""
        del depth
        return (canonical(name),) if name in modules() else ()

    def _inner(self, node: Node, depth: int) -> Iterable[str]:
        for child in node.named_children:
            yield from self.node(child, depth)

    def _divided(self, node: Node, depth: int) -> Iterable[str]:
        """`Path.home() / "x"` is a path again."""
        left = node.child_by_field_name("left")
        if left is not None and _PATH in self.node(left, depth):
            yield _PATH

    def _value(self, node: Node, depth: int) -> Iterable[str]:
        value = node.child_by_field_name("value")
        return self.node(value, depth) if value is not None else ()

    def _lambda(self, node: Node, depth: int) -> Iterable[str]:
        del depth
        body = node.child_by_field_name("body")
        if body is not None:
            scope = self.bindings.scope_at(body.start_byte)
            while scope.node.id != node.id and scope.parent >= 0:
                scope = self.bindings.scopes[scope.parent]
            if scope.node.id == node.id:
                yield f"local:{scope.index}"

    _BY_TYPE: ClassVar[dict[str, Callable[["Resolver", Node, int], Iterable[str]]]] = {
        "identifier": _identifier,
        "attribute": _attribute,
        "call": _call,
        "subscript": _subscript,
        "parenthesized_expression": _inner,
        "await": _inner,
        "binary_operator": _divided,
        "conditional_expression": _inner,
        "boolean_operator": _inner,
        "named_expression": _value,
        "lambda": _lambda,
        "decorator": _inner,
    }


def _members(node: Node) -> list[Node]:
    if node.type == "dictionary":
        values = (pair.child_by_field_name("value") for pair in node.named_children if pair.type == "pair")
        return [value for value in values if value is not None][:_MAX_ELEMENTS]
    return node.named_children[:_MAX_ELEMENTS] if node.type in {"list", "tuple", "set"} else []


def _unpacked(node: Node, index: int) -> Node | None:
    """The part of a tuple that one of several targets gets; the whole where it is no tuple."""
    if node.type in {"expression_list", "tuple", "list"}:
        children = node.named_children
        return children[index] if index < len(children) else None
    return None


def _few(names: Iterable[str]) -> Names:
    found: dict[str, None] = {}
    for name in names:
        if len(name) <= _LONGEST:
            found[name] = None
        if len(found) >= MAX_CANDIDATES:
            break
    return tuple(found)


_PATH = "pathlib.Path()"
_MAKE_PATHS = frozenset(
    {"pathlib.Path.home", "pathlib.Path.cwd"}
    | {f"{_PATH}.{name}" for name in ("joinpath", "expanduser", "resolve", "absolute", "with_name", "with_suffix")}
)
_LIST_PATHS = frozenset(f"{_PATH}.{name}()" for name in ("glob", "rglob", "iterdir"))
_LONGEST = 200
_MAX_ELEMENTS = 64
_NOT_POSITIONAL = frozenset({"keyword_argument", "list_splat", "dictionary_splat", "comment"})
_IMPORTERS_TEXT = """
__import__ importlib.import_module pkgutil.resolve_name pydoc.locate pkg_resources.load_entry_point imp.load_module
werkzeug.utils.import_string django.utils.module_loading.import_string importlib.util.find_spec
"""
_IMPORTERS = frozenset(_IMPORTERS_TEXT.split())
_TRANSPARENT_TEXT = """
functools.partial functools.partialmethod importlib.reload reload copy.copy copy.deepcopy staticmethod classmethod
functools.lru_cache functools.cache inspect.unwrap iter next list tuple asyncio.coroutine contextlib.closing
contextlib.nullcontext
"""
#: Calls whose result is, to this reader, their first argument.
_TRANSPARENT = frozenset(_TRANSPARENT_TEXT.split())
_SPECIAL = frozenset(
    {
        *_IMPORTERS,
        *_TRANSPARENT,
        "vars",
        "getattr",
        "operator.attrgetter",
        "operator.methodcaller",
        "operator.itemgetter",
    }
)
