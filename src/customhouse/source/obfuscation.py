r"""Marks that obfuscators leave in a file, and minifiers do not.

A minifier (terser, esbuild, webpack) shortens names and joins lines; the strings stay where they are used. An
obfuscator moves the strings into a table that is turned until a sum fits, names things `_0x3fa1c2`, cuts functions into
cases of a `switch` in an order that a string gives, spells text as `\x72\x65`, or packs the whole program into one
text. Each mark is looked for in the bytes alone, behind a word that nearly no other file holds.
"""

from collections.abc import Iterator

from customhouse.model.code import Language, Obfuscation
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.anchored import class_table, places, run_at

#: Lines this long, in characters, in a file whose other lines are short.
_LONG_LINE = 3_000
_SHORT_LINES = 200
#: A minified file is few lines; a file that people wrote has at least these many of ordinary length.
_FEWEST_LINES = 8
_FEWEST_STATEMENTS = 15
_FEWEST_NAMES = 4
_FEWEST_ESCAPED = 12
_FEWEST_ALIKE = 6
_SHORTEST_CONSTANT = 1_024
_NEAR = 2_000

#: All of `a.push(a.shift())`, in dots or brackets, found by its last word.
_LONGEST_TURN = 240
#: Places of `push` before `shift` that are looked at.
_MOST_TURNS = 2_000
_TURN = lazy_regex(
    rb"\b([A-Za-z_$][\w$]{0,60})\s{0,4}(?:\.\s{0,4}push|\[\s{0,4}[\"'](?:push|\\x70\\x75\\x73\\x68)[\"']\s{0,4}\])\s{0,4}\(\s{0,4}\1\s{0,4}"
    rb"(?:\.\s{0,4}shift|\[\s{0,4}[\"'](?:shift|\\x73\\x68\\x69\\x66\\x74)[\"']\s{0,4}\])\s{0,4}\(\s{0,4}\)\s{0,4}\)"
)
#: What is round the turning: a sum of parsed pieces under `try`, or a count that runs down.
_UNTIL_SUM = lazy_regex(rb"parseInt\s{0,4}\(")
_COUNTED = lazy_regex(rb"while\s{0,4}\(\s{0,4}--")
_HEX_NAME = lazy_regex(rb"(?<![\w$])_0x[0-9a-fA-F]{3,8}(?![\w$])")
#: Names of letters that look alike: `lIlI1l`, `O0OOO0`.
_ALIKE_NAME = lazy_regex(rb"(?<![\w$])(?:_{0,2}(?:[lI][lI1]{7,40}|[Oo][Oo0]{7,40}))(?![\w$])")
#: What every such name holds: so many of these in a row.
_ALIKE_RUNS, _ALIKE_RUN = (class_table(b"lI1"), class_table(b"Oo0")), 8
_ORDER = lazy_regex(rb"[\"']\d{1,3}(?:\|\d{1,3}){2,200}[\"']\s{0,4}(?:\.|\[)\s{0,4}[\"']?\Z")
_LONGEST_ORDER = 900
_SWITCH = lazy_regex(rb"\bswitch\s{0,4}\(")
_PACKED = lazy_regex(
    rb"eval\s{0,4}\(\s{0,4}function\s{0,4}\(\s{0,4}[\w$]{1,3}(?:\s{0,2},\s{0,2}[\w$]{1,3}){3,6}\s{0,2}\)\s{0,4}\{"
)
_PACKED_PYTHON = lazy_regex(rb"__pyarmor__ {0,4}\(|from pytransform import pyarmor_runtime|exec\(\(_\)\(b['\"]")
_SPELLED = (
    (b"\\x", lazy_regex(rb"\\x[2-7][0-9a-fA-F](?:\\x[2-7][0-9a-fA-F]){3,}")),
    (b"\\u00", lazy_regex(rb"\\u00[2-7][0-9a-fA-F](?:\\u00[2-7][0-9a-fA-F]){3,}")),
)
#: The alphabet that spells any program, and a length that nothing else written in it has.
LETTERLESS, LETTERLESS_RUN = class_table(b"[]()!+"), 400
_CONSTANT = lazy_regex(rb"[\"'`]([A-Za-z0-9+/=_-]{1024,})[\"'`]")


def obfuscation(data: bytes, language: Language) -> tuple[Obfuscation, ...]:
    """Find the marks of one source file, each kind once, with the line of the first and how many there are."""
    return tuple(_python(data) if language == "python" else _javascript(data))


