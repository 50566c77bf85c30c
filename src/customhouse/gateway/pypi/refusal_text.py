"""What is said of a file that is not handed out: which rule, since when, until when, and what to do about it."""

import shlex
from datetime import UTC, datetime

from customhouse.gateway.interface import Refused
from customhouse.gateway.refusals import ground_words, next_step, one_line
from customhouse.model.gateway import Standing

#: Rules that are told, and characters of what one says: it quotes what packages say of themselves.
_MOST, _LONGEST = 20, 400


def refusal_text(refused: Refused, gateway: str) -> str:
    """Return the whole text, several lines; `gateway` is its root address."""
    standing = refused.standing
    lines = [f"{one_line(refused.purl.display)} is not handed out: {ground_words(standing)} ({rules(standing)})"]
    lines += [f"  {one_line(each.rule)}: {one_line(each.message, _LONGEST)}" for each in standing.reasons[:_MOST]]
    if len(standing.reasons) > _MOST:
        lines.append(f"  and {len(standing.reasons) - _MOST} more")
    if standing.published:
        lines.append(f"  {'first seen here' if standing.first_seen else 'published'} {moment(standing.published)}")
    if standing.since:
        lines.append(f"  since {moment(standing.since)}")
    step = next_step(standing)
    end = "until somebody approves it" if step == "approve" else "until somebody decides otherwise"
    lines.append(f"  until {moment(standing.until)}" if standing.until else f"  {end}")
    if standing.owner:
        lines.append(f"  by {one_line(standing.owner)}")
    lines += [f"  file: {one_line(refused.filename)}", ""]
    words = f"{shlex.quote(str(refused.purl))} --gateway {shlex.quote(one_line(gateway))}"
    lines.append(f"hint: customhouse explain {words}")
    if step:
        lines.append(f"      customhouse {step} {words} --reason … --owner …")
    return "\n".join(lines) + "\n"


def rules(standing: Standing) -> str:
    """Name the rules that speak against it; the ground where no rule does."""
    return ", ".join(dict.fromkeys(one_line(reason.rule) for reason in standing.reasons)) or standing.ground


def moment(when: datetime) -> str:
    """Write a moment to the minute, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
