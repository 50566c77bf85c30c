"""The flow of references: from the few words that matter forward to every expression that means the same thing.

It starts where a word like `require`, `eval`, `process` or `import` stands in code, and climbs: member access makes a
longer path, a call of `require` makes a module, an assignment makes an alias whose uses are climbed in turn, a
parameter of a function that is called with it likewise. Every expression passed is noted in `paths`; calls and places
where a reference ends are handed on. Nothing else of the tree is touched: a file of 150 kB costs milliseconds.
"""

from tree_sitter import Node

from customhouse.model.code import ImportForm, Way
from customhouse.source.javascript.aliases import Aliases
from customhouse.source.javascript.capability_table import (
    ACTING,
    GLOBALS,
    INTERNALS,
    INTEROP,
    LOADERS,
    MODULES,
    SENDERS,
    ability_of,
    extend,
    module_path,
)
from customhouse.source.javascript.tree import FUNCTIONS, TRANSPARENT, Code, arguments_of, bare
from customhouse.source.javascript.values import Constant, to_text

#: Methods that call the function they are given with what their object holds.
CALLBACK_METHODS = frozenset(
    {
        "then",
        "map",
        "forEach",
        "on",
        "once",
        "addListener",
        "filter",
        "some",
        "every",
        "reduce",
        "replace",
        "find",
        "flatMap",
    }
)


class Called:
    """A call that the flow met. `carried` is an expression whose value reaches it beside the arguments."""

    __slots__ = ("arguments", "carried", "node", "path")

    def __init__(self, path: str, node: Node, arguments: list[Node], carried: Node | None = None) -> None:
        """Take the callee's path, the node that calls, and the argument expressions."""
        self.path = path
        self.node = node
        self.arguments = arguments
        self.carried = carried


