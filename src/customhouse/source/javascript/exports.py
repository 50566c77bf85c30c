"""What a file exports under a name: the functions and classes that another file's call of it runs.

Understood are `module.exports = ...`, `exports.a = ...`, `export` in all its forms, and what compilers write for them
(`Object.defineProperty(exports, "a", {get})`, `__export(x, {a: () => a})`, `__exportStar`). An export's path is
followed through variables, object literals, classes and what a function returns.
"""

from collections.abc import Iterator

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.capability_table import INTEROP, KEEPERS, OWN
from customhouse.source.javascript.flow import Flow
from customhouse.source.javascript.tree import FIELDS, FUNCTIONS, Exhausted, arguments_of, bare

_MOST = 2_000
_DEEPEST = 24
_MOST_EXPORTS = 4_000
_CALL = "()"
_CLASSES = frozenset({"class_declaration", "class", "abstract_class_declaration"})
_PARTS = lazy_regex(r"\(\)|[^.()]+")
#: Compilers' helpers that pass everything of a module on.
_STARS = lazy_regex(rb"(?:__exportStar|__export|__reExport|_export_star|exportStar)$")
_CONVERTERS = lazy_regex(rb"(?:__toCommonJS|__toESM|_interop\w*|__importStar|__importDefault)$")


def entered(flow: Flow, entry: tuple[str, ...]) -> frozenset[int]:
    """The functions and classes, by node id, that calls of these exports run."""
    return frozenset(Exports(flow).enter(entry)[0])


