"""Real releases through the real pipeline, each as it would have been judged an hour after it was published.

That is the hard case: nobody has reported anything, and no finding has been weakened by age. The default policy
decides, with the cooldown left out (every release would be too young), and no advisory is known.
"""

import asyncio
import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from customhouse.archives.stream import DEFAULT_LIMITS
from customhouse.ecosystems.registries import Registries
from customhouse.engine.artifacts import ArtifactOpener
from customhouse.engine.brought import ClosureCollector
from customhouse.engine.cases import CaseBuilder, CaseOptions
from customhouse.engine.intelligence import Intelligence
from customhouse.engine.readers import ReaderPool
from customhouse.engine.verdicts import verdict_on
from customhouse.model.errors import UpstreamError
from customhouse.model.evidence import Case
from customhouse.model.purl import parse_purl
from customhouse.model.verdict import Verdict
from customhouse.policy.configuration import Configuration, Cooldown, Pypi
from customhouse.policy.decide import worst
from customhouse.storage.evidence_cache import EvidenceCache
from evals.as_of import VERSION, RegistryAsOf, dated_out_of_order
from evals.code_version import judging_code, reading_code
from evals.kept import Budget, KeptArchives, KeptDocuments, archive_path
from evals.result import Judged, Reason
from evals.rows import Rows
from evals.upgrades import Upgrade

#: The note on a release whose date cannot be that of its publication.
DATE_OF_COPY = "the registry dates it before a lower version or after a higher one of its line, as a mirror may"
#: After its publication, when a release is judged.
AFTER = timedelta(hours=1)
#: Releases under way at once, requests at once, archives in memory at once.
_IN_FLIGHT = 12
_PARALLEL_ARCHIVES = 6
#: Rules that are not counted: their findings are the cooldown.
COOLDOWN_RULES = frozenset({"release-too-young"})
#: Gaps that another day may close: a release that has one is judged again by the next run.
_PASSING = frozenset(
    {"registry-unreachable", "artifact-unavailable", "previous-unavailable", "dependency-unresolved"}
) | {"closure-unreachable", "attestation-unread"}
#: The default policy. Of PyPI's files those are taken that an ordinary install here would choose among.
CONFIGURATION = Configuration(cooldown=Cooldown(minimum_age="0"), pypi=Pypi(artifacts="installable"))


class Archive(msgspec.Struct, frozen=True):
    """An archive of a judged release, as it is kept."""

    filename: str
    sha256: str


class Told(msgspec.Struct, frozen=True):
    """What the registry told of a release: what it leaves out, no rule can go by."""

    #: UTC; None when it was not told, or cannot be.
    published: datetime | None = None
    publisher: bool = False
    provenance: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What judging one upgrade gave, without its times."""

    judged: Judged
    archives: tuple[Archive, ...] = ()
    #: Every finding, those that neither held nor blocked included, worst first.
    said: tuple[Reason, ...] = ()
    told: Told = Told()


class Places(msgspec.Struct, frozen=True):
    """Where an evaluation keeps what it fetched and found."""

    root: Path

    @property
    def archives(self) -> Path:
        """Archives as they were published."""
        return self.root / "archives"

    @property
    def documents(self) -> Path:
        """What registries said."""
        return self.root / "documents"

    @property
    def evidence(self) -> Path:
        """Facts read by the code as it is now."""
        return self.root / f"evidence-{reading_code()}"

    @property
    def results(self) -> Path:
        """What the code as it is now made of it."""
        return self.root / "results"

    def archives_of(self, outcome: "Outcome") -> list[tuple[str, Path]]:
        """Return sha256 and path of each archive that a judged release has."""
        purl = parse_purl(outcome.judged.purl)
        return [(each.sha256, archive_path(self.archives, purl, each.filename)) for each in outcome.archives]


def forget_old_evidence(places: Places, days: int = 3) -> None:
    """Remove what code that has changed since read of archives, once nobody has used it for some days."""
    oldest = time.time() - days * 86_400
    for folder in places.root.glob("evidence-*"):
        if folder != places.evidence and max(path.stat().st_mtime for path in (folder, *folder.iterdir())) < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def judge_upgrades(
    upgrades: Sequence[Upgrade],
    places: Places,
    environ: Mapping[str, str],
    *,
    max_bytes: int,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Judge every upgrade that the code as it is now has not judged yet; returns all, in the order given.

    Args:
        upgrades: What to judge.
        places: Where everything is kept; results are appended one by one, so a killed run goes on where it was.
        environ: Names the registries, as for any client.
        max_bytes: What this run may fetch; what lies beyond is a gap, and tried again by the next run.
        tell: Called after each.
    """
    rows = Rows(places.results / f"judged-{judging_code()}-{VERSION}.jsonl", Outcome)
    todo = [each for each in upgrades if rows.get(key_of(each)) is None]
    found: dict[str, Outcome] = {}

    def keep(upgrade: Upgrade, outcome: Outcome) -> None:
        found[key_of(upgrade)] = outcome
        if not any(reason.rule.removeprefix("gap:") in _PASSING for reason in outcome.judged.reasons):
            rows.add(key_of(upgrade), outcome)
        tell(outcome)

    if todo:
        forget_old_evidence(places)
        readers = ReaderPool(DEFAULT_LIMITS)
        try:
            asyncio.run(_judge_all(todo, places, environ, max_bytes, readers, keep))
        finally:
            readers.close()
    known = ((rows.get(key_of(each)) or found[key_of(each)], each) for each in upgrades)
    return [_of_projects(outcome, upgrade) for outcome, upgrade in known]