def _javascript(data: bytes) -> Iterator[Obfuscation]:
    if b"shift" in data or b"\\x73\\x68\\x69\\x66\\x74" in data:
        yield from _turned(data)
    if b"_0x" in data:
        yield from _names(data, _HEX_NAME.findall(data), _FEWEST_NAMES)
    elif any(run_at(data, letters, _ALIKE_RUN) >= 0 for letters in _ALIKE_RUNS):
        yield from _names(data, _ALIKE_NAME.findall(data), _FEWEST_ALIKE)
    if b"split" in data and b"|" in data:
        yield from _flattened(data)
    packed = _PACKED.search(data) if b"eval" in data else None
    if packed is not None:
        yield Obfuscation("packed-program", _line(data, packed.start()))
    yield from _spelled(data)
    if data.count(b"![]") > _FEWEST_ESCAPED:
        letterless = run_at(data, LETTERLESS, LETTERLESS_RUN)
        if letterless >= 0:
            yield Obfuscation("letterless", _line(data, letterless))
    yield from _by_lines(data, b";")


def _python(data: bytes) -> Iterator[Obfuscation]:
    if any(run_at(data, letters, _ALIKE_RUN) >= 0 for letters in _ALIKE_RUNS):
        yield from _names(data, _ALIKE_NAME.findall(data), _FEWEST_ALIKE)
    packed = _PACKED_PYTHON.search(data) if b"pyarmor_" in data or b"exec((_)" in data else None
    if packed is not None:
        yield Obfuscation("packed-program", _line(data, packed.start()))
    yield from _spelled(data)
    yield from _by_lines(data, b";")


def _turned(data: bytes) -> Iterator[Obfuscation]:
    """A table that is turned in a loop; a queue that is turned once a turn is none."""
    looked = 0
    for at in (*places(data, b"shift"), *places(data, b"\\x73\\x68\\x69\\x66\\x74")):
        if (
            b"push" not in data[max(at - _LONGEST_TURN, 0) : at]
            and b"\\x70" not in data[max(at - _LONGEST_TURN, 0) : at]
        ):
            continue
        looked += 1
        match = _TURN.search(data, max(at - _LONGEST_TURN, 0), at + _LONGEST_TURN)
        if match is None:
            if looked > _MOST_TURNS:
                return
            continue
        around = data[max(match.start() - _NEAR, 0) : match.end() + _NEAR]
        summed = len(_UNTIL_SUM.findall(around)) > 2 and b"catch" in around  # noqa: PLR2004 (a sum has several parts)
        if summed or _COUNTED.search(data, max(match.start() - 200, 0), match.start()):
            yield Obfuscation("rotated-strings", _line(data, match.start()))
            return


def _names(data: bytes, names: list[bytes], fewest: int) -> Iterator[Obfuscation]:
    distinct = len(set(names))
    if distinct >= fewest:
        yield Obfuscation("generated-names", _line(data, data.find(names[0])), distinct)


def _spelled(data: bytes) -> Iterator[Obfuscation]:
    spelled = [text for prefix, pattern in _SPELLED if prefix in data for text in pattern.findall(data)]
    if len(spelled) >= _FEWEST_ESCAPED:
        yield Obfuscation("escaped-text", _line(data, data.find(spelled[0])), len(spelled))


def _flattened(data: bytes) -> Iterator[Obfuscation]:
    found = []
    for at in places(data, b"split"):
        order = _ORDER.search(data, max(at - _LONGEST_ORDER, 0), at) if b"|" in data[max(at - 12, 0) : at] else None
        if order is not None and _SWITCH.search(data, at, at + 400):
            found.append(order.start())
    if found:
        yield Obfuscation("flattened-control-flow", _line(data, found[0]), len(found))


def _by_lines(data: bytes, ends: bytes) -> Iterator[Obfuscation]:
    """What shows in the lengths of lines: a long line of code among short ones, and long literals of encoded data."""
    lines = data.split(b"\n")
    if max(map(len, lines)) < _SHORTEST_CONSTANT:
        return
    long = [(len(line), number) for number, line in enumerate(lines, 1) if len(line) >= _SHORTEST_CONSTANT]
    size, number = max(long)
    if size >= _LONG_LINE and lines[number - 1].count(ends) >= _FEWEST_STATEMENTS:
        rest = sum(map(len, lines)) - sum(length for length, _ in long)
        others = sum(1 for line in lines if line.strip()) - len(long)
        if others >= _FEWEST_LINES and rest <= others * _SHORT_LINES:
            yield Obfuscation("long-line", number, size)
    total, first = 0, 0
    for _, at in long:
        for match in _CONSTANT.finditer(lines[at - 1]):
            total += len(match[1])
            first = first or at
    if total:
        yield Obfuscation("encoded-constants", first, total)


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, max(at, 0)) + 1
