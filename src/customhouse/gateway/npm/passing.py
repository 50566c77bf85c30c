"""What the registry behind the gateway is asked on a client's behalf: nothing that could be installed.

What a search tells of a package's newest version is upstream's word, hidden or not: it names no file's bytes.
"""

from typing import Final
from urllib.parse import quote

import msgspec

from customhouse.gateway.interface import Call, Reply, Upstream
from customhouse.gateway.npm.bodies import BodyError, unpacked
from customhouse.gateway.npm.paths import Attestations, Audit, Keys, Search
from customhouse.gateway.npm.replies import error, passed
from customhouse.model.lazy_regex import lazy_regex

_JSON: Final = "application/json"
#: What a query is made of as it is sent (RFC 3986, 3.4), in at most so many characters.
_QUERY = lazy_regex(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}){0,2048}")
_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])

Passed = Attestations | Keys | Search


async def passed_on(call: Call, asked: Passed, upstream: Upstream) -> Reply:
    """Ask upstream. Raises UnavailableError."""
    match asked:
        case Attestations(name, version):
            path = f"-/npm/v1/attestations/{_joined(name)}@{quote(version, safe='+')}"
            return passed(await upstream.ask("npm", path, name=name, accept=_JSON))
        case Keys():
            return passed(await upstream.ask("npm", "-/npm/v1/keys", accept=_JSON))
        case Search():
            if not _QUERY.fullmatch(call.query):
                return error(400, "what is searched for is not percent-encoded, or too long")
            path = f"-/v1/search?{call.query}" if call.query else "-/v1/search"
            return passed(await upstream.ask("npm", path, accept=_JSON))


async def audited(call: Call, asked: Audit, upstream: Upstream) -> Reply:
    """Ask upstream for the advisories over what a project has. Raises UnavailableError."""
    if call.method != "POST":
        return error(405, "advisories are asked for by POST", ("Allow", "POST"))
    try:
        body = unpacked(call.body, call.headers.get("content-encoding", ""))
        _OBJECT.decode(body)
    except BodyError as wrong:
        return error(wrong.status, wrong.message)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return error(400, "the body is no JSON object")
    return passed(await upstream.ask("npm", asked.path, accept=_JSON, body=body))


def _joined(name: str) -> str:
    """Write a name into an address as npm does, `@scope%2fname`."""
    return "%2f".join(quote(part, safe="@!'()*~") for part in name.split("/"))
