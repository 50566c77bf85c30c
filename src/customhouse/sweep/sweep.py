"""A sweep from end to end: stored evidence, judged somewhere, put together."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence

from customhouse.engine.intelligence import Intelligence
from customhouse.engine.kept_cases import case_version
from customhouse.evidence.content import content_version
from customhouse.model.indicator import Indicator
from customhouse.model.purl import parse_purl
from customhouse.model.sweep import Sweep, Swept, Unswept
from customhouse.model.verdict import DECISIONS, Decision
from customhouse.policy.configuration import Configuration
from customhouse.storage.evidence_cache import EvidenceCache
from customhouse.sweep.batch import Question, own_version
from customhouse.sweep.evidence import StoredEvidence
from customhouse.sweep.scheduler import Scheduler


def sweep(
    cache: EvidenceCache,
    advisories: Intelligence,
    configuration: Configuration,
    scheduler: Scheduler,
    *,
    rules: Sequence[str] = (),
    indicators: Sequence[Indicator] = (),
    everything: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Sweep:
    """Judge everything that the cache holds with today's rules, policy and advisories.

    Told is what is judged worse than when it was inspected; with `rules`, whatever these find; with `indicators`,
    whatever shows one; with `everything`, all that is not allowed. Raises UpstreamError when the workers are gone.
    """
    started = time.monotonic()
    content = content_version()
    stored = StoredEvidence(cache, advisories, case_version(content), content)
    asyncio.run(advisories.prepare(parse_purl(purl) for purl in stored.purls()))
    question = Question(configuration, tuple(rules), tuple(indicators), everything, own_version())
    told: list[Swept] = []
    failed: list[Unswept] = []
    decisions: Counter[Decision] = Counter()
    answered: set[int] = set()
    for result in scheduler.run(stored.batches(question)):
        if result.number in answered:  # a batch that a lost worker had finished after all
            continue
        answered.add(result.number)
        told.extend(result.told)
        failed.extend(result.failed)
        decisions.update(result.decisions)
        progress(sum(decisions.values()) + len(failed), stored.most)
    return Sweep(
        artifacts=len(stored.artifacts),
        releases=sum(decisions.values()),
        told=tuple(sorted(told, key=_worst_first)),
        unswept=(*stored.failed, *failed),
        outdated=stored.outdated,
        decisions=tuple((decision, decisions[decision]) for decision in DECISIONS),
        rules=tuple(rules),
        indicators=len(indicators),
        workers=scheduler.place,
        seconds=time.monotonic() - started,
        warnings=tuple(cache.warnings),
    )


def _worst_first(swept: Swept) -> tuple[object, ...]:
    return (not swept.hits, -DECISIONS.index(swept.verdict.decision), str(swept.verdict.purl))
