"""A campaign in the making: importers put into it what they read, and everything is checked here, once for all forms.

What cannot be looked for is a `Problem` with its place, and what a pack has no room for is told as left out. Neither
ends the reading: whoever imports decides what to do about them.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from customhouse.indicators.checking import ALGORITHMS, UnsearchableError, checked_digest, checked_value
from customhouse.indicators.consistency import faults, range_problem, release_problem, version_problem
from customhouse.model.campaign import (
    AffectedReleases,
    Campaign,
    Contradiction,
    Danger,
    Fact,
    FactKind,
    Reference,
    Role,
)
from customhouse.model.errors import CustomhouseError
from customhouse.model.intelligence import Confidence
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem, make_purl
from customhouse.model.toml_mistakes import dotted

#: Entries of one import; far more than any campaign's list has.
MAX_ENTRIES = 100_000
_LONGEST_NOTE = 2000
_MAX_TOLD = 1000
#: Times that files may speak of the campaign as a whole, and references of one import.
_MAX_TAKEN = 1000
_MAX_REFERENCES = 5000
#: What a value is of when its source does not say: the weakest claim that its kind allows.
_ROLES: dict[FactKind, Role] = {
    "digest": "payload", "path": "marker", "domain": "contact", "address": "contact", "url": "contact",
    "user-agent": "contact", "process": "payload", "service": "persistence", "registry-key": "persistence",
    "text": "marker",
}  # fmt: skip
_CONTROLS = lazy_regex("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NO_SLUG = lazy_regex(r"[^a-z0-9.]+")


class Problem(msgspec.Struct, frozen=True):
    """Something that was not taken. `place` is a file with its line, JSON pointer or key."""

    place: str
    message: str
    hint: str = ""


class Imported(msgspec.Struct, frozen=True):
    """What an import gives: a campaign, what was refused, and what a pack has no room for."""

    campaign: Campaign
    problems: tuple[Problem, ...] = ()
    left_out: tuple[Problem, ...] = ()


class Meta(msgspec.Struct, frozen=True):
    """What a campaign says beside its releases and facts; our own exports carry it whole."""

    id: str = ""
    title: str = ""
    summary: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    aliases: tuple[str, ...] = ()
    payload: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    dangers: tuple[Danger, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    references: tuple[Reference, ...] = ()
    tlp: Literal["", "clear", "green", "amber", "amber+strict", "red"] = ""


def meta_of(campaign: Campaign) -> Meta:
    """Return what a campaign says beside its releases and facts."""
    return Meta(**{name: getattr(campaign, name) for name in Meta.__struct_fields__})


class Draft:
    """Collects what files say of one campaign. `place` is always where in which file something stands."""

    def __init__(self) -> None:
        """Start empty."""
        self.meta = Meta()
        self.problems: list[Problem] = []
        self.left_out: list[Problem] = []
        self._facts: dict[tuple[str, str, str], Fact] = {}
        #: Each with its versions, ranges and digests, as the keys of dicts: in order, and found at once.
        self._releases: dict[AffectedReleases, dict[str, dict[Any, None]]] = {}
        self._references: dict[str, Reference] = {}
        self._by_url: dict[str, str] = {}
        self._named: dict[str, int] = {}
        self._entries = self._taken = 0

    def fact(
        self,
        place: str,
        kind: FactKind,
        value: str,
        *,
        role: Role | None = None,
        platform: Any = "any",
        note: str = "",
        sources: tuple[str, ...] = (),
        confidence: Confidence = "medium",
    ) -> None:
        """Take one indicator, or say why not; what is there already is kept as it is."""
        if self._full(place):
            return
        try:
            checked = checked_value(kind, value)
        except UnsearchableError as error:
            self.skip(place, f"{error.message}: {error.hint}")
            return
        except CustomhouseError as error:
            self.refuse(place, error.message, error.hint)
            return
        if kind == "digest" and ALGORITHMS[len(checked)] == "md5":
            confidence = "low"
        fact = Fact(kind, checked, role or _ROLES[kind], platform, clean(note), sources, confidence)
        self._facts.setdefault((fact.kind, fact.value, fact.platform), fact)

    def release(
        self,
        place: str,
        ecosystem: Ecosystem,
        name: str,
        *,
        versions: Iterable[str] = (),
        ranges: Iterable[str] = (),
        digests: Iterable[str] = (),
        **said: Any,
    ) -> None:
        """Take releases of one package; those that say the same of the same package become one entry."""
        if self._full(place):
            return
        if problem := release_problem(ecosystem, name):
            self.refuse(place, problem, "mend the list, or leave the entry out")
            return
        said.setdefault("confidence", "medium")
        said["note"] = clean(said.get("note", ""))
        entry = AffectedReleases(ecosystem, make_purl(ecosystem, name).name, **said)
        kept = self._releases.setdefault(entry, {"versions": {}, "ranges": {}, "digests": {}})
        self._keep(place, versions, kept["versions"], lambda value: version_problem(ecosystem, value))
        self._keep(place, ranges, kept["ranges"], lambda value: range_problem(ecosystem, value))
        for text in digests:
            try:
                digest = checked_digest(text)
            except CustomhouseError as error:
                self.refuse(place, error.message, error.hint)
            else:
                kept["digests"][digest] = None

    def _keep(self, place: str, values: Iterable[str], kept: dict[str, None], problem_of: Callable[[str], str]) -> None:
        for value in values:
            if problem := problem_of(value):
                self.refuse(place, problem, "mend the list, or leave the entry out")
            else:
                kept[value] = None

    def take(self, meta: Meta) -> None:
        """Take what is said of the campaign as a whole; what was said first stands, and lists grow."""
        self._taken += 1
        if self._taken > _MAX_TAKEN:
            return
        values: dict[str, Any] = {}
        for name in Meta.__struct_fields__:
            old, new = getattr(self.meta, name), getattr(meta, name)
            values[name] = tuple(dict.fromkeys((*old, *new))) if isinstance(old, tuple) else old or new
        values["references"] = ()
        self.meta = Meta(**values)
        for reference in meta.references:
            self._refer(reference)

    def reference(self, url: str, title: str = "") -> str:
        """Take a reference and return its id: that of one with the same URL, else one made of its title or URL.

        Empty when there are too many.
        """
        if url in self._by_url:
            return self._by_url[url]
        base = slug(title or url.partition("://")[2]) or "reference"
        name = base
        while name in self._references:
            self._named[base] = self._named.get(base, 1) + 1
            name = f"{base}-{self._named[base]}"
        return name if self._refer(Reference(name, clean(title or url), url)) else ""

    def _refer(self, reference: Reference) -> bool:
        if len(self._references) >= _MAX_REFERENCES:
            return False
        kept = self._references.setdefault(reference.id, reference)
        if kept.url:
            self._by_url.setdefault(kept.url, kept.id)
        return True

    def refuse(self, place: str, message: str, hint: str = "") -> None:
        """Say that something cannot be taken."""
        if len(self.problems) < _MAX_TOLD:
            self.problems.append(Problem(place, message, hint))

    def skip(self, place: str, message: str) -> None:
        """Say that something has no room in a pack."""
        if len(self.left_out) < _MAX_TOLD:
            self.left_out.append(Problem(place, message))

    def finish(self, name: str, **given: Any) -> Imported:
        """Return the campaign; `given` goes before what files say, `name` (a file's) stands in for what none says."""
        values = {field: given.get(field) or getattr(self.meta, field) for field in Meta.__struct_fields__}
        made = (each for each in (slug(values["title"]), slug(name)) if len(each) > 1)
        values["id"] = values["id"] or next(made, "imported")
        values["title"] = values["title"] or name
        values["summary"] = values["summary"] or f"Imported from {name}."
        values["tlp"] = values["tlp"] or "clear"
        facts = tuple(self._facts.values())
        values["references"] = (*self._references.values(), *self._unstated())
        campaign = Campaign(releases=tuple(self._made()), facts=facts, **values)
        for fault in faults(campaign):
            self.refuse(dotted(fault.keys), fault.message, fault.hint)
        return Imported(campaign, tuple(self.problems), tuple(self.left_out))

    def _made(self) -> Iterable[AffectedReleases]:
        for entry, kept in self._releases.items():
            yield msgspec.structs.replace(entry, **{key: tuple(values) for key, values in kept.items()})

    def _unstated(self) -> Iterable[Reference]:
        """References that entries name and no file explains."""
        entries = (*(each.sources for each in self._facts.values()), *(each.sources for each in self._releases))
        for source in dict.fromkeys(source for sources in entries for source in sources):
            if source not in self._references:
                yield Reference(source, source)

    def _full(self, place: str) -> bool:
        self._entries += 1
        if self._entries == MAX_ENTRIES + 1:
            self.refuse(place, f"more than {MAX_ENTRIES} entries", "split the file: one campaign has fewer")
        return self._entries > MAX_ENTRIES


def slug(text: str) -> str:
    """Return an id made of a text; empty where nothing of it is left."""
    return _NO_SLUG.sub("-", text.lower())[:64].strip("-.")


def clean(text: str) -> str:
    """Return a remark as one line of bounded length."""
    return _CONTROLS.sub(" ", text)[:_LONGEST_NOTE].strip()


def moment(text: object) -> datetime | None:
    """Read an RFC 3339 time, in UTC; None for what is none."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None
