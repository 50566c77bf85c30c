"""What conditions ask of the machine and its user before something happens: its language, its name, whether it is CI.

From each place that gives such a trait outward to the condition that it stands in, through one variable, one function
that returns it, and whatever compares it. What the branch does is looked at coarsely: it stops, or it acts.
"""

from collections.abc import Iterator

from tree_sitter import Node

from customhouse.model.code import Guard, Trait
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.anchored import starting
from customhouse.source.javascript.capabilities import Facts
from customhouse.source.javascript.capability_table import ability_of
from customhouse.source.javascript.flow import Flow
from customhouse.source.javascript.tree import FUNCTIONS, arguments_of, line_of
from customhouse.source.javascript.values import to_text
from customhouse.source.traits import LONG_WAIT, trait_of_variable, without

_MOST = 256
_DEEPEST = 3
_MOST_USES = 24
_FARTHEST = 14
_LONGEST_VALUE = 120
#: Calls and members that the flow names.
_CALLS: dict[str, Trait] = {
    "os.hostname": "hostname",
    "os.userInfo": "username",
    "os.cpus": "machine",
    "os.totalmem": "machine",
    "os.networkInterfaces": "machine",
    "inspector.url": "debugger",
}
#: Members of anything that are telling by their name alone.
_MEMBERS: dict[bytes, Trait] = {
    b"timeZone": "timezone",
    b"getTimezoneOffset": "timezone",
    b"locale": "locale",
    b"execArgv": "debugger",
    b"v8debug": "debugger",
    b"country": "country",
    b"countryCode": "country",
    b"country_code": "country",
    b"country_name": "country",
    b"country_code2": "country",
    b"countryName": "country",
}
_LOCALE = lazy_regex(rb"resolvedOptions\s*\(\s*\)\s*(?:\?\.|\.)\s*locale")
_DATE = lazy_regex(rb"\bnew\s+Date\s*\(\s*(?:[\"'`]|\d{4}\s*,|\d{12,13}\s*\))|\bDate\.now\s*\(\s*\)")
_LEAVES = lazy_regex(
    rb"\breturn\b|\bthrow\b|\bprocess\s*(?:\.|\[[\"'`])\s*(?:exit|kill|abort|reallyExit)\b|\bDeno\.exit\b"
)
_TEXT = lazy_regex(
    rb"\"([^\"\n]{0,60})\"|'([^'\n]{0,60})'|`([^`\n]{0,60})`|/([^/\n]{2,60})/[a-z]{0,3}\.test|\b(\d{12,13})\b"
)
_SHORTEST = 2
_NAME = lazy_regex(rb"(?<![\w$.])[A-Za-z_$][\w$]{0,60}(?=\s*(?:\.(?:includes|indexOf|some|has|test|find)\b|\[|\)|$))")
#: Bytes of a branch in which an early end is looked for.
_NEAR = 400
_ACTS = frozenset({"process", "network", "dynamic-code", "filesystem", "native-code"})


def guards(facts: Facts, words: frozenset[bytes], *, inner: bool = False) -> Iterator[Guard]:
    """Give each condition that asks for a trait, in the order of the file a kind, each once.

    `words` are those of the file. A file that can do nothing has no conditions that matter, unless it is run by another
    (`inner`).
    """
    found: dict[Guard, None] = {}
    if not inner and not any(kind in _ACTS for kind, _, _ in facts.capabilities):
        return
    for trait, node in _sources(facts.flow, words):
        for condition, branch in _conditions(facts.flow, node, 0):
            asked = None if trait == "date" else node  # the day itself is what it is compared with
            value = _value(facts.flow, condition, asked) or _value(facts.flow, _expression(node), asked)
            if trait == "date" and not any(letter.isdigit() for letter in value):
                continue
            guard = Guard(trait, line_of(condition), facts.timing.when(condition), value, _decides(facts.flow, branch))
            found[guard] = None
            if len(found) >= _MOST:
                break
    for guard in _waits(facts):
        found[guard] = None
    yield from found


def _sources(flow: Flow, words: frozenset[bytes]) -> Iterator[tuple[Trait, Node]]:
    for call in flow.calls:
        trait = _CALLS.get(call.path)
        if trait is not None:
            yield trait, call.node
    for name, node in flow.reads:
        variable = trait_of_variable(name)
        if variable is not None:
            yield variable, node
    yield from _named(flow, words)
    for match in starting(_DATE, flow.code.data, (b"new", b"Date.now")):
        node = flow.code.leaf(match.start(), match.start() + 3)
        if node.type not in {"comment", "string_fragment", "template_string"} and node.parent is not None:
            yield "date", node.parent


def _named(flow: Flow, words: frozenset[bytes]) -> Iterator[tuple[Trait, Node]]:
    """Members that are telling whatever they are taken from."""
    code = flow.code
    for word, trait in _MEMBERS.items():
        if word not in words:
            continue
        for at in code.positions(word)[:_MOST]:
            leaf = code.leaf(at, at + len(word))
            if word == b"locale" and not _LOCALE.search(code.data, max(at - 40, 0), at + len(word)):
                continue
            if leaf.type in {"property_identifier", "shorthand_property_identifier_pattern", "string_fragment"}:
                member = leaf.parent.parent if leaf.type == "string_fragment" and leaf.parent else leaf.parent
                if member is not None and member.type in {"member_expression", "subscript_expression"}:
                    yield trait, member
                elif leaf.type == "shorthand_property_identifier_pattern":
                    yield trait, leaf


