"""npm's versions and ranges, with node-semver's semantics as the npm client uses them (`loose: true`).

The rewriting steps and their order are those of node-semver 7 (https://github.com/npm/node-semver, `classes/range.js`):
a range is turned into comparators by textual rewriting, and only the same rewriting gives the same answer for the
odd forms that the registry is full of (`>= 1.2.3`, `~> 1`, `=v1.2`, `1.2.3beta`, `<= 2.x`). A property test holds it
against the node-semver that ships inside npm.

Known deviation: numeric prerelease identifiers beyond 2**53 that are equal as doubles end node's comparison early,
which is not an order; here the following identifiers decide.
"""

import re
from collections.abc import Iterable
from functools import lru_cache, total_ordering
from typing import Final

from customhouse.model.lazy_regex import lazy_regex

#: node-semver's limits: longest version text, Number.MAX_SAFE_INTEGER.
MAX_LENGTH: Final = 256
_MAX_SAFE: Final = 9007199254740991
#: From here on JavaScript writes a number with an exponent.
_EXPONENT_FROM: Final = 1e21

#: What JavaScript's `\s` and `trim` take as white space; Python's `\s` differs in both directions.
_SPACE_CHARACTERS: Final = (
    "\t\n\x0b\x0c\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_S: Final = f"[{_SPACE_CHARACTERS}]"
_DIGITS: Final = "[0-9]{1,256}"
_STRICT_DIGITS: Final = "(?:0|[1-9][0-9]{0,256})"
_WORD: Final = "[a-zA-Z0-9-]"


def _identifiers(number: str) -> str:
    one = f"(?:[0-9]{{0,256}}[a-zA-Z-]{_WORD}{{0,250}}|{number})"
    return f"({one}(?:\\.{one})*)"


_BUILD: Final = f"(?:\\+({_WORD}{{1,250}}(?:\\.{_WORD}{{1,250}})*))"
_PRERELEASE: Final = f"(?:-{_identifiers(_STRICT_DIGITS)})"
_PRERELEASE_LOOSE: Final = f"(?:-?{_identifiers(_DIGITS)})"
_PREFIX: Final = f"[v={_SPACE_CHARACTERS}]*"
_VERSION: Final = f"{_PREFIX}({_DIGITS})\\.({_DIGITS})\\.({_DIGITS}){_PRERELEASE_LOOSE}?{_BUILD}?"
_OPERATOR: Final = "((?:<|>)?=?)"


def _partial(number: str, prerelease: str) -> str:
    """Build the pattern of a version whose parts may be missing or `x`."""
    part = f"({number}|x|X|\\*)"
    return f"{_PREFIX}{part}(?:\\.{part}(?:\\.{part}(?:{prerelease})?{_BUILD}?)?)?"


_PARTIAL: Final = _partial(_DIGITS, _PRERELEASE_LOOSE)
_PARTIAL_STRICT: Final = _partial(_STRICT_DIGITS, _PRERELEASE)

_SPACES_RE = lazy_regex(f"{_S}+")
_VERSION_RE = lazy_regex(_VERSION)
_BUILD_RE = lazy_regex(_BUILD)
#: The same without length bounds: what node strips from a whole range before anything else.
_ANY_BUILD_RE = lazy_regex(rf"\+{_WORD}+(?:\.{_WORD}+)*")
_HYPHEN_RE = lazy_regex(f"{_S}?({_PARTIAL}){_S}-{_S}({_PARTIAL}){_S}?")
_OPERATOR_SPACE_RE = lazy_regex(f"({_S}?){_OPERATOR}{_S}?({_VERSION}|{_PARTIAL_STRICT})")
_TILDE_SPACE_RE = lazy_regex(f"({_S}?)~>?{_S}")
_CARET_SPACE_RE = lazy_regex(f"({_S}?)\\^{_S}")
_CARET_RE = lazy_regex(f"\\^{_PARTIAL}")
_TILDE_RE = lazy_regex(f"~>?{_PARTIAL}")
_PARTIAL_RE = lazy_regex(f"{_OPERATOR}{_S}?{_PARTIAL}")
_STAR_RE = lazy_regex(f"(<|>)?=?{_S}?\\*")
_FROM_ZERO_RE = lazy_regex(f"{_S}?>={_S}?0\\.0\\.0{_S}?")
_FROM_ZERO_PRERELEASE_RE = lazy_regex(f"{_S}?>={_S}?0\\.0\\.0-0{_S}?")
_COMPARATOR_RE = lazy_regex(f"{_OPERATOR}{_S}?({_VERSION})|")

_Identifier = tuple[int, float, str]
_Key = tuple[int, int, int, bool, tuple[_Identifier, ...]]


@total_ordering
class NpmVersion:
    """A version as npm reads it. Ordered by precedence: build metadata neither orders nor distinguishes.

    `text` is the canonical text without build metadata; `release` is (major, minor, patch); `prerelease` its
    identifiers; `key` the precomputed sort key.
    """

    __slots__ = ("build", "key", "prerelease", "release", "text")

    def __init__(self, release: tuple[int, int, int], prerelease: tuple[str, ...], build: str = "") -> None:
        """Build from parts that are already checked; `parse` reads a text."""
        self.release = release
        self.prerelease = prerelease
        self.build = build
        suffix = f"-{'.'.join(prerelease)}" if prerelease else ""
        self.text = f"{release[0]}.{release[1]}.{release[2]}{suffix}"
        self.key: _Key = (*release, not prerelease, tuple(_identifier_key(one) for one in prerelease))

    def __eq__(self, other: object) -> bool:
        """Say whether both have the same precedence."""
        return isinstance(other, NpmVersion) and self.key == other.key

    def __lt__(self, other: "NpmVersion") -> bool:
        """Order by precedence (https://semver.org/#spec-item-11)."""
        return self.key < other.key

    def __hash__(self) -> int:
        """Hash what equality compares."""
        return hash(self.key)

    def __str__(self) -> str:
        """Return the canonical text."""
        return self.text

    def __repr__(self) -> str:
        """Return the text, marked."""
        return f"NpmVersion({self.text!r})"


def _identifier_key(identifier: str) -> _Identifier:
    if identifier.isdecimal():
        number = int(identifier)
        return (0, number if number < _MAX_SAFE else float(number), "")
    return (1, 0, identifier)


def _canonical_identifier(identifier: str) -> str:
    """Drop leading zeros of a numeric identifier, which only the loose form allows."""
    if identifier.isdecimal() and int(identifier) < _MAX_SAFE:
        return str(int(identifier))
    return identifier


@lru_cache(maxsize=65536)
def parse(text: str) -> NpmVersion | None:
    """Read a version as npm does: `v1.2.3`, `=1.2.3` and `1.2.3beta` are versions; None when it is none."""
    if len(text) > MAX_LENGTH:
        return None
    match = _VERSION_RE.fullmatch(text.strip(_SPACE_CHARACTERS))
    if match is None:
        return None
    major, minor, patch, prerelease, build = match.groups()
    release = (int(major), int(minor), int(patch))
    if max(release) > _MAX_SAFE:
        return None
    identifiers = tuple(_canonical_identifier(one) for one in prerelease.split(".")) if prerelease else ()
    return NpmVersion(release, identifiers, build or "")


class _Comparator:
    """An operator and a version; `version` None allows anything."""

    __slots__ = ("operator", "value", "version")

    def __init__(self, operator: str, version: NpmVersion | None) -> None:
        self.operator = "" if operator == "=" or version is None else operator
        self.version = version
        self.value = f"{self.operator}{version.text}" if version else ""

    def allows(self, key: _Key) -> bool:
        """Compare by precedence alone."""
        if self.version is None:
            return True
        mine = self.version.key
        match self.operator:
            case ">=":
                return key >= mine
            case "<":
                return key < mine
            case "<=":
                return key <= mine
            case ">":
                return key > mine
            case _:
                return key == mine


class NpmRange:
    """A range: alternatives, each a set of comparators that must all hold.

    A prerelease is allowed only where a comparator of the same set names a prerelease of the same
    major.minor.patch, unless `include_prerelease`. Raises ValueError when the text is not a range (a tag, a URL).
    """

    __slots__ = ("alternatives", "include_prerelease", "text")

    def __init__(self, text: str, *, include_prerelease: bool = False) -> None:
        """Read the text."""
        self.text = _SPACES_RE.sub(" ", text.strip(_SPACE_CHARACTERS))
        self.include_prerelease = include_prerelease
        found = [_parse_set(one.strip(_SPACE_CHARACTERS), include_prerelease) for one in self.text.split("||")]
        alternatives = [one for one in found if one]
        if not alternatives:
            raise ValueError(f"not an npm range: {text!r}")
        if len(alternatives) > 1:
            possible = [one for one in alternatives if one[0].value != _NOTHING]
            anything = next((one for one in possible if len(one) == 1 and one[0].value == ""), None)
            alternatives = [anything] if anything else possible or alternatives[:1]
        self.alternatives = tuple(alternatives)

    def allows(self, version: NpmVersion) -> bool:
        """Say whether the version is in the range."""
        return any(self._set_allows(one, version) for one in self.alternatives)

    def _set_allows(self, comparators: tuple[_Comparator, ...], version: NpmVersion) -> bool:
        key = version.key
        if not all(one.allows(key) for one in comparators):
            return False
        if not version.prerelease or self.include_prerelease:
            return True
        return any(
            one.version is not None and one.version.prerelease and one.version.release == version.release
            for one in comparators
        )

    def __str__(self) -> str:
        """Return the comparators, as node-semver's `validRange` writes them; empty when anything goes."""
        return "||".join(" ".join(one.value for one in comparators) for comparators in self.alternatives)


#: A comparator that no version passes.
_NOTHING: Final = "<0.0.0-0"


def _parse_set(text: str, include_prerelease: bool) -> tuple[_Comparator, ...]:  # noqa: FBT001 - internal
    text = _ANY_BUILD_RE.sub("", text)
    hyphen = _HYPHEN_RE.fullmatch(text)
    if hyphen:
        text = _from_hyphen(hyphen, include_prerelease)
    text = _OPERATOR_SPACE_RE.sub(r"\1\2\3", text)
    text = _TILDE_SPACE_RE.sub(r"\1~", text)
    text = _CARET_SPACE_RE.sub(r"\1^", text)
    rewritten = " ".join(_rewrite(one, include_prerelease) for one in text.split(" "))
    from_zero = _FROM_ZERO_PRERELEASE_RE if include_prerelease else _FROM_ZERO_RE
    found: dict[str, _Comparator] = {}
    for one in _SPACES_RE.split(rewritten):
        match = _COMPARATOR_RE.fullmatch("" if from_zero.fullmatch(one) else one)
        if match is None:
            continue  # what is no comparator is left out, which is what `loose` means
        operator, wanted = match.group(1), match.group(2)
        version = parse(wanted) if wanted else None
        if wanted and version is None:
            raise ValueError(f"not an npm version: {wanted!r}")
        comparator = _Comparator(operator or "", version)
        found.setdefault(comparator.value, comparator)
    if _NOTHING in found:
        return (found[_NOTHING],)
    if len(found) > 1:
        found.pop("", None)
    return tuple(found.values())


def _rewrite(text: str, include_prerelease: bool) -> str:  # noqa: FBT001 - internal
    """Rewrite one word of a range into plain comparators."""
    text = _BUILD_RE.sub("", text, count=1)
    lowest = "-0" if include_prerelease else ""
    for pattern, replace in ((_CARET_RE, _from_caret), (_TILDE_RE, _from_tilde), (_PARTIAL_RE, _from_partial)):
        words = []
        for word in _SPACES_RE.split(text.strip(_SPACE_CHARACTERS)):
            match = pattern.fullmatch(word)
            words.append(replace(match, lowest) if match else word)
        text = " ".join(words)
    return _STAR_RE.sub("", text.strip(_SPACE_CHARACTERS), count=1)


def _is_x(part: str | None) -> bool:
    return not part or part in ("x", "X", "*")


def _next(part: str) -> str:
    """Add one as JavaScript does: to a double, which at last is no longer written as digits."""
    number = float(part) + 1
    return str(int(number)) if number < _EXPONENT_FROM else repr(number)


def _from_caret(match: re.Match[str], lowest: str) -> str:
    major, minor, patch, prerelease = match.group(1, 2, 3, 4)
    if _is_x(major):
        return ""
    if _is_x(minor):
        return f">={major}.0.0{lowest} <{_next(major)}.0.0-0"
    if _is_x(patch):
        above = f"{major}.{_next(minor)}.0" if major == "0" else f"{_next(major)}.0.0"
        return f">={major}.{minor}.0{lowest} <{above}-0"
    if major != "0":
        above = f"{_next(major)}.0.0"
    elif minor != "0":
        above = f"{major}.{_next(minor)}.0"
    else:
        above = f"{major}.{minor}.{_next(patch)}"
    return f">={major}.{minor}.{patch}{'-' + prerelease if prerelease else ''} <{above}-0"


def _from_tilde(match: re.Match[str], lowest: str) -> str:
    major, minor, patch, prerelease = match.group(1, 2, 3, 4)
    if _is_x(major):
        return ""
    if _is_x(minor):
        return f">={major}.0.0{lowest} <{_next(major)}.0.0-0"
    if _is_x(patch):
        return f">={major}.{minor}.0{lowest} <{major}.{_next(minor)}.0-0"
    return f">={major}.{minor}.{patch}{'-' + prerelease if prerelease else ''} <{major}.{_next(minor)}.0-0"


def _from_partial(match: re.Match[str], lowest: str) -> str:
    operator, major, minor, patch = match.group(1, 2, 3, 4)
    whole = match.group(0)
    if (_is_x(major) and not _is_x(minor)) or (_is_x(minor) and patch and not _is_x(patch)):
        return whole
    if _is_x(major):
        return _NOTHING if operator in ("<", ">") else "*"
    no_minor, no_patch = _is_x(minor), _is_x(minor) or _is_x(patch)
    if not no_patch:
        return whole
    if operator in ("", "="):
        if no_minor:
            return f">={major}.0.0{lowest} <{_next(major)}.0.0-0"
        return f">={major}.{minor}.0{lowest} <{major}.{_next(minor)}.0-0"
    if operator in (">", "<="):  # both speak of what lies above the whole part: >1 is >=2.0.0, <=1 is <2.0.0
        operator = ">=" if operator == ">" else "<"
        major, minor = (_next(major), "0") if no_minor else (major, _next(minor))
    elif no_minor:
        minor = "0"
    return f"{operator}{major}.{minor}.0{'-0' if operator == '<' else lowest}"


def _from_hyphen(match: re.Match[str], include_prerelease: bool) -> str:  # noqa: FBT001 - internal
    """Rewrite `1.2 - 3.4`, which includes both ends as far as they are written."""
    low, low_major, low_minor, low_patch, low_prerelease, _, high, major, minor, patch, prerelease, _ = match.groups()
    lowest = "-0" if include_prerelease else ""
    if _is_x(low_major):
        first = ""
    elif _is_x(low_minor):
        first = f">={low_major}.0.0{lowest}"
    elif _is_x(low_patch):
        first = f">={low_major}.{low_minor}.0{lowest}"
    else:
        first = f">={low}{'' if low_prerelease else lowest}"
    if _is_x(major):
        last = ""
    elif _is_x(minor):
        last = f"<{_next(major)}.0.0-0"
    elif _is_x(patch):
        last = f"<{major}.{_next(minor)}.0-0"
    elif prerelease:
        last = f"<={major}.{minor}.{patch}-{prerelease}"
    elif include_prerelease:
        last = f"<{major}.{minor}.{_next(patch)}-0"
    else:
        last = f"<={high}"
    return f"{first} {last}".strip(_SPACE_CHARACTERS)


@lru_cache(maxsize=16384)
def parse_range(text: str, *, include_prerelease: bool = False) -> NpmRange | None:
    """Read a range; None when it is none (`latest`, a URL, `npm:` and `file:` specifiers)."""
    try:
        return NpmRange(text, include_prerelease=include_prerelease)
    except ValueError:
        return None


def satisfies(version: str, range_text: str, *, include_prerelease: bool = False) -> bool:
    """Say whether a version is in a range; False when either cannot be read, as node-semver says."""
    wanted, parsed = parse_range(range_text, include_prerelease=include_prerelease), parse(version)
    return wanted is not None and parsed is not None and wanted.allows(parsed)


def max_satisfying(versions: Iterable[str], range_text: str, *, include_prerelease: bool = False) -> str | None:
    """Return the highest version in the range, as it was written; the first of equals; None when there is none."""
    wanted = parse_range(range_text, include_prerelease=include_prerelease)
    if wanted is None:
        return None
    best: tuple[_Key, str] | None = None
    for text in versions:
        parsed = parse(text)
        if parsed is not None and (best is None or best[0] < parsed.key) and wanted.allows(parsed):
            best = (parsed.key, text)
    return best[1] if best else None
