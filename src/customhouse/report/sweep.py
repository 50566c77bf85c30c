"""Telling what a sweep found: for people, and as `customhouse/sweep/1` for programs."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from customhouse.model.indicator import IndicatorKind
from customhouse.model.sweep import Sweep, Swept
from customhouse.model.verdict import Decision
from customhouse.report.documents import FindingDocument, finding_documents
from customhouse.report.json import encode
from customhouse.report.text import counted, visible

#: Stored evidence that could not be judged: told by name up to this many.
_UNSWEPT = 10


class HitDocument(msgspec.Struct, frozen=True):
    """Where an indicator was found. `line` is null where it is in no line of code."""

    kind: IndicatorKind
    value: str
    note: str
    artifact: str
    path: str
    line: int | None


class SweptDocument(msgspec.Struct, frozen=True):
    """One stored release, judged again as of `inspected`.

    `before` is the verdict it got then; null for an archive that was opened only to compare with.
    """

    purl: str
    verdict: Decision
    before: Decision | None
    inspected: str
    digests: tuple[str, ...]
    findings: tuple[FindingDocument, ...]
    indicators: tuple[HitDocument, ...]


class UnsweptDocument(msgspec.Struct, frozen=True):
    """Stored evidence that could not be judged."""

    subject: str
    reason: str


class SweepDocument(msgspec.Struct, frozen=True):
    """What `customhouse sweep --format json` writes.

    `artifacts` counts archives, each once; `decisions` all judged releases by their verdict of today; `told` those that
    are reported. `outdated` releases rest on evidence of an earlier version of a collector.
    """

    schema: Literal["customhouse/sweep/1"]
    verdict: Decision
    artifacts: int
    releases: int
    decisions: dict[str, int]
    outdated: int
    rules: tuple[str, ...]
    indicators: int
    workers: str
    seconds: float
    told: tuple[SweptDocument, ...]
    unswept: tuple[UnsweptDocument, ...]


def sweep_json(sweep: Sweep) -> str:
    """Write a sweep as `customhouse/sweep/1`."""
    document = SweepDocument(
        schema="customhouse/sweep/1",
        verdict=sweep.decision,
        artifacts=sweep.artifacts,
        releases=sweep.releases,
        decisions=dict(sweep.decisions),
        outdated=sweep.outdated,
        rules=sweep.rules,
        indicators=sweep.indicators,
        workers=sweep.workers,
        seconds=round(sweep.seconds, 3),
        told=tuple(_document(each) for each in sweep.told),
        unswept=tuple(UnsweptDocument(each.subject, each.reason) for each in sweep.unswept),
    )
    return encode(msgspec.to_builtins(document))


def _document(swept: Swept) -> SweptDocument:
    return SweptDocument(
        purl=str(swept.verdict.purl),
        verdict=swept.verdict.decision,
        before=swept.before,
        inspected=swept.inspected.isoformat(),
        digests=swept.verdict.digests,
        findings=finding_documents(swept.verdict),
        indicators=tuple(
            HitDocument(hit.indicator.kind, hit.indicator.value, hit.indicator.note, hit.artifact, hit.path, hit.line)
            for hit in swept.hits
        ),
    )


def sweep_text(sweep: Sweep) -> str:
    """Write a sweep for people, without a newline at its end."""
    blocks = ["\n".join(_told(each)) for each in sweep.told]
    blocks.append("\n".join(_summary(sweep)))
    return "\n\n".join(blocks)


def _told(swept: Swept) -> Iterator[str]:
    before = f", was {swept.before}" if swept.before else ", opened to compare with"
    yield visible(
        f"{'FOUND' if swept.hits else swept.verdict.decision.upper():5} {swept.verdict.purl.display}"
        f" (inspected {swept.inspected:%Y-%m-%d %H:%M} UTC{before})"
    )
    for hit in swept.hits:
        place = f"{hit.path}:{hit.line}" if hit.line else hit.path
        note = f" ({hit.indicator.note})" if hit.indicator.note else ""
        where = f"{hit.artifact} {place}".rstrip()
        yield visible(f"  indicator {hit.indicator.kind} {hit.indicator.value}{note}: {where}")
    shown = [each for each in swept.verdict.findings if each.decision != "allow"] or list(swept.verdict.findings)
    for judged in shown:
        first = judged.finding.locations[0]
        place = f"{first.path}:{first.line}" if first.line else first.path
        yield visible(f"  {judged.finding.rule}: {judged.finding.message} ({place})")
    digests = ", ".join(swept.verdict.digests[:2])
    yield visible(f"  {digests}")


def _summary(sweep: Sweep) -> Iterator[str]:
    counts = ", ".join(f"{count:,} {decision}" for decision, count in sweep.decisions)
    judged = f"{counted(sweep.artifacts, 'artifact')} of {counted(sweep.releases, 'release')} judged again"
    yield visible(f"{judged} by {sweep.workers} in {sweep.seconds:.1f} s: {counts}")
    what = "shows an indicator" if sweep.indicators and not sweep.rules else "has a finding of these rules"
    if not sweep.indicators and not sweep.rules:
        what = "is judged worse than when it was inspected"
    yield f"{counted(len(sweep.told), 'release')} told; each of them {what}" if sweep.told else f"none {what}"
    if sweep.outdated:
        yield (
            f"note: {counted(sweep.outdated, 'release')} rest on evidence of an earlier version of Customhouse, which"
            " may lack what today's would see; checking their project again renews it"
        )
    for each in sweep.unswept[:_UNSWEPT]:
        yield visible(f"warning: {each.subject} was not judged: {each.reason}")
    if len(sweep.unswept) > _UNSWEPT:
        yield f"warning: and {len(sweep.unswept) - _UNSWEPT} more were not judged (--format json names them)"
