"""Folding of calls: methods of constants, explicit decoding, small local functions, `path.join`, `JSON.parse`."""

from typing import Protocol

import msgspec
from tree_sitter import Node

from customhouse.source.javascript import methods
from customhouse.source.javascript.folds import Environment, Folds
from customhouse.source.javascript.string_table import Tables
from customhouse.source.javascript.tree import FUNCTIONS, arguments_of, bare
from customhouse.source.javascript.values import (
    MAX_ITEMS,
    Constant,
    as_bytes,
    items,
    layers_of,
    number,
    to_text,
)

#: Nesting of expressions, variables and local functions that folding follows.
DEEPEST = 40
#: Calls of local functions that are folded in one file.
MOST_CALLS = 2_000
_MOST_ALIASES = 8
_BYTES = frozenset({"Uint8Array", "Buffer", "Int8Array", "Uint8ClampedArray", "Uint16Array", "Array"})
#: Static functions of objects that are no paths.
_OF_PATHS = frozenset({"dirname", "fileURLToPath"})
_OWN_PATHS_BY = frozenset(name.encode() for name in _OF_PATHS)
_STATICS = frozenset({"parse", "decode", "homedir"})


class FoldsCalls(Folds, Protocol):
    """A folder that remembers the tables of strings of its file."""

    tables: Tables


