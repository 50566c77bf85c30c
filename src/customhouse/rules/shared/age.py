"""Ages: how old, in words, and how much time blunts a suspicion that rests on circumstances."""

from datetime import UTC, datetime, timedelta

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence

#: After this long a circumstance (another publisher, a new script) has been seen by everyone who updates, and keeps
#: being reported with medium confidence only. Of the 30 incidents behind these rules one went unnoticed longer than two
#: weeks (event-stream, about eleven).
SETTLED = timedelta(days=90)

_UNITS: tuple[tuple[str, timedelta], ...] = (
    ("year", timedelta(days=365)),
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)


def settled(case: Case) -> bool:
    """Whether the release is old enough for circumstances to weigh less; an unknown age is not."""
    published = case.metadata.release.published if case.metadata else None
    return published is not None and case.now - published >= SETTLED


def circumstantial(case: Case, confidence: Confidence) -> Confidence:
    """`high` becomes `medium` for a settled release: such findings are reported and no longer hold by themselves."""
    return "medium" if confidence == "high" and settled(case) else confidence


def in_words(age: timedelta) -> str:
    """The age in its largest unit, `3 days`, rounded down; under a minute is said so."""
    for name, unit in _UNITS:
        count = age // unit
        if count >= 1:
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "less than a minute"


def moment(when: datetime) -> str:
    """A time as messages write it: `2026-03-31 00:21 UTC`."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
