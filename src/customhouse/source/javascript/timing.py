"""When code runs: as the file is loaded, or only when something calls it.

Module level runs at load. A function does when something that runs at load plainly calls it: by name, in place, as a
method of that name, as a callback of a call, or as a module of a bundle. Where following the calls would cost too much
the answer is `load`, which is the graver one.
"""

import re

from tree_sitter import Node

from customhouse.model.code import When
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.capability_table import KEEPERS
from customhouse.source.javascript.scope import Scopes
from customhouse.source.javascript.tree import FIELDS, TRANSPARENT, Code

_MOST_CALLS = 1_000
_DEEPEST = 60
_PASSING = TRANSPARENT | {"unary_expression", "sequence_expression", "ternary_expression"}
#: A key of a bundle's table of modules: a number, or a path.
_MODULE_KEY = lazy_regex(rb"[\"']?(?:\d+|(?:\.{0,2}/|[\w@.-]+/).*|.*\.[cm]?[jt]sx?)[\"']?", re.DOTALL)
#: Called by the language itself when an object of a literal is used.
_IMPLICIT = frozenset({b"toString", b"valueOf", b"then", b"toJSON", b"get", b"apply", b"construct", b"has"})


class Timing:
    """Says of a node when it runs."""

    def __init__(self, code: Code, scopes: Scopes, paths: dict[int, str]) -> None:
        """Take the file, its names, and what is known of its expressions."""
        #: Functions and classes, by node id, that something outside of the file calls. Set before the first question.
        self.entered: frozenset[int] = frozenset()
        self.code = code
        self.scopes = scopes
        self.paths = paths
        self._known: dict[int, bool] = {}
        self._visited: list[int] = []
        self._aliases: set[tuple[int, bytes]] = set()
        #: Calls that keep a function, each followed once a question: what is kept may be handed to a keeper again.
        self._kept: set[int] = set()
        self._depth = 0

    def when(self, node: Node) -> When:
        """`load` or `call`."""
        return "load" if self.at_load(node) else "call"

    def at_load(self, node: Node) -> bool:
        """Whether a node runs when the file is loaded."""
        function = self.code.owner(node)
        return function is None or self._runs(function)

    def _runs(self, function: Node) -> bool:
        key = function.id
        if key in self.entered:
            return True
        known = self._known.get(key)
        if known is not None:
            return known
        if self._depth >= _DEEPEST:
            return True
        if self._depth == 0:
            self._visited.clear()
            self._aliases.clear()
            self._kept.clear()
        # Each function is visited once a question. Until the question is answered `False` only says that nothing was
        # found yet; when the answer is yes, what was passed over on the way is open again.
        self._known[key] = False
        self._visited.append(key)
        self._depth += 1
        try:
            result = self._called(function)
        finally:
            self._depth -= 1
        self._known[key] = result
        if result and self._depth == 0:
            for each in self._visited:
                if not self._known[each]:
                    del self._known[each]
        return result

    def _called(self, function: Node) -> bool:
        kind = function.type
        if kind in FIELDS:
            return self._made(function)
        if kind == "method_definition":
            return self._method(function)
        name = function.child_by_field_name("name")
        if name is not None and self._named(name, function):
            return True
        return kind not in {"function_declaration", "generator_function_declaration"} and self._expression(function)

    def _expression(self, function: Node) -> bool:  # noqa: C901 (one arm a kind of surroundings)
        """A function that stands in an expression: what its surroundings do with it."""
        holder = function.parent
        while holder is not None and (holder.type in _PASSING or _chooses(holder)):
            holder = holder.parent
        if holder is None:
            return False
        match holder.type:
            case "call_expression" | "new_expression" | "template_substitution" | "decorator":
                return self.at_load(holder)
            case "arguments":
                return self._argument(holder)
            case "member_expression" | "subscript_expression":
                return self._member_called(holder)
            case "variable_declarator":
                name = holder.child_by_field_name("name")
                return name is not None and name.type == "identifier" and self._named(name, function)
            case "assignment_expression" | "assignment_pattern":
                return self._assigned(holder, function)
            case "pair":
                key = holder.child_by_field_name("key")
                return key is not None and self._keyed(key, holder)
            case "array":
                return self._in_array(holder, function)
            case "return_statement" | "arrow_function":
                return self._returned(holder)
        return False

    def _argument(self, arguments: Node) -> bool:
        """A callback runs when its call does, unless what is called only keeps it."""
        call = arguments.parent
        if call is None:
            return False
        callee = call.child_by_field_name("function")
        if callee is None or callee.id in self.paths:
            return self.at_load(call)  # what is followed, such as `https.get`, runs its callbacks
        if KEEPERS.search(self.code.data[max(callee.start_byte, callee.end_byte - 64) : callee.end_byte]):
            if call.id in self._kept:
                return False
            self._kept.add(call.id)
            return self._expression(call)  # what is kept runs when the result is called
        return self.at_load(call)

    def _member_called(self, member: Node) -> bool:
        """`(function () {...}).call(this)`."""
        call = member.parent
        while call is not None and call.type in {
            "member_expression",
            "subscript_expression",
            "parenthesized_expression",
        }:
            call = call.parent
        while call is not None and call.type == "call_expression":
            outer = call.parent
            if outer is None or outer.type != "call_expression":
                return self.at_load(call)
            call = outer
        return False

    def _assigned(self, assignment: Node, function: Node) -> bool:
        left = assignment.child_by_field_name("left")
        if left is None:
            return False
        if left.type == "identifier":
            return self._named(left, function)
        if left.type == "member_expression":
            name = left.child_by_field_name("property")
            if name is not None and self.code.bytes_of(left) != b"module.exports":
                return self._property_used(self.code.bytes_of(name), function, left)
        if left.type == "subscript_expression":
            return self._under_index(left, function)
        outer = assignment.parent
        return outer is not None and outer.type == "call_expression" and self.at_load(outer)

    def _under_index(self, place: Node, function: Node) -> bool:
        """`o[k] = function ...`: runs when something at load calls a member of `o` by brackets."""
        holder = place.child_by_field_name("object")
        word = self.code.bytes_of(holder).rpartition(b".")[2] if holder is not None else b""
        for at in self.code.positions(word)[:_MOST_CALLS] if word else ():
            member = self.code.leaf(at, at + len(word)).parent
            if member is not None and member.type == "member_expression":
                member = member.parent
            if member is None or member.type != "subscript_expression" or member.id == place.id:
                continue
            call = member.parent
            inside = function.start_byte <= at < function.end_byte
            if call is not None and call.type == "call_expression" and not inside and self.at_load(call):
                return True
        return False

    def _named(self, name: Node, function: Node) -> bool:
        """Whether something at load calls the function by its name, or hands the name to a call."""
        word = self.code.bytes_of(name)
        scope, _ = self.scopes.lookup(word, name)
        looked = 0
        for use in self.scopes.uses(word, scope):
            if function.start_byte <= use.start_byte < function.end_byte:
                continue
            looked += 1
            if looked > _MOST_CALLS:
                return True
            if self._use_calls(use) and self.at_load(use):
                return True
        return False

    def _use_calls(self, use: Node) -> bool:
        holder = use.parent
        node = use
        while holder is not None and holder.type in TRANSPARENT | {"sequence_expression", "ternary_expression"}:
            node, holder = holder, holder.parent
        if holder is None:
            return False
        if holder.type in {"call_expression", "new_expression"}:
            return True
        if holder.type == "arguments":
            return self._argument(holder)
        if holder.type == "member_expression":
            target = holder.child_by_field_name("object")
            call = holder.parent
            return target is not None and target.id == node.id and call is not None and call.type == "call_expression"
        if holder.type in {"decorator", "template_substitution", "class_heritage"}:
            return True
        if holder.type in {"variable_declarator", "assignment_expression"}:
            alias = holder.child_by_field_name("name") or holder.child_by_field_name("left")
            value = holder.child_by_field_name("value") or holder.child_by_field_name("right")
            if alias is not None and alias.type == "identifier" and value is not None and value.id == node.id:
                return self._aliased(alias, node)
        return False

    def _aliased(self, alias: Node, node: Node) -> bool:
        word = self.code.bytes_of(alias)
        scope, _ = self.scopes.lookup(word, alias)
        key = (scope.id if scope is not None else 0, word)
        if key in self._aliases or len(self._aliases) > _DEEPEST:
            return False
        self._aliases.add(key)
        return self._named(alias, node)

    def _property_used(self, word: bytes, function: Node, itself: Node | None = None, *, read: bool = False) -> bool:
        """Whether something at load calls (or, of a getter, reads) a property of this name."""
        looked = 0
        for at in self.code.positions(word):
            if function.start_byte <= at < function.end_byte or self.code.data[at - 1 : at] not in {
                b".",
                b"'",
                b'"',
                b"`",
            }:
                continue
            looked += 1
            if looked > _MOST_CALLS:
                return True
            leaf = self.code.leaf(at, at + len(word))
            member = leaf.parent if leaf.type != "string_fragment" or leaf.parent is None else leaf.parent.parent
            if member is None or member.type not in {"member_expression", "subscript_expression"}:
                continue
            if itself is not None and member.id == itself.id:
                continue
            call = member.parent
            called = call is not None and (
                call.type in {"call_expression", "new_expression"}
                or (
                    call.type == "member_expression"
                    and call.parent is not None
                    and call.parent.type == "call_expression"
                )
                or (call.type == "arguments" and self._argument(call))
            )
            if (read or called) and self.at_load(member):
                return True
        return False

    def _method(self, method: Node) -> bool:
        name = method.child_by_field_name("name")
        if name is None:
            return False
        word = self.code.bytes_of(name)
        if word == b"constructor":
            return self._made(method)
        body = method.parent
        in_object = body is not None and body.type == "object"
        if in_object and body is not None:
            if name.type != "property_identifier":
                return self._keyed(name, method)
            if word in _IMPLICIT and self.at_load(method):
                return True
        getter = any(child.type == "get" for child in method.children)
        return self._property_used(word, method, read=getter)

    def _made(self, member: Node) -> bool:
        """Whether something at load makes an object of the class that a member belongs to."""
        body = member.parent
        definition = body.parent if body is not None else None
        if definition is None:
            return False
        if definition.id in self.entered:
            return True
        name = definition.child_by_field_name("name")
        holder = definition.parent
        while name is None and holder is not None and holder.type in TRANSPARENT:
            holder = holder.parent
        if name is None and holder is not None:
            if holder.type in {"new_expression", "call_expression"}:
                return self.at_load(holder)
            name = holder.child_by_field_name("name") or holder.child_by_field_name("left")
        if name is None:
            return False
        if name.type in {"identifier", "type_identifier"}:
            return self._named(name, member)
        return self._assigned_class(name, member)

    def _assigned_class(self, name: Node, member: Node) -> bool:
        last = name.child_by_field_name("property")
        return last is not None and self._property_used(self.code.bytes_of(last), member, name)

    def _keyed(self, key: Node, pair: Node) -> bool:
        """A function under a key of an object literal: a bundle's module, or a property that is called."""
        word = self.code.bytes_of(key)
        if key.type in {"number", "string"} and _MODULE_KEY.fullmatch(word):
            return self.at_load(pair)
        if key.type == "computed_property_name":
            return self.at_load(pair)
        literal = pair.parent
        holder = literal.parent if literal is not None else None
        if holder is not None and holder.type == "arguments" and word in {b"get", b"value", b"set"}:
            return False  # a property descriptor
        if word in _IMPLICIT and self.at_load(pair):
            return True
        return self._property_used(word.strip(b"\"'"), pair)

    def _in_array(self, array: Node, function: Node) -> bool:
        """Functions of an array literal: the older form of a bundle's modules, or a list that is run through."""
        if not self.at_load(array):
            return False
        holder = array.parent
        return (
            holder is None
            or holder.type in {"arguments", "member_expression", "subscript_expression", "variable_declarator"}
            or (function.child_by_field_name("parameters") is not None and holder.type == "assignment_expression")
        )

    def _returned(self, holder: Node) -> bool:
        """A function that a function returns: runs when the result of the call is itself called."""
        maker = holder if holder.type == "arrow_function" else self.code.owner(holder)
        if maker is None:
            return False
        call = maker.parent
        while call is not None and call.type in TRANSPARENT:
            call = call.parent
        if call is not None and call.type == "call_expression":
            outer = call.parent
            if outer is not None and outer.type == "call_expression" and self.at_load(outer):
                return True
            if outer is not None and outer.type in {"variable_declarator", "assignment_expression"}:
                name = outer.child_by_field_name("name") or outer.child_by_field_name("left")
                return name is not None and name.type == "identifier" and self._named(name, maker)
            return False
        name = maker.child_by_field_name("name")
        if name is None and call is not None and call.type == "variable_declarator":
            name = call.child_by_field_name("name")
        if name is None or name.type != "identifier":
            return False
        word = self.code.bytes_of(name)
        scope, _ = self.scopes.lookup(word, name)
        for use in self.scopes.uses(word, scope)[:_MOST_CALLS]:
            made = use.parent
            outer = made.parent if made is not None and made.type == "call_expression" else None
            if outer is not None and outer.type == "call_expression" and self.at_load(outer):
                return True
        return False


def _chooses(node: Node) -> bool:
    """Whether an operator gives one of its sides: `a && b`, `a || b`, `a ?? b`."""
    operator = node.child_by_field_name("operator") if node.type == "binary_expression" else None
    return operator is not None and operator.type in {"&&", "||", "??"}
