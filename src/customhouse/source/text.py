"""Text that a reader's eye would not see: controls, invisible characters, look-alikes, code pushed off the screen.

Pure ASCII files cost one search for blanks and one for text that speaks to a machine. Only a file that holds something
unusual is parsed, to say whether it stands in code, in a string or in a comment: an emoji's joiner in a string is
ordinary, the same character inside an identifier is not.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Literal

from customhouse.model.code import Language, TextAnomaly, TextAnomalyKind
from customhouse.model.lazy_regex import lazy_regex
from customhouse.source.addressed import addressed

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

#: Blanks in a row that push what follows off every screen.
OFFSCREEN_BLANKS = 150
#: Anomalies of one kind that one file may give.
MAX_OF_A_KIND = 64

Place = Literal["in code", "in a string", "in a comment", "in the text"]

_LARGEST_PARSED = 4 << 20
_LONGEST_SNIPPET = 60
_FEWEST_HIDDEN = 6
_ZERO_WIDTH_RUN = 8

_BLANKS = lazy_regex(rb"(?<![ \t])[ \t]{%d,}+(?=\S)" % OFFSCREEN_BLANKS)
_SPACES = b" " * 60
_TABS = b"\t" * 24
_COMMENTS = (b"#", b"//", b"/*", b"*", b"--", b"<!--")
_BIDIRECTIONAL = lazy_regex("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = lazy_regex(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
    "\U0001d173-\U0001d17a]+"
)
_VARIATION = lazy_regex("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3,}")
#: So many of one selector are no slip of the keyboard.
_LONG_RUN = 16
_TAGS = lazy_regex("[\U000e0000-\U000e007f]+")
#: The flags of England, Scotland and Wales are a black flag and up to seven tag characters.
_FLAG = "\U0001f3f4"
_LONGEST_FLAG = 7
#: Letters of other scripts that cannot be told from Latin ones by eye. Lower-case Greek is left out: formulas use it.
_LOOK_ALIKES = "аеорсухіјѕһԁԛԝӏАВЕКМНОРСТХУІЈЅԌԚԜοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_LOOK_ALIKE = lazy_regex(f"[{_LOOK_ALIKES}]")
_WORD_BEFORE = lazy_regex(r"[\w$]*\Z")
_WORD_AFTER = lazy_regex(r"[\w$]*")
_LATIN = lazy_regex("[A-Za-z]")
_LONGEST_WORD = 100
#: Characters of one kind whose place is looked up; a novel in another script is not searched to its end.
_MAX_LOOKED = 20_000
_UNSEEN = lazy_regex(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\U0001d173-\U0001d17a\U000e0000-\U000e01ef]"
)
_ASCII = bytes(range(128))


def text_anomalies(data: bytes, language: Language) -> tuple[TextAnomaly, ...]:
    """Find what cannot be seen in a source file; `detail` says what it is, where it stands and how much of it.

    Lines and columns are 1-based, columns in characters. A byte order mark at the start, emoji sequences, flags and
    joiners inside strings and comments are ordinary. A file that is not UTF-8 is looked through for blanks alone.
    """
    text = _decoded(data)
    unusual = text is not None and _may_be_unusual(data, text)
    blanks = _pushed_off(data)
    spoken_to = addressed(data)
    if not unusual and not blanks and not spoken_to:
        return ()
    where = _Where(data, language)
    found: list[TextAnomaly] = []
    for match in blanks:
        anomaly = _offscreen(data, match, where)
        if anomaly is not None:
            found.append(anomaly)
    found.extend(_addressed(data, each.offset, each.text, where) for each in spoken_to)
    if text is not None and unusual:
        found.extend(_characters(text, where))
    return tuple(sorted(found, key=lambda anomaly: (anomaly.line, anomaly.column)))


def _addressed(data: bytes, offset: int, said: str, where: "_Where") -> TextAnomaly:
    """Text for a reviewing machine; a string that nothing takes (a docstring) is a comment by another name."""
    place = "in a comment" if where.is_unused(offset) else where.at(offset)
    line_start = data.rfind(b"\n", 0, offset) + 1
    column = len(data[line_start:offset].decode("utf-8", "replace")) + 1
    return TextAnomaly("addressed", data.count(b"\n", 0, offset) + 1, column, f"{place}: {said}")


def spoken_to(data: bytes) -> tuple[TextAnomaly, ...]:
    """Find text for a reviewing machine in a file that holds no code."""
    return tuple(
        TextAnomaly("addressed", data.count(b"\n", 0, each.offset) + 1, 1, f"in the text: {each.text}")
        for each in addressed(data)
    )


def _decoded(data: bytes) -> str | None:
    if data.isascii():
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _may_be_unusual(data: bytes, text: str) -> bool:
    """Whether any character is one of those looked for; look-alikes only where a word holds Latin letters as well."""
    others = data.translate(None, _ASCII).decode("utf-8", "replace")
    if _UNSEEN.search(others) is not None:
        return True
    return _LOOK_ALIKE.search(others) is not None and next(_mixed_words(text), None) is not None


def _pushed_off(data: bytes) -> list[re.Match[bytes]]:
    """Runs of blanks with something behind them that is no comment and more than a closing bracket."""
    # Of so many blanks, 60 spaces or 24 tabs stand together, or a space stands before a tab: cheaper to rule out first.
    if _SPACES not in data and _TABS not in data and b" \t" not in data:
        return []
    found = []
    for match in _BLANKS.finditer(data):
        end = data.find(b"\n", match.end())
        rest = data[match.end() : end if end >= 0 else len(data)]
        if len(rest.strip()) >= _FEWEST_HIDDEN and not rest.startswith(_COMMENTS):
            found.append(match)
        if len(found) >= MAX_OF_A_KIND:
            break
    return found


def _offscreen(data: bytes, match: re.Match[bytes], where: "_Where") -> TextAnomaly | None:
    """Blanks in code; inside a string they are content, and at a line's start only odd when no neighbour has them."""
    place = where.at(match.start() + 1)
    if place in {"in a string", "in a comment"}:
        return None
    start = data.rfind(b"\n", 0, match.start()) + 1
    if match.start() == start and _indented_alike(data, start, match.end() - start):
        return None
    end = data.find(b"\n", match.end())
    rest = data[match.end() : end if end >= 0 else len(data)][:_LONGEST_SNIPPET].decode("utf-8", "replace")
    line = data.count(b"\n", 0, start) + 1
    column = len(data[start : match.end()].decode("utf-8", "replace")) + 1
    return TextAnomaly("offscreen", line, column, f"{match.end() - match.start()} blanks {place}, then: {rest}")


