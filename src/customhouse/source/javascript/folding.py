"""Folding: the constant that an expression amounts to, as far as that can be said without running it.

Literals, templates, concatenation, arithmetic, arrays and their methods, constant variables, explicit decode calls, and
calls of local one-expression functions. What is unknown inside a text stands as `{}` and the text is not `whole`.
"""

from tree_sitter import Node

from customhouse.source.javascript.calling import DEEPEST, MOST_CALLS, CallFolder
from customhouse.source.javascript.capability_table import GLOBALS, MODULES, extend, module_path
from customhouse.source.javascript.folds import NOTHING, Environment
from customhouse.source.javascript.scope import Definition, Scopes
from customhouse.source.javascript.string_table import Tables
from customhouse.source.javascript.tree import TRANSPARENT, Code, arguments_of, bare
from customhouse.source.javascript.values import (
    HOLE,
    MAX_ITEMS,
    MAX_TEXT,
    Constant,
    add,
    arithmetic,
    escaped_share,
    items,
    layers_of,
    number,
    to_text,
    truth,
    unescape,
)

_LITERALS: dict[str, Constant] = {
    "true": Constant(value=True),
    "false": Constant(value=False),
    "null": Constant(None),
}


class Folder:
    """Folds expressions of one file. `paths` are what the flow has found expressions to be, by node id."""

    def __init__(self, code: Code, scopes: Scopes, paths: dict[int, str]) -> None:
        """Take the file, its names and the paths found so far (shared, growing)."""
        self.code = code
        self.scopes = scopes
        self.paths = paths
        self._known: dict[int, Constant | None] = {}
        self._open: set[tuple[int, int]] = set()
        #: Nodes that came to nothing, with the least depth at which they were tried: deeper they come to no more.
        self._nothing: dict[int, int] = {}
        #: Calls of local functions that may still be folded.
        self.calls_left = MOST_CALLS
        self.tables = Tables(self)

    def fold(self, node: Node | None, env: Environment = NOTHING, depth: int = 0) -> Constant | None:
        """The constant that `node` amounts to, None when unknown."""
        if node is None or depth > DEEPEST:
            return None
        key = node.id
        if not env and key in self._known:
            return self._known[key]
        here = (key, id(env) if env else 0)
        if here in self._open or (not env and self._nothing.get(key, DEEPEST) <= depth):
            return None
        self.code.step()
        self._open.add(here)
        try:
            result = self._fold(node, env, depth + 1)
        finally:
            self._open.discard(here)
        if not env and depth < DEEPEST // 2:
            self._known[key] = result
        elif not env and result is None:
            self._nothing[key] = min(depth, self._nothing.get(key, DEEPEST))
        return result

    def text(self, node: Node | None) -> str | None:
        """The whole constant text of a node, None when it is not one."""
        constant = self.fold(node)
        return constant.value if constant is not None and constant.whole and isinstance(constant.value, str) else None

    def choices(self, node: Node | None) -> list[Constant | None]:
        """What a node may amount to: every branch of `a ? b : c` and `a || b`, at most 16."""
        found: list[Constant | None] = []
        pending = [node]
        while pending and len(found) < 16:  # noqa: PLR2004 (said above)
            each = bare(pending.pop())
            if each is not None and each.type == "ternary_expression":
                pending += [each.child_by_field_name("alternative"), each.child_by_field_name("consequence")]
            elif each is not None and each.type == "binary_expression" and self._operator(each) in {"||", "??"}:
                pending += [each.child_by_field_name("right"), each.child_by_field_name("left")]
            else:
                folded = self.fold(each)
                many = self.elements(each) if folded is None else items(folded) if _is_list(folded) else None
                found += many[:16] if many is not None else [folded]
        return found

    def elements(self, node: Node | None) -> list[Constant | None] | None:
        """What a variable of `for (x of LIST)` or of `LIST.forEach(x => ...)` takes in turn, where LIST is constant."""
        if node is None or node.type != "identifier":
            return None
        _, definitions = self.scopes.lookup(self.code.bytes_of(node), node)
        first = definitions[0] if definitions else None
        source: Node | None = None
        if first is not None and first.kind == "each":
            source = first.value
        elif first is not None and first.kind == "parameter":
            function = self.code.owner(first.name)
            arguments = function.parent if function is not None else None
            call = arguments.parent if arguments is not None and arguments.type == "arguments" else None
            callee = call.child_by_field_name("function") if call is not None else None
            if callee is not None and self.code.bytes_of(callee).endswith((b".forEach", b".map", b".flatMap")):
                source = callee.child_by_field_name("object")
        folded = self.fold(source) if source is not None else None
        return items(folded) if _is_list(folded) else None

    def _operator(self, node: Node) -> str:
        operator = node.child_by_field_name("operator")
        return operator.type if operator is not None else ""

    def _fold(self, node: Node, env: Environment, depth: int) -> Constant | None:  # noqa: C901, PLR0912 (one arm a node type)
        match node.type:
            case "string":
                return self._string(node)
            case "template_string":
                return self._template(node, env, depth)
            case "number":
                return self._number(node)
            case "true" | "false" | "null":
                return _LITERALS[node.type]
            case "identifier" | "shorthand_property_identifier":
                return self._identifier(node, env, depth)
            case "binary_expression":
                return self._binary(node, env, depth)
            case "unary_expression":
                return self._unary(node, env, depth)
            case "array":
                return self._array(node, env, depth)
            case "object":
                return self._object(node, env, depth)
            case "member_expression" | "subscript_expression":
                return self._member(node, env, depth)
            case "call_expression":
                return CallFolder(self).call(node, env, depth)
            case "new_expression":
                return CallFolder(self).new(node, env, depth)
            case "ternary_expression":
                return self._ternary(node, env, depth)
            case "regex":
                return Constant(self.code.text(node), ("regex",))
            case "assignment_expression":
                return self.fold(node.child_by_field_name("right"), env, depth)
            case _ if node.type in TRANSPARENT or node.type == "sequence_expression":
                return self.fold(bare(node), env, depth)
        return None

    def _string(self, node: Node) -> Constant:
        source = self.code.text(node)[1:-1]
        return Constant(unescape(source), ("escapes",) if "\\" in source and escaped_share(source) else ())

    def _number(self, node: Node) -> Constant | None:
        source = self.code.text(node).replace("_", "").rstrip("n")
        try:
            if source[:1] == "0" and source.isdigit() and len(source) > 1:
                return Constant(int(source, 8))
            return Constant(
                int(source, 0) if source[:2].lower() in {"0x", "0o", "0b"} or source.isdigit() else float(source)
            )
        except ValueError:
            return None

    def _template(self, node: Node, env: Environment, depth: int) -> Constant:
        texts: list[str] = []
        folded: list[Constant | None] = []
        start = node.start_byte + 1
        data = self.code.data
        for child in node.named_children[:MAX_ITEMS]:
            if child.type != "template_substitution":
                continue
            texts.append(unescape(data[start : child.start_byte].decode("utf-8", "replace")))
            value = self.fold(child.named_children[0] if child.named_children else None, env, depth)
            folded.append(value)
            texts.append(to_text(value))
            start = child.end_byte
        texts.append(unescape(data[start : node.end_byte - 1].decode("utf-8", "replace")))
        whole = all(each is not None and each.whole for each in folded)
        layers = layers_of(*folded)
        if not folded and escaped_share(self.code.text(node)):
            layers = ("escapes",)
        return Constant("".join(texts)[:MAX_TEXT], layers, whole)

    def _identifier(self, node: Node, env: Environment, depth: int) -> Constant | None:
        name = self.code.bytes_of(node)
        if name in env:
            return env[name]
        scope, definitions = self.scopes.lookup(name, node)
        if not definitions:
            return OWN_PATHS.get(name)
        result = self._from_definitions(definitions, env, depth)
        if result is None or _is_const(definitions[0]):
            return result
        written = len(self.scopes.writes(name, scope))
        return result if written <= len(definitions) else result._replace(whole=False)

    def _from_definitions(self, definitions: list[Definition], env: Environment, depth: int) -> Constant | None:
        """The value of a variable that is given one constant, or one that `+=` adds to in order."""
        result: Constant | None = None
        given = 0
        for each in definitions:
            if each.kind in {"declared", "assigned"}:
                if each.value is None:
                    continue
                value = self._at_keys(self.fold(each.value, env, depth), each.keys)
                if given and value != result:
                    return None
                result, given = value, given + 1
            elif each.kind == "augmented":
                result = add(result, self.fold(each.value, env, depth))
            else:
                return None
        return result

    def _at_keys(self, value: Constant | None, keys: tuple[str, ...]) -> Constant | None:
        for key in keys:
            value = self._property(value, key)
        return value

    def _binary(self, node: Node, env: Environment, depth: int) -> Constant | None:
        operator = self._operator(node)
        if operator == "+":
            parts = []
            each: Node | None = node
            while each is not None and each.type == "binary_expression" and self._operator(each) == "+":
                parts.append(each.child_by_field_name("right"))
                each = each.child_by_field_name("left")
                self.code.step()
            result = self.fold(each, env, depth)
            if len(parts) > 64:  # noqa: PLR2004 (long chains are joined at once, for adding one by one is quadratic)
                return self._joined(result, [self.fold(part, env, depth) for part in reversed(parts)])
            for part in reversed(parts):
                value = self.fold(part, env, depth)
                result = add(result, value) if result is not None or value is not None else None
            return result
        left = self.fold(node.child_by_field_name("left"), env, depth)
        if operator in {"||", "??", "&&"}:
            known = truth(left)
            if left is None and operator != "&&":
                right = self.fold(node.child_by_field_name("right"), env, depth)
                return right._replace(whole=False) if right is not None else None
            if known is None:
                return left
            return left if known is (operator != "&&") else self.fold(node.child_by_field_name("right"), env, depth)
        return arithmetic(operator, left, self.fold(node.child_by_field_name("right"), env, depth))

    def _joined(self, first: Constant | None, rest: list[Constant | None]) -> Constant | None:
        every = [first, *rest]
        if not any(each is not None and isinstance(each.value, str) for each in every):
            return None
        text = "".join(map(to_text, every))[:MAX_TEXT]
        return Constant(text, layers_of(*every), all(each is not None and each.whole for each in every))

    def _unary(self, node: Node, env: Environment, depth: int) -> Constant | None:
        value = self.fold(node.child_by_field_name("argument"), env, depth)
        operator = self._operator(node)
        if operator == "!":
            known = truth(value)
            return Constant(not known) if known is not None else None
        amount = number(value)
        if amount is None:
            return None
        if operator in {"+", "-"}:
            return Constant(-amount if operator == "-" else amount)
        return Constant(~int(amount)) if operator == "~" else None

    def _array(self, node: Node, env: Environment, depth: int) -> Constant:
        found: list[Constant | None] = []
        for child in node.named_children:
            if len(found) >= MAX_ITEMS:
                break
            if child.type == "spread_element":
                spread = items(self.fold(child.named_children[0] if child.named_children else None, env, depth))
                found += spread if spread is not None else [None]
            elif child.type != "comment":
                found.append(self.fold(child, env, depth))
        return Constant(found)

    def _object(self, node: Node, env: Environment, depth: int) -> Constant:
        found: dict[str, Constant | None] = {}
        for child in node.named_children[:256]:
            if child.type == "pair":
                key = child.child_by_field_name("key")
                if key is not None:
                    found[self._key(key)] = self.fold(child.child_by_field_name("value"), env, depth)
            elif child.type == "shorthand_property_identifier":
                found[self.code.text(child)] = self.fold(child, env, depth)
        return Constant(found)

    def _key(self, key: Node) -> str:
        if key.type == "string":
            return to_text(self._string(key))
        if key.type == "computed_property_name":
            return self.text(key.named_children[0] if key.named_children else None) or HOLE
        return self.code.text(key)

    def _member(self, node: Node, env: Environment, depth: int) -> Constant | None:
        if node.end_byte - node.start_byte < _LONGEST_OWN:
            own = OWN_PATHS.get(self.code.bytes_of(node))
            if own is not None:
                return own
        path = self.paths.get(node.id)
        if path is not None and path.startswith("process.env."):
            return Constant("~", (), whole=False) if path in {"process.env.HOME", "process.env.USERPROFILE"} else None
        target = bare(node.child_by_field_name("object"))
        if target is None or target.type == "this":
            return None
        value = self.fold(target, env, depth)
        if node.type == "member_expression":
            name = node.child_by_field_name("property")
            return self._property(value, self.code.text(name)) if name is not None else None
        index = self.fold(node.child_by_field_name("index"), env, depth)
        return self._property(value, to_text(index)) if index is not None else None

    def _property(self, value: Constant | None, key: str) -> Constant | None:
        if value is None:
            return None
        if isinstance(value.value, dict):
            return value.value.get(key)
        if key == "length" and value.whole and isinstance(value.value, str | list | bytes):
            return Constant(len(value.value))
        if key in {"href", "buffer"}:
            return value
        if key.isdigit() and len(key) < 8 and isinstance(value.value, str | list | bytes):  # noqa: PLR2004
            every = items(value)
            return every[int(key)] if every is not None and int(key) < len(every) else None
        return None

    def _ternary(self, node: Node, env: Environment, depth: int) -> Constant | None:
        known = truth(self.fold(node.child_by_field_name("condition"), env, depth))
        if known is not None:
            return self.fold(node.child_by_field_name("consequence" if known else "alternative"), env, depth)
        for branch in ("consequence", "alternative"):
            value = self.fold(node.child_by_field_name(branch), env, depth)
            if value is not None and value.value not in (None, ""):
                return value._replace(whole=False)
        return None

    def path(self, node: Node | None, depth: int = 0) -> str | None:
        """What an expression refers to, found backwards: through names, members and `require`."""
        node = bare(node)
        if node is None or depth > DEEPEST // 4:
            return None
        known = self.paths.get(node.id)
        if known is not None:
            return known
        if node.type == "identifier":
            name = self.code.bytes_of(node)
            _, definitions = self.scopes.lookup(name, node)
            if not definitions:
                return GLOBALS.get(name.decode("utf-8", "replace"))
            first = definitions[0]
            if first.kind not in {"declared", "assigned"} or first.value is None:
                return None
            found = self.path(first.value, depth + 1)
            for step in first.keys:
                found = extend(found, step) if found is not None else None
            return found
        if node.type in {"member_expression", "subscript_expression"}:
            path = self.path(node.child_by_field_name("object"), depth + 1)
            key = self.member_name(node)
            return extend(path, key) if path is not None and key is not None else None
        if node.type == "call_expression" and self.path(node.child_by_field_name("function"), depth + 1) == "require":
            arguments = arguments_of(node)
            module = module_path(self.text(arguments[0]) or "") if arguments else ""
            return module if module in MODULES else None
        return None

    def member_name(self, node: Node) -> str | None:
        """The name a member or subscript expression takes, None when it is computed and unknown."""
        name = node.child_by_field_name("property")
        return self.code.text(name) if name is not None else self.text(node.child_by_field_name("index"))


_FILE, _FOLDER = Constant("{__filename}", whole=False), Constant("{__dirname}", whole=False)
#: The path of the file itself and of its folder, by the names that the two module systems have for them.
OWN_PATHS = {
    b"__filename": _FILE,
    b"__dirname": _FOLDER,
    b"import.meta.url": _FILE,
    b"import.meta.filename": _FILE,
    b"import.meta.dirname": _FOLDER,
    b"process.argv[1]": _FILE,
    b"require.main.filename": _FILE,
    b"module.filename": _FILE,
    b"module.path": _FOLDER,
}
_LONGEST_OWN = 24


def _is_list(constant: Constant | None) -> bool:
    return constant is not None and isinstance(constant.value, list)


def _is_const(definition: Definition) -> bool:
    declaration = definition.name.parent.parent if definition.name.parent is not None else None
    kind = declaration.child_by_field_name("kind") if declaration is not None else None
    return kind is not None and kind.type == "const"
