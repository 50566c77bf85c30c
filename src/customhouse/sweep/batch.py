"""Judging a batch of stored cases: the one piece of work of a sweep, whichever process or machine does it.

A batch carries all that is needed, so that a worker needs no access to the evidence cache; it is small enough that a
lost one costs little.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import msgspec

from customhouse.engine.readers import OpenedArchive
from customhouse.engine.verdicts import digests_of
from customhouse.model.content import ContentFacts
from customhouse.model.evidence import Case
from customhouse.model.indicator import Indicator
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.purl import parse_purl
from customhouse.model.sweep import KeptCase, Swept, Unswept
from customhouse.model.verdict import Decision
from customhouse.policy.configuration import Configuration
from customhouse.policy.decide import decide
from customhouse.rules.all_rules import RULES
from customhouse.rules.judge import judge
from customhouse.sweep.matching import hits


class Item(msgspec.Struct, frozen=True):
    """One stored case and its archives' facts, each still msgpack.

    `kept` is empty for an archive that no case speaks of; `purl` then says whose it is.
    """

    subject: str
    purl: str
    kept: bytes
    archives: tuple[bytes, ...]
    collected: float
    advisories: tuple[AdvisoryMatch, ...] = ()


class Question(msgspec.Struct, frozen=True):
    """What a sweep asks of every case. With `rules`, whatever they find is told, else only what is stricter now."""

    configuration: Configuration
    rules: tuple[str, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    everything: bool = False
    customhouse: str = ""


class Batch(msgspec.Struct, frozen=True):
    """Items that are judged in one go."""

    number: int
    items: tuple[Item, ...]
    question: Question


class BatchResult(msgspec.Struct, frozen=True):
    """What became of a batch: what is to be told, how many were judged to what, and what could not be judged."""

    number: int
    told: tuple[Swept, ...] = ()
    decisions: tuple[Decision, ...] = ()
    failed: tuple[Unswept, ...] = ()


@cache
def own_version() -> str:
    """The version of Customhouse and a digest of its rules' pages, which all workers have to share."""
    pages = hashlib.sha256("\n".join(f"{rule.id} {rule.page}" for rule in RULES).encode()).hexdigest()[:12]
    try:
        return f"{version('customhouse')} (rules {pages})"
    except PackageNotFoundError:  # run from a checkout
        return f"from source (rules {pages})"


def judge_batch(batch: Batch) -> BatchResult:
    """Judge every item; one that cannot be judged is told with its reason and keeps nothing else from its verdict."""
    asked = batch.question.customhouse
    if asked and asked != own_version():
        reason = f"a worker runs customhouse {own_version()}, the sweep {asked}"
        return BatchResult(batch.number, failed=tuple(Unswept(item.subject, reason) for item in batch.items))
    told: list[Swept] = []
    decisions: list[Decision] = []
    failed: list[Unswept] = []
    for item in batch.items:
        try:
            swept, worth = _judge(item, batch.question)
        except Exception as error:  # noqa: BLE001 - whatever is stored, the others are judged
            failed.append(Unswept(item.subject, f"{type(error).__name__}: {error}"))
            continue
        decisions.append(swept.verdict.decision)
        if worth:
            told.append(swept)
    return BatchResult(batch.number, tuple(told), tuple(decisions), tuple(failed))


def _judge(item: Item, question: Question) -> tuple[Swept, bool]:
    contents = tuple(msgspec.msgpack.decode(each, type=OpenedArchive).facts for each in item.archives)
    before: Decision | None = None
    if item.kept:
        kept = msgspec.msgpack.decode(item.kept, type=KeptCase)
        case, before = msgspec.structs.replace(kept.case, contents=contents, advisories=item.advisories), kept.decision
    else:
        case = _alone(item, contents)
    findings = judge(case)
    if question.rules:
        findings = tuple(finding for finding in findings if finding.rule in question.rules)
    verdict = decide(case.purl, findings, (), case.evidence, digests_of(case), question.configuration, case.now)
    swept = Swept(verdict, case.now, before, hits(case, question.indicators))
    return swept, _worth_telling(swept, question)


def _worth_telling(swept: Swept, question: Question) -> bool:
    if swept.hits:
        return True
    if question.rules:
        return bool(swept.verdict.findings)
    if question.indicators:
        return question.everything and swept.verdict.decision != "allow"
    return swept.stricter or (question.everything and swept.verdict.decision != "allow")


def _alone(item: Item, contents: Sequence[ContentFacts]) -> Case:
    """The case of an archive that was opened beside a release: of its registry nothing is known."""
    return Case(
        purl=parse_purl(item.purl),
        now=datetime.fromtimestamp(item.collected, UTC),
        minimum_age=timedelta(),
        contents=tuple(contents),
        advisories=item.advisories,
    )
