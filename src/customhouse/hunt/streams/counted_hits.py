"""Hits of one stream, no more of a kind than anybody reads; the rest is counted."""

from collections import Counter
from datetime import datetime

from customhouse.hunt.asked import Asked
from customhouse.hunt.notes import Notes
from customhouse.model.hunt import Hit

#: Hits of one subject at one grade in one stream that are noted one by one.
MOST = 50


class CountedHits:
    """Passes hits on to the notes, within the window that is asked about."""

    def __init__(self, asked: Asked, notes: Notes) -> None:
        """Start with none."""
        self.total = self.outside = self.unlisted = 0
        self._since, self._until = asked.since, asked.until
        self._notes = notes
        self._seen: Counter[tuple[str, str, str, str]] = Counter()

    def add(self, hit: Hit) -> None:
        """Note a hit, unless a clock that can be trusted says it is outside the window."""
        if hit.when is not None and not hit.when.doubtful and not self._within(hit.when.at):
            self.outside += 1
            return
        key = (hit.campaign, hit.subject, hit.grade, hit.asset)
        self._seen[key] += 1
        self.total += 1
        if self._seen[key] <= MOST:
            self._notes.hit(hit)
        else:
            self.unlisted += 1

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """What to add to what was looked at."""
        named = (("hits", self.total), ("hits outside the window", self.outside), ("hits not listed", self.unlisted))
        return tuple(pair for pair in named if pair[1])

    def _within(self, at: datetime) -> bool:
        return not ((self._since is not None and at < self._since) or (self._until is not None and at > self._until))