def _conditions(flow: Flow, node: Node, depth: int) -> Iterator[tuple[Node, Node | None]]:  # noqa: C901
    """The conditions that a value decides, with the branch that is taken; one arm a kind of parent."""
    each = node
    for _ in range(_FARTHEST):
        flow.code.step()
        parent = each.parent
        if parent is None:
            return
        kind = parent.type
        if kind in {"if_statement", "ternary_expression", "while_statement"}:
            if _is(parent, "condition", each):
                yield each, parent.child_by_field_name("consequence") or parent.child_by_field_name("body")
            return
        if kind == "switch_statement":
            yield parent, parent.child_by_field_name("body")
            return
        if kind == "binary_expression" and _is(parent, "left", each):
            operator = parent.child_by_field_name("operator")
            above = parent.parent
            if (
                operator is not None
                and operator.type in {"&&", "||"}
                and above is not None
                and (above.type in {"expression_statement", "sequence_expression"})
            ):
                yield each, parent.child_by_field_name("right")
                return
        if kind in {"variable_declarator", "assignment_expression", "object_pattern"} and depth < _DEEPEST:
            name = each if kind == "object_pattern" else (
                parent.child_by_field_name("name") or parent.child_by_field_name("left")
            )  # fmt: skip
            if (name is not None and name.id != each.id) or kind == "object_pattern":
                yield from _through_names(flow, name, depth)
            return
        if kind in {"return_statement", "arrow_function"} and depth < _DEEPEST:
            function = parent if kind == "arrow_function" else flow.code.owner(parent)
            yield from _through_calls(flow, function, depth)
            return
        if kind in FUNCTIONS or kind in {"statement_block", "program", "expression_statement", "pair"}:
            return
        each = parent


def _expression(node: Node) -> Node:
    """The whole expression that a trait is part of, where a name or a function's result carries it elsewhere."""
    each = node
    for _ in range(_FARTHEST):
        parent = each.parent
        if parent is None or parent.type in {"return_statement", "variable_declarator", "assignment_expression"}:
            return each
        if parent.type in FUNCTIONS or parent.type in {"statement_block", "program"}:
            return each
        each = parent
    return each


def _through_names(flow: Flow, name: Node | None, depth: int) -> Iterator[tuple[Node, Node | None]]:
    if name is not None and name.type == "object_pattern":
        for each in name.named_children[:_MOST_USES]:
            yield from _through_names(flow, each.child_by_field_name("value") or each, depth)
        return
    if name is None or name.type not in {"identifier", "shorthand_property_identifier_pattern"}:
        return
    word = flow.code.bytes_of(name)
    scope, _ = flow.scopes.lookup(word, name)
    for use in flow.scopes.uses(word, scope, _MOST_USES):
        if use.start_byte != name.start_byte:
            yield from _conditions(flow, use, depth + 1)


def _through_calls(flow: Flow, function: Node | None, depth: int) -> Iterator[tuple[Node, Node | None]]:
    """A function that says it: `const isLab = () => os.hostname() === "lab"; if (isLab()) return`."""
    if function is None:
        return
    name = function.child_by_field_name("name")
    holder = function.parent
    if holder is not None and holder.type == "arguments" and holder.parent is not None:
        yield from _conditions(flow, holder.parent, depth + 1)  # list.some(each => host.includes(each))
        return
    if name is None and holder is not None and holder.type == "variable_declarator":
        name = holder.child_by_field_name("name")
    yield from _through_names(flow, name, depth)


def _is(parent: Node, field: str, node: Node) -> bool:
    child = parent.child_by_field_name(field)
    return child is not None and child.id == node.id


def _value(flow: Flow, condition: Node, asked: Node | None) -> str:
    """The constants that a condition compares with: its own texts, and those of names that stand for lists.

    What names the thing that is asked for is none of them.
    """
    text = without(flow.code.bytes_of(condition), condition.start_byte, asked)[:1024]
    found: dict[str, None] = {}
    for match in _TEXT.finditer(text):
        part = next(part for part in match.groups() if part is not None).decode("utf-8", "replace")
        if len(part) >= _SHORTEST:
            found[part] = None
    for match in list(_NAME.finditer(text))[: 0 if found else 4]:
        start = condition.start_byte + match.start()
        leaf = flow.code.leaf(start, start + len(match[0]))
        constant = flow.folder.fold(leaf) if leaf.type == "identifier" else None
        if constant is not None and isinstance(constant.value, list):
            found.update((to_text(each), None) for each in constant.value[:8])
        elif constant is not None and isinstance(constant.value, str):
            found[constant.value] = None
    return ", ".join(found)[:_LONGEST_VALUE]


def _decides(flow: Flow, branch: Node | None) -> bool:
    """Whether a branch ends what runs, or is itself what acts."""
    if branch is None:
        return False
    if _LEAVES.search(flow.code.data, branch.start_byte, min(branch.end_byte, branch.start_byte + _NEAR)):
        return True
    return any(
        branch.start_byte <= call.node.start_byte < branch.end_byte
        and ability_of(call.path.partition("()")[0]) in _ACTS
        for call in flow.calls
    )


def _waits(facts: Facts) -> Iterator[Guard]:
    """`setTimeout(work, 3600000)`: seconds of a constant wait that nobody would sit through."""
    code = facts.flow.code
    for at in code.positions(b"setTimeout")[:_MOST]:
        leaf = code.leaf(at, at + 10)
        call = leaf.parent if leaf.type == "identifier" else None
        if call is None or call.type != "call_expression":
            continue
        arguments = arguments_of(call)
        wait = facts.folder.fold(arguments[1]) if len(arguments) > 1 else None
        if wait is not None and isinstance(wait.value, int | float) and wait.value >= LONG_WAIT * 1000:
            yield Guard("wait", line_of(call), facts.timing.when(call), f"{int(wait.value) // 1000} s", decides=True)
