"""Tables of strings as the most used obfuscator writes them: found, turned back, and read.

The shape (javascript-obfuscator, `stringArray`): an array of all strings; a function that takes a number, takes an
offset off it and gives the element, after decoding it from base64 or RC4 where the author asked for that; and a loop at
the start of the file that turns the array round until a sum of numbers parsed from its elements is what it should be.
Here that sum is worked out for every turn, on paper; nothing of the file is executed.
"""

from collections.abc import Iterator

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source import decoding
from customhouse.source.javascript.folds import Environment, Folds
from customhouse.source.javascript.tree import FUNCTIONS, arguments_of, bare
from customhouse.source.javascript.values import Constant, number, to_text

_FEWEST_STRINGS = 3
_MOST_STRINGS = 8_192
_LARGEST_ACCESSOR = 16_384
_MOST_NODES = 4_000
#: The obfuscator's base64 has its letters in the other case.
_ALPHABET = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"
_TURN = lazy_regex(rb"push[\"']?\s{0,4}\]?\s{0,4}\(\s{0,4}[\w$]{1,60}\s{0,4}(?:\.|\[)\s{0,4}[\"']?shift")
_INTEGER = lazy_regex(r"\s*([+-]?\d+)")
_RC4 = lazy_regex(rb"%\s*(?:0x100|256)\b")
_STANDARD = lazy_regex(rb"[\"'`]base64[\"'`]|\batob\b")
_OWN_WAY = lazy_regex(rb"CodeAt|fromCharCode|codePoint|\.split|\.reverse|\.replace|\^|\.indexOf|Buffer|JSON")
#: No environment is remembered, so that what is folded here is not taken for the value of the nodes.
_ASIDE: Environment = {b"\0": None}


class Table:
    """One table: its strings as they stand, the accessor's offset, and how far it is turned."""

    __slots__ = ("asked", "encoding", "items", "node", "offset", "turned")

    def __init__(self, items: list[str], offset: int, encoding: str, node: Node) -> None:
        """Take what the source says; `encoding` is empty, `base64`, `swapped` (base64 in the other case) or `rc4`."""
        self.items = items
        self.offset = offset
        self.encoding = encoding
        self.node = node
        self.turned = 0
        #: While the turning is worked out: which elements the sum is made of, and with which keys.
        self.asked: list[tuple[int, str]] | None = None

    def at(self, place: int, key: str, turned: int | None = None) -> str | None:
        """The string at a place counted from zero; None where the table has none or it cannot be decoded."""
        if not 0 <= place < len(self.items):
            return None
        item = self.items[(place + (self.turned if turned is None else turned)) % len(self.items)]
        if not self.encoding:
            return item
        data = decoding.from_base64(item if self.encoding == "base64" else item.swapcase())
        if data is None:
            return None
        text = data.decode("utf-8", "replace")
        return _rc4(text, key) if self.encoding == "rc4" else text


class Tables:
    """The tables of one file, by the function that gives their elements."""

    def __init__(self, folder: Folds) -> None:
        """Look for nothing yet."""
        self._by_function: dict[int, Table | None] = {}
        self._turns = len(_TURN.findall(folder.code.data)) if b"push" in folder.code.data else 0

    def look_up(self, folder: Folds, function: Node, arguments: list[Constant | None]) -> Constant | None:
        """What an accessor gives for constant arguments; None where the function is none."""
        if not arguments or function.end_byte - function.start_byte > _LARGEST_ACCESSOR:
            return None
        asked = number(arguments[0])
        if asked is None:
            return None
        if function.id not in self._by_function:
            self._by_function[function.id] = None  # while it is read it gives nothing
            table = _read(folder, function)
            self._by_function[function.id] = table
            if table is not None and self._turns and not _turn_back(folder, table):
                self._by_function[function.id] = None
        table = self._by_function[function.id]
        if table is None:
            return None
        place, key = int(asked) - table.offset, to_text(arguments[1]) if len(arguments) > 1 else ""
        if table.asked is not None:
            table.asked.append((place, key))
            return Constant("0")
        text = table.at(place, key)
        return Constant(text, ("string-table",)) if text is not None else None


def _nodes(root: Node) -> Iterator[Node]:
    pending, looked = [root], 0
    while pending and looked < _MOST_NODES:
        looked += 1
        node = pending.pop()
        yield node
        pending.extend(reversed(node.named_children))


