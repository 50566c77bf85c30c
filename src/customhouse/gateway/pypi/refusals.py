"""Refusals in the shapes that Python's clients print.

uv prints a problem document (RFC 9457), browsers and twine the text; pip, Poetry and PDM print the status and the
address alone. Those are sent on to an address of ours that spells the reason and is refused like the first: a
redirect to upstream it can never be, since it is relative and begins at the door.
"""

import re
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from customhouse.gateway.interface import Call, Refused, Reply
from customhouse.gateway.pypi.negotiation import prefers_json
from customhouse.gateway.pypi.paths import climbing
from customhouse.gateway.refusals import REASON_HEADER, reason, refusal, rules_of

PROBLEM = "application/problem+json"
#: Clients that print of an error its status and the address it came from, and nothing of the body (User-Agent).
_ADDRESS_ALONE = ("pip/", "poetry/", "pdm/", "unearth/")
_NEVER = (("Cache-Control", "no-store"),)


def refuse(call: Call, refused: Refused) -> Reply:
    """Answer 403, or send a client that prints nothing else to the address that says why and answers 403."""
    # Clients do not agree on where `..` leads from behind an empty segment.
    if call.client.agent.lower().startswith(_ADDRESS_ALONE) and "//" not in call.path:
        return Reply(
            302,
            _text(call, refused).encode(),
            "text/plain; charset=utf-8",
            (("Location", climbing(call.path) + told_address(refused)), *_headers(refused)),
        )
    return forbid(call, refused)


def forbid(call: Call, refused: Refused) -> Reply:
    """Answer 403 with all that there is to say."""
    return message(call, 403, "Refused by the gateway", _text(call, refused), _headers(refused))


def message(call: Call, status: int, title: str, text: str, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Answer with a text, or the same as a problem document to clients that read one."""
    headers = headers or _NEVER
    if _reads_problems(call):
        body = msgspec.json.encode({"title": title, "status": status, "detail": text.strip()})
        return Reply(status, body, PROBLEM, headers)
    return Reply(status, text.encode(), "text/plain; charset=utf-8", headers)


def told_address(refused: Refused) -> str:
    """Return the address, relative to the door's own, that says why: `refused/NAME/FILE/why/…/until/…`."""
    standing = refused.standing
    words = [_word("+".join(rules_of(standing)))]
    words += ["since", _stamp(standing.since)] if standing.since else []
    words += ["until", _stamp(standing.until)] if standing.until else ["until-somebody-approves-it"]
    words += ["see", "customhouse-explain", quote(f"{refused.purl.name}=={refused.purl.version}", safe="=+!")]
    return "/".join(("refused", refused.purl.name, quote(refused.filename, safe="+!"), *words))


def gateway_of(call: Call) -> str:
    """Return the gateway's root, of which this door's address is one room."""
    return call.base.rstrip("/").rpartition("/")[0] + "/"


def _text(call: Call, refused: Refused) -> str:
    return f"{refusal(refused, gateway_of(call))}\n"


def _headers(refused: Refused) -> tuple[tuple[str, str], ...]:
    return (*_NEVER, (REASON_HEADER, reason(refused.standing)))


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9+._-]", "-", text)[:200].strip(".") or "refused"


def _reads_problems(call: Call) -> bool:
    return call.client.agent.lower().startswith("uv/") or prefers_json(call.headers.get("accept", ""))
