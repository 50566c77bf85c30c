"""JavaScript whose strings are hidden: as expressions that give them, or in an array behind a lookup."""

import base64
import random
import zlib
from collections.abc import Iterator

from tree_sitter import Node

from evals.replicas.rewriting.javascript_names import hexed
from evals.replicas.rewriting.syntax import Edits, edited, field, parse, said, walk

_SHORTEST = 3
_LAST_UNIT = 0xFFFF
#: V8 takes 65,535 in a call.
_MOST_ARGUMENTS = 50_000


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


def _value(node: Node) -> str:
    parts = []
    for child in node.children:
        text = said(child)
        if child.type == "string_fragment":
            parts.append(text)
        elif child.type == "escape_sequence":
            if text[1] in "xu":
                parts.append(chr(int(text[2:].strip("{}"), 16)))
            else:
                parts.append(_ESCAPES.get(text[1:], text[1:]))
    return "".join(parts)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def _strings(tree: Node) -> Iterator[tuple[Node, str, bool]]:
    """Give each string that an expression may replace, its value, and whether it is a key."""
    for node in walk(tree):
        if node.type != "string" or node.parent is None:
            continue
        if node.parent.type in ("import_statement", "export_statement", "expression_statement", "import_attribute"):
            continue
        value = _value(node)
        if len(value) >= _SHORTEST and all(ord(letter) < 0xD800 for letter in value):  # noqa: PLR2004 - no halves of pairs
            yield node, value, node.parent.type == "pair" and field(node) == "key"


def _bytes(value: str) -> list[int]:
    return list(value.encode())


def strings_as(text: str, encoding: str) -> str | None:
    """Write every string as an expression that gives it: `base64`, `hex`, `char-codes`, `xor`, `reversed`, `joined`."""
    tree = parse(text)
    node_js = "require(" in text or "process." in text or "import " in text
    edits: Edits = []
    for node, value, is_key in _strings(tree):
        new = expression(value, encoding, node_js=node_js)
        if new is not None:
            edits.append((node.start_byte, node.end_byte, f"[{new}]" if is_key else new))
    if not edits:
        return None
    helper = XOR_HELPER if encoding == "xor" else ""
    return edited(text, edits) + helper


_KEY = 0x5B
XOR_HELPER = """
function unfold(list, key) {
  return decodeURIComponent(escape(list.map((code) => String.fromCharCode(code ^ key)).join('')));
}
"""


def expression(value: str, encoding: str, *, node_js: bool = True) -> str | None:  # noqa: C901 - one arm an encoding
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
            codes = ", ".join(str(ord(it)) for it in value)
            if ord(max(value)) > _LAST_UNIT:
                return None
            if len(value) > _MOST_ARGUMENTS:
                return f"[{codes}].map((code) => String.fromCharCode(code)).join('')"
            return f"String.fromCharCode({codes})"
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
    tree = parse(text)
    chosen = random.Random(text)  # noqa: S311 - the same on every run
    numbers = [chosen.randrange(100_000, 999_999) for _ in range(2)]
    values = [f"{number}{'kQmZxW'[index:]}" for index, number in enumerate(numbers)]
    places: dict[str, int] = {}
    edits: Edits = []
    base = chosen.randrange(0x100, 0x1FF)

    def look_up(value: str) -> str:
        if value not in places:
            places[value] = len(values)
            values.append(value)
        return f"_0x3fa1(0x{places[value] + base:x})"

    for node, value, is_key in _strings(tree):
        edits.append((node.start_byte, node.end_byte, f"[{look_up(value)}]" if is_key else look_up(value)))
    for node in walk(tree):
        dotted = node.type == "member_expression" and not any(it.type == "optional_chain" for it in node.children)
        name = node.child_by_field_name("property")
        if dotted and name is not None and name.type == "property_identifier" and len(said(name)) >= _SHORTEST:
            owner = node.child_by_field_name("object")
            if owner is not None:
                edits.append((owner.end_byte, name.end_byte, f"[{look_up(said(name))}]"))
    if not edits:
        return None
    turned = chosen.randrange(1, len(values))
    stored = values[-turned:] + values[:-turned]
    body = hexed(edited(text, edits))
    head, rest = ([*body.split("\n", 1), ""])[:2] if body.startswith("#!") else ("", body)
    return (
        (head + "\n" if head else "") + "(function (list, sum) { const all = list(); while (!![]) { try { "
        f"const now = parseInt(_0x3fa1(0x{base:x})) / 0x1 + parseInt(_0x3fa1(0x{base + 1:x})) / 0x1; "
        f"if (now === sum) break; else all['push'](all['shift']()); }} "
        f"catch (fault) {{ all['push'](all['shift']()); }} }} }}(_0x12c4, 0x{sum(numbers):x}));\n"
        f"function _0x3fa1(at, key) {{ const all = _0x12c4(); return _0x3fa1 = function (place, unused) "
        f"{{ place = place - 0x{base:x}; return all[place]; }}, _0x3fa1(at, key); }}\n"
        f"function _0x12c4() {{ const all = [{', '.join(map(_quoted, stored))}]; "
        "_0x12c4 = function () { return all; }; return _0x12c4(); }\n" + rest
    )