def key_of(upgrade: Upgrade) -> str:
    """Name an upgrade by what it is: the release, what it replaces, and the digests that the lock has of it."""
    digests = ",".join(sorted(str(digest) for digest in upgrade.locked.integrity))
    told = f"{upgrade.purl} {upgrade.before} {digests}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _of_projects(outcome: Outcome, upgrade: Upgrade) -> Outcome:
    """The projects are no part of the key: say them as the locks have them now."""
    return msgspec.structs.replace(
        outcome, judged=msgspec.structs.replace(outcome.judged, family=", ".join(upgrade.projects))
    )


async def _judge_all(
    upgrades: Iterable[Upgrade],
    places: Places,
    environ: Mapping[str, str],
    max_bytes: int,
    readers: ReaderPool,
    keep: Callable[[Upgrade, Outcome], None],
) -> None:
    from customhouse.ecosystems.transport import Bounds, Transport  # noqa: PLC0415 - what is known needs no network

    slots = asyncio.Semaphore(_IN_FLIGHT)
    documents = KeptDocuments(Transport(environ, Bounds(concurrency=8)), places.documents, Budget(max_bytes))
    with EvidenceCache(places.evidence) as cache:
        configured = Registries(places.root, environ, None, None, documents)
        async with configured as registries:
            opener = ArtifactOpener(cache, readers, offline=False, parallel=_PARALLEL_ARCHIVES)
            try:

                async def one(upgrade: Upgrade) -> None:
                    async with slots:
                        keep(upgrade, await _judge(upgrade, registries, places, cache, opener))

                async with asyncio.TaskGroup() as tasks:
                    for upgrade in upgrades:
                        tasks.create_task(one(upgrade))
            finally:
                await opener.aclose()


async def _judge(
    upgrade: Upgrade, registries: Registries, places: Places, cache: EvidenceCache, opener: ArtifactOpener
) -> Outcome:
    kept = KeptArchives(registries.for_(upgrade.purl.ecosystem), places.archives)
    published, note = await _dates(kept, upgrade)
    now = (published or datetime.now(UTC)) + AFTER
    options = CaseOptions(now=now, metadata_max_age=timedelta(), installable_only=True)
    builder = CaseBuilder(cache, opener, Intelligence(()), options)
    closure = ClosureCollector(cache, builder, CONFIGURATION, options)
    registry = RegistryAsOf(kept, now, upgrade.purl, upgrade.before)
    try:
        case = await builder.build(
            registry, upgrade.purl, timedelta(), upgrade.locked, upgrade.before or None, upgrade.lock_path
        )
        case = await closure.complete(registry, case)
    finally:
        await builder.aclose()
    return _outcome(upgrade, case, verdict_on(case, CONFIGURATION), published, note)


async def _dates(registry: KeptArchives, upgrade: Upgrade) -> tuple[datetime | None, str]:
    """Return when a release was published, and what is to be said of its project's dates."""
    try:
        project = await registry.project(upgrade.purl.name)
    except UpstreamError:
        return None, ""
    version = upgrade.purl.version or ""
    release = project.release(version)
    note = DATE_OF_COPY if dated_out_of_order(project, version) else ""
    return release.published if release is not None else None, note


def _outcome(upgrade: Upgrade, case: Case, verdict: Verdict, published: datetime | None, note: str) -> Outcome:
    counted = [each for each in verdict.findings if each.finding.rule not in COOLDOWN_RULES]
    said = tuple(
        Reason(
            each.decision,
            each.finding.rule,
            each.finding.message,
            each.finding.locations[0].path,
            each.finding.locations[0].line,
            each.finding.severity,
            each.finding.confidence,
        )
        for each in counted
    )
    reasons = [reason for reason in said if reason.decision != "allow"]
    gaps = [
        Reason(each.decision, f"gap:{each.gap.kind}", each.gap.message)
        for each in verdict.gaps
        if each.decision != "allow"
    ]
    decisions = [each.decision for each in counted]
    judged = Judged(
        "upgrade" if upgrade.before else "new-package",
        ", ".join(upgrade.projects),
        upgrade.before,
        str(upgrade.purl),
        worst(decisions),
        worst((*decisions, *(each.decision for each in verdict.gaps))),
        tuple(dict.fromkeys(each.finding.rule for each in counted)),
        0.0,
        0.0,
        reasons=(*reasons, *gaps),
        note=note,
    )
    archives = tuple(Archive(each.filename, each.sha256) for each in case.contents)
    release = case.metadata.release if case.metadata is not None else None
    told = Told(published, bool(release and release.publisher), bool(release and release.provenance is not None))
    return Outcome(judged, archives, said, told)
