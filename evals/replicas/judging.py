"""Replicas and their variations, published on the registry simulator and judged by the whole pipeline.

Each is judged an hour after its publication, at the default policy, with the cooldown left out of the count and with
no advisory known: what is left is what the release is and what it changes.
"""

import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from customhouse.archives.stream import DEFAULT_LIMITS
from customhouse.ecosystems.registries import open_registries
from customhouse.engine.artifacts import ArtifactOpener
from customhouse.engine.brought import ClosureCollector
from customhouse.engine.cases import CaseBuilder, CaseOptions
from customhouse.engine.intelligence import Intelligence
from customhouse.engine.readers import EncodedContent, read_encoded
from customhouse.engine.verdicts import verdict_on
from customhouse.evidence.code_reading import forget_files
from customhouse.model.purl import Ecosystem
from customhouse.model.verdict import Verdict
from customhouse.policy.configuration import Configuration, Cooldown
from customhouse.policy.decide import worst
from customhouse.storage.evidence_cache import EvidenceCache
from evals.replicas.catalogue import REPLICAS
from evals.replicas.packing import publish
from evals.replicas.replica import Replica
from evals.replicas.variations.every import variations
from evals.result import Judged, Reason
from simulator import RegistrySimulator

_CONFIGURATION = Configuration(cooldown=Cooldown(minimum_age="0"))


class _InThisProcess:
    """Reads archives here, so that their seconds are this process's."""

    async def read(self, data: bytes, filename: str, ecosystem: Ecosystem) -> EncodedContent:
        return read_encoded(data, filename, ecosystem, DEFAULT_LIMITS)


@dataclass(frozen=True)
class Outcome:
    """A replica's verdict, and the seconds that it took."""

    replica: Replica
    verdict: Verdict
    wall: float
    cpu: float

    @property
    def decision(self) -> str:
        """What the findings alone decide."""
        return worst(judged.decision for judged in self.verdict.findings)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that found something, worst first."""
        return tuple(dict.fromkeys(judged.finding.rule for judged in self.verdict.findings))


def judge(replica: Replica) -> Outcome:
    """Publish a replica and judge its release."""
    forget_files()
    with RegistrySimulator() as registry, tempfile.TemporaryDirectory() as folder:
        publish(replica, registry)
        started, cpu = time.perf_counter(), time.process_time()
        verdict = asyncio.run(_verdict(replica, registry, Path(folder)))
        return Outcome(replica, verdict, time.perf_counter() - started, time.process_time() - cpu)


async def _verdict(replica: Replica, registry: RegistrySimulator, folder: Path) -> Verdict:
    options = CaseOptions(now=replica.judged)
    with EvidenceCache(None) as cache:
        async with open_registries(
            folder, {"HOME": str(folder)}, npm_registry=registry.npm_url, pypi_index=registry.pypi_url
        ) as registries:
            opener = ArtifactOpener(cache, _InThisProcess(), offline=False, parallel=2)  # type: ignore[arg-type]
            builder = CaseBuilder(cache, opener, Intelligence(()), options)
            case = await builder.build(registries.for_(replica.ecosystem), replica.purl, timedelta())
            closure = ClosureCollector(cache, builder, _CONFIGURATION, options)
            case = await closure.complete(registries.for_(replica.ecosystem), case)
            return verdict_on(case, _CONFIGURATION)


def judged(outcome: Outcome) -> Judged:
    """Put an outcome into the record that all evaluations speak in."""
    replica = outcome.replica
    return Judged(
        "variation" if replica.variation else "replica",
        replica.family,
        replica.variation,
        str(replica.purl),
        outcome.decision,
        outcome.verdict.decision,
        outcome.rules,
        outcome.wall,
        outcome.cpu,
        reasons=tuple(_reasons(outcome.verdict)),
    )


def _reasons(verdict: Verdict) -> Iterator[Reason]:
    for it in verdict.findings:
        if it.decision != "allow":
            place = it.finding.locations[0]
            said = (it.finding.message, place.path, place.line, it.finding.severity, it.finding.confidence)
            yield Reason(it.decision, it.finding.rule, *said)
    for gap in verdict.gaps:
        if gap.decision != "allow":
            yield Reason(gap.decision, f"gap:{gap.gap.kind}", gap.gap.message)


def cases(only: str | None = None, *, varied: bool = True) -> Iterator[Replica]:
    """Give every replica (of one family, or the one of that id), each followed by its variations if these count."""
    for replica in REPLICAS:
        if only in (None, replica.family, replica.id):
            yield replica
            yield from variations(replica) if varied else ()


def outcomes(*, jobs: int = 1, only: str | None = None, varied: bool = True) -> Iterator[Outcome]:
    """Judge all cases, on `jobs` processes; in the order of `cases`."""
    if jobs == 1:
        yield from map(judge, cases(only, varied=varied))
        return
    method = "fork" if sys.platform == "linux" else "spawn"
    with multiprocessing.get_context(method).Pool(jobs) as pool:
        yield from pool.imap(judge, cases(only, varied=varied))


def judge_all(*, jobs: int = 1, only: str | None = None) -> Iterator[Judged]:
    """Judge every replica and variation; `only` names one family (or one replica by its id)."""
    return map(judged, outcomes(jobs=jobs, only=only))