def _read(folder: Folds, function: Node) -> Table | None:
    """Recognise an accessor: `at = at - OFFSET; … LIST[at] …`, its inner function included."""
    offsets, taken = _shape_of(folder, function)
    for name, holder in taken:
        if name not in offsets and not _is_parameter(folder.code.bytes_of(function), name):
            continue
        array = _array(folder, holder)
        if array is None:
            continue
        items = [to_text(folder.fold(child)) for child in array.named_children if child.type == "string"]
        if not _FEWEST_STRINGS <= len(items) <= _MOST_STRINGS:
            continue
        encoding = _encoding(folder.code.bytes_of(function))
        return Table(items, offsets.get(name, 0), encoding, array) if encoding is not None else None
    return None


def _shape_of(folder: Folds, function: Node) -> tuple[dict[bytes, int], list[tuple[bytes, Node]]]:
    """What is taken off which name, and what is indexed by which name."""
    offsets: dict[bytes, int] = {}
    taken: list[tuple[bytes, Node]] = []
    for node in _nodes(function):
        if node.type in {"assignment_expression", "augmented_assignment_expression"}:
            name, amount = _taken_off(folder, node)
            if name and amount is not None:
                offsets.setdefault(name, amount)
        elif node.type == "subscript_expression":
            holder, index = node.child_by_field_name("object"), bare(node.child_by_field_name("index"))
            if holder is not None and holder.type == "identifier" and index is not None and index.type == "identifier":
                taken.append((folder.code.bytes_of(index), holder))
    return offsets, taken


def _encoding(source: bytes) -> str | None:
    """How an accessor decodes its elements; None for a way of its own, which is not carried out."""
    if _ALPHABET in source:
        return "rc4" if _RC4.search(source) is not None else "swapped"
    if _STANDARD.search(source) is not None:
        return "base64"
    return None if _OWN_WAY.search(source) is not None else ""


def _is_parameter(source: bytes, name: bytes) -> bool:
    head = source[: source.find(b"{") + 1 or 200]
    return name in head.replace(b"(", b" ").replace(b")", b" ").replace(b",", b" ").split()


def _taken_off(folder: Folds, node: Node) -> tuple[bytes, int | None]:
    """`x = x - N` or `x -= N`: the name and the number."""
    left, right = node.child_by_field_name("left"), bare(node.child_by_field_name("right"))
    if left is None or right is None or left.type != "identifier":
        return b"", None
    name = folder.code.bytes_of(left)
    amount: Node | None = right
    if node.type == "assignment_expression":
        first, operator = bare(right.child_by_field_name("left")), right.child_by_field_name("operator")
        if right.type != "binary_expression" or first is None or operator is None or operator.type != "-":
            return b"", None
        if folder.code.bytes_of(first) != name:
            return b"", None
        amount = right.child_by_field_name("right")
    elif not folder.code.bytes_of(node)[len(name) :].lstrip().startswith(b"-="):
        return b"", None
    value = number(folder.fold(amount, _ASIDE))
    return name, int(value) if value is not None else None


def _array(folder: Folds, holder: Node, depth: int = 0) -> Node | None:
    """The array literal that a name stands for, or that the function gives whose result it is."""
    if depth > 4:  # noqa: PLR2004 (an alias or two)
        return None
    _, definitions = folder.scopes.lookup(folder.code.bytes_of(holder), holder)
    value = bare(definitions[0].value) if definitions else None
    if value is None:
        return None
    if value.type == "array":
        return value
    if value.type == "identifier":
        return _array(folder, value, depth + 1)
    callee = bare(value.child_by_field_name("function")) if value.type == "call_expression" else None
    if callee is None or callee.type != "identifier":
        return None
    _, makers = folder.scopes.lookup(folder.code.bytes_of(callee), callee)
    maker = bare(makers[0].value) if makers else None
    if maker is None or maker.type not in FUNCTIONS:
        return None
    return next((node for node in _nodes(maker) if node.type == "array"), None)


