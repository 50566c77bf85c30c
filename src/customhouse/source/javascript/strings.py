"""Constants worth a second look: hidden texts, hosts, and places of credentials, with the node where each stands."""

import re
from collections.abc import Iterator
from itertools import chain

from tree_sitter import Node

from customhouse.model.lazy_regex import lazy_regex
from customhouse.source import decoding
from customhouse.source.javascript.calling import CallFolder
from customhouse.source.javascript.capability_table import (
    CREDENTIAL_PATHS,
    CREDENTIAL_WORDS,
    METADATA_ADDRESSES,
    SECRET_VARIABLES,
)
from customhouse.source.javascript.flow import Flow
from customhouse.source.javascript.hosts import hosts_in_text
from customhouse.source.javascript.tree import Code, bare, string_at
from customhouse.source.javascript.values import Constant, items, number

#: A literal that begins with a long run of what encodings are written in.
_LONG = lazy_regex(rb"[\"'`]([A-Za-z0-9+/=_%-]{24,})")
_ESCAPED = lazy_regex(rb"\\(?:x[0-9a-fA-F]{2}|u00[0-9a-fA-F]{2}|u\{[0-9a-fA-F]{2}\})\\[xu][0-9a-fA-F{]{2,4}\}?\\[xu]")
#: A literal joined to a literal: a text that was taken apart.
_PIECES = lazy_regex(rb"\+\s*[\"'`]")
_BEFORE_PIECE = lazy_regex(rb"[\"'`]\s*$")
_NUMBERS = lazy_regex(rb"\[\s*(?:(?:0x[0-9a-fA-F]{2}|\d{2,3})\s*,\s*){15,}")
_CODED = lazy_regex(rb"%[0-9a-fA-F]{2}|[0-9+/=]|[a-z][A-Z]")
#: The alphabet of the most used obfuscator's base64: letters in the other case.
_SWAPPED = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"
_SWAPPED_ITEM = lazy_regex(rb"[\"']([A-Za-z0-9+/]{6,400}={0,2})[\"']")
_EXPRESSIONS = frozenset(
    {
        "call_expression",
        "member_expression",
        "subscript_expression",
        "binary_expression",
        "parenthesized_expression",
        "arguments",
    }
)
_PROSE = lazy_regex(r"[a-z]{3} [a-z]{2,} [a-z]")
_CHAIN = lazy_regex(rb"(?:split|reverse|map|slice|concat|from|reversed|toReversed|fromCharCode)[\"'\]]*$")
_PICTURE = lazy_regex(r"data:(?:image|font|audio|video|application/(?:font|x-font|json))", re.IGNORECASE)
#: What a text that was taken apart must say to be worth telling.
TELLING = lazy_regex(
    r"https?:|wss?:|\brequire\b|\beval\b|\bexec|spawn|child_process|process\.|powershell|/bin/|/tmp/|\bcurl\b|\bwget\b|\.ssh|\.npmrc|_process|fromCharCode|Function"
    r"|cmd\.exe|globalThis|constructor|\bfs\b|\bnet\b|base64|\.sh\b|\.exe\b|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|import\("
)
_SHORTEST = 4
_MOST_CANDIDATES = 4_000


class Hidden:
    """A text that was hidden, where, and the encodings that lay over it, outermost first."""

    __slots__ = ("encodings", "node", "value")

    def __init__(self, value: str, node: Node, encodings: tuple[str, ...]) -> None:
        """Take what was found."""
        self.value = value
        self.node = node
        self.encodings = encodings


def hidden(
    flow: Flow,
    words: frozenset[bytes],
    decoders: list[Node],
    budget: decoding.Budget,
    folded: list[tuple[str, Node]],
) -> Iterator[Hidden]:
    """Texts that constants hide: by explicit decode calls, by taking them apart, by guessing at long ones.

    Every text that an expression gives, telling or not, is put into `folded` with the expression.
    """
    code = flow.code
    seen: set[int] = set()
    candidates = chain(decoders, _literals(code), _joined(code), _methods(flow, words), _numbers(code))
    for taken, node in enumerate(candidates):
        if taken > _MOST_CANDIDATES:
            budget.attempts = 0  # which is said as a gap
            return
        top, constant = (node, flow.folder.fold(node)) if node.type == "binary_expression" else _outermost(flow, node)
        if constant is not None and top.id not in seen:
            seen.add(top.id)
            if isinstance(constant.value, str) and top.type not in {"string", "template_string"}:
                folded.append((constant.value, top))
            yield from _look(code, top, constant, budget)
    yield from _swapped(code, budget)


