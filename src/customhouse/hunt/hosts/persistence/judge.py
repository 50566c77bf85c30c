"""What entries show: a campaign's facts in them, or that they came in the window and no package brought them."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.expansion import expanded
from customhouse.hunt.hosts.facts import lower, named, spoken
from customhouse.hunt.hosts.masking import masked
from customhouse.hunt.hosts.persistence.entry import Entry
from customhouse.hunt.hosts.persistence.packaged import Packages
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.traces import at, fact_hit, file_moment
from customhouse.hunt.notes import Notes
from customhouse.model.campaign import Campaign, Fact
from customhouse.model.hunt import Hit

_UNIT = re.compile(r"\.(?:service|timer|path|socket|plist)$")
#: Facts that are compared with what is started; digests are of files, and user agents of requests.
_KINDS = frozenset({"path", "domain", "address", "url", "process", "service", "registry-key", "text"})


class Judge:
    """Compares the entries of one system with what is asked."""

    def __init__(self, system: System, asked: Asked, notes: Notes) -> None:
        """Arrange the facts that may hold on the system."""
        self._system = system
        self._notes = notes
        self._windows = windows(asked)
        self._facts: dict[Campaign, list[Fact]] = {}
        for campaign, fact in spoken(asked, system.platform, _KINDS):
            self._facts.setdefault(campaign, []).append(fact)
        self._places = _Places(system, self._facts)

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
            by_place = self._places.facts(campaign, self._system.tree.inner(entry.path))
            if not others and not by_place:  # then a name alone is a sign only where no campaign tells its place
                services = [fact for fact in services if not self._places.tells(fact)]
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
        line = entry.line or self._line(entry, first)
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

    def _line(self, entry: Entry, fact: Fact) -> int | None:
        """Find the first line of an entry's file that names a fact; None where that is another form of text."""
        lines = self._system.tree.lines(entry.path)
        return next((n for n, line in lines if any(named(line.decode("utf-8", "replace"), (fact,)))), None)

    def _is_new(self, entry: Entry) -> bool:
        since = entry.since
        if since is None or entry.checked_out:
            return False
        return any(self._within(each) for each in (since.modified, since.changed, since.born) if each is not None)

    def _within(self, moment: datetime) -> bool:
        return any(_within(each, moment) for each in self._windows)

    def _tell_new(self, entries: list[Entry]) -> None:
        tree = self._system.tree
        owned = Packages(tree, {tree.inner(entry.path) for entry in entries}) if entries else None
        for entry in entries:
            if owned is not None and not owned.has(tree.inner(entry.path)):
                self._notes.hit(self._new(entry))

    def _new(self, entry: Entry) -> Hit:
        """Make the anomaly of an entry that is new in the window."""
        since = entry.since
        written = since is not None and self._within(since.born or since.modified)
        what = "was written" if written else "was changed"
        when = file_moment(since)
        if when is not None and since is not None and not written:
            when = msgspec.structs.replace(when, at=since.changed, by="file change time")
        return Hit(
            campaign="",
            asset=self._system.asset,
            area="host",
            grade="declared",
            subject=masked(entry.name, 120),
            message=f"{entry.kind} {_named(entry)} {what} in the window, and no package that is known of owns it",
            place=at(entry.path, entry.line),
            confidence="medium" if written and not entry.by_hand else "low",
            when=when,
            excerpt=masked(f"{entry.starts} [{entry.trigger}]" if entry.trigger else entry.starts),
            anomaly="new-persistence",
        )


def windows(asked: Asked) -> tuple[tuple[datetime | None, datetime | None], ...]:
    """Return the windows: the one that is asked, or each campaign's own; none of one that does not say when it began.

    Between two campaigns nothing is new: what years of packs span together would make everything so.
    """
    if asked.since is not None or asked.until is not None:
        return ((asked.since, asked.until),)
    return tuple(dict.fromkeys((each.starts, each.ends) for each in asked.campaigns if each.starts is not None))


def _within(bounds: tuple[datetime | None, datetime | None], moment: datetime) -> bool:
    since, until = bounds
    return (since is None or moment >= since) and (until is None or moment <= until)


class _Places:
    """Where campaigns put what they start."""

    def __init__(self, system: System, facts: dict[Campaign, list[Fact]]) -> None:
        self._fold = system.tree.fold
        self._known: dict[str, list[tuple[Campaign, Fact]]] = {}
        self._wild: list[tuple[re.Pattern[str], Campaign, Fact]] = []
        self._names: set[str] = set()
        for campaign, fact in ((campaign, fact) for campaign, some in facts.items() for fact in some):
            if fact.kind != "path":
                continue
            self._names.add(_stem(fact.value))
            for parts in expanded(fact, system):
                if all(isinstance(part, str) for part in parts):
                    self._known.setdefault(self._fold("/" + "/".join(map(str, parts))), []).append((campaign, fact))
                else:
                    pieces = (re.escape(part) if isinstance(part, str) else part.pattern for part in parts)
                    flags = re.IGNORECASE if system.tree.folded else 0
                    self._wild.append((re.compile("/" + "/".join(pieces), flags), campaign, fact))

    def facts(self, campaign: Campaign, inner: str) -> list[Fact]:
        """Return the facts of a campaign whose place a path of the machine is."""
        known = [fact for owner, fact in self._known.get(self._fold(inner), ()) if owner is campaign]
        return known + [fact for pattern, owner, fact in self._wild if owner is campaign and pattern.fullmatch(inner)]

    def tells(self, service: Fact) -> bool:
        """Say whether a campaign says where the unit or agent of that name lies: elsewhere it is somebody else's."""
        return " " not in service.value and _stem(service.value) in self._names


def _stem(name: str) -> str:
    return _UNIT.sub("", re.split(r"[\\/]+", name)[-1]).lower()


def _named(entry: Entry) -> str:
    return masked(entry.name, 120)
