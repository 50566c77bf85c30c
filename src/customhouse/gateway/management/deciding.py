"""A person's word on a release or a package: read strictly, bound to bytes, and written into the ledger."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from customhouse.gateway.admission.listings import Known, PackageListings
from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.interface import Missing, UnavailableError
from customhouse.gateway.management.asking import last_day, read_purl, said
from customhouse.gateway.management.naming import as_listed
from customhouse.gateway.management.replies import RefusedError
from customhouse.gateway.spellings import same_version
from customhouse.gateway.state import State
from customhouse.model.gateway import LedgerEntry
from customhouse.model.purl import Purl, make_purl, parse_purl
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
    #: Of an approval: rules that the approver knows to have spoken against it, beside what the list says.
    despite: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...], Meta(max_length=100)] = ()


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
        _require_sense(asked, purl)
        known = await self._asked_upstream(purl, needed=asked.act == "approve" and not asked.digests)
        if isinstance(known, Known):
            purl = as_listed(purl, known.listed.listing)
        digests: tuple[str, ...] = ()
        if asked.act == "approve":
            _require_effect(purl, known)
            digests = tuple(dict.fromkeys(asked.digests)) or await self._bytes_of(purl, known)
            await self._require_knowledge(purl, known, asked.despite)
            expires = expires or now.date() + _LASTS
        elif asked.act == "release":
            purl = await self._held(purl, now)
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

    async def _asked_upstream(self, purl: Purl, *, needed: bool) -> Known | Missing | None:
        """What upstream has of a package; None where it cannot be asked and that is not `needed`.

        A name may be blocked before it exists, and while upstream is away.
        """
        try:
            return await self._listings.known(make_purl(purl.ecosystem, purl.name))
        except UnavailableError:
            if needed:
                raise
            return None

    async def _held(self, purl: Purl, now: datetime) -> Purl:
        """Return the purl by which an approval or block of a release or package is in force."""
        held = await asyncio.to_thread(self._state.ledger.in_force, purl.ecosystem, purl.name, now)
        if any(each.purl == str(purl) for each in held):
            return purl
        others = sorted({each.purl for each in held})
        # It may have been said of the same version written otherwise.
        for other in map(parse_purl, others):
            if other.version and purl.version and same_version(purl.ecosystem, other.version, purl.version):
                return other
        hint = f"in force here: {', '.join(others[:5])}" if others else "customhouse explain says why it is hidden"
        raise RefusedError(409, f"no approval or block of {purl} is in force", hint)

    async def _bytes_of(self, purl: Purl, known: Known | Missing | None) -> tuple[str, ...]:
        """Return the digests of every file that a release has, upstream or here."""
        had = await asyncio.to_thread(self._had, purl)
        release = known.project.release(purl.version or "") if isinstance(known, Known) else None
        if release is None and not had:
            message = known.what if isinstance(known, Missing) else f"{purl.name} has no version {purl.version}"
            raise RefusedError(404, message, "look at the name and the version, or give the digests: --digest")
        artifacts = release.artifacts if release is not None else ()
        found = {**{each.filename: _promised(each) for each in artifacts}, **had}
        for filename in sorted(name for name, digest in found.items() if not digest):
            found[filename] = await self._inspected(purl, filename)
        if not found:
            raise RefusedError(409, f"{purl} has no files that it could be bound to", "give the digests: --digest")
        return tuple(sorted({f"sha256:{digest}" for digest in found.values()}))

    def _had(self, purl: Purl) -> dict[str, str]:
        """The sha256 of each file that was pinned or inspected here. Blocks."""
        pinned = {each.filename: each.sha256 for each in self._state.pins.of(purl)}
        inspected = {
            each.filename: each.sha256 for each in self._state.admissions.of(purl, verdicts=False) if each.sha256
        }
        return pinned | inspected

    async def _require_knowledge(self, purl: Purl, known: Known | Missing | None, despite: tuple[str, ...]) -> None:
        """Refuse an approval of what is hidden for its age, when its inspection found more than the list tells."""
        standing = known.listed.listing.standings.get(purl.version or "") if isinstance(known, Known) else None
        if standing is not None and standing.ground == "verdict":
            return  # the list tells it
        admissions = await asyncio.to_thread(lambda: self._state.admissions.of(purl, verdicts=False))
        held = [each for each in admissions if each.decision != "allow"]
        reasons = {reason.rule: reason for each in held for reason in each.reasons if reason.rule not in despite}
        if reasons:
            told = "; ".join(f"[{each.rule}] {each.message}" for each in list(reasons.values())[:3])
            words = " ".join(f"--despite {rule}" for rule in reasons)
            raise RefusedError(
                409,
                f"the inspection of {purl} found more than the list tells: {told}",
                f"read it first: customhouse explain {purl} --gateway …; if you answer for that too, add {words}",
            )

    async def _inspected(self, purl: Purl, filename: str) -> str:
        """Have a file inspected of which nobody says what bytes it is."""
        admission = await self._desk.inspect(purl, filename, self._state.policy)
        if admission is None or not admission.sha256:
            why = "; ".join(each.message for each in admission.reasons) if admission else "upstream does not have it"
            raise RefusedError(
                409, f"{filename} cannot be bound to bytes: {why}", "name the bytes that you answer for: --digest"
            )
        return admission.sha256


def _require_sense(asked: DecisionRequest, purl: Purl) -> None:
    """Refuse what does not go together, before anybody is asked anything."""
    if asked.act == "approve" and purl.version is None:
        hint = f"approve one release: {purl}@VERSION; a block may name the package"
        raise RefusedError(400, f"{purl} names no version", hint)
    if asked.act != "approve" and asked.despite:
        raise RefusedError(400, "`despite` is of approvals alone", "leave `despite` out")
    if asked.act != "approve" and asked.digests:
        raise RefusedError(400, "digests bind approvals alone", "leave `digests` out")
    if not all(SHA256.fullmatch(each) for each in asked.digests):
        raise RefusedError(400, "one of `digests` is none", "write sha256: and 64 lower-case hex digits")
    if asked.act == "release" and asked.expires is not None:
        raise RefusedError(400, "a release has no end", "leave `expires` out")


def _require_effect(purl: Purl, known: Known | Missing | None) -> None:
    """Refuse an approval that would change nothing."""
    standing = known.listed.listing.standings.get(purl.version or "") if isinstance(known, Known) else None
    if standing is None or standing.decision != "block":
        return
    why = "; ".join(each.message for each in standing.reasons[:3])
    if standing.ground == "blocked-here":
        raise RefusedError(
            409, f"{purl} is blocked here: {why}", f"end that first: customhouse release {purl} --reason … --owner …"
        )
    if standing.ground == "advisory":
        hint = f"if you answer for it: customhouse approve {purl} --rule … --advisory … in the gateway's own policy"
        raise RefusedError(409, f"advisories block {purl}, and no approval answers for that: {why}", hint)


def _promised(artifact: Artifact) -> str:
    return next((each.hex for each in artifact.digests if each.algorithm == "sha256"), "")
