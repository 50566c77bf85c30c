"""Hits of a machine: a fact with the file, entry or process that shows it."""

from customhouse.hunt.hosts.facts import grade_of
from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.tree import FileTimes, shown
from customhouse.model.campaign import Campaign, Fact
from customhouse.model.hunt import Grade, Hit, Moment, Place
from customhouse.model.intelligence import Confidence

_ORDER: tuple[Confidence, ...] = ("low", "medium", "high")


def file_moment(times: FileTimes | None) -> Moment | None:
    """Say since when by a file's times: when it was made, or written where that is not known. Anyone may set them."""
    if times is None:
        return None
    return Moment(times.born or times.modified, by="file time", doubtful=True)


def lowest(*confidences: Confidence) -> Confidence:
    """Return the lowest of some."""
    return min(confidences, key=_ORDER.index)


def fact_hit(
    campaign: Campaign,
    fact: Fact,
    system: System,
    place: Place,
    message: str,
    *,
    when: Moment | None = None,
    confidence: Confidence | None = None,
    grade: Grade | None = None,
) -> Hit:
    """Make the hit of a fact; grade and confidence are the fact's own unless given."""
    grade, confidence = grade or grade_of(fact), confidence or fact.confidence
    return Hit(campaign.id, system.asset, "host", grade, fact.value, message, place, confidence, when)


def at(real: str, line: int | None = None) -> Place:
    """Say where something stands, for people."""
    return Place(shown(real), line)
