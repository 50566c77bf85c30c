"""Decoders written out by hand, and what goes into a value other than by assignment.

`base64.b64decode(x)` is a call in the tables. The rest is looked for here: characters that are changed by a number
(`ord(c) ^ key`, `ord(c) - 1`), translated by a table, looked up in an alphabet (`A[B.index(c)]`), or made of numbers
(`chr(n)`); and lists and files that are filled by method (`out.append(…)`, `file.write(…)`).
"""

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.python.bindings import Bindings

_FED = lazy_regex(rb"(?<![\w.])([A-Za-z_]\w{0,60})\.(?:append|extend|insert|write|writelines|update|appendleft)\(")
_MOST_FED = 2_000
_MOST_OF_ONE = 16
_LONGEST_INDEX = 300
_POSITIONS = lazy_regex(rb"\.(?:index|find|rindex|rfind)\(")
_CHARACTERS = lazy_regex(rb"\bord\s{0,4}\(")


def changes_characters(bindings: Bindings, node: Node) -> bool:
    """Whether an operator changes codes of characters: by exclusive or, or by adding to `ord(c)`."""
    operator = node.child_by_field_name("operator")
    if operator is None or operator.type not in {"^", "+", "-", "%"}:
        return False
    if operator.type == "^":
        return True
    if node.end_byte - node.start_byte > _LONGEST_INDEX:
        return False
    return _CHARACTERS.search(bindings.data, node.start_byte, node.end_byte) is not None


def makes_characters(bindings: Bindings, call: Node) -> bool:
    """Whether a call makes text of numbers, or replaces each character by a table."""
    function = call.child_by_field_name("function")
    if function is None:
        return False
    if function.type == "identifier":
        return bindings.text(function) in {"chr", "unichr"}
    name = function.child_by_field_name("attribute") if function.type == "attribute" else None
    return name is not None and bindings.text(name) == "translate"


def looks_up(bindings: Bindings, subscript: Node) -> bool:
    """Whether a subscript takes the element at a place that is searched for: `A[B.index(c)]`."""
    keys = subscript.children_by_field_name("subscript")
    if not keys or keys[0].end_byte - keys[0].start_byte > _LONGEST_INDEX:
        return False
    return _POSITIONS.search(bindings.data, keys[0].start_byte, keys[0].end_byte) is not None


def fed(bindings: Bindings, root: Node) -> dict[str, list[Node]]:
    """What goes into each name by a method that adds: the argument nodes, of all scopes together."""
    found: dict[str, list[Node]] = {}
    for number, match in enumerate(_FED.finditer(bindings.data)):
        if number >= _MOST_FED:
            break
        leaf = root.descendant_for_byte_range(match.start(1), match.start(1) + 1)
        member = leaf.parent if leaf is not None and leaf.type == "identifier" else None
        call = member.parent if member is not None and member.type == "attribute" else None
        if call is None or call.type != "call":
            continue
        arguments = call.child_by_field_name("arguments")
        held = found.setdefault(match[1].decode(), [])
        if arguments is not None and len(held) < _MOST_OF_ONE:
            held.extend(arguments.named_children[:2])
    return found
