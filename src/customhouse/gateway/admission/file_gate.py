"""The wall: bytes leave only under an admission of those very bytes, under the policy in force."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import msgspec
import structlog

from customhouse.gateway.admission.advisories import Advisories
from customhouse.gateway.admission.listings import Known, PackageListings
from customhouse.gateway.admission.standing import VersionFacts, Word, standing_of
from customhouse.gateway.inspection.desk import Desk
from customhouse.gateway.interface import Bytes, Missing, Opened, Refused, UnavailableError
from customhouse.gateway.state import State
from customhouse.gateway.withdrawals import Withdrawals
from customhouse.model.gateway import Admission, Standing
from customhouse.model.purl import Purl, make_purl
from customhouse.model.release import Artifact
from customhouse.policy.configuration import Configuration
from customhouse.policy.cooldown import minimum_age_for

#: Seconds for which a file need not be asked for again while upstream cannot be asked.
_MEANWHILE = 30.0
#: Grounds on which a version is hidden that speak of the release itself: its files are refused without a look.
_SETTLED = frozenset({"blocked-here", "cooldown", "undated", "advisory"})


class FileGate:
    """The Gate of the gateway."""

    def __init__(
        self,
        listings: PackageListings,
        desk: Desk,
        state: State,
        advisories: Advisories,
        configuration: Configuration,
        withdrawals: Withdrawals | None = None,
    ) -> None:
        """Share the gateway's parts."""
        self._withdrawals = withdrawals or Withdrawals(state)
        self._listings = listings
        self._desk = desk
        self._state = state
        self._advisories = advisories
        self._configuration = configuration
        #: Digests of blobs whose bytes were held against them by this process, and the mark that they bore then.
        self._sound: dict[str, str] = {}
        self._log = structlog.get_logger("customhouse.gateway")

    def follow(self, configuration: Configuration) -> None:
        """Go by another policy from now on."""
        self._configuration = configuration

    async def open(self, purl: Purl, filename: str) -> Opened | Refused | Missing:
        """Open one file of one release. See `interface.Gate`."""
        admission = await asyncio.to_thread(self._state.admissions.one, purl, filename)
        known = await self._known(purl, admission)
        if isinstance(known, Missing):
            return known
        standing = _listed(known, purl, filename) if known is not None else None
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
        # Without upstream's word this is not for long: it may come back with another one.
        ends += [known.listed.until if known is not None else time.time() + _MEANWHILE]
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
        if found is None:
            return before
        if before is not None and before.decision == "allow" and found.decision != "allow":  # noticed here first
            await self._withdrawals.withdraw(before, Word(found.decision, found.reasons))
        return found

    async def _standing(self, purl: Purl, admission: Admission, known: Known | None) -> Standing:
        """Judge the very file: its admission, what is decided and known of the release, and its own age."""
        now = datetime.now(UTC)
        package = make_purl(purl.ecosystem, purl.name)
        version = purl.version or ""
        told = known.listed.listing.standings.get(version) if known is not None else None
        file = _artifact(known, purl, admission.filename)
        # A file may have been added to an old release: its age is its own. npm's releases have one file.
        own = purl.ecosystem == "pypi" and file is not None and file.uploaded is None
        seen = admission.filename if own else version
        remembered = await asyncio.to_thread(self._state.remembered, package, (version, seen) if known else (), now)
        words = await self._advisories.words((purl,), {purl: (f"sha256:{admission.sha256}",)}, now)
        gap = await self._advisories.gaps(purl, now)
        facts = VersionFacts(
            version,
            published=file.uploaded if file is not None else told.published if told is not None else None,
            first_seen=remembered.first_seen.get(seen),
            # What was admitted while upstream answered is not younger now that it does not.
            minimum_age=minimum_age_for(self._configuration, purl) if known is not None else _NOTHING,
            admissions=(admission,),
            in_force=remembered.in_force_for(purl),
            advisories=gap if gap.decision != "allow" else words.get(purl, Word()),
        )
        said = standing_of(facts, now)
        if said.ground == "cooldown" and told is not None and told.ground == "fixes-advisory":
            return told
        if said.decision == "allow" and said.ground != "approved":
            others = remembered.admissions.get(version, ())
            if blocked := tuple(each for each in others if each.decision == "block"):  # whoever put that one there
                return standing_of(msgspec.structs.replace(facts, admissions=blocked), now)
        return said

    async def _bytes(self, purl: Purl, filename: str, admission: Admission) -> Bytes:
        found = await self._sound_bytes(admission.sha256)
        if found is None:  # the store lost it: fetched again, and only those very bytes
            await self._desk.inspect(purl, filename, self._state.policy, bytes_only=admission.sha256)
            found = await self._sound_bytes(admission.sha256)
        if found is None:
            raise UnavailableError(f"the bytes of {filename} are not in the store and could not be fetched again")
        return found

    async def _sound_bytes(self, sha256: str) -> Bytes | None:
        """Open what is stored, held against its name unless nobody has written to it since; what is damaged is removed.

        None where nothing is stored.
        """
        found = await self._state.blobs.open(sha256)
        if found is None or self._sound.get(sha256) == found.mark:
            return found
        match await self._state.blobs.verify(sha256):
            case "sound":
                self._sound[sha256] = found.mark
                return found
            case "damaged":
                self._log.error("blob.damaged", sha256=sha256)
                await self._state.blobs.delete(sha256)
        return None


_NOTHING = timedelta()


def _listed(known: Known, purl: Purl, filename: str) -> Standing | None:
    """What the list says of a file, where that is something of its own, else of its release."""
    listing = known.listed.listing
    standing = listing.standings.get(purl.version or "")
    return listing.files.get(filename, standing) if standing is not None else None


def _artifact(known: Known | None, purl: Purl, filename: str) -> Artifact | None:
    release = known.project.release(purl.version or "") if known is not None else None
    return next((each for each in release.artifacts if each.filename == filename), None) if release else None
