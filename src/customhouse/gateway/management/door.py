"""The management door, at `/-/`: health, what is hidden and why, decisions and the ledger, tokens.

Reading what is hidden is everybody's; deciding is for approvers, tokens are for admins. Nothing here knows cookies, so
what a caller may do is said by the Authorization header alone.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import unquote

import msgspec
import structlog
from prometheus_client import CONTENT_TYPE_LATEST

from customhouse.gateway.admission.file_gate import FileGate
from customhouse.gateway.admission.listings import PackageListings
from customhouse.gateway.admission.young_first import YoungFirst
from customhouse.gateway.callers import TokenCallers, may, secret_of
from customhouse.gateway.canary.names import canary_name, is_nonce
from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.interface import Call, Reply, UnavailableError
from customhouse.gateway.management import asking
from customhouse.gateway.management.deciding import DecisionRequest, Decisions
from customhouse.gateway.management.explaining import FETCHES, Explainer
from customhouse.gateway.management.openapi import api_document
from customhouse.gateway.management.probes import readiness
from customhouse.gateway.management.replies import (
    CREATED,
    RefusedError,
    lines,
    page,
    problem,
    text,
    told,
    unavailable,
)
from customhouse.gateway.management.token_desk import TokenDesk, TokenRequest
from customhouse.gateway.records import Records
from customhouse.gateway.state import State
from customhouse.gateway.watch import Watch
from customhouse.model.errors import CustomhouseError
from customhouse.model.gateway import Fetch, Role, Token
from customhouse.model.purl import Ecosystem, make_purl
from customhouse.report.gateway_documents import (
    FetchesDocument,
    canary_document,
    downgrades_document,
    entry_document,
    fetch_documents,
)
from customhouse.report.gateway_html import explain_html
from customhouse.storage.gateway.chain import line

#: Entries of the ledger in one answer: whoever wants more asks after the last one.
LEDGER_PAGE = 2000
#: Questions for one canary that are told.
CANARY_QUESTIONS = 100
_API = "/customhouse"
_Answer = Callable[[Call, str], Awaitable[Reply]]


class ManagementDoor:
    """Answers below `/-/`."""

    def __init__(
        self,
        young: YoungFirst,
        listings: PackageListings,
        gate: FileGate,  # noqa: ARG002 - nothing here opens the wall; it stands among the parts that doors are given
        desk: Desk,
        state: State,
        callers: TokenCallers,
        records: Records,
        watch: Watch,
    ) -> None:
        """Share the gateway's parts."""
        self._desk = desk
        self._state = state
        self._callers = callers
        self._records = records
        self._watch = watch
        self._explainer = Explainer(young, listings, state)
        self._decisions = Decisions(listings, desk, state)
        self._tokens = TokenDesk(state)
        self._log = structlog.get_logger("customhouse.gateway")
        #: Address, whether it goes on after a slash, and who answers which method.
        self._addresses: tuple[tuple[str, bool, dict[str, _Answer]], ...] = (
            ("/health", False, {"GET": self._health}),
            ("/ready", False, {"GET": self._ready}),
            ("/metrics", False, {"GET": self._metrics}),
            (f"{_API}/explain", True, {"GET": self._explain}),
            (f"{_API}/decisions", False, {"POST": self._decide}),
            (f"{_API}/ledger", False, {"GET": self._ledger}),
            (f"{_API}/fetches", True, {"GET": self._fetches}),
            (f"{_API}/canaries", True, {"GET": self._canary}),
            (f"{_API}/downgrades", False, {"GET": self._downgrades}),
            (f"{_API}/tokens", False, {"GET": self._list_tokens, "POST": self._issue}),
            (f"{_API}/tokens", True, {"DELETE": self._revoke}),
            (f"{_API}/openapi.json", False, {"GET": self._openapi}),
        )

    async def answer(self, call: Call) -> Reply:
        """Answer a call. Whatever goes wrong is told as JSON, with what to do next."""
        try:
            return await self._routed(call)
        except RefusedError as error:
            return error.reply
        except UnavailableError as error:
            return unavailable(error)
        except CustomhouseError as error:  # the state or the store is away
            self._log.error("unavailable", path=call.path, error=error.message)
            return unavailable(UnavailableError("the gateway's own storage does not answer", 5))

    async def _routed(self, call: Call) -> Reply:
        for address, goes_on, methods in self._addresses:
            rest = call.path.removeprefix(f"{address}/" if goes_on else address)
            if rest == call.path or (not rest) == goes_on:
                continue
            answer = methods.get("GET" if call.method == "HEAD" else call.method)
            if answer is None:
                allowed = [*methods, *(["HEAD"] if "GET" in methods else [])]
                hint = f"ask by {' or '.join(methods)}"
                return problem(405, f"{call.method[:20]} means nothing here", hint, ("Allow", ", ".join(allowed)))
            return await answer(call, rest)
        raise RefusedError(404, "nothing is served at this address", "what there is: /-/customhouse/openapi.json")

    async def _health(self, call: Call, _: str) -> Reply:
        asking.query(call)
        return told({"status": "ok"})

    async def _ready(self, call: Call, _: str) -> Reply:
        asking.query(call)
        parts = await readiness(self._watch, self._desk)
        failing = {name: why for name, why in parts.items() if why}
        parts_told = {name: why or "ok" for name, why in parts.items()}
        if not failing:
            return told({"ready": True, "parts": parts_told})
        body = {"error": "; ".join(failing.values()), "hint": "look into the gateway's log", "parts": parts_told}
        reply = problem(503, "", "", ("Retry-After", "5"))
        return msgspec.structs.replace(reply, body=msgspec.json.encode(body))

    async def _metrics(self, call: Call, _: str) -> Reply:
        asking.query(call)
        return text(self._records.metrics(), CONTENT_TYPE_LATEST)

    async def _explain(self, call: Call, rest: str) -> Reply:
        asking.query(call)
        purl = asking.purl_in_path(rest)
        document = await self._explainer.explain(purl, fetches=may(await self._token(call), "approver"))
        varies = ("accept", "authorization")
        if asking.prefers_page(call.headers.get("accept", "")):
            return page(await asyncio.to_thread(explain_html, document), varies=varies)
        return told(document, varies=varies)

    async def _decide(self, call: Call, _: str) -> Reply:
        token = await self._require(call, "approver")
        asking.refuse_other_sites(call)
        asking.query(call)
        entry = await self._decisions.decide(asking.body(call, DecisionRequest), token.name)
        try:
            await self._watch.look()  # in force here at once, and within a second elsewhere
        except Exception:  # noqa: BLE001 - it is decided; while the state cannot be followed nothing is handed out
            self._log.warning("decision.not-followed", entry=entry.number)
        self._log.info(
            "decision", act=entry.act, purl=entry.purl, owner=entry.owner, actor=entry.actor, entry=entry.number
        )
        return told(entry_document(entry), CREATED)

    async def _ledger(self, call: Call, _: str) -> Reply:
        await self._require(call, "approver")
        after = asking.number(asking.query(call, "after").get("after", "0"))

        def read() -> bytes:
            written = io.BytesIO()
            for entry in islice(self._state.ledger.entries(after), LEDGER_PAGE):
                written.write(line(entry) + b"\n")
            return written.getvalue()

        return lines(await asyncio.to_thread(read))

    async def _fetches(self, call: Call, rest: str) -> Reply:
        await self._require(call, "approver")
        asking.query(call)
        purl = asking.purl_in_path(rest)
        found = await asyncio.to_thread(lambda: self._state.fetches.of(purl, limit=FETCHES + 1))
        told_fetches = fetch_documents(found[:FETCHES])
        return told(FetchesDocument("customhouse/gateway-fetches/1", str(purl), told_fetches, len(found) > FETCHES))

    async def _canary(self, call: Call, rest: str) -> Reply:
        """Tell who asked for a canary: whoever knows its name may know that, since it was chosen by chance."""
        asking.query(call)
        if not is_nonce(rest):
            raise RefusedError(400, "the digits of a canary are sixteen, 0 to 9 and a to f", "customhouse doctor asks")
        ecosystems: tuple[Ecosystem, ...] = ("npm", "pypi")
        name, most = canary_name(rest), CANARY_QUESTIONS + 1

        def read() -> list[Fetch]:
            return [found for each in ecosystems for found in self._state.fetches.of(make_purl(each, name), limit=most)]

        found = await asyncio.to_thread(read)
        return told(canary_document(name, found[:CANARY_QUESTIONS], more=len(found) > CANARY_QUESTIONS))

    async def _downgrades(self, call: Call, _: str) -> Reply:
        asked = asking.query(call, "day").get("day")
        day = asking.day(asked) if asked is not None else datetime.now(UTC).date()
        found = await asyncio.to_thread(self._state.downgrades.of, day)
        return told(downgrades_document(day.isoformat(), found))

    async def _list_tokens(self, call: Call, _: str) -> Reply:
        await self._require(call, "admin")
        asking.query(call)
        return told(await self._tokens.all())

    async def _issue(self, call: Call, _: str) -> Reply:
        token = await self._require(call, "admin")
        asking.refuse_other_sites(call)
        asking.query(call)
        return told(await self._tokens.issue(asking.body(call, TokenRequest), token.name), CREATED)

    async def _revoke(self, call: Call, rest: str) -> Reply:
        token = await self._require(call, "admin")
        asking.refuse_other_sites(call)
        asking.query(call)
        name = unquote(rest)
        await self._tokens.revoke(name, token.name)
        return told({"name": name, "revoked": True})

    async def _openapi(self, call: Call, _: str) -> Reply:
        asking.query(call)
        return told(api_document(call.base.rstrip("/")))

    async def _token(self, call: Call) -> Token | None:
        secret = secret_of(call.headers.get("authorization", ""))
        return await self._callers.token(secret) if secret else None

    async def _require(self, call: Call, role: Role) -> Token:
        """Return the caller's token if it is enough."""
        token = await self._token(call)
        if token is None:
            hint = "send one: Authorization: Bearer …; the first one is in the gateway's state folder, admin-token"
            raise RefusedError(401, f"this needs a token with the role {role}", hint)
        if not may(token, role):
            hint = "ask whoever runs this gateway for one that may"
            raise RefusedError(403, f"the token {token.name} is a {token.role}'s, and this needs {role}", hint)
        return token
