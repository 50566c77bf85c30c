"""The wall: bytes leave only under an admission of those very bytes, under the policy in force."""

import asyncio
from datetime import UTC, datetime, timedelta

import structlog

from customhouse.gateway.admission.advisories import Advisories
from customhouse.gateway.admission.listings import Known, PackageListings
from customhouse.gateway.admission.standing import VersionFacts, Word, standing_of
from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.interface import Bytes, Missing, Opened, Refused, UnavailableError
from customhouse.gateway.state import State
from customhouse.model.gateway import Admission, Standing
from customhouse.model.purl import Purl, make_purl
from customhouse.model.release import Artifact
from customhouse.policy.configuration import Configuration
from customhouse.policy.cooldown import minimum_age_for

#: Grounds on which a version is hidden that speak of the release itself: its files are refused without a look.
_SETTLED = frozenset({"blocked-here", "cooldown", "undated", "advisory"})


class FileGate:
    """The Gate of the gateway."""

    def __init__(
        self, listings: PackageListings, desk: Desk, state: State, advisories: Advisories, configuration: Configuration
    ) -> None:
        """Share the gateway's parts."""
        self._listings = listings
        self._desk = desk
        self._state = state
        self._advisories = advisories
        self._configuration = configuration
        #: Digests of blobs whose bytes were held against them by this process.
        self._sound: set[str] = set()
        self._log = structlog.get_logger("customhouse.gateway")

    async def open(self, purl: Purl, filename: str) -> Opened | Refused | Missing:
        """Open one file of one release. See `interface.Gate`."""
        admission = await asyncio.to_thread(self._state.admissions.one, purl, filename)
        known = await self._known(purl, admission)
        if isinstance(known, Missing):
            return known
        standing = known.listed.listing.standings.get(purl.version or "") if known is not None else None
        if known is not None and standing is None:  # taken down: by its author or, more often, for what it is
            return Missing(f"upstream has no {purl.display}, or no longer")
        if standing is not None and standing.decision != "allow" and standing.ground in _SETTLED:
            return Refused(purl, filename, standing)
        if standing is not None and standing.ground == "bytes-replaced" and admission is None:
            return Refused(purl, filename, standing)  # the new bytes; those that were admitted before go on
        if admission is None or not self._current(admission):
            admission = await self._inspected(purl, filename, admission)
            if admission is None:
                return Missing(f"upstream has no file {filename} of {purl.display}")
        said = await self._standing(purl, admission, known)
        if said.decision != "allow":
            return Refused(purl, filename, said)
        ends = [each.timestamp() for each in (said.until, admission.recheck) if each is not None]
        ends += [known.listed.until] if known is not None else []
        return Opened(admission, await self._bytes(purl, filename, admission), min(ends, default=None))

    async def _known(self, purl: Purl, admission: Admission | None) -> Known | Missing | None:
        """What the list says of the package; None where that cannot be told and the file was admitted before."""
        try:
            known = await self._listings.known(make_purl(purl.ecosystem, purl.name))
        except UnavailableError:
            if admission is None:
                raise
            return None
        return known

    def _current(self, admission: Admission) -> bool:
        """Whether an admission was given under the policy in force and need not be looked at again yet."""
        due = admission.recheck is not None and admission.recheck <= datetime.now(UTC)
        return admission.policy == self._state.policy and not due

    async def _inspected(self, purl: Purl, filename: str, before: Admission | None) -> Admission | None:
        """Have it inspected, or judged anew. What was admitted stays so while upstream cannot be asked."""
        try:
            found = await self._desk.inspect(purl, filename, self._state.policy)
        except UnavailableError:
            if before is not None and before.decision == "allow":
                return before
            raise
        return found if found is not None else before

    async def _standing(self, purl: Purl, admission: Admission, known: Known | None) -> Standing:
        """Judge the very file: its admission, what is decided and known of the release, and its own age."""
        now = datetime.now(UTC)
        package = make_purl(purl.ecosystem, purl.name)
        version = purl.version or ""
        remembered = await asyncio.to_thread(self._state.remembered, package, (version,) if known else (), now)
        words = await self._advisories.words((purl,), {purl: (f"sha256:{admission.sha256}",)}, now)
        gap = await self._advisories.gaps(purl, now)
        told = known.listed.listing.standings.get(version) if known is not None else None
        file = _artifact(known, purl, admission.filename)
        facts = VersionFacts(
            version,
            published=(file.uploaded if file is not None else None) or (told.published if told else None),
            first_seen=remembered.first_seen.get(version),
            # What was admitted while upstream answered is not younger now that it does not.
            minimum_age=minimum_age_for(self._configuration, purl) if known is not None else _NOTHING,
            admissions=(admission,),
            in_force=remembered.in_force_for(purl),
            advisories=gap if gap.decision != "allow" else words.get(purl, Word()),
        )
        said = standing_of(facts, now)
        if said.ground == "cooldown" and told is not None and told.ground == "fixes-advisory":
            return told
        return said

    async def _bytes(self, purl: Purl, filename: str, admission: Admission) -> Bytes:
        if admission.sha256 not in self._sound:
            await self._require_sound(admission.sha256)
        found = await self._state.blobs.open(admission.sha256)
        if found is None:  # the store lost it: fetched again, and only those very bytes
            await self._desk.inspect(purl, filename, self._state.policy, bytes_only=admission.sha256)
            found = await self._state.blobs.open(admission.sha256)
        if found is None:
            raise UnavailableError(f"the bytes of {filename} are not in the store and could not be fetched again")
        return found

    async def _require_sound(self, sha256: str) -> None:
        """Hold stored bytes against their name once in this process's life; what is damaged is taken out."""
        found = await self._state.blobs.verify(sha256)
        if found == "damaged":
            self._log.error("blob.damaged", sha256=sha256)
            await self._state.blobs.delete(sha256)
        elif found == "sound":
            self._sound.add(sha256)


_NOTHING = timedelta()


def _artifact(known: Known | None, purl: Purl, filename: str) -> Artifact | None:
    release = known.project.release(purl.version or "") if known is not None else None
    return next((each for each in release.artifacts if each.filename == filename), None) if release else None
