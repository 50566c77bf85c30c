"""JavaScript said otherwise, by its syntax tree: renamed, minified, indented anew, its strings hidden, wrapped, split.

Each function takes a program and returns one that does the same, or None where it has nothing to change. They are
written for the replicas' own style (semicolons, plain declarations) and not for any program.
"""

import base64
import random
import zlib
from collections.abc import Callable, Iterator
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

#: Edits: (start, end, replacement), bytes.
_Edits = list[tuple[int, int, str]]
_ATOMS = frozenset({"string", "template_string", "regex"})
_ENDED = frozenset(
    {"expression_statement", "lexical_declaration", "variable_declaration", "return_statement", "throw_statement"}
    | {"break_statement", "continue_statement", "import_statement", "do_statement"}
)
_PATTERN_PARENTS = frozenset(
    {"variable_declarator", "formal_parameters", "array_pattern", "object_pattern", "function_declaration"}
    | {"function_expression", "generator_function_declaration", "class_declaration", "catch_clause", "rest_pattern"}
    | {"for_in_statement", "arrow_function", "assignment_pattern", "object_assignment_pattern", "pair_pattern"}
)
_NAME_FIELDS = frozenset({"name", "parameter", "left", "value", None})
_RESERVED = frozenset("do if in of for let new try var case else enum eval null this true void with await break".split())
#: Names that say nothing, as a person would give them.
_PLAIN_NAMES = (
    "layout frame cursor region margin anchor ribbon ledger parcel canvas socket lantern orchard harbor meadow pebble "
    "thicket summit valley prairie glacier lagoon canyon delta estuary fjord geyser hollow inlet jetty knoll marsh "
    "oasis plateau quarry ravine savanna tundra upland vista wharf atoll basin cove dune escarp floe grove heath isle"
).split()
_SHORTEST = 3


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_javascript.language()))


def _tree(text: str) -> Node:
    return _parser().parse(text.encode()).root_node


def _walk(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(here.children))


def _edited(text: str, edits: _Edits) -> str:
    data = text.encode()
    parts: list[bytes] = []
    last = 0
    for start, end, new in sorted(edits):
        parts += data[last:start], new.encode()
        last = end
    return b"".join((*parts, data[last:])).decode()


def _said(node: Node) -> str:
    return (node.text or b"").decode()


def parses(text: str) -> bool:
    """Whether the grammar reads the program without an error."""
    return not _tree(text).has_error


# ---------------------------------------------------------------------------------------------------------- names


def _field(node: Node) -> str | None:
    parent = node.parent
    if parent is None:
        return None
    for index, child in enumerate(parent.children):
        if child.id == node.id:
            return parent.field_name_for_child(index)
    return None


