"""Which popular project a name could be mistaken for: the shipped lists, and the ways in which names come close.

The lists are plain names, one a line, in rules/lists; docs/popular_names.py makes them anew (see
docs/popular-names.md). They say what people mean to type and nothing about trust.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem
from customhouse.rules.shared.name_slips import slips

#: `letter`: one letter more, fewer, other or two swapped; `separator`: the same but for dots, hyphens, underscores, or
#: the order of parts; `look-alike`: characters that look the same; `scope`: a scope written as part of the name, or
#: left off; `affix`: a popular name with something before or after it.
Closeness = Literal["letter", "separator", "look-alike", "scope", "affix"]

#: Shorter names than this come close to each other by chance.
_SHORTEST = 4
#: Of shorter names than this a changed letter says nothing, unless it is the neighbouring key or one repeated.
_SHORT = 6
_SEPARATORS = lazy_regex(r"[-_.]+")
#: What looks alike in the fonts that names are read in. Folded in this order, in both names.
_LOOKS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"))
_AFFIXES = lazy_regex(
    r"^(?:node|js|npm|py|python|python3|lib|the|real|plain|simple|my|new|easy|fast|secure|safe|official|pro|better|super)-"
    r"|-(?:js|node|npm|py|python|python3|lib|utils?|tools?|core|api|client|sdk|cli|dev|new|latest|official|pro|plus|fix|"
    r"patch|fork|beta|next|helpers?|v?\d{1,2})$|^(?:py|js)(?=[a-z]{4})|(?<=[a-z]{4})(?:js|py|\d)$"
)


class Lookalike(msgspec.Struct, frozen=True, order=True):
    """A popular name, and how a name comes close to it, as words that follow the popular name."""

    closeness: Closeness
    popular: str
    said: str


@cache
def popular_names(ecosystem: Ecosystem) -> frozenset[str]:
    """The popular names of an ecosystem, in their canonical form."""
    text = (files("customhouse.rules") / "lists" / f"popular-{ecosystem}.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def is_popular(ecosystem: Ecosystem, name: str) -> bool:
    """Whether a canonical name is in the list."""
    return name in popular_names(ecosystem)


def lookalikes(ecosystem: Ecosystem, name: str) -> list[Lookalike]:
    """Find the popular names that `name` could be mistaken for, the closest first; none for a popular name itself."""
    known = popular_names(ecosystem)
    if name in known or len(name.rpartition("/")[2]) < _SHORTEST:
        return []
    order = ("letter", "separator", "look-alike", "scope", "affix")
    found: dict[str, Lookalike] = {}
    for one in (*_scoped(name, known), *_unscoped(ecosystem, name, known)):
        best = found.get(one.popular)
        if best is None or order.index(one.closeness) < order.index(best.closeness):
            found[one.popular] = one
    return sorted(found.values(), key=lambda one: (order.index(one.closeness), one.popular))


def _scoped(name: str, known: frozenset[str]) -> Iterator[Lookalike]:
    """Scopes of npm: `types-node` for `@types/node`, `@babel-core/x` no more than itself, a scope one letter off."""
    scope, slash, bare = name.removeprefix("@").partition("/") if name.startswith("@") else ("", "", name)
    if not slash:
        for at, letter in enumerate(name):
            if letter in "-_." and (other := f"@{name[:at]}/{name[at + 1 :]}") in known:
                yield Lookalike("scope", other, "with its scope written as part of the name")
        return
    for other in dict.fromkeys(other for other, _, _ in slips(scope)):
        if (full := f"@{other}/{bare}") in known:
            yield Lookalike("letter", full, "with one letter of its scope changed")
    if (flat := f"{scope}-{bare}") in known:
        yield Lookalike("scope", flat, "with a part of its name made a scope")


def _unscoped(ecosystem: Ecosystem, name: str, known: frozenset[str]) -> Iterator[Lookalike]:
    if name.startswith("@"):
        return  # whoever may publish in a scope owns it: its names are read with it
    for other, said, near in slips(name):
        if other in known and (near or len(other) >= _SHORT) and len(other) >= _SHORTEST:
            yield Lookalike("letter", other, said)
    by_looks, by_letters, by_parts = _folds(ecosystem)
    for other in by_looks.get(_looks(name), ()):
        yield Lookalike("look-alike", other, "in characters that look the same")
    for other in by_letters.get(_SEPARATORS.sub("", name), ()):
        yield Lookalike("separator", other, "with other separators")
    parts = tuple(sorted(_SEPARATORS.split(name)))
    for other in by_parts.get(parts, ()) if len(parts) > 1 else ():
        yield Lookalike("separator", other, "with its parts in another order")
    yield from _affixed(name, known, by_letters)


def _affixed(name: str, known: frozenset[str], by_letters: Mapping[str, list[str]]) -> Iterator[Lookalike]:
    for match in _AFFIXES.finditer(name):
        rest = name[: match.start()] + name[match.end() :]
        if len(rest) >= _SHORTEST:
            for other in (rest,) if rest in known else by_letters.get(_SEPARATORS.sub("", rest), ()):
                yield Lookalike("affix", other, f"with `{match.group().strip('-')}` added")


@cache
def _folds(ecosystem: Ecosystem) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[tuple[str, ...], list[str]]]:
    """The list by how its names look, by their letters alone, and by their parts in any order."""
    looks: dict[str, list[str]] = {}
    letters: dict[str, list[str]] = {}
    parts: dict[tuple[str, ...], list[str]] = {}
    for name in popular_names(ecosystem):
        if not name.startswith("@") and len(name) >= _SHORTEST:
            looks.setdefault(_looks(name), []).append(name)
            letters.setdefault(_SEPARATORS.sub("", name), []).append(name)
            parts.setdefault(tuple(sorted(_SEPARATORS.split(name))), []).append(name)
    return looks, letters, parts


def _looks(name: str) -> str:
    for written, alike in _LOOKS:
        name = name.replace(written, alike)
    return name
