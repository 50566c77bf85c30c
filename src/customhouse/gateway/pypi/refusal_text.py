"""What is said of a file that is not handed out: which rule, since when, until when, and what to do about it."""

from datetime import UTC, datetime

from customhouse.gateway.interface import Refused
from customhouse.model.gateway import Standing

_GROUNDS = {
    "cooldown": "it is too young",
    "verdict": "its inspection found something",
    "advisory": "published advisories cover it",
    "blocked-here": "it was blocked on this gateway",
    "bytes-replaced": "upstream now has other bytes under this name than were handed out before",
    "internal-name": "the name is internal, and this registry is not",
    "undated": "nobody can say how old it is",
}


def refusal_text(refused: Refused, gateway: str) -> str:
    """Return the whole text, several lines; `gateway` is its root address."""
    standing = refused.standing
    why = _GROUNDS.get(standing.ground, standing.ground)
    lines = [f"{refused.purl.display} is not handed out: {why} ({rules(standing)})"]
    lines += [f"  {reason.rule}: {reason.message}" for reason in standing.reasons]
    if standing.since:
        lines.append(f"  since {moment(standing.since)}")
    lines.append(f"  until {moment(standing.until)}" if standing.until else "  until somebody approves it")
    if standing.owner:
        lines.append(f"  by {standing.owner}")
    lines += [f"  file: {refused.filename}", ""]
    words = f"{refused.purl} --gateway {gateway}"
    lines.append(f"hint: customhouse explain {words}")
    lines.append(f"      customhouse approve {words} --reason … --owner …")
    return "\n".join(lines) + "\n"


def rules(standing: Standing) -> str:
    """Name the rules that speak against it; the ground where no rule does."""
    return ", ".join(dict.fromkeys(reason.rule for reason in standing.reasons)) or standing.ground


def moment(when: datetime) -> str:
    """Write a moment to the minute, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
