"""What a call to the management door says, read strictly: purls in paths, queries, bodies, and what it accepts.

Everything here raises RefusedError.
"""

import re
from datetime import date, timedelta
from typing import TypeVar
from urllib.parse import parse_qsl, unquote

import msgspec

from customhouse.gateway.interface import Call
from customhouse.gateway.management.replies import RefusedError
from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Purl, parse_purl
from customhouse.policy.exceptions import LONGEST

#: Bytes of a body, and characters of a purl: npm allows 214 in a name and 256 in a version, each perhaps encoded.
_BODY, _PURL = 64 * 1024, 2048
_HINT = "write it as pkg:npm/axios@1.14.0, pkg:npm/%40scope/name@1.0.0 or pkg:pypi/requests@2.32.3"
#: What no name, version or word of a registry holds, and what no log or page should be given.
_UNUSABLE = lazy_regex(r"[\x00-\x20\x7f-\x9f\ud800-\udfff\\]")
_ENCODED = re.compile(r"pkg%3a", re.IGNORECASE)
_DAY = lazy_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = lazy_regex(r"[0-9]{1,15}")
_QUALITY = lazy_regex(r"[01](?:\.[0-9]{0,3})?")
_Body = TypeVar("_Body", bound=msgspec.Struct)


def purl_in_path(rest: str) -> Purl:
    """Read the purl that a raw path ends in: as it is (`pkg:npm/%40scope/name`), or percent-encoded as a whole."""
    return read_purl(unquote(rest) if _ENCODED.match(rest) else rest)


def read_purl(text: str) -> Purl:
    """Read a purl that may be asked about."""
    if len(text) > _PURL:
        raise RefusedError(400, f"a purl of {len(text)} characters", _HINT)
    try:
        purl = parse_purl(text)
    except CustomhouseError as error:
        raise RefusedError(400, error.message, error.hint) from None
    if _UNUSABLE.search(f"{purl.name}{purl.version or ''}") or purl.name.count("/") != purl.name.startswith("@"):
        raise RefusedError(400, f"no registry has a package of this name: {text[:200]!r}", _HINT)
    return purl


def query(call: Call, *names: str) -> dict[str, str]:
    """Read the query; only `names` may stand in it, each once."""
    try:
        pairs = (
            parse_qsl(call.query, keep_blank_values=True, strict_parsing=True, max_num_fields=8) if call.query else []
        )
    except ValueError:
        raise RefusedError(400, "the query cannot be read", "write it as ?name=value") from None
    found = dict(pairs)
    unknown = sorted(set(found) - set(names))
    if unknown or len(found) != len(pairs):
        told = f"the query has an unknown field {unknown[0][:100]!r}" if unknown else "the query names a field twice"
        raise RefusedError(400, told, f"known here: {', '.join(names) or 'none'}")
    return found


def number(text: str) -> int:
    """Read a number of an entry."""
    if not _NUMBER.fullmatch(text):
        raise RefusedError(400, f"not the number of an entry: {text[:100]!r}", "write it as ?after=0")
    return int(text)


def day(text: str) -> date:
    """Read a day."""
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise RefusedError(400, f"not a day: {text[:100]!r}", "write it as 2027-01-31") from None


def last_day(text: str, today: date) -> date:
    """Read the last day of something that is decided today: at most a year ahead."""
    found = day(text)
    if not today <= found <= today + LONGEST:
        hint = f"name a day up to {today + timedelta(days=365)}"
        raise RefusedError(400, f"it would end on {found}, and must end between today and a year from now", hint)
    return found


def body(call: Call, kind: type[_Body]) -> _Body:
    """Read a body of one shape, in which no unknown field may stand.

    A page of another site cannot send one: a browser asks before it sends JSON elsewhere, and is not answered here.
    """
    essence = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if essence != "application/json":
        raise RefusedError(400, "the body is not said to be JSON", "send it with Content-Type: application/json")
    if len(call.body) > _BODY:
        raise RefusedError(400, f"a body of {len(call.body):,} bytes", f"it may have {_BODY:,}")
    try:
        return msgspec.json.decode(call.body, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        hint = "the shapes are at /-/customhouse/openapi.json"
        raise RefusedError(400, f"the body cannot be read: {error}", hint) from None


def said(text: str, name: str, longest: int) -> str:
    """Read a sentence of a person: something, on one line, bounded, that UTF-8 can carry."""
    clean = " ".join(text.split())
    if not clean or len(clean) > longest or _UNUSABLE.search(clean.replace(" ", "").replace("\\", "")):
        raise RefusedError(400, f"`{name}` must say something, in at most {longest} characters", "say it in a sentence")
    return clean


def refuse_other_sites(call: Call) -> None:
    """Refuse what a browser sends from another site's page, whatever it has to say (Fetch Metadata)."""
    if call.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise RefusedError(403, "a page of another site may not do this", "use the command, or a client of your own")


def prefers_page(accept: str) -> bool:
    """Say whether text/html is wished for more than JSON (RFC 9110, 12.5.1)."""
    asked: dict[str, float] = {}
    for part in accept.lower().split(",")[:32]:
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((each[2:].strip() for each in parameters if each.startswith("q=")), "1")
        if _QUALITY.fullmatch(quality):
            asked[kind] = max(asked.get(kind, 0.0), min(1.0, float(quality)))

    def wish(kind: str) -> float:
        return asked.get(kind, asked.get(f"{kind.partition('/')[0]}/*", asked.get("*/*", 0.0)))

    return wish("text/html") > wish("application/json")
