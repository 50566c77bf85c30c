"""What is asked beside a release itself: its attestations, the projects that it may be passing for, its git remote.

All of it is about recent releases only: what an older one looks like has been seen by everyone who updates.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from customhouse.ecosystems.interface import Registry
from customhouse.evidence.git_remote import EARLIER, ask_source, remote_to_ask
from customhouse.evidence.mail_domain import domain_exists, domain_of
from customhouse.evidence.metadata import METADATA_VERSION
from customhouse.evidence.related import Asked, related_projects, worth_asking
from customhouse.model.content import ContentFacts
from customhouse.model.errors import UpstreamError
from customhouse.model.evidence import Gap, MetadataFacts
from customhouse.model.history import Claims, Related, SourceFacts
from customhouse.model.release import Manifest
from customhouse.storage.evidence_cache import EvidenceCache

#: A release older than this has settled (rules/shared/age.py).
_RECENT = timedelta(days=90)


class Lookups(msgspec.Struct, frozen=True):
    """What may be asked; see `[lookups]` in policy/configuration.py. `environ` is what git is told of proxies."""

    attestations: bool = True
    source_hosts: tuple[str, ...] = ()
    mail_domains: bool = False
    environ: Mapping[str, str] = {}


class Beside(msgspec.Struct, frozen=True):
    """The fields of the same names in MetadataFacts."""

    claims: Claims | None = None
    previous_claims: Claims | None = None
    related: tuple[Related, ...] = ()
    source: SourceFacts | None = None
    domain_exists: bool | None = None
    gaps: tuple[Gap, ...] = ()


class SurroundingsCollector:
    """Asks, and keeps what was answered whole."""

    def __init__(self, cache: EvidenceCache, now: datetime, lookups: Lookups) -> None:
        """Share the engine's cache."""
        self._cache = cache
        self._now = now
        self._lookups = lookups

    async def collect(
        self, registry: Registry, facts: MetadataFacts, contents: tuple[ContentFacts, ...], *, offline: bool
    ) -> Beside:
        """Ask what may be asked and can matter for one release. Never raises for what others do."""
        published = facts.release.published
        if published is None or self._now - published >= _RECENT:
            return Beside()
        subject = self._subject(registry, facts)
        kept = self._cache.get("surroundings", subject, METADATA_VERSION, Beside)
        if kept is not None:
            return kept[0]
        if offline:
            return Beside()
        beside = await self._ask(registry, facts, contents)
        if not beside.gaps:
            self._cache.put("surroundings", subject, METADATA_VERSION, beside, time.time())
        return beside

    def _subject(self, registry: Registry, facts: MetadataFacts) -> str:
        previous = facts.previous.purl.version if facts.previous is not None else ""
        asked = f"{self._lookups.attestations:d}{self._lookups.mail_domains:d}"
        hosts = ",".join(self._lookups.source_hosts)
        return f"{registry.origin(facts.release.purl.name)} {facts.release.purl} {previous} {asked} {hosts}"

    async def _ask(self, registry: Registry, facts: MetadataFacts, contents: tuple[ContentFacts, ...]) -> Beside:
        manifest = facts.release.manifest or next((each.manifest for each in contents if each.manifest), None)
        beside = Beside()
        if worth_asking(facts, self._now):
            asked = Asked(facts.release, manifest)
            beside = Beside(related=await related_projects(registry, asked, _popular(facts)))
        if self._lookups.attestations:
            beside = await _with_claims(beside, registry, facts)
        return await self._with_lookups(beside, facts, manifest)

    async def _with_lookups(self, beside: Beside, facts: MetadataFacts, manifest: Manifest | None) -> Beside:
        remote = remote_to_ask(manifest, self._lookups.source_hosts)
        publisher = facts.release.publisher
        domain = domain_of(publisher.email) if publisher is not None and self._lookups.mail_domains else ""
        earlier = [one.version for one in facts.earlier[:EARLIER]]
        source, exists = await asyncio.gather(
            ask_source(remote, facts.release, earlier, self._lookups.environ) if remote else _nothing(),
            domain_exists(domain) if domain else _nothing(),
        )
        gaps = list(beside.gaps)
        if source is not None and source.status == "unreachable":
            message = f"the git remote that the release names does not answer: {source.remote}"
            gaps.append(Gap("provenance", "source-unreachable", message, "whether it has the release's tag is unknown"))
        if domain and exists is None:
            message = f"whether the domain {domain} exists could not be asked"
            gaps.append(Gap("metadata", "mail-domain-unknown", message, "try again when the name server answers"))
        return msgspec.structs.replace(beside, source=source, domain_exists=exists, gaps=tuple(gaps))


async def _nothing() -> None:
    """Stand for a question that is not asked."""


def _popular(facts: MetadataFacts) -> tuple[str, ...]:
    """Popular names that the project's name comes close to; the list is loaded for young projects only."""
    from customhouse.rules.shared.popular_names import lookalikes  # noqa: PLC0415 - see above

    purl = facts.release.purl
    return tuple(dict.fromkeys(each.popular for each in lookalikes(purl.ecosystem, purl.name)))[:1]


async def _with_claims(beside: Beside, registry: Registry, facts: MetadataFacts) -> Beside:
    """Add both releases' claims where both announce attestations: two small requests.

    What cannot be fetched or read is a gap.
    """
    release, previous = facts.release, facts.previous
    if previous is None or release.provenance is not True or previous.provenance is not True:
        return beside
    try:
        claims = await registry.claims(release)
        before = await registry.claims(previous) if claims is not None else None
    except UpstreamError as error:
        gap = Gap("provenance", "attestation-unread", error.message, error.hint)
        return msgspec.structs.replace(beside, gaps=(*beside.gaps, gap))
    return msgspec.structs.replace(beside, claims=claims, previous_claims=before)
