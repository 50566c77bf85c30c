"""Which versions of a package clients may see now: upstream, the state, the advisories and the clock together."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from customhouse.ecosystems.interface import Project
from customhouse.gateway.admission.advisories import Advisories
from customhouse.gateway.admission.single_files import about_the_release, hidden_files, undated
from customhouse.gateway.admission.standing import VersionFacts, Word, standing_of
from customhouse.gateway.alarms import Alarms
from customhouse.gateway.beside_the_loop import MANY_VERSIONS, done
from customhouse.gateway.downgrades import downgraded
from customhouse.gateway.interface import Downgraded, Listed, Missing, UnavailableError
from customhouse.gateway.pinned import contradiction
from customhouse.gateway.state import Remembered, State
from customhouse.gateway.upstream.shelves import Shelf
from customhouse.gateway.upstream.source import Source
from customhouse.gateway.watch import Watch
from customhouse.model.errors import HostileUpstream, NotFoundUpstream, UnreachableUpstream
from customhouse.model.gateway import Admission, Listing, Pin, Standing
from customhouse.model.purl import Purl, make_purl
from customhouse.model.release import Artifact, ReleaseTime
from customhouse.policy.configuration import Configuration
from customhouse.policy.cooldown import minimum_age_for
from customhouse.versions.compare import nearest
from customhouse.versions.release_line import is_prerelease

#: Bytes of documents that are remembered, read; reading them takes about as much again.
_MOST = 48 * 1024 * 1024


class _Kept(msgspec.Struct, frozen=True):
    listed: Listed
    project: Project
    epoch: int
    #: Unix seconds until which upstream need not be asked again.
    fresh: float


class Known(msgspec.Struct, frozen=True):
    """A listing, and the project that it was made from: what the gate needs to find a file's release."""

    listed: Listed
    project: Project