def _indented_alike(data: bytes, start: int, width: int) -> bool:
    """Whether the line before is nearly as deep: generated code, nested as deep as it is."""
    before = data[:start].rstrip()
    line = before[before.rfind(b"\n") + 1 :]
    depth = len(line) - len(line.lstrip())
    return depth >= width // 2


def _characters(text: str, where: "_Where") -> Iterator[TextAnomaly]:
    lines = _Lines(text)
    for search in (_bidirectional, _invisible, _long_runs, _tags, _homoglyphs):
        for kind, position, detail in islice(search(text, where), MAX_OF_A_KIND):
            line, column = lines.at(position)
            yield TextAnomaly(kind, line, column, detail)


_Seen = Iterator[tuple[TextAnomalyKind, int, str]]


def _bidirectional(text: str, where: "_Where") -> _Seen:
    for match in _BIDIRECTIONAL.finditer(text):
        yield "bidirectional", match.start(), f"{_name(match[0])} {where.at_character(text, match.start())}"


def _invisible(text: str, where: "_Where") -> _Seen:
    """One in code is one too many; in a string only many together are more than a joiner or a line-break hint."""
    for match in islice(_INVISIBLE.finditer(text), _MAX_LOOKED):
        place = where.at_character(text, match.start())
        if place == "in code" or (place == "in a string" and len(match[0]) >= _ZERO_WIDTH_RUN):
            yield "invisible", match.start(), f"{_many(match[0])} {place}"


def _long_runs(text: str, where: "_Where") -> _Seen:
    for match in _VARIATION.finditer(text):
        if len(match[0]) < _LONG_RUN and len(set(match[0])) == 1:
            continue  # an emoji's selector typed twice carries nothing
        yield "variation-run", match.start(), f"{_many(match[0])} {where.at_character(text, match.start())}"


def _tags(text: str, where: "_Where") -> _Seen:
    for match in _TAGS.finditer(text):
        if text[max(match.start() - 1, 0)] != _FLAG or len(match[0]) > _LONGEST_FLAG:
            yield "tag", match.start(), f"{_many(match[0])} {where.at_character(text, match.start())}"


def _homoglyphs(text: str, where: "_Where") -> _Seen:
    for start, word in islice(_mixed_words(text), _MAX_LOOKED):
        if where.at_character(text, start) == "in code":
            odd = next(letter for letter in word if letter in _LOOK_ALIKES)
            yield "homoglyph", start, f"{word[:_LONGEST_SNIPPET]} in code, with {_name(odd)}"


