"""Folding: the constant that an expression amounts to, as far as that can be said without running it.

Literals, templates, concatenation, arithmetic, arrays and their methods, constant variables, explicit decode calls, and
calls of local one-expression functions. What is unknown inside a text stands as `{}` and the text is not `whole`.
"""

from collections.abc import Mapping

import msgspec
from tree_sitter import Node

from customhouse.source.javascript import methods
from customhouse.source.javascript.capability_table import GLOBALS, MODULES, extend, module_path
from customhouse.source.javascript.scope import Definition, Scopes
from customhouse.source.javascript.tree import FUNCTIONS, TRANSPARENT, Code, arguments_of, bare
from customhouse.source.javascript.values import (
    HOLE,
    MAX_ITEMS,
    MAX_TEXT,
    Constant,
    add,
    arithmetic,
    as_bytes,
    escaped_share,
    items,
    layers_of,
    number,
    to_text,
    truth,
    unescape,
)

Environment = Mapping[bytes, Constant | None]
#: Nesting of expressions, variables and local functions that folding follows.
_DEEPEST = 40
#: Calls of local functions that are folded in one file.
_MOST_CALLS = 2_000
_NOTHING: Environment = {}
#: Static functions of objects that are no paths.
_STATICS = frozenset({"parse", "decode", "homedir"})
_LITERALS: dict[str, Constant] = {
    "true": Constant(value=True),
    "false": Constant(value=False),
    "null": Constant(None),
}
_BYTES = frozenset({"Uint8Array", "Buffer", "Int8Array", "Uint8ClampedArray", "Uint16Array", "Array"})