class PackageListings:
    """The Listings of the gateway: each package worked out once at a time, and remembered until something changes."""

    def __init__(
        self, source: Source, state: State, advisories: Advisories, configuration: Configuration, watch: Watch
    ) -> None:
        """Share the gateway's parts."""
        self._source = source
        self._state = state
        self._advisories = advisories
        self._configuration = configuration
        self._watch = watch
        self._alarms = Alarms(state.ledger)
        self._kept: OrderedDict[Purl, _Kept] = OrderedDict()
        self._size = 0
        self._running: dict[Purl, asyncio.Task[Known | Missing]] = {}

    def follow(self, configuration: Configuration) -> None:
        """Go by another policy from now on."""
        self._configuration = configuration

    async def listed(self, purl: Purl) -> Listed | Missing:
        """List a package. Raises UnavailableError."""
        known = await self.known(purl)
        return known if isinstance(known, Missing) else known.listed

    async def known(self, purl: Purl) -> Known | Missing:
        """List a package, with its project. Raises UnavailableError."""
        kept = self._kept.get(purl)
        if kept is not None and self._holds(kept):
            self._kept.move_to_end(purl)
            return Known(kept.listed, kept.project)
        task = self._running.get(purl)
        if task is None:
            task = asyncio.create_task(self._make(purl))
            self._running[purl] = task
            task.add_done_callback(lambda _: self._running.pop(purl, None))
        return await asyncio.shield(task)

    async def decided(self, purl: Purl) -> Known | Missing:
        """List a package after something was just decided of it, of which the watch need not know yet."""
        await self._watch.look()
        return await self.known(purl)

    def _holds(self, kept: _Kept) -> bool:
        return self._watch.holds(kept.listed.listing.purl, kept.epoch) and time.time() < kept.listed.until

    async def _make(self, purl: Purl) -> Known | Missing:
        epoch = await self._watch.look_if_stale()
        kept = self._kept.get(purl)
        try:
            if kept is not None and time.time() < kept.fresh:  # something was decided, and upstream says the same
                shelf, fresh = Shelf(kept.listed.document, kept.project), kept.fresh
            else:
                fresh = time.time() + self._source.max_age
                shelf = await self._source.shelf(purl)
            listing = await self._listing(purl, shelf, datetime.now(UTC))
        except NotFoundUpstream as error:
            return Missing(error.message)
        except UnreachableUpstream as error:
            raise UnavailableError(error.message) from None
        except HostileUpstream as error:
            raise UnavailableError(f"upstream's answer is not to be trusted: {error.message}", 60) from None
        named, downgrade = await done(len(listing.standings) > MANY_VERSIONS, _told, shelf, listing)
        until = min(fresh, listing.until.timestamp() if listing.until is not None else fresh)
        told = Listed(shelf.document, listing, named, until, downgrade)
        known = Known(told, shelf.project)
        self._keep(_Kept(known.listed, known.project, epoch, fresh))
        return known

    def _keep(self, kept: _Kept) -> None:
        purl = kept.listed.listing.purl
        if (before := self._kept.pop(purl, None)) is not None:
            self._size -= len(before.listed.document.data)
        self._kept[purl] = kept
        self._size += len(kept.listed.document.data)
        while self._size > _MOST and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped.listed.document.data)

    async def _listing(self, purl: Purl, shelf: Shelf, now: datetime) -> Listing:
        project = shelf.project
        versions = [each.version for each in project.times]
        many = len(versions) > MANY_VERSIONS
        age = minimum_age_for(self._configuration, purl)
        # npm's releases have one file each, of which everything is said with the release.
        files = await done(many, _files, project, versions) if purl.ecosystem == "pypi" else {}
        nameless = [name for each in files.values() for name in undated(each)] if age else []
        remembered, gap = await asyncio.gather(
            asyncio.to_thread(self._state.remembered, purl, [*versions, *nameless], now),
            self._advisories.gaps(purl, now),
        )
        digests = await done(many, _bytes_of, project, versions, remembered)
        words = await self._advisories.words(list(digests), digests, now)
        facts = await done(many, _facts, project, files, remembered, digests, words, gap, age)
        for version, each in facts.items():
            if each.replaced:
                await asyncio.to_thread(self._alarms.ring, make_purl(purl.ecosystem, purl.name, version), each.replaced)
        standings = await done(many, _standings, facts, now)
        await self._let_fixes_in(purl, project.times, facts, standings, now)
        hidden = await done(many, _hide_files, files, facts, standings, remembered, now)
        return Listing(purl, standings, now, _next((*standings.values(), *hidden.values()), now), hidden)

    async def _let_fixes_in(
        self,
        purl: Purl,
        times: tuple[ReleaseTime, ...],
        facts: Mapping[str, VersionFacts],
        standings: dict[str, Standing],
        now: datetime,
    ) -> None:
        """Let those in that are too young, and fix an advisory which covers what clients would get in their place."""
        young = [version for version, each in standings.items() if each.ground == "cooldown"]
        offered = [
            each.version
            for each in times
            if standings[each.version].decision == "allow" and not is_prerelease(purl.ecosystem, each.version)
        ]
        # What is held for its vulnerability is what a client has and must leave: it counts as offered here.
        offered += [version for version, each in standings.items() if each.ground == "advisory"]
        if not young or not offered:
            return
        for version in young:
            other = nearest(purl.ecosystem, version, offered)
            theirs = await self._advisories.vulnerabilities(make_purl(purl.ecosystem, purl.name, other))
            if not theirs:
                continue
            mine = await self._advisories.vulnerabilities(make_purl(purl.ecosystem, purl.name, version))
            if fixed := sorted({theirs[name] for name in theirs if name not in mine}):
                told = f"{', '.join(fixed[:3])} in {other}"
                standings[version] = standing_of(msgspec.structs.replace(facts[version], fixes=told), now)


def _bytes_of(project: Project, versions: Sequence[str], remembered: Remembered) -> dict[Purl, tuple[str, ...]]:
    """The bytes (`sha256:…`) that each release stands for, as far as that is known."""
    ecosystem, name = project.purl.ecosystem, project.purl.name
    purls = {version: make_purl(ecosystem, name, version) for version in versions}
    return {
        purl: _named(remembered.pins.get(version, ())) or _promised(project, purl, remembered)
        for version, purl in purls.items()
    }