class CallFolder:
    """Folds a call, asking the file's `Folder` for everything inside it.

    Made for each call: were it kept by the folder, the two would hold each other, and the tree, past their use.
    """

    def __init__(self, folder: FoldsCalls) -> None:
        """Take the folder of the expressions."""
        self.folder = folder

    def call(self, node: Node, env: Environment, depth: int) -> Constant | None:
        """The constant that a call gives."""
        callee = bare(node.child_by_field_name("function"))
        if callee is None:
            return None
        arguments = arguments_of(node)
        if callee.type in {"member_expression", "subscript_expression"}:
            return self._method(callee, arguments, env, depth)
        if callee.type == "identifier":
            path = self.folder.path(callee)
            if path is not None:
                return methods.decode_call(path, self.folded(arguments, env, depth))
            name = self.folder.code.bytes_of(callee)
            if name == b"escape" and arguments:
                return _escaped(self.folded(arguments, env, depth)[0])
            if name in {b"parseInt", b"Number"} and arguments:
                return self._parsed(self.folded(arguments, env, depth))
            if name in _OWN_PATHS_BY and len(arguments) == 1:
                return self._of_own_path(name.decode(), arguments[0], env, depth)
            function = self._meant(callee)
            return self._called(function, arguments, env, depth) if function is not None else None
        return self._called(callee, arguments, env, depth)

    def _meant(self, callee: Node) -> Node | None:
        """The function that a name means, through aliases; None where it is given several."""
        node: Node | None = callee
        for _ in range(_MOST_ALIASES):
            if node is None or node.type != "identifier":
                break
            _, definitions = self.folder.scopes.lookup(self.folder.code.bytes_of(node), node)
            node = bare(definitions[0].value) if len(definitions) == 1 else None
        return node

    def _called(self, function: Node, arguments: list[Node], env: Environment, depth: int) -> Constant | None:
        """A call of a local function: one that gives the elements of a table of strings, or a small one."""
        result = self._local(function, arguments, env, depth)
        if result is not None or function.type not in FUNCTIONS or not 1 <= len(arguments) <= 8:  # noqa: PLR2004 (few)
            return result
        return self.folder.tables.look_up(self.folder, function, self.folded(arguments, env, depth))

    def _parsed(self, arguments: list[Constant | None]) -> Constant | None:
        base = number(arguments[1]) if len(arguments) > 1 else None
        if base is None or arguments[0] is None:
            value = number(arguments[0])
            return Constant(value) if value is not None else None
        try:
            return Constant(int(to_text(arguments[0]), int(base)))
        except ValueError:
            return None

    def folded(self, nodes: list[Node], env: Environment, depth: int) -> list[Constant | None]:
        """The constants that arguments amount to, spread ones taken apart."""
        found: list[Constant | None] = []
        for node in nodes[:MAX_ITEMS]:
            if node.type == "spread_element":
                found += items(
                    self.folder.fold(node.named_children[0] if node.named_children else None, env, depth)
                ) or [None]
            else:
                found.append(self.folder.fold(node, env, depth))
        return found

    def _local(self, function: Node | None, arguments: list[Node], env: Environment, depth: int) -> Constant | None:
        """A call of a local function that is one expression, or whose last statement returns one."""
        if function is None or function.type not in FUNCTIONS or depth > DEEPEST // 2:
            return None
        result = self.result_of(function)
        values = self.folded(arguments, env, depth) if result is not None else []
        self.folder.calls_left -= 1
        if result is None or self.folder.calls_left < 0 or (values and not any(values)):
            return None
        return self.folder.fold(result, self._bound(function, values, env), depth + 2)

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

    def gives_object(self, node: Node) -> bool:
        """Whether a call is of a local function that returns an object literal: no text, whatever it is called with."""
        callee = bare(node.child_by_field_name("function"))
        function = self._meant(callee) if callee is not None and callee.type == "identifier" else None
        result = self.result_of(function) if function is not None and function.type in FUNCTIONS else None
        result = bare(result)
        return result is not None and result.type == "object"

    def _bound(self, function: Node, values: list[Constant | None], outer: Environment) -> Environment:
        parameters = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
        nodes = (
            [] if parameters is None else [parameters] if parameters.type == "identifier" else parameters.named_children
        )
        env = dict(outer)
        for index, node in enumerate(nodes[:16]):
            name = node.child_by_field_name("pattern") or node.child_by_field_name("left") or node
            env[self.folder.code.bytes_of(name)] = values[index] if index < len(values) else None
        env[b"\0"] = None  # so that nothing folded in here is remembered for another call
        return env

    def _method(self, callee: Node, arguments: list[Node], env: Environment, depth: int) -> Constant | None:
        target = bare(callee.child_by_field_name("object"))
        name = self.folder.member_name(callee)
        if target is None or name is None:
            return None
        path = self.folder.path(target) if target.type != "string" else None
        if path is not None or name in _STATICS:
            special = self._of_global(path, target, name, self.folded(arguments, env, depth))
            if special is not None:
                return special
        if name in _OF_PATHS and len(arguments) == 1:
            return self._of_own_path(name, arguments[0], env, depth)
        value = self.folder.fold(target, env, depth)
        if value is None:
            if name not in {"join", "resolve"}:
                return None
            values = self.folded(arguments, env, depth)
            separator = len(values) == 1 and len(to_text(values[0])) < 3  # noqa: PLR2004 (`list.join(", ")`)
            return None if separator or not values else self._joined_path(values)
        if name == "map" and arguments:
            return self._mapped(value, arguments[0], env, depth)
        return methods.apply(value, name, self.folded(arguments, env, depth))

    def _of_global(self, path: str | None, target: Node, name: str, values: list[Constant | None]) -> Constant | None:
        """Static functions: `Buffer.from`, `String.fromCharCode`, `os.homedir`, `JSON.parse`, `TextDecoder`."""
        first = values[0] if values else None
        if path is None:
            source = self.folder.code.bytes_of(target) if target.end_byte - target.start_byte < 64 else b""  # noqa: PLR2004
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

    def _of_own_path(self, name: str, argument: Node, env: Environment, depth: int) -> Constant | None:
        """`path.dirname(__filename)`, `url.fileURLToPath(import.meta.url)`; None for other paths."""
        value = self.folder.fold(argument, env, depth)
        if value is None or value.value not in {"{__filename}", "{__dirname}"}:
            return None
        if name == "fileURLToPath":
            return value
        return value._replace(value="{__dirname}" if value.value == "{__filename}" else "{__dirname}/..")

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
            path = self.folder.path(local) or ""
            results = [methods.decode_call(path, [each]) for each in every[:MAX_ITEMS]]
            return Constant(list(results), value.layers) if any(results) else None
        result = self.result_of(local)
        if result is None:
            return None
        mapped = []
        for index, each in enumerate(every[:4096]):
            bound = self._bound(local, [each, Constant(index)], env)
            mapped.append(self.folder.fold(result, bound, depth + 2))
            if index == 0 and mapped[0] is None:
                return None
        return Constant(mapped, value.layers)

    def new(self, node: Node, env: Environment, depth: int) -> Constant | None:
        """The constant that `new` makes: bytes, a URL, a text."""
        constructor = node.child_by_field_name("constructor")
        arguments = arguments_of(node)
        if constructor is None or not arguments:
            return None
        name = self.folder.code.text(constructor)
        values = self.folded(arguments, env, depth)
        if name in _BYTES:
            return as_bytes(values[0], to_text(values[1]) if len(values) > 1 else "utf8")
        return values[0] if name in {"URL", "String"} else None


def _escaped(value: Constant | None) -> Constant | None:
    """What `escape(text)` gives, as `decodeURIComponent(escape(bytes))` makes text of bytes."""
    if value is None or not value.whole or not isinstance(value.value, str):
        return None
    plain = (each if each.isascii() and (each.isalnum() or each in "@*_+-./") else None for each in value.value)
    parts = (each or _percent(ord(code)) for each, code in zip(plain, value.value, strict=True))
    return Constant("".join(parts), value.layers)


def _percent(code: int) -> str:
    return f"%{code:02X}" if code < 256 else f"%u{code:04X}"  # noqa: PLR2004 (ECMA-262, B.2.1.1)


def _json(text: Constant) -> Constant | None:
    try:
        return _from_json(msgspec.json.decode(to_text(text)), text.layers, 0)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None


def _from_json(value: object, layers: tuple[str, ...], depth: int) -> Constant | None:
    if depth > DEEPEST:
        return None
    if isinstance(value, list):
        return Constant([_from_json(each, layers, depth + 1) for each in value], layers)
    if isinstance(value, dict):
        return Constant({str(key): _from_json(each, layers, depth + 1) for key, each in value.items()}, layers)
    return Constant(value, layers) if isinstance(value, str | int | float | bool) else None
