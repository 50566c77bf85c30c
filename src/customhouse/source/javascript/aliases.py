"""Aliases: what is given a reference, and where it is used: variables, patterns, properties, parameters, imports."""

from collections import deque

from tree_sitter import Node

from customhouse.source.javascript.capability_table import extend
from customhouse.source.javascript.folding import Folder
from customhouse.source.javascript.scope import Scopes
from customhouse.source.javascript.tree import FUNCTIONS, WORD, Code, arguments_of, bare

_MOST_PROPERTIES = 100_000
_MOST_REFERENCES = 200_000


class Aliases:
    """The queue of references to climb, and every way in which a name comes to hold one."""

    def __init__(self, code: Code) -> None:
        """Take the parsed file."""
        self.code = code
        #: What expressions are found to be, by node id.
        self.paths: dict[int, str] = {}
        self.scopes = Scopes(code)
        self.folder = Folder(code, self.scopes, self.paths)
        #: Where a path that is not called ends: read, passed on, compared.
        self.ends: list[tuple[str, Node]] = []
        #: Environment variables read, `*` where the name is computed.
        self.reads: list[tuple[str, Node]] = []
        self.work: deque[tuple[Node, str]] = deque()
        self._bound: set[tuple[int, bytes, str]] = set()

    def follow(self, node: Node, path: str) -> None:
        """Note that `node` is `path`, to be climbed."""
        if len(self.paths) < _MOST_REFERENCES:
            self.work.append((node, path))
        else:
            self.code.cut = True

    def bind_import(self, clause: Node, module: str) -> None:
        """Follow the names that an import clause gives to a module and its members."""
        for child in clause.named_children:
            if child.type == "identifier":
                self.bind(child, module)
            elif child.type == "namespace_import":
                self.bind(child.named_children[0], module)
            elif child.type == "named_imports":
                for each in child.named_children:
                    name = each.child_by_field_name("name")
                    if name is not None:
                        path = extend(module, self.code.text(name).strip("\"'"))
                        self.bind(each.child_by_field_name("alias") or name, path or module)

    def bind(self, target: Node | None, path: str) -> None:
        """Follow the uses of what is given `path`: a variable, a pattern's variables, or a property."""
        if target is None:
            return
        if target.type in {"member_expression", "subscript_expression"}:
            name, holder = self.folder.member_name(target), target.child_by_field_name("object")
            if name is not None and holder is not None and self.code.bytes_of(target) != b"module.exports":
                self._uses_of_property(self.code.bytes_of(holder), name.encode("utf-8", "replace"), path)
        elif target.type in {"object_pattern", "array_pattern"}:
            self.destructured(target, path)
        elif target.type in {"assignment_pattern", "required_parameter", "optional_parameter"}:
            self.bind(target.child_by_field_name("left") or target.child_by_field_name("pattern"), path)
        elif target.type in {"identifier", "shorthand_property_identifier_pattern"}:
            word = self.code.bytes_of(target)
            scope, _ = self.scopes.lookup(word, target)
            key = (scope.id if scope is not None else 0, word, path)
            if key in self._bound:
                return
            self._bound.add(key)
            for use in self.scopes.uses(word, scope):
                if use.id != target.id and self.scopes.classify(use) is None:
                    self.follow(use, path)

    def destructured(self, pattern: Node, path: str) -> None:
        """Follow what the names of an object pattern take out of a reference."""
        for child in pattern.named_children:
            self.code.step()
            if child.type == "rest_pattern":
                self.ends.append((path, child))
                self.bind(child.named_children[0] if child.named_children else None, path)
                continue
            named = child.child_by_field_name("left") if child.type == "object_assignment_pattern" else child
            if named is None or pattern.type == "array_pattern":
                continue
            key = named.child_by_field_name("key") or named
            value = named.child_by_field_name("value") or named
            text = (
                self.folder.text(key.named_children[0]) if key.type == "computed_property_name" else self.code.text(key)
            )
            member = extend(path, text.strip("\"'") if text else "*")
            if member is None:
                continue
            if path == "process.env":
                self.reads.append((text.strip("\"'") if text else "*", named))
                continue
            self.bind(value, member)

    def opened(self, statement: Node, path: str) -> None:
        """Follow the names in the body of `with (reference)` that its members may be."""
        body = statement.child_by_field_name("body")
        for match in WORD.finditer(self.code.data, *body.byte_range) if body is not None else ():
            leaf = self.code.leaf(*match.span())
            member = extend(path, self.code.text(leaf)) if leaf.type == "identifier" else None
            if member is not None:
                self.follow(leaf, member)

    def in_object(self, pair: Node, path: str) -> None:
        """Follow what stands as a pair in an object literal."""
        key = pair.child_by_field_name("key")
        literal = pair.parent
        if key is not None and literal is not None:
            self.held(self.code.bytes_of(key).strip(b"\"'"), literal, path)
        self.ends.append((path, pair))

    def held(self, key: bytes, literal: Node, path: str) -> None:
        """Follow the property of an object literal through the variable that holds the object."""
        holder = literal.parent
        if holder is not None and holder.type == "variable_declarator":
            name = holder.child_by_field_name("name")
            if name is not None and name.type == "identifier":
                self._uses_of_property(self.code.bytes_of(name), key, path)

    def _uses_of_property(self, holder: bytes, name: bytes, path: str) -> None:
        bound = (-1, holder + b"." + name, path)
        if bound in self._bound:
            return
        self._bound.add(bound)
        places = self.code.positions(name)
        if len(places) > _MOST_PROPERTIES:
            self.code.cut = True
        for at in places[:_MOST_PROPERTIES]:
            leaf = self.code.leaf(at, at + len(name))
            member = leaf.parent
            if member is not None and leaf.type == "string_fragment":
                member = member.parent
            if member is None or member.type not in {"member_expression", "subscript_expression"}:
                continue
            target = member.child_by_field_name("object")
            if target is not None and self.code.bytes_of(target) == holder:
                self.follow(member, path)

    def bind_parameter(self, function: Node, index: int, path: str) -> None:
        """Follow the parameter at a place of a function."""
        parameters = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
        if parameters is None:
            return
        nodes = [parameters] if parameters.type == "identifier" else parameters.named_children
        if 0 <= index < len(nodes):
            self.bind(nodes[index], path)

    def to_callback(self, call: Node, path: str) -> None:
        """`import("m").then(m => ...)`: the first parameter is the module."""
        if call.type == "call_expression":
            arguments = arguments_of(call)
            local = bare(arguments[0]) if arguments else None
            if local is not None and local.type in FUNCTIONS:
                self.bind_parameter(local, 0, path)
