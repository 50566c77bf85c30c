"""How far an attack got where a fact of it is seen, and what to say of it."""

from customhouse.model.campaign import Fact
from customhouse.model.hunt import Grade
from customhouse.model.intelligence import Confidence

_NETWORK = frozenset({"domain", "address", "url", "user-agent"})
_WORDS: dict[str, str] = {
    "payload": "part of the payload",
    "staging": "put aside by the payload",
    "contact": "called by the payload",
    "exfiltration": "where the payload sends what it takes",
    "persistence": "what starts the payload again",
    "marker": "a sign that the payload leaves",
}
_SURE: tuple[Confidence, ...] = ("low", "medium", "high")


def grade_of(fact: Fact) -> Grade:
    """Return what a trace of a fact shows: a call, an archive or file that was there, or that something ran."""
    if fact.kind in _NETWORK:
        return "contacted" if fact.role in ("contact", "exfiltration") else "fetched"
    return "fetched" if fact.kind == "digest" else "script-ran"


def described(fact: Fact) -> str:
    """Return what a fact is, for a sentence: `domain sfrclak.com, called by the payload`."""
    meaning = fact.note or _WORDS[fact.role]
    return f"{fact.kind} {fact.value}, {meaning[:1].lower()}{meaning[1:].rstrip('.')}"


def least(*confidences: Confidence) -> Confidence:
    """Return the lowest of several confidences."""
    return min(confidences, key=_SURE.index)