def _literals(code: Code) -> Iterator[Node]:
    """Long literals over an alphabet of encodings, and literals written in escapes."""
    for match in _LONG.finditer(code.data):
        node = string_at(code, match.start(1)) if _CODED.search(match[1]) else None
        if node is not None:
            yield node
    end = 0
    for match in _ESCAPED.finditer(code.data):
        node = string_at(code, match.start()) if match.start() >= end else None
        if node is not None:
            end = node.end_byte
            yield node


def _joined(code: Code) -> Iterator[Node]:
    """The outermost sums in which a literal is added to a literal."""
    end = 0
    for match in _PIECES.finditer(code.data):
        at = match.start()
        if at < end or not _BEFORE_PIECE.search(code.data, max(at - 40, 0), at):
            continue
        node = code.leaf(at, at + 1).parent
        if node is None or node.type != "binary_expression":
            continue
        outer = node.parent
        while outer is not None and outer.type == "binary_expression":
            code.step(2)
            node, outer = outer, outer.parent
        end = node.end_byte
        yield node


def _methods(flow: Flow, words: frozenset[bytes]) -> Iterator[Node]:
    """Calls of `join` and `reverse` on what may be constant."""
    code = flow.code
    for word in sorted(words & {b"join", b"reverse"}):
        for at in code.positions(word):
            leaf = code.leaf(at, at + len(word))
            member = leaf.parent
            if member is not None and leaf.type == "string_fragment":
                member = member.parent
            call = member.parent if member is not None else None
            if member is None or call is None or call.type != "call_expression":
                continue
            if _may_be_constant(flow, bare(member.child_by_field_name("object"))):
                yield call


def _may_be_constant(flow: Flow, target: Node | None) -> bool:
    """Whether an array is a literal, a variable given a literal, or what a chain of methods gives."""
    if target is not None and target.type == "identifier":
        _, definitions = flow.scopes.lookup(flow.code.bytes_of(target), target)
        target = bare(definitions[0].value) if definitions else None
    if target is None:
        return False
    if target.type == "array":
        first = target.named_children[:1]
        return bool(first) and first[0].type in {"string", "number", "template_string", "identifier", "call_expression"}
    if target.type != "call_expression":
        return False
    callee = target.child_by_field_name("function")
    return callee is not None and _CHAIN.search(flow.code.data, callee.start_byte, callee.end_byte) is not None


def _numbers(code: Code) -> Iterator[Node]:
    """Long arrays of numbers that may be characters."""
    for match in _NUMBERS.finditer(code.data):
        node = code.leaf(match.start(), match.start() + 2)
        if node.type == "array":
            yield node


def _look(code: Code, top: Node, constant: Constant, budget: decoding.Budget) -> Iterator[Hidden]:
    text = _readable(constant)
    if text is None:
        return
    layers = tuple(dict.fromkeys(layer for layer in constant.layers if layer != "regex"))
    if isinstance(constant.value, list) and "char-codes" not in layers:
        layers = (*layers, "char-codes")
    if (
        layers
        and constant.whole
        and "\ufffd" not in text
        and len(text) >= _SHORTEST
        and (set(layers) - {"reversed", "escapes"} or TELLING.search(text))
    ):
        yield Hidden(text, top, layers)
    elif (
        top.type in {"binary_expression", "call_expression"}
        and TELLING.search(text)
        and not _said_plainly(code, top, text)
    ):
        yield Hidden(text, top, ("concatenated",))
    if not constant.whole or len(text) < 16 or _PICTURE.match(text) or _PROSE.search(text, 0, 200):  # noqa: PLR2004 (as decode_layers)
        return
    for value, encodings in decoding.decode_layers(text, budget=budget):
        if encodings != ("char-codes",) or _wordy(value):
            yield Hidden(value, top, layers + encodings)