class Folder:
    """Folds expressions of one file. `paths` are what the flow of references has found expressions to be, by node id."""

    def __init__(self, code: Code, scopes: Scopes, paths: dict[int, str]) -> None:
        """Take the file, its names and the paths found so far (shared, growing)."""
        self.code = code
        self.scopes = scopes
        self.paths = paths
        self._known: dict[int, Constant | None] = {}
        self._open: set[int] = set()
        self._calls_left = _MOST_CALLS

    def fold(self, node: Node | None, env: Environment = _NOTHING, depth: int = 0) -> Constant | None:
        """The constant that `node` amounts to, None when unknown."""
        if node is None or depth > _DEEPEST:
            return None
        key = node.id
        if not env and key in self._known:
            return self._known[key]
        if key in self._open and not env:
            return None
        self.code.step()
        self._open.add(key)
        try:
            result = self._fold(node, env, depth + 1)
        finally:
            self._open.discard(key)
        if not env and depth < _DEEPEST // 2:
            self._known[key] = result
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
                found.append(self.fold(each))
        return found

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
                return self._call(node, env, depth)
            case "new_expression":
                return self._new(node, env, depth)
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
        if node is None or depth > _DEEPEST // 4:
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

    def _call(self, node: Node, env: Environment, depth: int) -> Constant | None:
        callee = bare(node.child_by_field_name("function"))
        if callee is None:
            return None
        arguments = arguments_of(node)
        if callee.type in {"member_expression", "subscript_expression"}:
            return self._method(callee, arguments, env, depth)
        if callee.type == "identifier":
            path = self.path(callee)
            if path is not None:
                return methods.decode_call(path, self._folded(arguments, env, depth))
            name = self.code.bytes_of(callee)
            if name in {b"parseInt", b"Number"} and arguments:
                return self._parsed(self._folded(arguments, env, depth))
            _, definitions = self.scopes.lookup(name, callee)
            if len(definitions) == 1:
                return self._local(bare(definitions[0].value), arguments, env, depth)
            return None
        return self._local(callee, arguments, env, depth)

    def _parsed(self, arguments: list[Constant | None]) -> Constant | None:
        base = number(arguments[1]) if len(arguments) > 1 else None
        if base is None or arguments[0] is None:
            value = number(arguments[0])
            return Constant(value) if value is not None else None
        try:
            return Constant(int(to_text(arguments[0]), int(base)))
        except ValueError:
            return None

    def _folded(self, nodes: list[Node], env: Environment, depth: int) -> list[Constant | None]:
        found: list[Constant | None] = []
        for node in nodes[:MAX_ITEMS]:
            if node.type == "spread_element":
                found += items(self.fold(node.named_children[0] if node.named_children else None, env, depth)) or [None]
            else:
                found.append(self.fold(node, env, depth))
        return found

    def _local(self, function: Node | None, arguments: list[Node], env: Environment, depth: int) -> Constant | None:
        """A call of a local function that is one expression, or whose last statement returns one."""
        if function is None or function.type not in FUNCTIONS or depth > _DEEPEST // 2:
            return None
        result = self.result_of(function)
        values = self._folded(arguments, env, depth) if result is not None else []
        self._calls_left -= 1
        if result is None or self._calls_left < 0 or (values and not any(values)):
            return None
        return self.fold(result, self._bound(function, values, env), depth + 2)

    def result_of(self, function: Node) -> Node | None:
        """The expression that a small function returns."""
        body = function.child_by_field_name("body")
        if body is None or body.type != "statement_block":
            return body
        statements = body.named_children
        if not 1 <= len(statements) <= 8 or statements[-1].type != "return_statement":  # noqa: PLR2004 (small)
            return None
        returned = statements[-1].named_children
        return returned[0] if returned else None

    def _bound(self, function: Node, values: list[Constant | None], outer: Environment) -> Environment:
        parameters = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
        nodes = (
            [] if parameters is None else [parameters] if parameters.type == "identifier" else parameters.named_children
        )
        env = dict(outer)
        for index, node in enumerate(nodes[:16]):
            name = node.child_by_field_name("pattern") or node.child_by_field_name("left") or node
            env[self.code.bytes_of(name)] = values[index] if index < len(values) else None
        env[b"\0"] = None  # so that nothing folded in here is remembered for another call
        return env

    def _method(self, callee: Node, arguments: list[Node], env: Environment, depth: int) -> Constant | None:
        target = bare(callee.child_by_field_name("object"))
        name = self.member_name(callee)
        if target is None or name is None:
            return None
        path = self.path(target) if target.type != "string" else None
        if path is not None or name in _STATICS:
            special = self._of_global(path, target, name, self._folded(arguments, env, depth))
            if special is not None:
                return special
        value = self.fold(target, env, depth)
        if value is None:
            if name not in {"join", "resolve"}:
                return None
            values = self._folded(arguments, env, depth)
            separator = len(values) == 1 and len(to_text(values[0])) < 3  # noqa: PLR2004 (`list.join(", ")`)
            return None if separator or not values else self._joined_path(values)
        if name == "map" and arguments:
            return self._mapped(value, arguments[0], env, depth)
        return methods.apply(value, name, self._folded(arguments, env, depth))

    def _of_global(self, path: str | None, target: Node, name: str, values: list[Constant | None]) -> Constant | None:
        """Static functions: `Buffer.from`, `String.fromCharCode`, `os.homedir`, `JSON.parse`, `new TextDecoder().decode`."""
        first = values[0] if values else None
        if path is None:
            source = self.code.bytes_of(target) if target.end_byte - target.start_byte < 64 else b""  # noqa: PLR2004
            if source == b"JSON" and name == "parse" and first is not None and isinstance(first.value, str):
                return _json(first)
            if name == "decode" and source.startswith((b"new TextDecoder", b"new util.TextDecoder")):
                return methods.apply(first, "toString", []) if first is not None else None
            return Constant("~", whole=False) if name == "homedir" else None
        full = f"{path}.{name}"
        if full == "Buffer.from":
            return as_bytes(first, to_text(values[1]) if len(values) > 1 else "utf8")
        if full == "Buffer.concat" and first is not None and isinstance(first.value, list):
            parts = [each.value for each in first.value if each is not None and isinstance(each.value, bytes)]
            return Constant(b"".join(parts), layers_of(*first.value)) if len(parts) == len(first.value) else None
        if full == "os.homedir":
            return Constant("~", whole=False)
        if full in {"String.fromCharCode.apply", "String.fromCodePoint.apply"} and len(values) > 1:
            return methods.decode_call(full.removesuffix(".apply"), items(values[1]) or [])
        if full in {"String.fromCharCode.call", "atob.call"}:
            return methods.decode_call(path, values[1:])
        if full == "String.raw" and first is not None:
            return first
        return methods.decode_call(full, values)

    def _joined_path(self, values: list[Constant | None]) -> Constant | None:
        """`path.join` and `path.resolve`, of whatever name the module goes by here."""
        if not any(each is not None and isinstance(each.value, str) for each in values):
            return None
        texts = [to_text(each) for each in values]
        whole = all(each is not None and each.whole for each in values)
        return Constant("/".join(text.rstrip("/") for text in texts if text), layers_of(*values), whole)

    def _mapped(self, value: Constant, function: Node, env: Environment, depth: int) -> Constant | None:
        every = items(value)
        local = bare(function)
        if every is None or local is None:
            return None
        if local.type not in FUNCTIONS:
            path = self.path(local) or ""
            results = [methods.decode_call(path, [each]) for each in every[:MAX_ITEMS]]
            return Constant(list(results), value.layers) if any(results) else None
        result = self.result_of(local)
        if result is None:
            return None
        mapped = []
        for index, each in enumerate(every[:4096]):
            bound = self._bound(local, [each, Constant(index)], env)
            mapped.append(self.fold(result, bound, depth + 2))
            if index == 0 and mapped[0] is None:
                return None
        return Constant(mapped, value.layers)

    def _new(self, node: Node, env: Environment, depth: int) -> Constant | None:
        constructor = node.child_by_field_name("constructor")
        arguments = arguments_of(node)
        if constructor is None or not arguments:
            return None
        name = self.code.text(constructor)
        values = self._folded(arguments, env, depth)
        if name in _BYTES:
            return as_bytes(values[0], to_text(values[1]) if len(values) > 1 else "utf8")
        return values[0] if name in {"URL", "String"} else None


def _is_const(definition: Definition) -> bool:
    declaration = definition.name.parent.parent if definition.name.parent is not None else None
    kind = declaration.child_by_field_name("kind") if declaration is not None else None
    return kind is not None and kind.type == "const"


def _json(text: Constant) -> Constant | None:
    try:
        return _from_json(msgspec.json.decode(to_text(text)), text.layers, 0)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None


def _from_json(value: object, layers: tuple[str, ...], depth: int) -> Constant | None:
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return Constant([_from_json(each, layers, depth + 1) for each in value], layers)
    if isinstance(value, dict):
        return Constant({str(key): _from_json(each, layers, depth + 1) for key, each in value.items()}, layers)
    return Constant(value, layers) if isinstance(value, str | int | float | bool) else None
