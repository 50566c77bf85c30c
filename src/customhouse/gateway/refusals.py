"""What is said about a version that is not handed out: which rules, since when, until when, and what to do about it.

Every text is one line that a terminal can show: rules quote what packages say of themselves, and the texts end up in
headers and on terminals.
"""

import shlex
from datetime import UTC, datetime
from typing import Final

from customhouse.gateway.interface import Refused
from customhouse.model.gateway import Ground, Listing, Standing
from customhouse.model.purl import Purl

#: The header that says for programs why a file was refused.
REASON_HEADER: Final = "Customhouse-Reason"
#: Characters of one rule's message, and how many rules are quoted; `customhouse explain` has them all.
_MESSAGE: Final = 240
_QUOTED: Final = 3
#: Characters of anything else that others chose: names, versions, owners, rules.
_NAME: Final = 300
#: Characters of a purl in a command: a name and a version at their longest, every character of them percent-encoded.
_COMMAND: Final = 3 * (214 + 256)
#: Versions that are named when a package is shown without any.
_NAMED: Final = 3
#: Characters of a header's value: clients bound all headers of an answer together, some at 8 KiB.
_HEADER: Final = 1000

_WORDS: Final[dict[Ground, str]] = {
    "admitted": "nothing is known against it",
    "not-inspected": "it has not been inspected",
    "fixes-advisory": "it fixes an advisory",
    "approved": "somebody answers for it",
    "cooldown": "it is younger than the cooldown asks",
    "verdict": "its inspection found something",
    "advisory": "published advisories cover it",
    "blocked-here": "it was blocked on this gateway",
    "bytes-replaced": "its registry names other bytes under this version than it did before",
    "undated": "nobody can say how old it is",
}
#: Where a person's word opens the way. Other bytes under a version are never handed out, nor is a name of the
#: organisation from elsewhere; a block is undone by a release.
_APPROVABLE: Final[frozenset[Ground]] = frozenset({"cooldown", "verdict", "advisory", "undated", "not-inspected"})


def refusal(refused: Refused, gateway: str) -> str:
    """Explain a refusal in full. `gateway` is the gateway's address, as commands take it with `--gateway`."""
    return explained(refused.purl, refused.standing, gateway)


def explained(purl: Purl, standing: Standing, gateway: str) -> str:
    """Explain why a version (a purl with one) is not handed out."""
    begin = f" since {moment(standing.since)}" if standing.since else ""
    end = f"until {moment(standing.until)}" if standing.until else "until somebody decides otherwise"
    head = f"{_line(purl.display)} is {_decided(standing)}{begin}, {end}"
    return f"{head}: {_why(standing)}. {_next(purl, standing, gateway)}"


def notice(purl: Purl, standing: Standing) -> str:
    """Say the same in a few words, for a header."""
    return header_value(f"customhouse: {purl.display} is {_in_short(standing)}")


def nothing_shown(listing: Listing, gateway: str) -> str:
    """Explain why a package is shown without a single version."""
    name, hidden = _line(listing.purl.display), listing.hidden
    if not hidden:
        return f"{name} has no version that could be installed"
    newest = sorted(hidden, key=lambda each: each.published or datetime.min.replace(tzinfo=UTC), reverse=True)
    named = [f"{_line(each.version)} is {_in_short(each)}" for each in newest[:_NAMED]]
    more = f"; and {len(hidden) - len(named)} more" if len(hidden) > len(named) else ""
    count = "its only version is hidden" if len(hidden) == 1 else f"all its {len(hidden)} versions are hidden"
    return f"{name}: {count}: {'; '.join(named)}{more}. To see why: {_command('explain', listing.purl, gateway)}"


def reason(standing: Standing) -> str:
    """Return the reason header's value: `decision=hold; ground=cooldown; rules=…`, and `until=…` where time ends it."""
    until = f"; until={standing.until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if standing.until else ""
    rules = ",".join(rules_of(standing))
    return header_value(f"decision={standing.decision}; ground={standing.ground}; rules={rules}{until}")


def header_value(text: str) -> str:
    """Make text fit for a header: printable ASCII on one line, bounded."""
    plain = "".join(char if char.isascii() else "?" for char in _line(text, _HEADER))
    return plain if len(plain) <= _HEADER else f"{plain[: _HEADER - 3]}..."


def ground_words(standing: Standing) -> str:
    """Say in a clause what a standing rests on."""
    gaps = [each.rule.startswith("gap:") for each in standing.reasons]
    if standing.ground == "advisory" and gaps and all(gaps):
        return "what the advisories say of it cannot be told, since they are missing, old or damaged"
    return _WORDS[standing.ground]


def next_step(standing: Standing) -> str:
    """Return the command by which a person could open the way: `approve`, `release`, or none."""
    if standing.ground == "advisory" and standing.decision == "block":  # that takes an exception in the policy
        return ""
    if standing.ground in _APPROVABLE:
        return "approve"
    return "release" if standing.ground == "blocked-here" else ""


def one_line(text: str, longest: int = _NAME) -> str:
    """Return what others chose as a terminal may show it: bounded, on one line, without what it would act on."""
    return _line(text, longest)


def _decided(standing: Standing) -> str:
    return "blocked" if standing.decision == "block" else "held"


def _in_short(standing: Standing) -> str:
    end = f" until {moment(standing.until)}" if standing.until else ""
    return f"{_decided(standing)}{end} ({', '.join(map(_line, rules_of(standing)))})"


def rules_of(standing: Standing) -> list[str]:
    """Name the rules; a ground that no rule stands for names itself."""
    return list(dict.fromkeys(each.rule for each in standing.reasons)) or [standing.ground]


def _why(standing: Standing) -> str:
    words = ground_words(standing)
    if standing.ground == "blocked-here" and standing.owner:
        words += f" by {_line(standing.owner)}"
    if standing.published is not None:
        words += f" ({'first seen here' if standing.first_seen else 'published'} {moment(standing.published)})"
    quoted = [f"[{_line(each.rule)}] {_line(each.message, _MESSAGE)}" for each in standing.reasons[:_QUOTED]]
    if len(standing.reasons) > len(quoted):
        quoted.append(f"and {len(standing.reasons) - len(quoted)} more")
    return f"{words}: {'; '.join(quoted)}" if quoted else f"{words} [{standing.ground}]"


def _next(purl: Purl, standing: Standing, gateway: str) -> str:
    match next_step(standing):
        case "approve":
            return f"To answer for it: {_command('approve', purl, gateway)} --reason ... --owner ..."
        case "release":
            return f"To undo that: {_command('release', purl, gateway)} --reason ... --owner ..."
    return f"To see more: {_command('explain', purl, gateway)}"


def _command(verb: str, purl: Purl, gateway: str) -> str:
    # Both are percent-encoded or the client's own words; quoted, they cannot say more than they are.
    return f"customhouse {verb} {shlex.quote(_line(str(purl), _COMMAND))} --gateway {shlex.quote(_line(gateway))}"


def moment(when: datetime) -> str:
    """Write a moment to the minute, in UTC."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _line(text: str, longest: int = _NAME) -> str:
    """Return a text bounded, on one line, and without what a terminal would act on or an eye not see."""
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    if cut.isprintable():
        return cut
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in cut).strip()
