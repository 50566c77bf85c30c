"""What entries show: a campaign's facts in them, or that they came in the window and no package brought them."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.expansion import expanded
from customhouse.hunt.hosts.facts import applies, lower, named
from customhouse.hunt.hosts.masking import masked
from customhouse.hunt.hosts.persistence.entry import Entry
from customhouse.hunt.hosts.persistence.packaged import packaged
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.traces import at, fact_hit, file_moment
from customhouse.hunt.notes import Notes
from customhouse.model.campaign import Campaign, Fact
from customhouse.model.hunt import Hit
from customhouse.model.intelligence import Confidence

_UNIT = re.compile(r"\.(?:service|timer|path|socket|plist)$")
#: Facts that are compared with what is started; digests are of files, and user agents of requests.
_KINDS = frozenset({"path", "domain", "address", "url", "process", "service", "registry-key", "text"})


class Judge:
    """Compares the entries of one system with what is asked."""

    def __init__(self, system: System, asked: Asked, notes: Notes) -> None:
        """Arrange the facts that may hold on the system."""
        self._system = system
        self._notes = notes
        self._window = window(asked)
        self._facts: dict[Campaign, list[Fact]] = {}
        for campaign, fact in asked.facts():
            if fact.kind in _KINDS and applies(fact, system.platform):
                self._facts.setdefault(campaign, []).append(fact)
        #: Names of units and agents whose place a campaign tells: elsewhere the name alone is somebody else's.
        self._placed = {
            _stem(fact.value)
            for facts in self._facts.values()
            for fact in facts
            if fact.kind == "path" and _UNIT.search(fact.value)
        }

    def judge(self, entries: Iterable[Entry]) -> dict[str, int]:
        """Note what entries show; return how many there were of each kind."""
        counts: dict[str, int] = {}
        new: list[Entry] = []
        for entry in entries:
            counts[entry.kind] = counts.get(entry.kind, 0) + 1
            if not self._hits(entry) and self._is_new(entry):
                new.append(entry)
        self._tell_new(new)
        return counts

    def _hits(self, entry: Entry) -> bool:
        whole = f"{entry.name}\n{entry.starts}\n{entry.text}"
        found = False
        for campaign, facts in self._facts.items():
            shown = list(named(whole, facts))
            services = [fact for fact in shown if fact.kind == "service"]
            others = [fact for fact in shown if fact.kind != "service"]
            by_place = [fact for fact in facts if fact.kind == "path" and self._stands_at(entry, fact)]
            if not others and not by_place:
                services = [fact for fact in services if self._is_its_name(entry, fact)]
            told = [*by_place, *others, *services]
            if told:
                found = True
                self._notes.hit(self._hit(campaign, entry, told, sure=bool(others or by_place)))
        return found

    def _hit(self, campaign: Campaign, entry: Entry, facts: Sequence[Fact], *, sure: bool) -> Hit:
        first = facts[0]
        rest = sorted({fact.value for fact in facts[1:]} - {first.value})
        message = f"{entry.kind} {_named(entry)} is of {campaign.title}: it names {first.value}"
        message += f", and {', '.join(rest[:5])}" if rest else ""
        line = entry.line or _line_of(entry, first)
        confidence = first.confidence if sure else lower(first.confidence)
        hit = fact_hit(
            campaign,
            first,
            self._system,
            at(entry.path, line),
            message,
            when=file_moment(entry.since),
            confidence=confidence,
            grade="script-ran",
        )
        return msgspec.structs.replace(
            hit, excerpt=masked(f"{entry.starts} [{entry.trigger}]" if entry.trigger else entry.starts)
        )

    def _stands_at(self, entry: Entry, fact: Fact) -> bool:
        tree = self._system.tree
        inner = [tree.fold(part) for part in tree.inner(entry.path).split("/") if part]
        return any(
            len(parts) == len(inner)
            and all(
                part == own if isinstance(part, str) else part.fullmatch(own)
                for part, own in _pairs(parts, inner, tree.folded)
            )
            for parts in expanded(fact, self._system)
        )

    def _is_its_name(self, entry: Entry, fact: Fact) -> bool:
        """Say whether a service's name alone is a sign: it is the entry's own, and no place is told for it."""
        return _stem(fact.value) not in self._placed or " " in fact.value

    def _is_new(self, entry: Entry) -> bool:
        since = entry.since
        if self._window is None or since is None or entry.checked_out:
            return False
        return any(
            _within(self._window, each) for each in (since.modified, since.changed, since.born) if each is not None
        )

    def _tell_new(self, entries: list[Entry]) -> None:
        tree = self._system.tree
        owned = packaged(tree, {tree.inner(entry.path) for entry in entries}) if entries else frozenset()
        for entry in entries:
            if tree.inner(entry.path) not in owned and self._window is not None and entry.since is not None:
                written = _within(self._window, entry.since.born or entry.since.modified)
                confidence: Confidence = "medium" if written and not entry.by_hand else "low"
                what = "was written" if written else "was changed"
                message = f"{entry.kind} {_named(entry)} {what} in the window, and no package that is known of owns it"
                starts = f"{entry.starts} [{entry.trigger}]" if entry.trigger else entry.starts
                self._notes.hit(
                    Hit(
                        campaign="",
                        asset=self._system.asset,
                        area="host",
                        grade="script-ran",
                        subject=entry.name,
                        message=message,
                        place=at(entry.path, entry.line),
                        confidence=confidence,
                        when=file_moment(entry.since),
                        excerpt=masked(starts),
                        anomaly="new-persistence",
                    )
                )


def window(asked: Asked) -> tuple[datetime | None, datetime | None] | None:
    """Return the window: what is asked, or what the campaigns together span; None where neither says when it began."""
    if asked.since is not None or asked.until is not None:
        return asked.since, asked.until
    starts = [each.starts for each in asked.campaigns if each.starts is not None]
    ends = [each.ends for each in asked.campaigns]
    if not starts:
        return None
    closed = [each for each in ends if each is not None]
    return min(starts), max(closed) if len(closed) == len(ends) else None


def _within(bounds: tuple[datetime | None, datetime | None], moment: datetime) -> bool:
    since, until = bounds
    return (since is None or moment >= since) and (until is None or moment <= until)


def _pairs(parts: Sequence[object], inner: list[str], folded: bool) -> Iterable[tuple[object, str]]:
    return (
        (part.casefold() if folded and isinstance(part, str) else part, own)
        for part, own in zip(parts, inner, strict=True)
    )


def _stem(name: str) -> str:
    return _UNIT.sub("", re.split(r"[\\/]+", name)[-1]).lower()


def _named(entry: Entry) -> str:
    return masked(entry.name, 120)


def _line_of(entry: Entry, fact: Fact) -> int | None:
    """The line is known of entries of one line; of a whole file the reader finds it by the fact."""
    del fact
    return entry.line