def _name(character: str) -> str:
    import unicodedata  # noqa: PLC0415 - only for what is reported

    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def _many(characters: str) -> str:
    return _name(characters[0]) if len(characters) == 1 else f"{len(characters)} characters from {_name(characters[0])}"


def _mixed_words(text: str) -> Iterator[tuple[int, str]]:
    """Words that hold both a Latin letter and one that only looks like one; of long words, the part around it."""
    done = -1
    for match in _LOOK_ALIKE.finditer(text):
        if match.start() < done:
            continue
        after = _WORD_AFTER.match(text, match.start(), match.start() + _LONGEST_WORD)
        before = _WORD_BEFORE.search(text[max(match.start() - _LONGEST_WORD, 0) : match.start()])
        word = (before[0] if before else "") + (after[0] if after else "")
        done = match.start() + len(after[0] if after else "")
        if _LATIN.search(word) is not None:
            yield match.start() - len(before[0] if before else ""), word


class _Lines:
    """Line and column of positions that mostly ascend."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._position = 0
        self._line = 1

    def at(self, position: int) -> tuple[int, int]:
        if position < self._position:
            self._position, self._line = 0, 1
        self._line += self.text.count("\n", self._position, position)
        self._position = position
        return self._line, position - self.text.rfind("\n", 0, position)


class _Where:
    """Tells code, strings and comments apart, by a parse that is made when it is first asked for."""

    def __init__(self, data: bytes, language: Language) -> None:
        self.data = data
        self.language: Language = language
        self._root: Node | None = None
        self._offsets: tuple[int, int] = (0, 0)

    def at(self, offset: int) -> Place:
        """Where a byte stands."""
        if len(self.data) > _LARGEST_PARSED:
            return "in the text"
        if self._root is None:
            self._root = _PARSERS[self.language]().parse(self.data).root_node
        node = self._root.descendant_for_byte_range(offset, offset + 1)
        for _ in range(6):
            if node is None:
                break
            if node.type in _COMMENT_NODES:
                return "in a comment"
            if node.type in _STRING_NODES:
                return "in a string"
            if node.type in _EMBEDDED:
                break
            node = node.parent
        return "in code"

    def is_unused(self, offset: int) -> bool:
        """Whether a byte stands in a string that is a statement of its own."""
        if self.at(offset) != "in a string" or self._root is None:
            return False
        node = self._root.descendant_for_byte_range(offset, offset + 1)
        for _ in range(6):
            if node is None or node.type == "expression_statement":
                break
            if node.type not in _STRING_NODES | {"concatenated_string"}:
                return False
            node = node.parent
        return node is not None and node.type == "expression_statement"

    def at_character(self, text: str, position: int) -> Place:
        """Where a character stands; positions ascend within one search, so only what lies between is encoded."""
        done, offset = self._offsets
        if position < done:
            done, offset = 0, 3 if self.data.startswith(b"\xef\xbb\xbf") else 0
        elif done == 0:
            offset = 3 if self.data.startswith(b"\xef\xbb\xbf") else 0
        offset += len(text[done:position].encode("utf-8", "surrogatepass"))
        self._offsets = (position, offset)
        return self.at(offset)


_COMMENT_NODES = frozenset({"comment", "html_comment", "hash_bang_line"})
_STRING_NODES = frozenset({"string", "template_string", "regex", "jsx_text", "string_content", "string_fragment"})
_EMBEDDED = frozenset({"template_substitution", "interpolation", "jsx_expression"})


def _python() -> "Parser":
    import tree_sitter_python  # noqa: PLC0415 - only the grammar that is needed
    from tree_sitter import Language as Grammar  # noqa: PLC0415
    from tree_sitter import Parser  # noqa: PLC0415

    return Parser(Grammar(tree_sitter_python.language()))


def _javascript() -> "Parser":
    import tree_sitter_javascript  # noqa: PLC0415 - only the grammar that is needed
    from tree_sitter import Language as Grammar  # noqa: PLC0415
    from tree_sitter import Parser  # noqa: PLC0415

    return Parser(Grammar(tree_sitter_javascript.language()))


def _typescript() -> "Parser":
    import tree_sitter_typescript  # noqa: PLC0415 - only the grammar that is needed
    from tree_sitter import Language as Grammar  # noqa: PLC0415
    from tree_sitter import Parser  # noqa: PLC0415

    return Parser(Grammar(tree_sitter_typescript.language_tsx()))


_PARSERS: dict[Language, Callable[[], "Parser"]] = {
    "python": _python,
    "javascript": _javascript,
    "typescript": _typescript,
}
