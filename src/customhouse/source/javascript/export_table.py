"""What a file says that it exports: values by name, other modules of which it exports everything, and re-exports.

`module.exports = ...`, `exports.a = ...`, `export` in all its forms, and what compilers write for them
(`Object.defineProperty(exports, "a", {get})`, `__exportStar(require("./x"), exports)`).
"""

from collections.abc import Iterator

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.flow import Flow
from customhouse.source.javascript.tree import Code, arguments_of, bare

_MOST_EXPORTS = 4_000
_MOST_RETURNS = 64
_LONGEST_CALLEE = 200
_DEFINING = 3
#: Compilers' helpers that pass everything of a module on, or give an object members that are read through functions.
_STARS = lazy_regex(rb"(?:__exportStar|__export|__reExport|_export_star|exportStar)$")


class ExportTable:
    """The exports of one file. `own` are the values by name, `default` and, for `module.exports`, an empty one."""

    def __init__(self, flow: Flow) -> None:
        """Find them all; the flow has run."""
        self.flow = flow
        self.code = flow.code
        self.own: dict[str, list[Node]] = {}
        #: Specifiers, and expressions that are modules, of which everything is exported again.
        self.stars: list[Node] = []
        #: Exported name, name in the other module (empty for all of it), specifier.
        self.again: list[tuple[str, str, Node]] = []
        self._find()

    def _find(self) -> None:
        code = self.code
        for at in code.positions(b"exports")[:_MOST_EXPORTS]:
            leaf = code.leaf(at, at + 7)
            parent = leaf.parent
            if leaf.type == "property_identifier" and parent is not None and parent.type == "member_expression":
                target = parent.child_by_field_name("object")
                if target is not None and code.bytes_of(target).rpartition(b".")[2] in {b"module", b"this"}:
                    self._given(parent)
            elif leaf.type == "identifier":
                self._given(leaf)
        for at in code.positions(b"export")[:_MOST_EXPORTS]:
            leaf = code.leaf(at, at + 6)
            if leaf.type == "export" and leaf.parent is not None and leaf.parent.type == "export_statement":
                self._statement(leaf.parent)

    def _given(self, exports: Node) -> None:
        """What a mention of `exports` gives it: all of it, a member, a getter, or another module's members."""
        parent = exports.parent
        if parent is None:
            return
        if parent.type == "assignment_expression" and is_field(parent, "left", exports):
            self._add("", parent.child_by_field_name("right"))
        elif parent.type in {"member_expression", "subscript_expression"} and is_field(parent, "object", exports):
            name, holder = self.flow.folder.member_name(parent), parent.parent
            if name is not None and holder is not None and holder.type == "assignment_expression":
                self._add(name, holder.child_by_field_name("right") if is_field(holder, "left", parent) else None)
        elif parent.type == "arguments" and parent.parent is not None:
            self._handed(parent.parent, exports)

    def _handed(self, call: Node, exports: Node) -> None:
        callee = call.child_by_field_name("function")
        arguments = arguments_of(call)
        name = (
            self.code.bytes_of(callee)
            if callee is not None and callee.end_byte - callee.start_byte < _LONGEST_CALLEE
            else b""
        )
        others = [each for each in arguments if each.id != exports.id]
        if name.endswith((b"Object.defineProperty", b"__defProp", b"defineProperty")):
            self._defined(arguments)
        elif name.endswith(b"Object.assign"):
            for each in others:
                self._add("", each)
        elif is_star(name):
            for each in others:
                if each.type == "object":
                    self._add("", each)
                else:
                    self.stars.append(each)

    def _defined(self, arguments: list[Node]) -> None:
        """`Object.defineProperty(exports, key, {value})`, or with a getter."""
        key = self.flow.folder.text(arguments[1]) if len(arguments) == _DEFINING else None
        for member in arguments[2].named_children if key else ():
            label = member.child_by_field_name("key") or member.child_by_field_name("name")
            value = member.child_by_field_name("value")
            word = self.code.bytes_of(label).strip(b"\"'") if label is not None else b""
            if word == b"value":
                self._add(key or "", value)
            elif word == b"get":
                for given in returned(self.code, value or member):
                    self._add(key or "", given)

    def _statement(self, statement: Node) -> None:
        source = statement.child_by_field_name("source")
        declaration = statement.child_by_field_name("declaration")
        if any(child.type == "default" for child in statement.children):
            self._add("default", declaration or statement.child_by_field_name("value"))
        elif declaration is not None:
            self._declared(declaration)
        else:
            for child in statement.named_children:
                if child.type == "namespace_export" and source is not None and child.named_children:
                    self.again.append((self.code.text(child.named_children[0]), "", source))
                for each in child.named_children if child.type == "export_clause" else ():
                    self._specified(each, source)
            if source is not None and any(child.type == "*" for child in statement.children):
                self.stars.append(source)

    def _declared(self, declaration: Node) -> None:
        if declaration.type not in {"lexical_declaration", "variable_declaration"}:
            name = declaration.child_by_field_name("name")
            if name is not None:
                self._add(self.code.text(name), declaration)
            return
        for each in declaration.named_children:
            name = each.child_by_field_name("name")
            if name is not None and name.type == "identifier":
                self._add(self.code.text(name), each.child_by_field_name("value"))

    def _specified(self, specifier: Node, source: Node | None) -> None:
        name = specifier.child_by_field_name("name")
        if name is None:
            return
        exported = self.code.text(specifier.child_by_field_name("alias") or name).strip("\"'")
        if source is not None:
            self.again.append((exported, self.code.text(name).strip("\"'"), source))
        else:
            self._add(exported, name)

    def _add(self, name: str, value: Node | None) -> None:
        if value is not None:
            self.own.setdefault(name, []).append(value)


def is_star(callee: bytes) -> bool:
    """Whether a callee's text ends in the name of a helper that passes a module's members on."""
    return _STARS.search(callee[-40:]) is not None


def returned(code: Code, function: Node | None) -> Iterator[Node]:
    """What a function returns, its inner functions left out."""
    function = bare(function)
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None:
        return
    if body.type != "statement_block":
        yield body
        return
    for at in code.positions_in(b"return", body.start_byte, body.end_byte)[:64]:
        leaf = code.leaf(at, at + 6)
        statement = leaf.parent
        if leaf.type != "return" or statement is None or not statement.named_children:
            continue
        owner = code.owner(statement)
        if owner is not None and owner.id == function.id:
            yield statement.named_children[0]


def is_field(parent: Node, field: str, node: Node) -> bool:
    """Whether a node is that field of its parent."""
    child = parent.child_by_field_name(field)
    return child is not None and child.id == node.id
