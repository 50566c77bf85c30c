"""Calls of the file's own functions, folded: a decoder that is written out by hand is carried out, step by step.

Only what a decoder is made of is understood: names that are given values, lists that are appended to, loops over
constants, and one return. Anything else, a condition among it, and the call stays unknown. Nothing is executed: every
operation is one of those that folding applies to constants anyway, and all of them count as steps of the file.
"""

from typing import Protocol

from tree_sitter import Node

from customhouse.source.python.bindings import Bindings, Scope
from customhouse.source.python.constant import Const
from customhouse.source.python.operations import Known
from customhouse.source.python.resolver import Steps

_MOST_STATEMENTS = 12
_MOST_PARAMETERS = 8
_MOST_ITEMS = 65_536
#: Turns of all loops that one call may take.
_MOST_TURNS = 20_000
_DEEPEST = 12
#: Steps that are left for the rest of the file.
_KEPT_STEPS = 150_000
_SEQUENCES = frozenset({"range", "enumerate", "zip", "reversed"})


class Folds(Protocol):
    """What carrying a function out needs of the folder of the file."""

    bindings: Bindings
    steps: Steps
    local: dict[str, Const]

    def fold(self, node: Node, depth: int = 0) -> Const | None:
        """Fold an expression."""


class _Unknown(Exception):  # noqa: N818 - a signal between the functions here
    """Something that is not carried out."""


def fold_local(folder: Folds, scope: Scope, arguments: list[Const | None], depth: int) -> Const | None:
    """The constant that a function of the file gives for constant arguments; None where that cannot be said."""
    body = scope.node.child_by_field_name("body")
    if (
        body is None
        or depth > _DEEPEST
        or folder.steps.left < _KEPT_STEPS
        or not arguments
        or any(each is None or each.partial for each in arguments)
    ):
        return None
    names = _parameters(folder, scope)
    if names is None or len(arguments) > len(names):
        return None
    outer = dict(folder.local)
    given = {name: each for name, each in zip(names, arguments, strict=False) if each is not None}
    folder.local.clear()
    folder.local.update(given)
    run = _Run(folder, depth)
    try:
        if scope.kind == "lambda":
            return folder.fold(body, depth + 1)
        return run.body(body)
    except _Unknown:
        return None
    finally:
        folder.local.clear()
        folder.local.update(outer)


def items_of(folder: Folds, node: Node, depth: int) -> tuple[list[Known], tuple[str, ...]] | None:
    """What a loop over an expression takes in turn, `range`, `enumerate` and `zip` among it; and its encodings."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    listed = node.child_by_field_name("arguments") if function is not None else None
    name = folder.bindings.text(function) if function is not None and function.type == "identifier" else ""
    if name not in _SEQUENCES or listed is None:
        const = folder.fold(node, depth)
        if const is None or const.partial or isinstance(const.value, int) or len(const.value) > _MOST_ITEMS:
            return None
        return list(const.value), const.encodings
    inner = [folder.fold(child, depth) for child in listed.named_children]
    if not inner or any(each is None or each.partial for each in inner):
        return None
    consts = [each for each in inner if each is not None]
    encodings = next((each.encodings for each in consts if each.encodings), ())
    values = [each.value for each in consts]
    if name == "range":
        numbers = [value for value in values if isinstance(value, int)]
        if len(numbers) != len(values) or not 1 <= len(numbers) <= 3 or 0 in numbers[2:]:  # noqa: PLR2004 (range's own)
            return None
        counted = range(*numbers)
        return (list(counted), encodings) if len(counted) <= _MOST_ITEMS else None
    sequences = [value for value in values if not isinstance(value, int)]
    if len(sequences) != len(values):
        return None
    if name == "enumerate":
        numbered: list[Known] = [(place, item) for place, item in enumerate(sequences[0])]
        return numbered[:_MOST_ITEMS], encodings
    if name == "reversed":
        return list(sequences[0])[::-1], encodings
    together: list[Known] = [tuple(each) for each in zip(*sequences, strict=False)]
    return together[:_MOST_ITEMS], encodings


def bind_target(folder: Folds, target: Node, item: Known) -> bool:
    """Give a loop's names what they take; False where the target is no name or tuple of names."""
    if target.type == "identifier":
        folder.local[folder.bindings.text(target)] = Const(item)
        return True
    names = target.named_children
    if target.type not in {"pattern_list", "tuple_pattern"} or not isinstance(item, tuple) or len(names) != len(item):
        return False
    return all(bind_target(folder, name, each) for name, each in zip(names, item, strict=True))


