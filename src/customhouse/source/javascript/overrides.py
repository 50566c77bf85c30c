"""Which globals a file gives another value: how requests, wallets and the clipboard come under other hands.

`window.fetch = …`, `XMLHttpRequest.prototype.open = …`, `ethereum.request = …`, the same by `Object.defineProperty` and
`Reflect.set`, the bracket spelled or put together. A name that the file itself declares is its own.
"""

from collections.abc import Iterator

from tree_sitter import Node

from customhouse.model.code import Override
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.javascript.capabilities import Facts
from customhouse.source.javascript.flow import Flow
from customhouse.source.javascript.tree import FUNCTIONS, TRANSPARENT, arguments_of, line_of

_MOST = 64
_MOST_PLACES = 2_000
#: Globals whose members carry what a page or a program sends, signs or copies.
_TARGETS = frozenset(
    {
        "fetch", "XMLHttpRequest", "WebSocket", "EventSource", "sendBeacon", "ethereum", "solana", "phantom", "tronWeb",
        "tronLink", "BinanceChain", "unisat", "keplr", "cardano", "clipboard", "web3",
    }
)  # fmt: skip
#: Words of which one stands in a file that has to do with wallets; overrides of others are not looked for.
WALLET_WORDS = frozenset(
    b"ethereum solana phantom tronWeb tronLink BinanceChain unisat keplr cardano web3 eth_sendTransaction".split()
)
_GLOBAL_OBJECTS = frozenset({"window", "globalThis", "self", "global", "top", "navigator", "parent", "frames"})
_SET_BY_CALL = lazy_regex(rb"\b(?:defineProperty|Reflect\s*\.\s*set|Object\s*\.\s*assign)\b")
#: An assignment to a member by brackets, of something that is the global object or one of the targets.
_BRACKETS = lazy_regex(
    rb"\b(?:window|globalThis|self|global|XMLHttpRequest|ethereum)\b[^;\n]{0,160}\][\w.\s]{0,40}=(?![=>])"
)
#: A name that is given some member of the global object by a key that may be put together.
_ALIASED = lazy_regex(rb"=\s*(?:window|globalThis|self)\s*\[")
#: What is taken over where its name cannot be told: a member of the global object, given a function.
UNKNOWN = "*"
_LONGEST_CHAIN = 6
_MEMBERS = frozenset({"member_expression", "subscript_expression"})


def overrides(facts: Facts, words: frozenset[bytes]) -> Iterator[Override]:
    """Give each target that is overridden, at its first place; `words` are those of the file."""
    found: dict[str, Override] = {}
    for node, target in _assigned(facts.flow, words):
        if target not in found and len(found) < _MOST:
            found[target] = Override(target, line_of(node), facts.timing.when(node))
    yield from found.values()


def _assigned(flow: Flow, in_file: frozenset[bytes]) -> Iterator[tuple[Node, str]]:
    code = flow.code
    words = {word for word in _TARGETS if word.encode() in in_file}
    for word in sorted(words):
        for at in code.positions(word.encode())[:_MOST_PLACES]:
            leaf = code.leaf(at, at + len(word))
            if leaf.type in {"identifier", "property_identifier", "string_fragment"}:
                yield from _around(flow, leaf)
    for match in _BRACKETS.finditer(code.data):
        yield from _around(flow, code.leaf(match.start(), match.start() + 4))
    for match in _ALIASED.finditer(code.data):
        at = match.end() - len(match[0].lstrip(b"= \t\r\n"))
        yield from _around(flow, code.leaf(at, at + 4))
    if words:
        for match in _SET_BY_CALL.finditer(code.data):
            leaf = code.leaf(match.start(), match.end())
            yield from _set_by_call(flow, leaf)