class Flow(Aliases):
    """What the references of one file amount to. Filled by `follow` and `run`; read by who judges."""

    def __init__(self, code: Code) -> None:
        """Take the parsed file."""
        super().__init__(code)
        self.calls: list[Called] = []
        self.imports: list[tuple[str, Node, ImportForm]] = []
        #: Loads whose module could not be told, with the argument where there is one.
        self.computed: list[tuple[Node, Node | None]] = []
        #: Texts that folding an argument brought to light, with the encodings taken off.
        self.unhidden: list[tuple[Constant, Node]] = []
        #: Roundabout ways to a path: what is reached, the place, and how.
        self.ways: list[tuple[str, Node, Way]] = []
        #: Whether the file may declare a name that is also a global's, by word.
        self.may_declare: dict[bytes, bool] = {}
        self._met: set[tuple[int, str]] = set()

    def run(self) -> None:
        """Climb until nothing new is found."""
        climbed: set[tuple[int, str]] = set()
        while self.work:
            node, path = self.work.popleft()
            # A name that is given two things in turn would otherwise hand each of them round for ever.
            if self.paths.get(node.id) != path and (node.id, path) not in climbed:
                climbed.add((node.id, path))
                self._climb(node, path)

    def _climb(self, node: Node, path: str) -> None:  # noqa: C901, PLR0912 (one arm a kind of parent)
        while True:
            self.code.step()
            self.paths[node.id] = path
            parent = node.parent
            if parent is None:
                return
            kind = parent.type
            grown: str | None = path
            if kind in {"member_expression", "subscript_expression"}:
                grown = self._member(parent, node, path)
            elif kind in {"call_expression", "new_expression"}:
                if not self._is(parent, "function" if kind == "call_expression" else "constructor", node):
                    return
                grown = self._call(parent, path)
            elif kind == "arguments":
                grown = self._passed(parent, node, path)
                parent = parent.parent or parent
            elif kind == "sequence_expression":
                grown = path if parent.end_byte == node.end_byte else None
            elif kind == "ternary_expression":
                grown = None if self._is(parent, "condition", node) else path
            elif kind == "binary_expression":
                grown = self._operand(parent, node, path)
            elif kind == "variable_declarator":
                self.bind(parent.child_by_field_name("name"), path)
                return
            elif kind == "assignment_expression":
                if not self._is(parent, "right", node):
                    return
                self.bind(parent.child_by_field_name("left"), path)
            elif kind in {"assignment_pattern", "object_assignment_pattern"}:
                self.bind(parent.child_by_field_name("left"), path)
                return
            elif kind == "for_in_statement":
                self.ends.append((path, node))
                return
            elif kind == "pair":
                self.in_object(parent, path)
                return
            elif kind == "object":
                self.held(self.code.bytes_of(node), parent, path)
                return
            elif kind in {"return_statement", "arrow_function"}:
                self._returned(parent if kind == "arrow_function" else self.code.owner(parent), path)
                return
            elif kind == "array":
                parent, grown = self._element(parent, node, path)
            elif kind == "with_statement":
                self.opened(parent, path)
                return
            elif kind not in TRANSPARENT:
                self.ends.append((path, node))
                return
            if grown is None:
                return
            node, path = parent, grown

    def _is(self, parent: Node, field: str, node: Node) -> bool:
        child = parent.child_by_field_name(field)
        return child is not None and child.id == node.id

    def _operand(self, parent: Node, node: Node, path: str) -> str | None:
        operator = parent.child_by_field_name("operator")
        name = operator.type if operator is not None else ""
        if name in {"||", "??"} or (name == "&&" and self._is(parent, "right", node)):
            return path
        self.ends.append((path, node))
        return None

    def _member(self, parent: Node, node: Node, path: str) -> str | None:
        if not self._is(parent, "object", node):
            return None
        name = parent.child_by_field_name("property")
        index = None if name is not None else parent.child_by_field_name("index")
        key = self.code.text(name) if name is not None else None
        if key is None:
            folded = self.folder.fold(index)
            key = to_text(folded) if folded is not None and folded.whole else "*"
            self._put_together(parent, index, path, key)
        holder = parent.parent
        if holder is not None and holder.type == "assignment_expression" and self._is(holder, "left", parent):
            return None  # written, not read
        if path == "globalThis" and key == "*" and (holder is None or holder.type != "call_expression"):
            return None  # some property of the global object: says something only where it is called
        if key in {"bind", "call", "apply"}:
            # `bind = uncurry.bind(uncurry.bind)`: a name that is given its own member would grow without end
            return f"{path}.{key}" if not path.endswith((".bind.bind", ".call.call", ".apply.apply")) else None
        if key == "then" and path in MODULES and holder is not None:
            self.to_callback(holder, path)
            return None
        if path.endswith("()"):
            return f"{path}.{key}" if key in SENDERS else None
        member = extend(path, key)
        if path == "process.env" and member is not None:
            self.reads.append((key, parent))
            return None
        if f"{path}.{key}" in INTERNALS:
            self.ways.append((f"{path}.{key}", parent, "internals"))
        return member

    def _put_together(self, member: Node, index: Node | None, path: str, key: str) -> None:
        """Note a bracket access whose key is worked out, where it leads to something that acts."""
        if (
            index is None
            or index.type in {"string", "number", "identifier"}
            or (
                index.type == "template_string"
                and not any(child.type == "template_substitution" for child in index.children)
            )
        ):
            return
        reached = extend(path, key)
        if reached is not None and (reached in LOADERS or ability_of(reached) in ACTING or reached in INTERNALS):
            self.ways.append((reached, member, "put-together"))

    def _call(self, call: Node, path: str) -> str | None:
        arguments = arguments_of(call)
        if path.endswith(".bind"):
            return path.removesuffix(".bind")
        if path.endswith((".call", ".apply")):
            base, _, how = path.rpartition(".")
            if base in LOADERS and len(arguments) > 1:
                return self._load(call, self._spread(arguments[1]) if how == "apply" else arguments[1:])
            shifted = self._spread(arguments[1]) if how == "apply" and len(arguments) > 1 else arguments[1:]
            self._meet(Called(base, call, shifted))
            return self._result(base, shifted)
        if path in LOADERS:
            return self._load(call, arguments)
        if path.startswith("=>"):
            return path[2:]
        self._meet(Called(path, call, arguments))
        return self._result(path, arguments)

    def _meet(self, call: Called) -> None:
        key = (call.node.id, call.path)
        if key not in self._met:
            self._met.add(key)
            self.calls.append(call)

    def _result(self, path: str, arguments: list[Node]) -> str | None:
        """What a call gives: `eval("require")` is `require`, and `Function("return this")()` the global object."""
        if path == "module.createRequire":
            return "require"
        if path in {"eval", "Function"} and arguments:
            code = (self.folder.text(arguments[-1]) or "").strip().rstrip(";")
            name = code.removeprefix("return").strip() if path == "Function" else code
            meant = "globalThis" if name == "this" else GLOBALS.get(name)
            if meant is None and name.startswith("process."):
                meant = name
            if meant is not None:
                return meant if path == "eval" else f"=>{meant}"
        return f"{path}()" if "()" not in path and ability_of(path) == "network" else None

    def _spread(self, array: Node) -> list[Node]:
        return (
            [child for child in array.named_children if child.type != "comment"] if array.type == "array" else [array]
        )

    def _load(self, call: Node, arguments: list[Node]) -> str | None:
        if not arguments:
            return None
        return self.load(call, arguments[0], "require")

    def load(self, call: Node, specifier: Node, form: ImportForm) -> str | None:
        """Note the modules that a load names; gives the path of the one that is followed."""
        followed = None
        known = False
        for choice in self.folder.choices(specifier):
            if form == "dynamic" and choice is not None and to_text(choice)[:5].lower() == "data:":
                self._meet(Called("import", call, [specifier]))
                known = True
                continue
            if choice is not None and choice.whole and isinstance(choice.value, str):
                known = True
                if choice.layers:
                    self.unhidden.append((choice, specifier))
                    named = MODULES.get(module_path(choice.value))
                    if named is not None and named.kind in ACTING and set(choice.layers) - {"reversed", "escapes"}:
                        self.ways.append((module_path(choice.value), call, "put-together"))
                module = self.imported(choice.value, call, form)
                if module is not None and followed is not None and module != followed:
                    self.follow(call, module)
                followed = followed or module
        if not known:
            self.computed.append((call, specifier))
        return followed

    def folded(self, arguments: list[Node]) -> list[Constant | None]:
        """The constants that arguments amount to, objects left empty; what was hidden among them is noted."""
        constants = [Constant({}) if each.type == "object" else self.folder.fold(each) for each in arguments]
        for constant, node in zip(constants, arguments, strict=True):
            if constant is not None and constant.layers and isinstance(constant.value, str):
                self.unhidden.append((constant, node))
        return constants

    def imported(self, specifier: str, node: Node, form: ImportForm) -> str | None:
        """Note an import; gives the module's path when its members are followed."""
        if (node.id, specifier) not in self._met:
            self._met.add((node.id, specifier))
            self.imports.append((specifier, node, form))
        module = module_path(specifier)
        return module if module in MODULES else None

    def _element(self, array: Node, node: Node, path: str) -> tuple[Node, str | None]:
        """`[require][0]`: the same thing again."""
        self.code.step(array.named_child_count // 8)
        holder = array.parent
        if holder is not None and holder.type == "subscript_expression" and self._is(holder, "object", array):
            index = self.folder.fold(holder.child_by_field_name("index"))
            place = next((at for at, each in enumerate(array.named_children) if each.id == node.id), -1)
            if index is not None and index == Constant(place):
                return holder, path
        self.ends.append((path, node))
        return array, None

    def _passed(self, arguments: Node, node: Node, path: str) -> str | None:
        """A reference given to a call: to a local function, through a helper, or to something unknown."""
        call = arguments.parent
        callee = call.child_by_field_name("function") if call is not None else None
        if call is None or callee is None:
            self.ends.append((path, node))
            return None
        self.code.step(arguments.named_child_count // 8)
        every = [child for child in arguments.named_children if child.type != "comment"]
        index = next((at for at, each in enumerate(every) if each.id == node.id), 0)
        source = self.code.bytes_of(callee) if callee.end_byte - callee.start_byte < 100 else b""  # noqa: PLR2004
        if source.startswith(b"Reflect."):
            return self._reflected(call, source, every, path) if index == 0 else None
        if INTEROP.search(source) or source == b"await":  # the grammar reads `await (x)` as a call
            return path
        function, shift = self._function_called(callee)
        if function is not None:
            if path != "globalThis" or (bare(callee) is not None and (bare(callee) or callee).type != "identifier"):
                self.bind_parameter(function, index - shift, path)
        elif callee.type == "member_expression" and source.endswith(
            tuple(b"." + name.encode() for name in CALLBACK_METHODS)
        ):
            target = callee.child_by_field_name("object")
            if path in LOADERS and target is not None:
                self.load(call, target, "require")
                return None
            self._meet(Called(path, call, [], callee.child_by_field_name("object")))
            return None
        elif (
            source in {b"setTimeout", b"setInterval", b"setImmediate", b"process.nextTick", b"queueMicrotask"}
            and not index
        ):
            self._meet(Called(path, call, every[2:]))
            return None
        self.ends.append((path, node))
        return None

    def _reflected(self, call: Node, source: bytes, arguments: list[Node], path: str) -> str | None:
        if source == b"Reflect.get" and len(arguments) > 1:
            return extend(path, self.folder.text(arguments[1]) or "*")
        given = self._spread(arguments[2 if source == b"Reflect.apply" else 1]) if len(arguments) > 1 else []
        if path in LOADERS:
            return self._load(call, given)
        self._meet(Called(path, call, given))
        if ability_of(path) in ACTING:
            self.ways.append((path, call, "reflection"))
        return None

    def _function_called(self, callee: Node) -> tuple[Node | None, int]:
        """The local function that a callee expression is, and how many arguments come before its own."""
        inner = bare(callee)
        shift = 0
        if inner is not None and inner.type == "member_expression":
            name = inner.child_by_field_name("property")
            if name is None or self.code.bytes_of(name) not in {b"call", b"bind"}:
                return None, 0
            inner, shift = bare(inner.child_by_field_name("object")), 1
        if inner is not None and inner.type == "identifier":
            _, definitions = self.scopes.lookup(self.code.bytes_of(inner), inner)
            inner = bare(definitions[0].value) if len(definitions) == 1 else None
        return (inner if inner is not None and inner.type in FUNCTIONS else None), shift

    def _returned(self, function: Node | None, path: str) -> None:
        """What a function returns is what its calls are, where the calls are plain."""
        if function is None:
            return
        holder = function.parent
        call = function
        while holder is not None and holder.type in TRANSPARENT:
            call, holder = holder, holder.parent
        if holder is not None and holder.type == "call_expression" and self._is(holder, "function", call):
            self.follow(holder, path)
            return
        name = function.child_by_field_name("name")
        if function.type == "arrow_function" or name is None:
            name = (
                holder.child_by_field_name("name")
                if holder is not None and holder.type == "variable_declarator"
                else None
            )
        if name is None or name.type != "identifier":
            return
        word = self.code.bytes_of(name)
        scope, _ = self.scopes.lookup(word, name)
        for use in self.scopes.uses(word, scope):
            call_of = use.parent
            if call_of is not None and call_of.type == "call_expression" and self._is(call_of, "function", use):
                self.follow(call_of, path)
