"""The npm door: turns what an npm client asks into an answer."""

import asyncio
from collections.abc import Callable
from typing import Final, ParamSpec

import msgspec

from customhouse.gateway.beside_the_loop import LARGE_DOCUMENT, done
from customhouse.gateway.interface import (
    Call,
    Gate,
    Handed,
    Listed,
    Listings,
    Missing,
    Refused,
    Reply,
    UnavailableError,
    Upstream,
)
from customhouse.gateway.npm.clients import ABBREVIATED, VARIES, Form, form
from customhouse.gateway.npm.packuments import ShownPackument, UnreadableError
from customhouse.gateway.npm.passing import Passed, audited, passed_on
from customhouse.gateway.npm.paths import (
    Account,
    Audit,
    Nothing,
    Packument,
    Ping,
    Tags,
    Tarball,
    Version,
    WhoAmI,
    read_path,
)
from customhouse.gateway.npm.replies import error, file, reusable, told, withheld
from customhouse.gateway.refusals import REASON_HEADER, explained, nothing_shown, reason, refusal
from customhouse.model.purl import Purl

#: Bytes of a document whose rendering takes as much memory again, and that several at once must not take.
_VERY_LARGE: Final = 16 * 1024 * 1024
_Arguments = ParamSpec("_Arguments")
_READS: Final = frozenset({"GET", "HEAD"})
_TAKES_NOTHING: Final = (
    "this gateway hands packages out and takes none: publish, deprecate, tag, star and log in at the registry itself "
    "(npm's --registry)"
)
_NO_ACCOUNTS: Final = "this gateway has no accounts, tokens or teams: ask the registry itself (npm's --registry)"


class NpmDoor:
    """Answers at npm's addresses. `prefix` is the end of every `Call.base` that is the door's own part of it.

    `npm pack`, and all that fetches a file without installing it, loses a registry's path when it replaces a tarball's
    host: it asks at the root. Whoever serves this door below a prefix hands it these calls too.
    """

    def __init__(self, listings: Listings, gate: Gate, upstream: Upstream, *, prefix: str = "npm/") -> None:
        """Answer from these; nothing else is asked."""
        self._listings = listings
        self._gate = gate
        self._upstream = upstream
        self._prefix = prefix
        self._alone = asyncio.Semaphore(1)

    async def answer(self, call: Call) -> Reply:
        """Answer a call. Raises UnavailableError."""
        asked = read_path(call.path)
        if isinstance(asked, Audit):
            return await audited(call, asked, self._upstream)
        if call.method not in _READS:
            return error(405, _TAKES_NOTHING, ("Allow", "GET, HEAD"))
        if isinstance(asked, Packument | Version | Tags | Tarball):
            return await self._of_package(call, asked)
        return await self._of_registry(call, asked)

    async def _of_package(self, call: Call, asked: Packument | Version | Tags | Tarball) -> Reply:
        listed = await self._listings.listed(Purl("npm", asked.name))
        if isinstance(listed, Missing):
            return error(404, listed.what)
        if isinstance(asked, Tarball):
            return await self._tarball(call, asked, listed)
        chosen = form(call.headers, call.base)
        match asked:
            case Packument():
                return await self._rendered(listed, self._whole, call, listed, chosen)
            case Tags():
                return await self._rendered(listed, self._tags, call, listed)
            case Version():
                return await self._rendered(listed, self._version, call, asked, listed, chosen)

    async def _rendered(
        self,
        listed: Listed,
        render: Callable[_Arguments, Reply],
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> Reply:
        """Render an answer: a large document beside the loop, and of very large ones one at a time."""
        size = len(listed.document.data)
        if size <= _VERY_LARGE:
            return await done(size > LARGE_DOCUMENT, render, *arguments, **named)
        async with self._alone:
            return await asyncio.to_thread(render, *arguments, **named)

    def _whole(self, call: Call, listed: Listed, chosen: Form) -> Reply:
        packument = self._read(listed, chosen)
        if not packument.versions:
            return self._nothing_shown(call, listed)
        kind = ABBREVIATED if chosen.kind == "abbreviated" else "application/json"
        return reusable(packument.whole(), listed, content_type=kind, varies=VARIES)

    def _tags(self, call: Call, listed: Listed) -> Reply:
        packument = self._read(listed, Form("abbreviated", call.base))
        if not packument.versions:
            return self._nothing_shown(call, listed)
        return reusable(msgspec.json.encode(packument.tags()), listed)

    def _version(self, call: Call, asked: Version, listed: Listed, chosen: Form) -> Reply:
        packument = self._read(listed, Form("full", chosen.root))
        version = asked.wanted if asked.wanted in packument.versions else packument.tags().get(asked.wanted)
        if version is not None:
            return reusable(packument.version(version), listed, varies=VARIES)
        standing = listed.listing.standings.get(asked.wanted)
        if standing is None or standing.decision == "allow":
            return error(404, f"{asked.name} has no version or tag {asked.wanted}")
        purl = Purl("npm", asked.name, asked.wanted)
        return withheld(purl, standing, explained(purl, standing, self._gateway(call)))

    async def _tarball(self, call: Call, asked: Tarball, listed: Listed) -> Reply:
        # What a file is called says a version only if there is such a version.
        if asked.version not in listed.listing.standings:
            return error(404, f"{asked.name} has no version {asked.version}")
        purl = Purl("npm", asked.name, asked.version)
        opened = await self._gate.open(purl, asked.filename)
        if isinstance(opened, Missing):
            return error(404, opened.what)
        if isinstance(opened, Refused):
            return withheld(purl, opened.standing, refusal(opened, self._gateway(call)), Handed(purl, opened.filename))
        return file(opened)

    async def _of_registry(self, call: Call, asked: Ping | WhoAmI | Account | Nothing | Passed) -> Reply:
        match asked:
            case Ping():
                return told({})
            case WhoAmI():
                name = call.client.token
                return told({"username": name}) if name else error(401, "no token of this gateway was sent")
            case Account():
                return error(403, _NO_ACCOUNTS)
            case Nothing(why):
                return error(404, why)
            case _:
                return await passed_on(call, asked, self._upstream)

    def _read(self, listed: Listed, chosen: Form) -> ShownPackument:
        try:
            return ShownPackument(listed.document.data, listed.listing, chosen)
        except UnreadableError as wrong:
            raise UnavailableError(str(wrong)) from None

    def _nothing_shown(self, call: Call, listed: Listed) -> Reply:
        """Say why a package is shown without a version.

        403, as a refused file is: to 404 clients say that there is no such package, and some look for it elsewhere; to
        a list of nothing they say no word of ours.
        """
        hidden = listed.listing.hidden
        text = nothing_shown(listed.listing, self._gateway(call))
        return error(403, text, (REASON_HEADER, reason(hidden[0]))) if hidden else error(404, text)

    def _gateway(self, call: Call) -> str:
        """Return the gateway's address, as the client wrote it."""
        return call.base.removesuffix(self._prefix)