class Exports:
    """The exports of one file, each found when it is asked for."""

    def __init__(self, flow: Flow) -> None:
        """Take what is known of the file."""
        self.flow = flow
        self.code = flow.code
        self._own: dict[str, list[Node]] | None = None
        #: Specifiers, and nodes that are modules, of which everything is exported again.
        self.stars: list[Node] = []
        self.again: list[tuple[str, str, Node]] = []
        self._entered: set[int] = set()
        self._outside: dict[tuple[str, tuple[str, ...]], None] = {}
        self._left = _MOST
        self._seen: set[tuple[int, tuple[str, ...]]] = set()

    def enter(self, entry: tuple[str, ...]) -> tuple[set[int], list[tuple[str, tuple[str, ...]]]]:
        """What calls of these exports run here, and the paths into other files that they lead to.

        A path is a specifier, or one of the flow's own (`OWN`), and the parts that lead on from it.
        """
        try:
            for name in entry:
                self._named(tuple(_PARTS.findall(name)))
        except (Exhausted, RecursionError):
            self.code.cut = True
        return self._entered, list(self._outside)

    def _named(self, parts: tuple[str, ...]) -> None:
        if self._own is None:
            self._own = {}
            self._find(self._own)
        own = self._own
        first, rest = (parts[0], parts[1:]) if parts else ("", ())
        found = False
        if first and first != _CALL:
            for node in own.get(first, ()):
                found = True
                self._follow(node, rest, 0)
            for exported, imported, source in self.again:
                if exported == first:
                    found = True
                    self._outside[self.flow.folder.text(source) or "", ((imported,) if imported else ()) + rest] = None
        if not found:
            for node in own.get("", ()):
                self._follow(node, parts, 0)
            if first == "default":
                self._named(rest)  # of a module that has none, the default is all of it
            elif not first or first == _CALL:
                for node in own.get("default", ()):
                    self._follow(node, parts, 0)
        if first and first not in {"default", _CALL} and not found:
            for star in self.stars:
                path = self.flow.paths.get(star.id, "")
                specifier = path if path.startswith(OWN) else self.flow.folder.text(star) or ""
                self._outside[specifier, parts] = None

    # What is exported

    def _find(self, own: dict[str, list[Node]]) -> None:
        code = self.code
        for at in code.positions(b"exports")[:_MOST_EXPORTS]:
            leaf = code.leaf(at, at + 7)
            parent = leaf.parent
            if leaf.type == "property_identifier" and parent is not None and parent.type == "member_expression":
                target = parent.child_by_field_name("object")
                if target is not None and code.bytes_of(target).rpartition(b".")[2] in {b"module", b"this"}:
                    self._given(parent, own)
            elif leaf.type == "identifier":
                self._given(leaf, own)
        for at in code.positions(b"export")[:_MOST_EXPORTS]:
            leaf = code.leaf(at, at + 6)
            if leaf.type == "export" and leaf.parent is not None and leaf.parent.type == "export_statement":
                self._statement(leaf.parent, own)

    def _given(self, exports: Node, own: dict[str, list[Node]]) -> None:
        """What a mention of `exports` gives it: all of it, a member, a getter, or another module's members."""
        parent = exports.parent
        if parent is None:
            return
        if parent.type == "assignment_expression" and _is(parent, "left", exports):
            _add(own, "", parent.child_by_field_name("right"))
        elif parent.type in {"member_expression", "subscript_expression"} and _is(parent, "object", exports):
            name, holder = self.flow.folder.member_name(parent), parent.parent
            if name is not None and holder is not None and holder.type == "assignment_expression":
                _add(own, name, holder.child_by_field_name("right") if _is(holder, "left", parent) else None)
        elif parent.type == "arguments" and parent.parent is not None:
            self._handed(parent.parent, exports, own)

    def _handed(self, call: Node, exports: Node, own: dict[str, list[Node]]) -> None:
        callee = call.child_by_field_name("function")
        arguments = arguments_of(call)
        name = self.code.bytes_of(callee) if callee is not None and callee.end_byte - callee.start_byte < 200 else b""  # noqa: PLR2004
        others = [each for each in arguments if each.id != exports.id]
        if name.endswith((b"Object.defineProperty", b"__defProp", b"defineProperty")) and len(arguments) > 2:  # noqa: PLR2004
            key = self.flow.folder.text(arguments[1])
            for member in arguments[2].named_children if key else ():
                label = member.child_by_field_name("key") or member.child_by_field_name("name")
                value = member.child_by_field_name("value")
                word = self.code.bytes_of(label).strip(b"\"'") if label is not None else b""
                if word == b"value":
                    _add(own, key or "", value)
                elif word == b"get":
                    for given in self._returned(value or member):
                        _add(own, key or "", given)
        elif name.endswith(b"Object.assign"):
            for each in others:
                _add(own, "", each)
        elif _STARS.search(name):
            for each in others:
                if each.type == "object":
                    _add(own, "", each)
                else:
                    self.stars.append(each)

    def _statement(self, statement: Node, own: dict[str, list[Node]]) -> None:  # noqa: C901 (one arm a form)
        source = statement.child_by_field_name("source")
        declaration = statement.child_by_field_name("declaration")
        default = any(child.type == "default" for child in statement.children)
        if default:
            _add(own, "default", declaration or statement.child_by_field_name("value"))
            return
        if declaration is not None:
            if declaration.type in {"lexical_declaration", "variable_declaration"}:
                for each in declaration.named_children:
                    name = each.child_by_field_name("name")
                    if name is not None and name.type == "identifier":
                        _add(own, self.code.text(name), each.child_by_field_name("value"))
                return
            name = declaration.child_by_field_name("name")
            if name is not None:
                _add(own, self.code.text(name), declaration)
            return
        for child in statement.named_children:
            if child.type == "namespace_export" and source is not None and child.named_children:
                self.again.append((self.code.text(child.named_children[0]), "", source))
            for each in child.named_children if child.type == "export_clause" else ():
                name = each.child_by_field_name("name")
                if name is None:
                    continue
                exported = self.code.text(each.child_by_field_name("alias") or name).strip("\"'")
                if source is not None:
                    self.again.append((exported, self.code.text(name).strip("\"'"), source))
                else:
                    _add(own, exported, name)
        if source is not None and any(child.type == "*" for child in statement.children):
            self.stars.append(source)

    # Where a path leads

    def _follow(self, node: Node | None, parts: tuple[str, ...], depth: int) -> None:  # noqa: C901, PLR0912 (one arm a kind)
        node = bare(node)
        if node is None or depth > _DEEPEST or (node.id, parts) in self._seen:
            return
        self._seen.add((node.id, parts))
        self._left -= 1
        self.code.step()
        if self._left < 0:
            raise Exhausted
        path = self.flow.paths.get(node.id, "")
        if path.startswith(OWN):
            self._outside[path, parts] = None
            return
        kind = node.type
        if kind in FUNCTIONS:
            self._function(node, parts, depth)
        elif kind in _CLASSES:
            self._class(node, parts, depth)
        elif kind in {"identifier", "shorthand_property_identifier"}:
            self._name(node, parts, depth)
        elif kind == "object" and parts:
            self._object(node, parts, depth)
        elif kind in {"call_expression", "new_expression"}:
            self._call(node, parts, depth)
        elif kind in {"member_expression", "subscript_expression"}:
            name, target = self.flow.folder.member_name(node), node.child_by_field_name("object")
            if name is not None and len(parts) < 8:  # noqa: PLR2004 (longer ones nobody writes)
                self._follow(target, (name, *parts), depth + 1)
        elif kind == "assignment_expression":
            self._follow(node.child_by_field_name("right"), parts, depth + 1)
        elif kind in {"ternary_expression", "binary_expression"}:
            for field in ("consequence", "alternative", "left", "right"):
                self._follow(node.child_by_field_name(field), parts, depth + 1)

    def _function(self, function: Node, parts: tuple[str, ...], depth: int) -> None:
        if not parts or parts[0] == _CALL:
            self._entered.add(function.id)
            rest = parts[1:]
            if rest:
                for value in self._returned(function):
                    self._follow(value, rest, depth + 1)
                if rest[0] != _CALL:
                    self._assigned(rest[0], rest[1:], function, depth)
            return
        if parts[0] in {"call", "apply", "bind"}:
            self._entered.add(function.id)
            return
        name = function.child_by_field_name("name")
        if name is not None:
            self._properties(self.code.bytes_of(name), parts, depth)

    def _class(self, definition: Node, parts: tuple[str, ...], depth: int) -> None:
        body = definition.child_by_field_name("body")
        if not parts or parts[0] == _CALL:
            self._entered.add(definition.id)
            rest = parts[1:]
        else:
            rest = parts
        if not rest or rest[0] == _CALL or body is None:
            return
        made = bool(parts) and parts[0] == _CALL
        for member in body.named_children:
            name = member.child_by_field_name("name") or member.child_by_field_name("property")
            if name is None or self.code.text(name).strip("\"'#") != rest[0] or self.code.is_static(member) is made:
                continue
            if member.type == "method_definition":
                self._function(member, rest[1:], depth + 1)
            elif member.type in FIELDS:
                self._follow(member.child_by_field_name("value"), rest[1:], depth + 1)

    def _name(self, node: Node, parts: tuple[str, ...], depth: int) -> None:
        word = self.code.bytes_of(node)
        _, definitions = self.flow.scopes.lookup(word, node)
        for each in definitions[:8]:
            for key in each.keys[:1]:
                if len(each.keys) == 1 and each.value is not None:
                    self._follow(each.value, (key, *parts), depth + 1)
            if not each.keys and each.value is not None and each.kind in {"declared", "assigned", "function", "class"}:
                self._follow(each.value, parts, depth + 1)
        if parts and parts[0] != _CALL:
            self._properties(word, parts, depth)

    def _properties(self, holder: bytes, parts: tuple[str, ...], depth: int) -> None:
        """`holder.name = value`, and `__export(holder, {name: () => value})`."""
        first = parts[0].encode("utf-8", "replace")
        for at in self.code.positions(first)[:_MOST_EXPORTS]:
            member = self.code.leaf(at, at + len(first)).parent
            if member is not None and member.type == "string":
                member = member.parent
            if member is None:
                continue
            if member.type in {"member_expression", "subscript_expression"}:
                target, assignment = member.child_by_field_name("object"), member.parent
                if (
                    target is not None
                    and assignment is not None
                    and assignment.type == "assignment_expression"
                    and _is(assignment, "left", member)
                    and self.code.bytes_of(target) in {holder, holder + b".prototype"}
                ):
                    self._follow(assignment.child_by_field_name("right"), parts[1:], depth + 1)
            elif member.type == "pair" and member.parent is not None and member.parent.parent is not None:
                arguments = member.parent.parent
                call = arguments.parent if arguments.type == "arguments" else None
                callee = call.child_by_field_name("function") if call is not None else None
                given = arguments_of(call) if call is not None else []
                if callee is not None and _STARS.search(self.code.bytes_of(callee)[-40:]) and given:
                    if self.code.bytes_of(given[0]) == holder:
                        for value in self._returned(member.child_by_field_name("value")):
                            self._follow(value, parts[1:], depth + 1)

    def _assigned(self, name: str, rest: tuple[str, ...], maker: Node, depth: int) -> None:
        """Methods of what a constructor function makes: `this.name = ...` in it, `Maker.prototype.name = ...`."""
        word = name.encode("utf-8", "replace")
        called = maker.child_by_field_name("name")
        prototype = self.code.bytes_of(called) + b".prototype" if called is not None else b""
        for at in self.code.positions(word)[:_MOST_EXPORTS]:
            member = self.code.leaf(at, at + len(word)).parent
            assignment = member.parent if member is not None else None
            if member is None or assignment is None or member.type != "member_expression":
                continue
            target = member.child_by_field_name("object")
            if assignment.type != "assignment_expression" or target is None or not _is(assignment, "left", member):
                continue
            within = target.type == "this" and maker.start_byte <= at < maker.end_byte
            if within or (prototype and self.code.bytes_of(target) == prototype):
                self._follow(assignment.child_by_field_name("right"), rest, depth + 1)

    def _object(self, literal: Node, parts: tuple[str, ...], depth: int) -> None:
        for member in literal.named_children:
            self.code.step()
            if member.type == "spread_element" and member.named_children:
                self._follow(member.named_children[0], parts, depth + 1)
            elif member.type == "shorthand_property_identifier":
                if self.code.text(member) == parts[0]:
                    self._follow(member, parts[1:], depth + 1)
            else:
                key = member.child_by_field_name("key") or member.child_by_field_name("name")
                if key is None or self.code.text(key).strip("\"'[]`") != parts[0]:
                    continue
                if member.type == "method_definition":
                    getter = any(child.type == "get" for child in member.children)
                    for value in self._returned(member) if getter else ():
                        self._follow(value, parts[1:], depth + 1)
                    if not getter:
                        self._function(member, parts[1:], depth + 1)
                else:
                    self._follow(member.child_by_field_name("value"), parts[1:], depth + 1)

    def _call(self, call: Node, parts: tuple[str, ...], depth: int) -> None:
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
        if callee is None:
            return
        end = self.code.data[max(callee.start_byte, callee.end_byte - 64) : callee.end_byte]
        inner = bare(callee)
        if (
            inner is not None
            and inner.type not in FUNCTIONS
            and (INTEROP.search(end) or _CONVERTERS.search(end) or KEEPERS.search(end))
        ):
            for each in arguments_of(call):
                self._follow(each, parts, depth + 1)
            if inner.type != "member_expression":
                return
            if end.endswith(b".bind"):
                self._follow(inner.child_by_field_name("object"), parts, depth + 1)
                return
        if len(parts) < 8:  # noqa: PLR2004 (longer ones nobody writes)
            self._follow(callee, (_CALL, *parts), depth + 1)

    def _returned(self, function: Node | None) -> Iterator[Node]:
        """What a function returns, its inner functions left out."""
        function = bare(function)
        body = function.child_by_field_name("body") if function is not None else None
        if function is None or body is None:
            return
        if body.type != "statement_block":
            yield body
            return
        for at in self.code.positions_in(b"return", body.start_byte, body.end_byte)[:64]:
            leaf = self.code.leaf(at, at + 6)
            statement = leaf.parent
            if leaf.type != "return" or statement is None or not statement.named_children:
                continue
            owner = self.code.owner(statement)
            if owner is not None and owner.id == function.id:
                yield statement.named_children[0]


def _add(own: dict[str, list[Node]], name: str, value: Node | None) -> None:
    if value is not None:
        own.setdefault(name, []).append(value)


def _is(parent: Node, field: str, node: Node) -> bool:
    child = parent.child_by_field_name(field)
    return child is not None and child.id == node.id
