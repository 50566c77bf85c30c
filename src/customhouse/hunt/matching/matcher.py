"""Everything that is asked, searched for in bytes: one pass for all literals, then a judgement of each candidate."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from customhouse.hunt.asked import Asked
from customhouse.hunt.matching.boundaries import DOT, HARMLESS_DOTS
from customhouse.hunt.matching.interface import LONGEST, Pattern
from customhouse.hunt.matching.patterns import pattern_of
from customhouse.hunt.matching.release_search import ReleaseSearch
from customhouse.hunt.matching.releases import Form
from customhouse.hunt.matching.search import literal_search
from customhouse.model.campaign import Fact

#: Bytes on either side of a candidate within which its match lies.
AROUND = 2 * LONGEST
#: Bytes on either side of a harmless dot that are searched again with dots in its place.
_NEAR = 256
_DOT = re.compile(DOT, re.IGNORECASE)
#: How long before the last search of the same needle ended a candidate counts as searched already.
_MARGIN = LONGEST + 64


class Needle:
    """One fact that is searched for, and the campaign that it is of."""

    def __init__(self, campaign: str, fact: Fact, pattern: Pattern) -> None:
        """Take the fact with its pattern; the expression is compiled when a candidate is first judged."""
        self.campaign = campaign
        self.fact = fact
        self.pattern = pattern

    @cached_property
    def _expression(self) -> re.Pattern[bytes]:
        return re.compile(self.pattern.expression)

    def at(self, data: bytes, start: int) -> tuple[int, int] | None:
        """Give the place of the fact where it begins at an offset."""
        found = self._expression.match(data, start)
        return found.span() if found else None

    def spans(self, data: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """Give every place between two offsets where the fact stands; one that the end may cut is not given."""
        end = min(end, len(data))
        found = (match.span() for match in self._expression.finditer(data, max(start, 0), end))
        # Beyond the end nothing is seen, so what touches it may go on there.
        return [span for span in found if end == len(data) or span[1] < end - _LOOKAHEAD]

    def within(self, text: str) -> bool:
        """Say whether the fact stands in a text, a field of a record for instance."""
        return self._expression.search(text.encode(errors="surrogateescape")) is not None


#: Bytes after a match that an expression looks at, at most.
_LOOKAHEAD = 8


class Match(NamedTuple):
    """A fact and where it stands."""

    start: int
    end: int
    needle: Needle


class Candidate(NamedTuple):
    """A needle that may be in bytes: at an offset, or, `near`, somewhere around it."""

    start: int
    near: bool
    needle: Needle


class Candidates(NamedTuple):
    """What one pass found: needles that may be there; the rest as in Found."""

    needles: list[Candidate]
    words: list[tuple[int, int]]
    releases: list[int]
    signs: set[int]


class _Meaning(NamedTuple):
    """What a literal may be, each by their numbers."""

    #: The beginning of needles, a part of needles, words.
    leading: list[int]
    inner: list[int]
    words: list[int]
    #: What it is enough to be told of once.
    signs: list[int]


class Found(NamedTuple):
    """What stands in bytes, in the order of offsets."""

    matches: list[Match]
    #: Where each begins, and its number.
    words: list[tuple[int, int]]
    #: Places in each line that may name a release.
    releases: list[int]
    #: The numbers of those that occur.
    signs: set[int]


class Matcher:
    """Facts, and what the caller wants told of beside them; made once, for one thread."""

    def __init__(
        self,
        asked: Asked,
        more: Iterable[tuple[str, Fact]] = (),
        words: Iterable[bytes] = (),
        releases: Sequence[Form] = (),
        signs: Iterable[bytes] = (),
    ) -> None:
        """Take the facts of what is asked, `more` with their campaigns, and what else is looked for in the same pass.

        Of words, of two bytes or more, every place is told; of signs whether they occur.
        Facts that cannot be searched for are left out: `unusable` has them.
        """
        self.needles: list[Needle] = []
        self.unusable: list[Fact] = []
        meanings: defaultdict[bytes, _Meaning] = defaultdict(lambda: _Meaning([], [], [], []))
        for campaign, fact in (*((each.id, fact) for each, fact in asked.facts()), *more):
            pattern = pattern_of(fact)
            if pattern is None:
                self.unusable.append(fact)
                continue
            for key in pattern.keys:
                meanings[key.lower()].leading.append(len(self.needles))
            for key in pattern.inner:
                meanings[key.lower()].inner.append(len(self.needles))
            self.needles.append(Needle(campaign, fact, pattern))
        for number, word in enumerate(words):
            meanings[word.lower()].words.append(number)
        for number, sign in enumerate(signs):
            meanings[sign.lower()].signs.append(number)
        self._releases = ReleaseSearch(releases)
        self._dots = len(meanings)
        self._keys = (*meanings, *(dots for dots in HARMLESS_DOTS if self.needles))
        self._meanings = tuple(meanings.values())
        once = [number for number, each in enumerate(self._meanings) if not (each.leading or each.inner or each.words)]
        self._search = literal_search(self._keys, once)

    def scan(self, data: bytes) -> Found:
        """Pass over bytes once, and judge what may be a fact."""
        candidates = self.candidates(data)
        found: dict[Match, None] = {}
        searched: dict[Needle, int] = {}
        for start, near, needle in candidates.needles:
            if not near:
                span = needle.at(data, start)
                if span is not None:
                    found[Match(*span, needle)] = None
            elif start >= searched.get(needle, 0) - _MARGIN:
                until = searched[needle] = start + AROUND
                for span in needle.spans(data, start - AROUND, until):
                    found[Match(*span, needle)] = None
        return Found(sorted(found, key=lambda match: match[:2]), *candidates[1:])

    def candidates(self, data: bytes) -> Candidates:
        """Pass over bytes once."""
        needles: dict[tuple[int, bool, int], None] = {}
        words: list[tuple[int, int]] = []
        signs: set[int] = set()
        harmless: list[int] = []
        for end, number in self._search.find(data):
            start = end - len(self._keys[number])
            if number >= self._dots:
                harmless.append(start)
                continue
            meaning = self._meanings[number]
            for needle in meaning.leading:
                needles[start, False, needle] = None
            for needle in meaning.inner:
                before = self.needles[needle].pattern.before
                if not before or data[start - 1 : start] in before:
                    needles[start, True, needle] = None
            words += [(start, word) for word in meaning.words]
            signs.update(meaning.signs)
        for start, number in self._behind_dots(data, sorted(harmless)):
            needles[start, True, number] = None
        return Candidates(
            [Candidate(at, near, self.needles[needle]) for at, near, needle in sorted(needles)],
            sorted(words),
            self._releases.places(data),
            signs,
        )

    def _behind_dots(self, data: bytes, places: list[int]) -> Iterable[tuple[int, int]]:
        """Search again around dots that were made harmless, with dots in their place; offsets are near ones."""
        covered = 0
        for place in places:
            if place < covered:
                continue
            start, stop = max(0, place - _NEAR), place + 4 * _NEAR
            covered = stop - _NEAR
            text = _DOT.sub(b".", data[start:stop])
            for _, number in self._search.find(text):
                if number < self._dots:
                    for needle in (*self._meanings[number].leading, *self._meanings[number].inner):
                        yield place, needle
