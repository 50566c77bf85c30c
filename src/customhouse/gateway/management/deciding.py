"""A person's word on a release or a package: read strictly, bound to bytes, and written into the ledger."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from customhouse.gateway.admission.listings import PackageListings
from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.interface import Missing
from customhouse.gateway.management.asking import last_day, read_purl, said
from customhouse.gateway.management.replies import RefusedError
from customhouse.gateway.state import State
from customhouse.model.gateway import LedgerEntry
from customhouse.model.purl import Purl, make_purl
from customhouse.model.release import Artifact
from customhouse.policy.exceptions import SHA256
from customhouse.storage.gateway.errors import NotKeepableError

#: Characters of a reason and of an owner, and digests of one approval.
_REASON, _OWNER, _DIGESTS = 2000, 200, 1000
#: How long an approval lasts that names no end.
_LASTS = timedelta(days=90)


class DecisionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is decided, about what, why, and who answers for it.

    An approval names a release, is bound to bytes (`digests`, `sha256:…`; without any, all files that the release has)
    and ends on the last day that it names, at most a year ahead, or after 90 days. A block is of a release or of a
    whole package, and holds until it is released or ends. A release ends the newest approval or block in force of
    exactly this purl.
    """

    act: Literal["approve", "block", "release"]
    purl: Annotated[str, Meta(min_length=1, max_length=2048)]
    reason: Annotated[str, Meta(min_length=1, max_length=_REASON)]
    owner: Annotated[str, Meta(min_length=1, max_length=_OWNER)]
    expires: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = None
    digests: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$")], ...], Meta(max_length=_DIGESTS)
    ] = ()


class Decisions:
    """Takes decisions."""

    def __init__(self, listings: PackageListings, desk: Desk, state: State) -> None:
        """Share the gateway's parts."""
        self._listings = listings
        self._desk = desk
        self._state = state

    async def decide(self, asked: DecisionRequest, actor: str) -> LedgerEntry:
        """Write a decision into the ledger and return the entry. Raises RefusedError, UnavailableError."""
        now = datetime.now(UTC)
        purl = read_purl(asked.purl)
        reason, owner = said(asked.reason, "reason", _REASON), said(asked.owner, "owner", _OWNER)
        expires = last_day(asked.expires, now.date()) if asked.expires is not None else None
        digests: tuple[str, ...] = ()
        if asked.act == "approve":
            digests = await self._bound(purl, asked.digests)
            expires = expires or now.date() + _LASTS
        elif asked.digests:
            raise RefusedError(400, "digests bind approvals alone", "leave `digests` out")
        if asked.act == "release":
            if expires is not None:
                raise RefusedError(400, "a release has no end", "leave `expires` out")
            await self._require_something_to_end(purl, now)
        try:
            return await asyncio.to_thread(
                lambda: self._state.ledger.append(
                    asked.act,
                    str(purl),
                    reason=reason,
                    owner=owner,
                    actor=actor,
                    now=datetime.now(UTC),
                    digests=digests,
                    expires=expires,
                )
            )
        except NotKeepableError as error:
            raise RefusedError(400, error.message, error.hint) from None

    async def _require_something_to_end(self, purl: Purl, now: datetime) -> None:
        held = await asyncio.to_thread(self._state.ledger.in_force, purl.ecosystem, purl.name, now)
        if any(each.purl == str(purl) for each in held):
            return
        others = sorted({each.purl for each in held})
        hint = f"in force here: {', '.join(others[:5])}" if others else "customhouse explain says why it is hidden"
        raise RefusedError(409, f"no approval or block of {purl} is in force", hint)

    async def _bound(self, purl: Purl, given: tuple[str, ...]) -> tuple[str, ...]:
        """Return the digests that an approval answers for: those given, else of every file of the release."""
        if purl.version is None:
            raise RefusedError(
                400, f"{purl} names no version", f"approve one release: {purl}@VERSION; a block may name the package"
            )
        if given:
            wrong = next((each for each in given if not SHA256.fullmatch(each)), None)
            if wrong is not None:
                raise RefusedError(400, f"not a digest: {wrong[:100]!r}", "write sha256: and 64 lower-case hex digits")
            return tuple(dict.fromkeys(given))
        artifacts = await self._artifacts(purl)
        known = await asyncio.to_thread(self._known, purl)
        found = {**{each.filename: _promised(each) for each in artifacts}, **known}
        for filename in sorted(name for name, digest in found.items() if not digest):
            found[filename] = await self._inspected(purl, filename)
        if not found:
            raise RefusedError(409, f"{purl} has no files that it could be bound to", "give the digests: --digest")
        return tuple(sorted({f"sha256:{digest}" for digest in found.values()}))

    async def _artifacts(self, purl: Purl) -> Iterable[Artifact]:
        """The files that upstream lists; none where it no longer lists the release, and the gateway has had it."""
        known = await self._listings.known(make_purl(purl.ecosystem, purl.name))
        release = None if isinstance(known, Missing) else known.project.release(purl.version or "")
        if release is None and not await asyncio.to_thread(self._known, purl):
            message = known.what if isinstance(known, Missing) else f"{purl.name} has no version {purl.version}"
            raise RefusedError(404, message, "look at the name and the version")
        return release.artifacts if release is not None else ()

    def _known(self, purl: Purl) -> dict[str, str]:
        """The sha256 of each file that was pinned or inspected here. Blocks."""
        pinned = {each.filename: each.sha256 for each in self._state.pins.of(purl)}
        inspected = {each.filename: each.sha256 for each in self._state.admissions.of(purl, verdicts=False) if each.sha256}
        return pinned | inspected

    async def _inspected(self, purl: Purl, filename: str) -> str:
        """Have a file inspected of which nobody says what bytes it is."""
        admission = await self._desk.inspect(purl, filename, self._state.policy)
        if admission is None or not admission.sha256:
            why = "; ".join(each.message for each in admission.reasons) if admission else "upstream does not have it"
            raise RefusedError(
                409, f"{filename} cannot be bound to bytes: {why}", "name the bytes that you answer for: --digest"
            )
        return admission.sha256


def _promised(artifact: Artifact) -> str:
    return next((each.hex for each in artifact.digests if each.algorithm == "sha256"), "")