def _declares(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if node.type == "shorthand_property_identifier_pattern":
        return True
    if node.type != "identifier" or parent.type not in _PATTERN_PARENTS:
        return False
    field = _field(node)
    if parent.type in ("assignment_pattern", "object_assignment_pattern"):
        return field == "left" and parent.parent is not None
    if parent.type == "for_in_statement":
        return field == "left"
    return field in _NAME_FIELDS


def _public(node: Node) -> bool:
    """Whether a declaration is seen from outside: an ES module's import or export."""
    above = node.parent
    while above is not None:
        if above.type in ("import_statement", "export_specifier"):
            return True
        if above.type == "export_statement":
            held = node.parent
            return held is not None and held.parent is not None and held.parent.id in (above.id, _child_id(above))
        above = above.parent
    return False


def _child_id(node: Node) -> int:
    declared = node.child_by_field_name("declaration")
    return declared.id if declared is not None else node.id


def _rename(text: str, fresh: Callable[[int], str]) -> str | None:
    tree = _tree(text)
    nodes = list(_walk(tree))
    kept = {_said(it) for it in nodes if it.type == "identifier" and _public(it)}
    names = [_said(it) for it in nodes if _declares(it)]
    declared = [it for it in dict.fromkeys(names) if it not in kept]
    taken = {_said(it) for it in nodes if "identifier" in it.type} | _RESERVED
    fitting = (name for name in map(fresh, range(10_000)) if name not in taken)
    mapping = {name: next(fitting) for name in declared}
    edits: _Edits = []
    for node in nodes:
        new = mapping.get(_said(node))
        if new is None:
            continue
        if node.type in ("shorthand_property_identifier", "shorthand_property_identifier_pattern"):
            edits.append((node.start_byte, node.end_byte, f"{_said(node)}: {new}"))
        elif node.type == "identifier":
            edits.append((node.start_byte, node.end_byte, new))
    return _edited(text, edits) if edits else None


def renamed(text: str) -> str | None:
    """Give every local name another that says nothing."""
    return _rename(text, lambda index: _PLAIN_NAMES[index % len(_PLAIN_NAMES)] + str(index // len(_PLAIN_NAMES) or ""))


def shortened(text: str) -> str | None:
    """Give every local name one or two letters."""
    return _rename(text, _letters)


def _letters(index: int) -> str:
    """Count as spreadsheets name columns: a, b, …, z, aa, ab."""
    rest, last = divmod(index, 26)
    return (_letters(rest - 1) if rest else "") + chr(ord("a") + last)


# ---------------------------------------------------------------------------------------------------------- looks


def _leaves(node: Node) -> Iterator[str]:
    if node.type == "comment":
        return
    if node.type in _ATOMS or not node.children:
        yield _said(node)
    else:
        for child in node.children:
            yield from _leaves(child)
    if node.type in _ENDED and (not node.children or node.children[-1].type != ";"):
        yield ";"


def minified(text: str) -> str:
    """Write it on one line, with short names, without comments."""
    pieces: list[str] = []
    for leaf in filter(None, _leaves(_tree(shortened(text) or text))):
        last = pieces[-1][-1] if pieces else ""
        if leaf.startswith("#!"):
            pieces.append(leaf + "\n")
            continue
        if last and (_glued(last, leaf[0]) or (last == leaf[0] and last in "+-")):
            pieces.append(" ")
        pieces.append(leaf)
    return "".join(pieces) + "\n"


def _glued(left: str, right: str) -> bool:
    return (left.isalnum() or left in "_$") and (right.isalnum() or right in "_$")


def reindented(text: str) -> str:
    """Indent by tabs, end lines as Windows does; lines within templates stay."""
    inside: set[int] = set()
    for node in _walk(_tree(text)):
        if node.type in ("template_string", "comment"):
            inside.update(range(node.start_point[0] + 1, node.end_point[0] + 1))
    lines = []
    for number, line in enumerate(text.split("\n")):
        bare = line.lstrip(" ")
        deep = (len(line) - len(bare)) // 2
        lines.append(line if number in inside else "\t" * deep + bare)
    return "\r\n".join(lines) if not inside else "\n".join(lines)


# -------------------------------------------------------------------------------------------------------- strings

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


def _value(node: Node) -> str:
    parts = []
    for child in node.children:
        said = _said(child)
        if child.type == "string_fragment":
            parts.append(said)
        elif child.type == "escape_sequence":
            if said[1] in "xu":
                parts.append(chr(int(said[2:].strip("{}"), 16)))
            else:
                parts.append(_ESCAPES.get(said[1:], said[1:]))
    return "".join(parts)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def _strings(tree: Node) -> Iterator[tuple[Node, str, bool]]:
    """Give each string that an expression may replace, its value, and whether it is a key."""
    for node in _walk(tree):
        if node.type != "string" or node.parent is None:
            continue
        if node.parent.type in ("import_statement", "export_statement", "expression_statement", "import_attribute"):
            continue
        value = _value(node)
        if len(value) >= _SHORTEST and all(ord(letter) < 0xD800 for letter in value):  # noqa: PLR2004 - no halves of pairs
            yield node, value, node.parent.type == "pair" and _field(node) == "key"


def _bytes(value: str) -> list[int]:
    return list(value.encode())


def strings_as(text: str, encoding: str) -> str | None:
    """Write every string as an expression that gives it: `base64`, `hex`, `char-codes`, `xor`, `reversed`, `joined`."""
    tree = _tree(text)
    node_js = "require(" in text or "process." in text or "import " in text
    edits: _Edits = []
    for node, value, is_key in _strings(tree):
        new = expression(value, encoding, node_js=node_js)
        if new is not None:
            edits.append((node.start_byte, node.end_byte, f"[{new}]" if is_key else new))
    if not edits:
        return None
    helper = _XOR_HELPER if encoding == "xor" else ""
    return _edited(text, edits) + helper


_KEY = 0x5B
_XOR_HELPER = """
function unfold(list, key) {
  return decodeURIComponent(escape(list.map((code) => String.fromCharCode(code ^ key)).join('')));
}
"""


def expression(value: str, encoding: str, *, node_js: bool = True) -> str | None:
    """Write an expression whose value is the string; None where the encoding cannot hold it."""
    match encoding:
        case "base64":
            encoded = base64.b64encode(value.encode()).decode()
            if node_js:
                return f"Buffer.from('{encoded}', 'base64').toString()"
            return f"atob('{encoded}')" if value.isascii() else None
        case "hex":
            encoded = value.encode().hex()
            if node_js:
                return f"Buffer.from('{encoded}', 'hex').toString()"
            return f"decodeURIComponent('{encoded}'.replace(/../g, '%$&'))"
        case "char-codes":
            return f"String.fromCharCode({', '.join(str(ord(it)) for it in value)})" if ord(max(value)) <= 0xFFFF else None  # noqa: PLR2004
        case "xor":
            return f"unfold([{', '.join(str(byte ^ _KEY) for byte in _bytes(value))}], 0x{_KEY:x})"
        case "reversed":
            return f"{_quoted(value[::-1])}.split('').reverse().join('')"
        case "joined":
            step = max(2, len(value) // 6)
            return f"[{', '.join(_quoted(value[at : at + step]) for at in range(0, len(value), step))}].join('')"
        case "zlib":
            encoded = base64.b64encode(zlib.compress(value.encode())).decode()
            return f"require('zlib').inflateSync(Buffer.from('{encoded}', 'base64')).toString()" if node_js else None
    raise ValueError(encoding)


def string_array(text: str) -> str | None:
    """Move strings and property names into a rotated array behind a lookup, as the common obfuscators do."""
    tree = _tree(text)
    chosen = random.Random(text)  # noqa: S311 - the same on every run
    numbers = [chosen.randrange(100_000, 999_999) for _ in range(2)]
    values = [f"{number}{'kQmZxW'[index:]}" for index, number in enumerate(numbers)]
    places: dict[str, int] = {}
    edits: _Edits = []
    base = chosen.randrange(0x100, 0x1FF)

    def look_up(value: str) -> str:
        if value not in places:
            places[value] = len(values)
            values.append(value)
        return f"_0x3fa1(0x{places[value] + base:x})"

    for node, value, is_key in _strings(tree):
        edits.append((node.start_byte, node.end_byte, f"[{look_up(value)}]" if is_key else look_up(value)))
    for node in _walk(tree):
        dotted = node.type == "member_expression" and not any(it.type == "optional_chain" for it in node.children)
        name = node.child_by_field_name("property")
        if dotted and name is not None and name.type == "property_identifier" and len(_said(name)) >= _SHORTEST:
            owner = node.child_by_field_name("object")
            if owner is not None:
                edits.append((owner.end_byte, name.end_byte, f"[{look_up(_said(name))}]"))
    if not edits:
        return None
    turned = chosen.randrange(1, len(values))
    stored = values[-turned:] + values[:-turned]
    body = _hexed(_edited(text, edits))
    head, rest = (body.split("\n", 1) + [""])[:2] if body.startswith("#!") else ("", body)
    return (
        (head + "\n" if head else "")
        + f"(function (list, sum) {{ const all = list(); while (!![]) {{ try {{ const now = parseInt(_0x3fa1(0x{base:x})) / 0x1 + "
        f"parseInt(_0x3fa1(0x{base + 1:x})) / 0x1; if (now === sum) break; else all['push'](all['shift']()); }} "
        f"catch (fault) {{ all['push'](all['shift']()); }} }} }}(_0x12c4, 0x{sum(numbers):x}));\n"
        f"function _0x3fa1(at, key) {{ const all = _0x12c4(); return _0x3fa1 = function (place, unused) "
        f"{{ place = place - 0x{base:x}; return all[place]; }}, _0x3fa1(at, key); }}\n"
        f"function _0x12c4() {{ const all = [{', '.join(map(_quoted, stored))}]; _0x12c4 = function () {{ return all; }}; "
        f"return _0x12c4(); }}\n" + rest
    )


def _hexed(text: str) -> str:
    """Give local names the hexadecimal look."""
    return _rename(text, lambda index: f"_0x{(index * 7919 + 0x1A2B3) & 0xFFFFF:05x}") or text


# ------------------------------------------------------------------------------------------------- wrapped, split


def packed(text: str, encoding: str) -> str | None:
    """Make the whole program one string that is decoded and evaluated."""
    if "\nimport " in f"\n{text}" or "\nexport " in f"\n{text}":
        return None
    node_js = "require(" in text
    hidden = expression(text, encoding, node_js=node_js)
    if hidden is None:
        return None
    return f"eval({hidden});\n" + (_XOR_HELPER if encoding == "xor" else "")


def _is_plain(node: Node) -> bool:
    """A declaration that may stand in two files: of modules, or of constants."""
    if node.type != "lexical_declaration" or not _said(node).startswith("const"):
        return False
    for child in node.named_children:
        value = child.child_by_field_name("value")
        if value is None:
            return False
        called = [it for it in _walk(value) if it.type in ("call_expression", "new_expression", "arrow_function")]
        calls = [it.child_by_field_name("function") for it in called]
        if any(it is None or _said(it) != "require" for it in calls):
            return False
    return True


def split(text: str, beside: str) -> tuple[str, str] | None:
    """Move the functions into another file, `beside` (a specifier): the main program, and that file."""
    tree = _tree(text)
    if any(it.type in ("import_statement", "export_statement") for it in tree.children):
        return None
    functions = [it for it in tree.children if it.type == "function_declaration"]
    plain = [it for it in tree.children if _is_plain(it)]
    others = [it for it in tree.children if it not in functions and it not in plain]
    names = [_said(name) for it in functions if (name := it.child_by_field_name("name")) is not None]
    state = {_said(it) for other in others for it in _walk(other) if _declares(it)}
    used = {_said(it) for function in functions for it in _walk(function) if it.type == "identifier"}
    if not functions or state & used - {_said(it) for function in functions for it in _walk(function) if _declares(it)}:
        return None
    moved = "\n\n".join(_said(it) for it in functions)
    head = "\n".join(_said(it) for it in plain)
    support = f"{head}\n\n{moved}\n\nmodule.exports = {{ {', '.join(names)} }};\n"
    directive = [it for it in others if _said(it).strip("'\"; ") == "use strict"]
    rest = "\n".join(_said(it) for it in others if it not in directive)
    main = f"'use strict';\n\n{head}\nconst {{ {', '.join(names)} }} = require('{beside}');\n\n{rest}\n"
    return main, support
