"""Where a value came from, as far as the file shows: the network, the environment, a file, a decoder, the host.

Backwards from an argument: the sources inside its expression, then what its variables were given anywhere in their
scope, what the callbacks that hold them were given by, and what was written to the path that it names. Coarse on
purpose: a variable has one set of origins, whatever the order of statements.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable

from tree_sitter import Node

from customhouse.model.code import Origin
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.capability_table import REMOVERS, WRITERS, ability_of
from customhouse.source.javascript.flow import Called, Flow
from customhouse.source.javascript.scope import Definition
from customhouse.source.javascript.tree import FUNCTIONS, WORD, arguments_of, bare
from customhouse.source.javascript.values import to_text

_DEEPEST = 8
_MOST_NAMES = 24
_MOST_CALLERS = 12
_MOST_FILES = 4
_KEYWORDS = frozenset(
    b"function return const let var new await async true false null undefined this typeof if else for while of in "
    b"try catch throw void delete instanceof class require JSON Math Object Array String Number Buffer console "
    b"process module exports".split()
)
_FILES = lazy_regex(r"(?:fs|fs-extra|graceful-fs)\.")
_DOT = ord(".")
_IDENTIFIERS = frozenset({"identifier", "shorthand_property_identifier"})
_FEEDS = lazy_regex(rb"\s*\.\s*(?:push|unshift|append|write|end|set|concat|add|on|once)\s*\(")
#: Origins, and beside `file` the names of files, each as `file:` and its path.
Found = frozenset[str]
FILE = "file:"
_ORDER: tuple[Origin, ...] = ("captured", "credentials", "decoded", "environment", "file", "host", "network", "self")
_NOTHING: Found = frozenset()
_PLAIN: Found = frozenset({"network", "decoded", "self"})
_SELF: Found = frozenset({"self"})
_TELLS_SELF = lazy_regex(r"(?:child_process|fs|fs-extra|graceful-fs|execa|cross-spawn|shelljs|Bun|Deno)\b")


def split(found: Iterable[str]) -> tuple[tuple[Origin, ...], tuple[str, ...]]:
    """The origins in a fixed order, and the names of files."""
    every = set(found)
    names = sorted(each.removeprefix(FILE) for each in every if each.startswith(FILE))
    return tuple(each for each in _ORDER if each in every), tuple(names[:_MOST_FILES])


class Origins:
    """Says of an expression what its value comes from. `sources` are (start, end, origin) of the file's sources."""

    def __init__(self, flow: Flow, sources: list[tuple[int, int, str]]) -> None:
        """Take the flow of references and the sources found in it."""
        self.flow = flow
        self.code = flow.code
        self.sources = sorted(sources)
        self._starts = [start for start, _, _ in self.sources]
        self._kinds = frozenset(origin for _, _, origin in self.sources if not origin.startswith(FILE))
        self._variables: dict[tuple[int, bytes], Found] = {}
        self._written: dict[str, Found] = {}
        self._by_call = {call.node.id: call for call in flow.calls}
        self._writers = [call for call in flow.calls if WRITERS.fullmatch(call.path)]

    def of_call(self, call: Called) -> Found:
        """What reaches a call: through its arguments, what is carried into it, and the file that a path names."""
        if _FILES.match(call.path) and not WRITERS.fullmatch(call.path):
            # What is read, listed or removed carries nothing anywhere; that a file removes itself is told.
            removes = "self" in self._kinds and REMOVERS.fullmatch(call.path) and call.arguments
            return self.of(call.arguments[0], 0) & _SELF if removes else _NOTHING
        if not self._kinds or (self._kinds == _SELF and not _TELLS_SELF.match(call.path)):
            return _NOTHING
        depth = 0
        if self._kinds <= _PLAIN and ability_of(call.path.partition("()")[0]) == "network":
            depth = _DEEPEST - 2  # what a server said, sent to a server: only a hidden address is worth telling
        found: set[str] = set()
        for node in (*call.arguments, *((call.carried,) if call.carried is not None else ())):
            if node.type not in FUNCTIONS:  # what a callback does with the result is not what is given
                found |= self.of(node, depth)
        if not WRITERS.fullmatch(call.path):
            found |= self._of_paths(call)
        return frozenset(found)

    def of(self, node: Node | None, depth: int) -> Found:
        """What the value of an expression comes from."""
        if node is None or depth > _DEEPEST or not self.sources:
            return _NOTHING
        found = set(self.within(node.start_byte, node.end_byte))
        for name in self._names(node):
            found |= self._of_name(name, depth + 1)
        return frozenset(found)

    def within(self, start: int, end: int) -> Found:
        """The origins of the sources that lie in a range."""
        found: set[str] = set()
        for index in range(bisect_left(self._starts, start), len(self.sources)):
            begin, finish, origin = self.sources[index]
            if begin >= end:
                break
            if finish <= end:
                found.add(origin)
        return frozenset(found)

    def _names(self, node: Node) -> list[tuple[bytes, int]]:
        found: dict[bytes, int] = {}
        looked = 0
        data = self.code.data
        end = min(node.end_byte, node.start_byte + 4096)
        for match in WORD.finditer(data, node.start_byte, end):
            word = match[0]
            if (
                word in found
                or word in _KEYWORDS
                or (data[match.start() - 1] == _DOT and data[match.start() - 3 : match.start()] != b"...")
            ):
                continue
            looked += 1
            if self.code.leaf(match.start(), match.end()).type in _IDENTIFIERS:
                found[word] = match.start()
            if looked >= _MOST_NAMES * 4 or len(found) >= _MOST_NAMES:
                break
        self.code.step(len(found))
        return list(found.items())

    def _of_name(self, name: tuple[bytes, int], depth: int) -> Found:
        word, at = name
        leaf = self.code.leaf(at, at + len(word))
        scope, definitions = self.flow.scopes.lookup(word, leaf)
        if not definitions:
            return _NOTHING
        key = (scope.id if scope is not None else 0, word)
        known = self._variables.get(key)
        if known is not None:
            return known
        self._variables[key] = _NOTHING
        found: set[str] = set()
        for each in self.flow.scopes.writes(word, scope):
            found |= self._of_definition(each, leaf, depth)
        found |= self._fed(word, scope, depth)
        result = frozenset(found)
        self._variables[key] = result
        return result

    def _of_definition(self, definition: Definition, use: Node, depth: int) -> Found:
        if definition.kind == "parameter":
            return self._of_parameter(definition.name, depth)
        if definition.kind == "function" and definition.value is not None:
            function = definition.value
            if function.start_byte <= use.start_byte < function.end_byte:
                return _NOTHING
            return self.within(function.start_byte, function.end_byte)
        value = definition.value
        if value is not None and bare(value) is not None and (bare(value) or value).type in FUNCTIONS:
            return self.within(value.start_byte, value.end_byte)
        return self.of(value, depth + 1)

    def _of_parameter(self, name: Node, depth: int) -> Found:
        """A parameter holds what the callers give: the call whose callback it belongs to, or the calls by its name."""
        function = self.code.owner(name)
        if function is None:
            return _NOTHING
        holder, node = function.parent, function
        while holder is not None and holder.type == "parenthesized_expression":
            node, holder = holder, holder.parent
        if holder is not None and holder.type == "arguments" and holder.parent is not None:
            return self._of_callback(holder.parent, node, depth)
        if holder is not None and holder.type == "call_expression":
            return self._of_arguments(holder, self._index(function, name), depth)
        own = function.child_by_field_name("name")
        if own is None and holder is not None and holder.type == "variable_declarator":
            own = holder.child_by_field_name("name")
        if own is None or own.type != "identifier":
            return _NOTHING
        word = self.code.bytes_of(own)
        scope, _ = self.flow.scopes.lookup(word, own)
        found: set[str] = set()
        for use in self.flow.scopes.uses(word, scope, _MOST_CALLERS * 4):
            call = use.parent
            if call is not None and call.type == "call_expression":
                found |= self._of_arguments(call, self._index(function, name), depth)
            elif call is not None and call.type == "arguments" and call.parent is not None:
                found |= self._of_callback(call.parent, use, depth)
        return frozenset(found)

    def _of_callback(self, call: Node, function: Node, depth: int) -> Found:
        """What a callback is given: what the call fetches, or what the object holds whose method it is."""
        callee = call.child_by_field_name("function")
        if callee is None:
            return _NOTHING
        found = set(self._at(call) | self.within(call.start_byte, function.start_byte))
        if callee.type in {"member_expression", "subscript_expression"}:
            found |= self.of(callee.child_by_field_name("object"), depth + 1)
        return frozenset(found)

    def _at(self, call: Node) -> Found:
        """The origin of exactly this call, where it is a source."""
        found: set[str] = set()
        index = bisect_left(self._starts, call.start_byte)
        while index < len(self.sources) and self.sources[index][0] == call.start_byte:
            if self.sources[index][1] == call.end_byte:
                found.add(self.sources[index][2])
            index += 1
        return frozenset(found)

    def _of_arguments(self, call: Node, index: int, depth: int) -> Found:
        arguments = arguments_of(call)
        return self.of(arguments[index], depth + 1) if index < len(arguments) else _NOTHING

    def _index(self, function: Node, name: Node) -> int:
        parameters = function.child_by_field_name("parameters")
        if parameters is not None:
            for index, each in enumerate(parameters.named_children):
                if each.start_byte <= name.start_byte < each.end_byte:
                    return index
        return 0

    def _fed(self, word: bytes, scope: Node | None, depth: int) -> Found:
        """What is pushed, written or piped into a variable, and what is written to the file whose path it is."""
        found: set[str] = set()
        for use in self.flow.scopes.uses(word, scope, _MOST_NAMES * 2):
            holder = use.parent
            if holder is None:
                continue
            if holder.type == "member_expression" and _FEEDS.match(self.code.data, use.end_byte):
                call = holder.parent
                if call is not None and call.type == "call_expression" and not self._listens(holder):
                    for argument in arguments_of(call):
                        found |= self.of(argument, depth + 2)
            elif holder.type == "arguments" and holder.parent is not None:
                found |= self._given_to(use, holder.parent, depth)
        return frozenset(found)

    def _listens(self, member: Node) -> bool:
        name = member.child_by_field_name("property")
        return name is not None and self.code.bytes_of(name) in {b"on", b"once"}

    def _given_to(self, use: Node, call: Node, depth: int) -> Found:
        callee = call.child_by_field_name("function")
        if callee is None:
            return _NOTHING
        known = self._by_call.get(call.id)
        arguments = arguments_of(call)
        if known is not None and WRITERS.fullmatch(known.path):
            if arguments and arguments[0].id == use.id:
                return self._of_write(known, depth)
            return self._of_write(known, depth) if len(arguments) > 1 and "ename" in known.path + "opy" else _NOTHING
        source = self.code.data[max(callee.start_byte, callee.end_byte - 10) : callee.end_byte]
        if source.endswith(b".pipe"):
            return self.of(callee.child_by_field_name("object"), depth + 1)
        if source.endswith(b"pipeline"):
            return self.of(arguments[0], depth + 1) if arguments and arguments[0].id != use.id else _NOTHING
        return _NOTHING

    def _of_write(self, call: Called, depth: int) -> Found:
        """What a write call puts into its file: its other arguments, or what the stream it makes is given."""
        found: set[str] = set()
        for argument in call.arguments[1:]:
            found |= self.of(argument, depth + 1)
        if call.path.endswith("createWriteStream"):
            found |= self._streamed(call.node, depth)
        if call.path.endswith(("rename", "renameSync", "copyFile", "copyFileSync")) and call.arguments:
            found |= self.of(call.arguments[0], depth + 1)
        return frozenset(found)

    def _streamed(self, stream: Node, depth: int) -> Found:
        holder = stream.parent
        if holder is not None and holder.type == "arguments" and holder.parent is not None:
            return self._given_to(stream, holder.parent, depth)
        if holder is not None and holder.type in {"variable_declarator", "assignment_expression"}:
            name = holder.child_by_field_name("name") or holder.child_by_field_name("left")
            if name is not None and name.type == "identifier":
                return self._of_name((self.code.bytes_of(name), name.start_byte), depth + 1)
        return _NOTHING

    def _of_paths(self, call: Called) -> Found:
        """What was written to a file that a constant argument names."""
        if not self._writers:
            return _NOTHING
        if not self._written:
            self._written[""] = _NOTHING
            for writer in self._writers[:64]:
                place = 1 if writer.path.endswith(("rename", "renameSync", "copyFile", "copyFileSync")) else 0
                target = self.flow.folder.fold(writer.arguments[place]) if len(writer.arguments) > place else None
                path = to_text(target) if target is not None else ""
                if len(path) > 3 and re.search(r"\w", path):  # noqa: PLR2004 (shorter ones are part of anything)
                    self._written[path] = self._written.get(path, _NOTHING) | self._of_write(writer, 0)
        found: set[str] = set()
        for argument in call.arguments[:4]:
            folded = self.flow.folder.fold(argument)
            text = to_text(folded) if folded is not None else ""
            for path, origins in self._written.items():
                if path and path in text:
                    found |= origins
        return frozenset(found)