def _turn_back(folder: Folds, table: Table) -> bool:
    """Work out how far the table is turned; False where it is turned and that could not be found."""
    code = folder.code
    array_of = _names_of(folder, table)
    for match in _TURN.finditer(code.data):
        node: Node | None = code.leaf(match.start(), match.start() + 4)
        while node is not None and not (node.type == "call_expression" and _is_given(folder, node, array_of)):
            node = node.parent
        if node is None:
            continue
        goal = next((value for each in arguments_of(node) if (value := number(folder.fold(each))) is not None), None)
        if goal is None:
            continue
        given = (each for each in _nodes(node) if each.type == "variable_declarator")
        summed = [each for each in given if b"parseInt" in code.bytes_of(each)]
        if not summed:
            table.turned = int(goal) % len(table.items)  # the older form: so many turns
            return True
        return _search(folder, table, summed[0].child_by_field_name("value"), goal)
    return not array_of


def _names_of(folder: Folds, table: Table) -> frozenset[bytes]:
    """Names under which the array, or the function that makes it, may be handed to the loop."""
    names = set()
    node: Node | None = table.node
    while node is not None:
        name = node.child_by_field_name("name") if node.type in FUNCTIONS | {"variable_declarator"} else None
        if name is not None:
            names.add(folder.code.bytes_of(name))
        node = node.parent
    return frozenset(names)


def _is_given(folder: Folds, call: Node, names: frozenset[bytes]) -> bool:
    return any(each.type == "identifier" and folder.code.bytes_of(each) in names for each in arguments_of(call))


def _search(folder: Folds, table: Table, expression: Node | None, goal: float) -> bool:
    """Try every turn, with the sum's elements looked up once."""
    table.asked = []
    terms: list[tuple[int, str]] = []
    try:
        formula = _formula(folder, expression, terms, table)
    finally:
        table.asked = None
    if formula is None or not terms:
        return False
    for turned in range(len(table.items)):
        values = []
        for place, key in terms:
            parsed = _INTEGER.match(table.at(place, key, turned) or "")
            if parsed is None:
                break
            values.append(int(parsed[1]))
        if len(values) == len(terms) and abs(_evaluate(formula, values) - goal) < 0.5:  # noqa: PLR2004 (whole numbers)
            table.turned = turned
            return True
    return False


_Formula = float | tuple[str, "_Formula", "_Formula"] | tuple[str, int]


def _formula(folder: Folds, node: Node | None, terms: list[tuple[int, str]], table: Table) -> "_Formula | None":
    """The sum as a small tree, its `parseInt(…)` numbered."""
    node = bare(node)
    if node is None:
        return None
    if node.type == "binary_expression":
        operator = node.child_by_field_name("operator")
        left = _formula(folder, node.child_by_field_name("left"), terms, table)
        right = _formula(folder, node.child_by_field_name("right"), terms, table)
        if operator is None or operator.type not in {"+", "-", "*", "/"} or left is None or right is None:
            return None
        return (operator.type, left, right)
    if node.type == "unary_expression":
        inner = _formula(folder, node.child_by_field_name("argument"), terms, table)
        minus = folder.code.bytes_of(node).startswith(b"-")
        return ("-", 0.0, inner) if inner is not None and minus else inner
    if node.type == "call_expression" and folder.code.bytes_of(node).startswith(b"parseInt"):
        arguments, asked = arguments_of(node), table.asked
        if asked is None or not arguments:
            return None
        asked.clear()
        folder.fold(arguments[0], _ASIDE)
        if not asked:
            return None
        terms.append(asked[-1])
        return ("term", len(terms) - 1)
    value = number(folder.fold(node, _ASIDE))
    return float(value) if value is not None else None


def _evaluate(formula: "_Formula", values: list[int]) -> float:
    if isinstance(formula, float):
        return formula
    if len(formula) == 2:  # noqa: PLR2004 (a term)
        return float(values[formula[1]])
    operator, left, right = formula
    one, two = _evaluate(left, values), _evaluate(right, values)
    if operator == "+":
        return one + two
    if operator == "-":
        return one - two
    if operator == "*":
        return one * two
    return one / two if two else float("inf")


def _rc4(text: str, key: str) -> str | None:
    """RC4 over characters, as the obfuscator applies it."""
    if not key:
        return None
    state, swap = list(range(256)), 0
    for place in range(256):
        swap = (swap + state[place] + ord(key[place % len(key)])) % 256
        state[place], state[swap] = state[swap], state[place]
    out, first, second = [], 0, 0
    for character in text:
        first = (first + 1) % 256
        second = (second + state[first]) % 256
        state[first], state[second] = state[second], state[first]
        out.append(chr(ord(character) ^ state[(state[first] + state[second]) % 256]))
    return "".join(out)
