"""What a file exports under a name: the functions and classes that another file's call of it runs.

The path of an export is followed from what `export_table` found through variables, object literals, classes and what a
function returns (`Client().open`), and through what compilers write (`__export(x, {a: () => a})`).
"""

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.capability_table import INTEROP, KEEPERS, OWN
from customhouse.source.javascript.export_table import ExportTable, is_field, is_star, returned
from customhouse.source.javascript.flow import Flow
from customhouse.source.javascript.tree import FIELDS, FUNCTIONS, Exhausted, arguments_of, bare

_MOST = 2_000
_DEEPEST = 24
_MOST_EXPORTS = 4_000
_CALL = "()"
_CLASSES = frozenset({"class_declaration", "class", "abstract_class_declaration"})
_PARTS = lazy_regex(r"\(\)|[^.()]+")
_CONVERTERS = lazy_regex(rb"(?:__toCommonJS|__toESM|_interop\w{0,60}|__importStar|__importDefault)$")


def entered(flow: Flow, entry: tuple[str, ...]) -> frozenset[int]:
    """The functions and classes, by node id, that calls of these exports run."""
    return frozenset(Exports(flow).enter(entry)[0])


class Exports:
    """The exports of one file, each found when it is asked for."""

    def __init__(self, flow: Flow) -> None:
        """Take what is known of the file."""
        self.flow = flow
        self.code = flow.code
        self._table: ExportTable | None = None
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
        if self._table is None:
            self._table = ExportTable(self.flow)
        own = self._table.own
        named = bool(parts) and parts[0] != _CALL
        if named and self._by_name(self._table, parts):
            return
        for node in own.get("", ()):
            self._follow(node, parts, 0)
        if not named:
            for node in own.get("default", ()):
                self._follow(node, parts, 0)
        elif parts[0] == "default":
            self._named(parts[1:])  # of a module that has none, the default is all of it
        else:
            for star in self._table.stars:
                path = self.flow.paths.get(star.id, "")
                specifier = path if path.startswith(OWN) else self.flow.folder.text(star) or ""
                self._outside[specifier, parts] = None

    def _by_name(self, table: ExportTable, parts: tuple[str, ...]) -> bool:
        """Follow what is exported under a name; False when nothing is."""
        first, rest = parts[0], parts[1:]
        for node in table.own.get(first, ()):
            self._follow(node, rest, 0)
        again = [(imported, source) for exported, imported, source in table.again if exported == first]
        for imported, source in again:
            self._outside[self.flow.folder.text(source) or "", ((imported,) if imported else ()) + rest] = None
        return first in table.own or bool(again)

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
                for value in returned(self.code, function):
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
                    and is_field(assignment, "left", member)
                    and self.code.bytes_of(target) in {holder, holder + b".prototype"}
                ):
                    self._follow(assignment.child_by_field_name("right"), parts[1:], depth + 1)
            elif member.type == "pair" and member.parent is not None and member.parent.parent is not None:
                arguments = member.parent.parent
                call = arguments.parent if arguments.type == "arguments" else None
                callee = call.child_by_field_name("function") if call is not None else None
                given = arguments_of(call) if call is not None else []
                helps = callee is not None and is_star(self.code.bytes_of(callee))
                if helps and given and self.code.bytes_of(given[0]) == holder:
                    for value in returned(self.code, member.child_by_field_name("value")):
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
            if assignment.type != "assignment_expression" or target is None or not is_field(assignment, "left", member):
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
                    for value in returned(self.code, member) if getter else ():
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