def _around(flow: Flow, leaf: Node) -> Iterator[tuple[Node, str]]:
    """The widest member expression around a name, where it is what an assignment writes to."""
    node = leaf
    if leaf.type == "string_fragment" and leaf.parent is not None:
        node = leaf.parent
    for _ in range(_LONGEST_CHAIN * 2):
        parent = node.parent
        if parent is None:
            return
        if parent.type in {"member_expression", "subscript_expression"} or parent.type in TRANSPARENT:
            node = parent
            continue
        if parent.type == "variable_declarator":
            yield from _by_name(flow, parent.child_by_field_name("name"))
            return
        left = parent.child_by_field_name("left") if parent.type == "assignment_expression" else None
        if left is not None and left.id == node.id:
            yield from _given(flow, parent, node)
        return


def _given(flow: Flow, assignment: Node, left: Node) -> Iterator[tuple[Node, str]]:
    """The target that an assignment writes to; one of unknown name only where it gets a function."""
    target = _target(flow, left)
    right = assignment.child_by_field_name("right")
    if target and (not target.startswith(UNKNOWN) or (right is not None and right.type in FUNCTIONS)):
        yield assignment, target


def _by_name(flow: Flow, name: Node | None) -> Iterator[tuple[Node, str]]:
    """Assignments to members of a variable that was given a target."""
    if name is None or name.type != "identifier":
        return
    word = flow.code.bytes_of(name)
    scope, _ = flow.scopes.lookup(word, name)
    for use in flow.scopes.uses(word, scope, _MOST):
        member = use.parent
        holder = member.parent if member is not None and member.type in _MEMBERS else None
        if holder is not None and holder.type == "assignment_expression":
            left = holder.child_by_field_name("left")
            if left is not None and member is not None and left.id == member.id:
                yield from _given(flow, holder, left)


def _target(flow: Flow, node: Node | None) -> str:
    """The dotted name of what is written to, the global object taken off; empty when it is none of the targets."""
    names: list[str] = []
    while node is not None and len(names) < _LONGEST_CHAIN:
        if node.type in TRANSPARENT and node.named_children:
            node = node.named_children[0]
        elif node.type in {"member_expression", "subscript_expression"}:
            names.append(flow.folder.member_name(node) or UNKNOWN)
            node = node.child_by_field_name("object")
        else:
            break
    if node is None or node.type not in {"identifier", "this"}:
        return ""
    first = flow.code.text(node)
    if node.type == "identifier" and _is_declared(flow, node):
        first = _stands_for(flow, node)
        if first.startswith(UNKNOWN):
            return ".".join((first, *names[::-1]))
    chain = [*first.split("."), *names[::-1]]
    of_global = False
    while chain and chain[0] in _GLOBAL_OBJECTS:
        chain, of_global = chain[1:], True
    if not chain or (chain[0] not in _TARGETS and (chain[0] != UNKNOWN or not of_global)):
        return ""
    return ".".join(chain)


def _is_declared(flow: Flow, name: Node) -> bool:
    _, definitions = flow.scopes.lookup(flow.code.bytes_of(name), name)
    return any(each.declares for each in definitions)


def _stands_for(flow: Flow, name: Node) -> str:
    """A name that was given one of the targets: `const provider = window.ethereum; provider.request = …`."""
    _, definitions = flow.scopes.lookup(flow.code.bytes_of(name), name)
    value = definitions[0].value if len(definitions) == 1 else None
    for _ in range(2):
        if value is not None and value.type == "binary_expression":  # a || b
            value = value.child_by_field_name("left")
    if value is None or value.type not in {"member_expression", "subscript_expression"}:
        return ""
    return _target(flow, value)


def _set_by_call(flow: Flow, leaf: Node) -> Iterator[tuple[Node, str]]:
    node: Node | None = leaf
    while node is not None and node.type in {"identifier", "property_identifier", "member_expression"}:
        node = node.parent
    if node is None or node.type != "call_expression":
        return
    arguments = arguments_of(node)
    if len(arguments) < 3:  # noqa: PLR2004 (object, name, value)
        return
    name = flow.folder.text(arguments[1])
    holder = _target(flow, arguments[0])
    if name and holder:
        yield node, f"{holder}.{name}"
    elif name in _TARGETS and flow.code.text(arguments[0]) in _GLOBAL_OBJECTS:
        yield node, name
