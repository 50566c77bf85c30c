"""Derives texts that make a backtracking matcher work: every repeat of an expression is pumped after its own prefix.

For each repeat that may run long, the texts are what leads to the repeat, its body many times, and an end that does
not match (a run that must be given back); and what leads to it many times (a start at every place). A body that is a
set of characters is pumped with the members that what comes next, or the beginning, accepts too: there the matcher
has a choice.
"""

import re
import re._constants as constants
import re._parser as parser
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

#: A repeat with fewer rounds than this costs a constant.
_LONG = 12
#: How many texts an expression gets at most.
MOST = 40
_ENDS = ("\0", "\n", "", "!")
_USUAL = "a0 A_-.\t\n/\"'=:,;(){}[]<>\\x+#@%*$|?!&~\r\x00é"


class Shape(NamedTuple):
    """A text of any size: `head`, then `unit` as often as it takes, then `end`."""

    head: str
    unit: str
    end: str

    def text(self, size: int) -> str:
        """Return the text, of about `size` characters."""
        times = max(1, (size - len(self.head) - len(self.end)) // len(self.unit))
        return self.head + self.unit * times + self.end


def shapes(text: str | bytes, flags: int) -> list[Shape]:
    """Return the worst shapes that follow from the expression, without duplicates."""
    tree = parser.parse(text, flags)
    maker = _Maker(tree)
    found: dict[Shape, None] = {}
    whole = maker.example(tree)
    pumped = list(maker.repeats(tree, ""))
    for head, unit in pumped:
        if unit:
            for end in _ENDS[:2]:
                found[Shape(head, unit, end)] = None
    for head, unit in pumped:
        if head:
            found[Shape("", head, "\0")] = None
            found[Shape("", head + unit, "\0")] = None
            found[Shape("", head + unit * 40, "\0")] = None
    for head, unit in pumped:
        if unit:
            found[Shape(head, unit, "")] = None
            found[Shape(head, unit, "!")] = None
    if whole:
        found[Shape("", whole, "")] = None
        found[Shape("", whole[:-1] or whole, "\0")] = None
    found[Shape("", "a", "\0")] = None
    return [shape for shape in found if shape.unit][:MOST]


class _Maker:
    """Makes short texts that parts of one expression match."""

    def __init__(self, tree: Any) -> None:
        own = "".join(chr(value) for value in _literals(tree))
        self._alphabet = "".join(dict.fromkeys(_USUAL + own))
        self._groups: dict[int, str] = {}

    def example(self, items: Iterable[Any], *, least: bool = False) -> str:
        """Return a text that the items match, as far as one can be told without looking around."""
        return "".join(self._one(op, value, least=least) for op, value in items)

    def _one(self, op: Any, value: Any, *, least: bool) -> str:  # noqa: C901 (one line an operation)
        if op is constants.LITERAL:
            return chr(value)
        if op is constants.NOT_LITERAL:
            return next(letter for letter in self._alphabet if ord(letter) != value)
        if op is constants.ANY:
            return "a"
        if op is constants.IN:
            return self.members(op, value)[:1]
        if op is constants.BRANCH:
            return self.example(value[1][0], least=least)
        if op is constants.SUBPATTERN:
            text = self.example(value[3], least=least)
            if value[0] is not None:
                self._groups[value[0]] = text
            return text
        if op is constants.ATOMIC_GROUP:
            return self.example(value, least=least)
        if op in _REPEATS:
            low, high, body = value
            return self.example(body, least=least) * (low if least or low else min(1, high))
        if op is constants.GROUPREF:
            return self._groups.get(value, "")
        if op is constants.GROUPREF_EXISTS:
            return self.example(value[1], least=least)
        return ""

    def members(self, op: Any, value: Any) -> str:
        """Return the characters of the alphabet that one single-character item accepts."""
        if op is constants.LITERAL:
            return chr(value)
        if op is constants.NOT_LITERAL:
            return "".join(letter for letter in self._alphabet if ord(letter) != value)
        if op is constants.ANY:
            return "".join(letter for letter in self._alphabet if letter != "\n")
        if op is not constants.IN:
            return ""
        negated = value[0][0] is constants.NEGATE
        rest = value[1:] if negated else value
        found = [letter for letter in self._alphabet if _accepts(rest, letter) is not negated]
        if not found and not negated:
            kind, which = rest[0]
            found = [chr(which[0] if kind is constants.RANGE else which)]
        return "".join(found)

    def repeats(self, items: Iterable[Any], head: str) -> Iterator[tuple[str, str]]:
        """Yield (what leads to it, its body) of every repeat that may run long, at any depth."""
        items = list(items)
        short = head
        for index, (op, value) in enumerate(items):
            after = items[index + 1 :]
            for lead in dict.fromkeys((head, short)):
                yield from self._within(op, value, lead, after)
            head += self._one(op, value, least=False)
            short += self._one(op, value, least=True)

    def _within(self, op: Any, value: Any, head: str, after: list[Any]) -> Iterator[tuple[str, str]]:
        if op is constants.BRANCH:
            for option in value[1]:
                yield from self.repeats(option, head)
        elif op is constants.SUBPATTERN:
            yield from self.repeats(value[3], head)
        elif op is constants.ATOMIC_GROUP:
            yield from self.repeats(value, head)
        elif op in {constants.ASSERT, constants.ASSERT_NOT}:
            yield from self.repeats(value[1], head if value[0] > 0 else "")
        elif op in _REPEATS:
            if value[1] is constants.MAXREPEAT or value[1] >= _LONG:
                for unit in self._units(value[2], head, after):
                    yield head, unit
            yield from self.repeats(value[2], head)

    def _units(self, body: Any, head: str, after: list[Any]) -> Iterator[str]:
        """Yield texts that one or some rounds of a repeat match; for a set, members with a choice come first."""
        items = list(body)
        while len(items) == 1 and items[0][0] is constants.SUBPATTERN:
            items = list(items[0][1][3])
        if len(items) == 1 and items[0][0] is constants.BRANCH:
            for option in items[0][1][1]:
                if text := self.example(option):
                    yield text
            return
        if len(items) != 1 or items[0][0] in _REPEATS:
            for least in (True, False):
                if text := self.example(items, least=least):
                    yield text
            return
        members = self.members(*items[0])
        follows = self._first(after)
        chosen = [letter for letter in members if letter in follows][:2]
        chosen += [letter for letter in members if letter in head[:1]]
        chosen += list(members[:2])
        yield from dict.fromkeys(chosen)

    def _first(self, items: list[Any]) -> str:
        """Return characters with which the items may begin."""
        found = ""
        for op, value in items:
            if op in _REPEATS:
                found += self._first(list(value[2]))
                if value[0]:
                    return found
            elif op is constants.SUBPATTERN:
                return found + self._first(list(value[3]))
            elif op is constants.BRANCH:
                return found + "".join(self._first(list(option)) for option in value[1])
            elif op not in {constants.AT, constants.ASSERT, constants.ASSERT_NOT}:
                return found + self.members(op, value)
        return found


_REPEATS = {constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT}
_CATEGORIES = {
    constants.CATEGORY_DIGIT: r"\d",
    constants.CATEGORY_NOT_DIGIT: r"\D",
    constants.CATEGORY_SPACE: r"\s",
    constants.CATEGORY_NOT_SPACE: r"\S",
    constants.CATEGORY_WORD: r"\w",
    constants.CATEGORY_NOT_WORD: r"\W",
}


def _accepts(items: list[Any], letter: str) -> bool:
    for op, value in items:
        if op is constants.LITERAL and ord(letter) == value:
            return True
        if op is constants.RANGE and value[0] <= ord(letter) <= value[1]:
            return True
        if op is constants.CATEGORY and re.match(_CATEGORIES[value], letter):
            return True
    return False


def _literals(tree: Any) -> Iterator[int]:
    """Yield every character that an expression names."""
    if isinstance(tree, parser.SubPattern | list | tuple):
        for item in tree:
            if isinstance(item, tuple) and len(item) == 2 and item[0] in {constants.LITERAL, constants.NOT_LITERAL}:
                yield item[1]
            else:
                yield from _literals(item)