def _facts(
    project: Project,
    files: Mapping[str, tuple[Artifact, ...]],
    remembered: Remembered,
    digests: Mapping[Purl, tuple[str, ...]],
    words: Mapping[Purl, Word],
    gap: Word,
    age: timedelta,
) -> dict[str, VersionFacts]:
    facts = {}
    for each, purl in zip(project.times, digests, strict=True):
        admissions = remembered.admissions.get(each.version, ())
        facts[each.version] = VersionFacts(
            each.version,
            published=each.published,
            first_seen=remembered.first_seen.get(each.version),
            minimum_age=age,
            admissions=_of_release(admissions, files.get(each.version)),
            digests=digests[purl],
            in_force=remembered.in_force_for(purl),
            advisories=gap if gap.decision != "allow" else words.get(purl, Word()),
            replaced=_replaced(project, each.version, remembered.pins.get(each.version, ())),
        )
    return facts


def _standings(facts: Mapping[str, VersionFacts], now: datetime) -> dict[str, Standing]:
    return {version: standing_of(each, now) for version, each in facts.items()}


def _hide_files(
    files: Mapping[str, tuple[Artifact, ...]],
    facts: Mapping[str, VersionFacts],
    standings: dict[str, Standing],
    remembered: Remembered,
    now: datetime,
) -> dict[str, Standing]:
    """Judge files one by one; a release all of whose files are hidden is hidden itself."""
    hidden: dict[str, Standing] = {}
    for version, artifacts in files.items():
        known = remembered.admissions.get(version, ())
        found = hidden_files(facts[version], standings[version], artifacts, known, remembered.first_seen, now)
        if found and len(found) == len({each.filename for each in artifacts}):
            standings[version] = min(found.values(), key=_end)
        else:
            hidden |= found
    return hidden


def _told(shelf: Shelf, listing: Listing) -> tuple[str, Downgraded | None]:
    """Name the whole of what clients see, and say what stands in the place of upstream's newest."""
    named = hashlib.sha256(f"{shelf.document.revision} {_digest(listing)}".encode()).hexdigest()[:32]
    return named, downgraded(listing, shelf.project.tags)


def _files(project: Project, versions: Sequence[str]) -> dict[str, tuple[Artifact, ...]]:
    return {version: release.artifacts for version in versions if (release := project.release(version)) is not None}


def _of_release(admissions: tuple[Admission, ...], artifacts: tuple[Artifact, ...] | None) -> tuple[Admission, ...]:
    return admissions if artifacts is None else about_the_release(admissions, artifacts)


def _end(standing: Standing) -> datetime:
    return standing.until or datetime.max.replace(tzinfo=UTC)


def _named(pins: tuple[Pin, ...]) -> tuple[str, ...]:
    return tuple(sorted({f"sha256:{pin.sha256}" for pin in pins}))


def _promised(project: Project, purl: Purl, remembered: Remembered) -> tuple[str, ...]:
    """The bytes that upstream promises of what was approved before it was ever fetched; none where nobody approved."""
    if not any(each.act == "approve" for each in remembered.in_force_for(purl)):
        return ()
    release = project.release(purl.version or "")
    artifacts = release.artifacts if release is not None else ()
    return tuple(sorted({str(digest) for each in artifacts for digest in each.digests if digest.algorithm == "sha256"}))


def _replaced(project: Project, version: str, pins: tuple[Pin, ...]) -> str:
    """Say which file upstream now promises other bytes for than it did when it was first handed out; empty for none."""
    if not pins:
        return ""
    release = project.release(version)
    promised = {each.filename: each.digests for each in release.artifacts} if release is not None else {}
    return next((said for pin in pins if (said := contradiction(pin, promised.get(pin.filename, ())))), "")


def _next(standings: Iterable[Standing], now: datetime) -> datetime | None:
    """The first moment at which a standing ends by itself."""
    ends = [each.until for each in standings if each.until is not None and each.until > now]
    return min(ends, default=None)


def _digest(listing: Listing) -> str:
    """Name what clients see: which versions and files are hidden, and why."""
    said = sorted((each.version, each.decision, each.ground) for each in listing.hidden)
    said += sorted((name, each.decision, each.ground) for name, each in listing.files.items())
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()