def _parameters(folder: Folds, scope: Scope) -> list[str] | None:
    parameters = scope.node.child_by_field_name("parameters")
    nodes = parameters.named_children if parameters is not None else []
    if len(nodes) > _MOST_PARAMETERS:
        return None
    names = []
    for node in nodes:
        name = node.child_by_field_name("name") or (node.named_children[0] if node.named_child_count else node)
        if name.type != "identifier":
            return None
        names.append(folder.bindings.text(name))
    return names


class _Run:
    """One call that is carried out."""

    def __init__(self, folder: Folds, depth: int) -> None:
        self.folder = folder
        self.depth = depth + 1
        self.turns = _MOST_TURNS
        self.looped = False

    def body(self, block: Node) -> Const | None:
        """What a function's block returns."""
        for statement in self._statements(block):
            if statement.type == "return_statement":
                value = statement.named_children[0] if statement.named_child_count else None
                result = self.folder.fold(value, self.depth) if value is not None else None
                if result is not None and self.looped and not result.encodings:
                    return Const(result.value, ("by-hand",), result.partial)
                return result
            self._do(statement)
        return None

    def _statements(self, block: Node) -> list[Node]:
        statements = [child for child in block.named_children if child.type != "comment"]
        if len(statements) > _MOST_STATEMENTS:
            raise _Unknown
        return statements

    def _do(self, statement: Node) -> None:
        if not self.folder.steps.take(4):
            raise _Unknown
        if statement.type == "for_statement":
            self._loop(statement)
        elif statement.type == "expression_statement" and statement.named_child_count == 1:
            self._expression(statement.named_children[0])
        elif statement.type != "pass_statement":
            raise _Unknown

    def _expression(self, node: Node) -> None:
        if node.type == "string":
            return
        if node.type == "call":
            self._filled(node)
            return
        target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type not in {"assignment", "augmented_assignment"} or target is None or value is None:
            raise _Unknown
        if target.type != "identifier":
            raise _Unknown
        name = self.folder.bindings.text(target)
        const = self._known(value)
        if node.type == "augmented_assignment":
            operator = node.child_by_field_name("operator")
            before = self.folder.local.get(name)
            if operator is None or self.folder.bindings.text(operator) != "+=" or before is None:
                raise _Unknown
            const = _joined(before, const)
        self.folder.local[name] = const

    def _known(self, node: Node) -> Const:
        if node.type == "list" and not node.named_child_count:
            return Const(())
        if node.type == "call" and self.folder.bindings.text(node) in {"bytearray()", "list()", "bytes()"}:
            return Const(()) if self.folder.bindings.text(node) == "list()" else Const(b"")
        const = self.folder.fold(node, self.depth)
        if const is None or const.partial:
            raise _Unknown
        return const

    def _filled(self, call: Node) -> None:
        """`out.append(x)`, where `out` is a list or bytes that this call has made."""
        function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        holder = function.child_by_field_name("object") if function is not None else None
        member = function.child_by_field_name("attribute") if function is not None else None
        if holder is None or member is None or arguments is None or arguments.named_child_count != 1:
            raise _Unknown
        name = self.folder.bindings.text(holder)
        before = self.folder.local.get(name)
        if before is None or self.folder.bindings.text(member) not in {"append", "extend"}:
            raise _Unknown
        added = self._known(arguments.named_children[0])
        if self.folder.bindings.text(member) == "append":
            number = added.value if isinstance(before.value, bytes) else None
            added = Const(bytes((number & 255,)) if isinstance(number, int) else (added.value,), added.encodings)
        self.folder.local[name] = _joined(before, added)

    def _loop(self, statement: Node) -> None:
        target, source = statement.child_by_field_name("left"), statement.child_by_field_name("right")
        block = statement.child_by_field_name("body")
        found = items_of(self.folder, source, self.depth) if source is not None else None
        if target is None or block is None or found is None or statement.child_by_field_name("alternative") is not None:
            raise _Unknown
        self.looped = True
        statements = self._statements(block)
        for item in found[0]:
            self.turns -= 1
            if self.turns < 0 or not bind_target(self.folder, target, item):
                raise _Unknown
            for each in statements:
                self._do(each)


def _joined(before: Const, added: Const) -> Const:
    """`before + added`, of two of a kind."""
    one, two = before.value, added.value
    encodings = before.encodings or added.encodings
    if isinstance(one, str) and isinstance(two, str):
        return Const(one + two, encodings)
    if isinstance(one, bytes) and isinstance(two, bytes):
        return Const(one + two, encodings)
    if isinstance(one, int) and isinstance(two, int):
        return Const(one + two, encodings)
    if isinstance(one, tuple) and isinstance(two, tuple):
        return Const(one + two, encodings)
    if isinstance(one, bytes) and isinstance(two, tuple) and all(isinstance(each, int) for each in two):
        return Const(one + bytes(each & 255 for each in two if isinstance(each, int)), encodings)
    raise _Unknown
