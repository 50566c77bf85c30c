"""Folding of calls: decoders, builtins, paths and the methods of constants."""

from typing import Protocol

from tree_sitter import Node

from customhouse.source.python.bindings import Bindings
from customhouse.source.python.constant import HOLE, Const, parent_of_own, path_of
from customhouse.source.python.local_calls import fold_local
from customhouse.source.python.operations import FUNCTIONS, METHODS, Known, call_function, call_method
from customhouse.source.python.resolver import Resolver, Steps

_MAX_ITEMS = 65_536
_PATHS = frozenset({"os.path.join", "pathlib.Path", "pathlib.PurePath", "os.path.expanduser", "os.path.expandvars"})
_SAME_PATHS = frozenset({"os.path.abspath", "os.path.realpath", "os.path.normpath", "os.fspath"})
_PATH_METHODS = frozenset({"joinpath", "expanduser", "resolve", "absolute", "as_posix"})
_SAME_PATH_METHODS = frozenset({"expanduser", "resolve", "absolute"})
_METHODS = METHODS | _PATH_METHODS
#: Functions whose calls fold; arguments of others are not even looked at.
FOLDED = frozenset({*FUNCTIONS, *_PATHS, *_SAME_PATHS, "pathlib.Path.home", "os.path.dirname", "map"})


class FoldsNodes(Protocol):
    """What folding a call needs of the folder of the file."""

    bindings: Bindings
    resolver: Resolver
    steps: Steps
    local: dict[str, Const]

    def fold(self, node: Node, depth: int = 0) -> Const | None:
        """Fold an expression."""


def fold_call(folder: FoldsNodes, node: Node, depth: int) -> Const | None:
    """Fold a call of a builtin, a decoder, a path function, or of a method of a constant."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return None
    resolved = folder.resolver.node(function)
    if len(resolved) == 1 and resolved[0].startswith("local:"):
        return _own(folder, int(resolved[0][6:]), arguments, depth)
    callees = [callee for callee in resolved if callee in FOLDED]
    member = function.child_by_field_name("attribute") if function.type == "attribute" else None
    if not callees and (member is None or folder.bindings.text(member) not in _METHODS):
        return None
    if arguments.type == "generator_expression":
        children = [arguments]
    else:
        children = [child for child in arguments.named_children if child.type != "comment"]
    plain, named = _arguments(folder, children, depth)
    if plain is None:
        return None
    for callee in callees:
        result = _function(folder, callee, children, plain, named)
        if result is not None:
            return result
    return _method(folder, function, plain, named, depth)


def _own(folder: FoldsNodes, index: int, arguments: Node, depth: int) -> Const | None:
    """A call of a function of the file itself."""
    children = [child for child in arguments.named_children if child.type != "comment"]
    if any(child.type in {"keyword_argument", "list_splat", "dictionary_splat"} for child in children):
        return None
    plain = [folder.fold(child, depth) for child in children]
    return fold_local(folder, folder.bindings.scopes[index], plain, depth)


def _arguments(
    folder: FoldsNodes, children: list[Node], depth: int
) -> tuple[list[Const | None] | None, dict[str, Const | None]]:
    """Positional and keyword arguments, folded; None when an unknown number of them is unpacked."""
    named: dict[str, Const | None] = {}
    plain: list[Const | None] = []
    for child in children:
        if child.type == "keyword_argument":
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if name is not None and value is not None:
                named[folder.bindings.text(name)] = folder.fold(value, depth)
        elif child.type == "list_splat":
            const = folder.fold(child.named_children[0], depth) if child.named_child_count else None
            if const is None or const.partial or not isinstance(const.value, tuple):
                return None, named
            plain.extend(Const(item, const.encodings) for item in const.value)
        else:
            plain.append(folder.fold(child, depth))
    return plain, named


def _function(
    folder: FoldsNodes, callee: str, nodes: list[Node], plain: list[Const | None], keywords: dict[str, Const | None]
) -> Const | None:
    if callee in _PATHS:
        return path_of(plain) if plain else None
    if callee in _SAME_PATHS:
        return plain[0] if plain else None
    if callee == "os.path.dirname":
        return parent_of_own(plain[0]) if plain else None
    if callee == "pathlib.Path.home":
        return Const("~")
    if callee == "map" and len(nodes) > 1 and len(plain) > 1:
        return _mapped(folder, nodes[0], plain[1])
    known = _all_known(plain)
    named = _all_named(keywords)
    if known is None or named is None:
        return None
    result = call_function(callee, [const.value for const in known], named)
    if result is None:
        return None
    inner = next((const.encodings for const in known if const.encodings), ())
    value, encoding = result
    return Const(value, (encoding, *inner) if encoding else inner)


def _mapped(folder: FoldsNodes, function: Node, values: Const | None) -> Const | None:
    if values is None or values.partial or isinstance(values.value, int) or len(values.value) > _MAX_ITEMS:
        return None
    for callee in folder.resolver.node(function):
        results = [call_function(callee, [value], {}) for value in values.value]
        encoding = next((result[1] for result in results if result is not None), "")
        if results and all(result is not None for result in results):
            items = tuple(result[0] for result in results if result is not None)
            return Const(items, (encoding, *values.encodings) if encoding else values.encodings)
    return None


def _method(
    folder: FoldsNodes, function: Node, plain: list[Const | None], keywords: dict[str, Const | None], depth: int
) -> Const | None:
    """A method of a constant: `"".join(…)`, `b"…".decode()`, `"…{}".format(…)`."""
    holder, member = function.child_by_field_name("object"), function.child_by_field_name("attribute")
    if function.type != "attribute" or holder is None or member is None:
        return None
    receiver = folder.fold(holder, depth)
    if receiver is None:
        return None
    name = folder.bindings.text(member)
    if name == "format" and isinstance(receiver.value, str):
        plain = [const or Const(HOLE, (), partial=True) for const in plain]
        keywords = {key: const or Const(HOLE, (), partial=True) for key, const in keywords.items()}
    elif name in {"strip", "rstrip", "lstrip", "joinpath"} and receiver.partial:
        return path_of([receiver, *plain]) if name == "joinpath" else receiver
    elif receiver.partial:
        return receiver if name in _SAME_PATH_METHODS else None
    if name in _PATH_METHODS:
        return path_of([receiver, *plain])
    partial = receiver.partial or any(const is not None and const.partial for const in (*plain, *keywords.values()))
    if partial and name not in {"format", "join"}:
        return None
    values = [const.value if const is not None else None for const in plain]
    named = {key: const.value if const is not None else None for key, const in keywords.items()}
    if None in values or None in named.values():
        return None
    result = call_method(receiver.value, name, values, named)  # type: ignore[arg-type] # None is excluded above
    if result is None:
        return None
    value, encoding = result
    consts = (receiver, *(const for const in plain if const is not None))
    inner = next((const.encodings for const in consts if const.encodings), ())
    return Const(value, (encoding, *inner) if encoding else inner, partial)


def _all_known(consts: list[Const | None]) -> list[Const] | None:
    known = [const for const in consts if const is not None and not const.partial]
    return known if len(known) == len(consts) else None


def _all_named(consts: dict[str, Const | None]) -> dict[str, Known] | None:
    known = {name: const.value for name, const in consts.items() if const is not None and not const.partial}
    return known if len(known) == len(consts) else None