def _outermost(flow: Flow, node: Node) -> tuple[Node, Constant | None]:
    """The largest expression around a node that is still constant."""
    best, value = node, flow.folder.fold(node)
    each = node.parent if value is not None else None
    misses = 0
    while each is not None and each.type in _EXPRESSIONS and misses < 4:  # noqa: PLR2004 (`x.split("").reverse` is no value)
        if each.type == "call_expression" and _is_record(flow, each):
            break
        if each.type != "arguments":
            folded = flow.folder.fold(each)
            if folded is not None and isinstance(folded.value, str | bytes | list):
                best, value, misses = each, folded, 0
            else:
                misses += 1
        each = each.parent
    return best, value


def _is_record(flow: Flow, call: Node) -> bool:
    """Whether a call gives an object of which nothing is taken: a row of a table, of which there may be thousands."""
    above = call.parent
    return (above is None or above.type not in _EXPRESSIONS) and CallFolder(flow.folder).gives_object(call)


def _readable(constant: Constant) -> str | None:
    value = constant.value
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        data = decoding.inflate(value) if decoding.is_compressed(value) else value
        return decoding.plausible_text(data) if data else None
    every = items(constant)
    if every is None or len(every) < 16:  # noqa: PLR2004 (fewer numbers are no text)
        return None
    numbers = [number(each) for each in every]
    if any(not isinstance(each, int) for each in numbers):
        return None
    text = decoding.from_char_codes(each for each in numbers if isinstance(each, int))
    return (
        text if text is not None and decoding.plausible_text(text.encode("utf-8", "replace")) and _wordy(text) else None
    )


def _wordy(text: str) -> bool:
    """Whether numbers that happen to be printable say something: words, and not a sorted table."""
    return TELLING.search(text) is not None or (
        re.search(r"[a-z]{4}[ ('\".:]", text) is not None and list(text[:16]) != sorted(text[:16])
    )


def _said_plainly(code: Code, node: Node, text: str) -> bool:
    """Whether what makes a joined text telling stands in one of its literals anyway."""
    source = code.bytes_of(node)
    match = TELLING.search(text)
    if match is not None and match[0].encode("utf-8", "replace") not in source:
        return False
    named = ("/".join(host.split("/")[:3]) for host in hosts_in_text(text))
    return all(host.encode("utf-8", "replace") in source for host in named)


def _swapped(code: Code, budget: decoding.Budget) -> Iterator[Hidden]:
    if _SWAPPED not in code.data:
        return
    for match in _SWAPPED_ITEM.finditer(code.data):
        if budget.spent:
            return
        data = decoding.from_base64(match[1].swapcase())
        text = decoding.plausible_text(data) if data else None
        if text is None or not text.isprintable() or len(text) < 4:  # noqa: PLR2004 (shorter says nothing)
            continue
        budget.attempts -= 1
        budget.characters -= len(text)
        node = string_at(code, match.start() + 1)
        if node is not None:
            yield Hidden(text, node, ("base64",))


def credentials(code: Code, words: frozenset[bytes]) -> Iterator[tuple[str, Node]]:
    """Places of credentials that strings name: what was matched, and the string. `words` are all of the file's."""
    seen: set[int] = set()
    places = [at for word in words & CREDENTIAL_WORDS for at in code.positions(word)]
    for address in METADATA_ADDRESSES:
        at = code.data.find(address)
        while at >= 0:
            places.append(at)
            at = code.data.find(address, at + 1)
    for at in sorted(places):
        if code.data[at - 8 : at] == b"process.":
            continue
        node = string_at(code, at)
        if node is None or node.id in seen:
            continue
        begin = max(node.start_byte + 1, at - 200)
        named = CREDENTIAL_PATHS.search(code.data[begin : min(node.end_byte - 1, at + 200)].decode("utf-8", "replace"))
        if named is not None:
            seen.add(node.id)
            yield named[0].strip("/\\"), node


def secret_names(code: Code, words: frozenset[bytes]) -> Iterator[tuple[str, Node]]:
    """Names of secret environment variables that stand as texts: for files that read variables by computed names."""
    for word in sorted(filter(bytes.isupper, words)):
        name = word.decode("utf-8", "replace")
        if not name.isupper() or not SECRET_VARIABLES.search(name):
            continue
        for at in code.positions(word):
            node = string_at(code, at)
            if node is not None and node.end_byte - node.start_byte == len(word) + 2:
                yield f"process.env.{name}", node
                break
