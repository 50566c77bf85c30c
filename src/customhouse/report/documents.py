"""The JSON documents of `check` and `inspect`: their shapes, from which the published schemas are generated.

A field is never renamed nor removed within a version; adding one is not a new version.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from customhouse.model.audit import Audit, AuditedPackage, Inspection, RulePage
from customhouse.model.dependency_graph import DependencyGraph
from customhouse.model.evidence import Collector, EvidenceStatus, Status
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.model.locked import Directness, FileKind, Scope, Source, SourceKind, SourceStatus
from customhouse.model.verdict import Decision, GapJudgement, Judgement, RepositoryVerdict, Verdict
from customhouse.report.change_documents import ChangesDocument, changes_document


class LocationDocument(msgspec.Struct, frozen=True):
    """A file of the archive or the lockfile; `line` is 1-based, null where none is known."""

    path: str
    line: int | None


class FindingDocument(msgspec.Struct, frozen=True):
    """A finding and what policy made of it; `because` names the policy line or the exception."""

    rule: str
    severity: Severity
    confidence: Confidence
    subject: str
    message: str
    locations: tuple[LocationDocument, ...]
    hint: str
    decision: Decision
    because: str
    excepted: bool


class GapDocument(msgspec.Struct, frozen=True):
    """Something that could not be learned, and what policy made of that; `path` names the file of the repository."""

    collector: Collector
    kind: str
    message: str
    hint: str
    decision: Decision
    because: str
    excepted: bool
    path: str


class EvidenceDocument(msgspec.Struct, frozen=True):
    """How one collector ended; `collected` is RFC 3339 UTC, older than the run when it came from the cache."""

    collector: Collector
    status: Status
    detail: str
    collected: str | None


class InspectDocument(msgspec.Struct, frozen=True):
    """What `customhouse inspect --format json` writes."""

    schema: Literal["customhouse/inspect/1"]
    target: str
    against: str
    purl: str
    verdict: Decision
    findings: tuple[FindingDocument, ...]
    gaps: tuple[GapDocument, ...]
    evidence: tuple[EvidenceDocument, ...]
    digests: tuple[str, ...]
    warnings: tuple[str, ...]


class SourceDocument(msgspec.Struct, frozen=True):
    """A file, or one document of it, that was found and what became of it; `packages` counts its entries.

    `document` is the 1-based number within a file of several documents, else 0. `declared` counts what a manifest asks
    for, and `covered_by` names the lock that pins it.
    """

    path: str
    format: str
    status: SourceStatus
    packages: int
    reason: str
    hint: str
    kind: FileKind
    document: int
    declared: int
    covered_by: str
    #: `sha256:…` of a file that was not read: what an exception must name; else empty.
    digest: str
    #: The exception by which a file that was not read does not hold; else empty.
    because: str


class PackageDocument(msgspec.Struct, frozen=True):
    """One lock entry. `integrity` is the lock's digests as SRI texts separated by blanks; empty when it has none."""

    purl: str
    verdict: Decision
    dependency: Directness
    scope: Scope
    integrity: str
    findings: tuple[FindingDocument, ...]
    gaps: tuple[GapDocument, ...]
    evidence: tuple[EvidenceDocument, ...]
    digests: tuple[str, ...]
    #: The file that pins it, the entry's own name there, and its line.
    source: str
    key: str
    line: int | None
    #: Where it comes from, and the address that the lock gives.
    origin: SourceKind
    resolved: str
    #: A shortest path of edges that brought it in: the project, then purls, its own last; empty where nobody says.
    why: tuple[str, ...]
    #: A patch that the client applies to it, as the lock names it.
    patch: str
    #: A checksum that is not of the registry's archive (yarn 2 and later sum up a zip of their own).
    foreign_checksum: str


class SummaryDocument(msgspec.Struct, frozen=True):
    """Counts over the whole. `excepted` counts what an exception lowered, `gaps` what policy holds on."""

    packages: int
    allow: int
    hold: int
    block: int
    findings: int
    excepted: int
    gaps: int
    #: The same of the repository itself; `repository_held` counts findings and gaps that hold or block.
    repository_findings: int
    repository_held: int
    sources: int
    #: Every file, and every document of one, by what became of it.
    parsed: int
    skipped: int
    unsupported: int
    failed: int
    #: True when missing evidence is among what holds: the exit code is then 4 unless something is blocked.
    incomplete: bool
    seconds: float


class CheckDocument(msgspec.Struct, frozen=True):
    """What `customhouse check --format json` writes."""

    schema: Literal["customhouse/check/1"]
    verdict: Decision
    sources: tuple[SourceDocument, ...]
    packages: tuple[PackageDocument, ...]
    summary: SummaryDocument
    warnings: tuple[str, ...]
    #: What the rules say of the repository itself; `subject` is empty in these.
    findings: tuple[FindingDocument, ...]
    #: What could not be learned of the repository itself.
    gaps: tuple[GapDocument, ...]
    #: With --base: what changed since that revision, and then `packages` holds that alone. Null without.
    changes: ChangesDocument | None


class RuleDocument(msgspec.Struct, frozen=True):
    """What `customhouse explain RULE --format json` writes; the parts are Markdown, in the page's order."""

    schema: Literal["customhouse/rule/1"]
    id: str
    title: str
    facts: dict[str, str]
    parts: tuple[tuple[str, str], ...]


def inspect_document(inspection: Inspection) -> InspectDocument:
    """Shape an inspection."""
    verdict = inspection.verdict
    return InspectDocument(
        schema="customhouse/inspect/1",
        target=inspection.target,
        against=inspection.against,
        purl=str(verdict.purl),
        verdict=verdict.decision,
        findings=finding_documents(verdict),
        gaps=_gaps(verdict),
        evidence=_evidence(verdict.evidence),
        digests=verdict.digests,
        warnings=inspection.warnings,
    )


def check_document(audit: Audit) -> CheckDocument:
    """Shape an audit; packages stay in the order of their files."""
    why = _paths(audit.sources)
    answered = {(one.path, one.document): one.because for one in audit.repository.answered}
    return CheckDocument(
        schema="customhouse/check/1",
        verdict=audit.decision,
        sources=tuple(
            SourceDocument(
                path=source.path,
                format=source.format,
                status=source.status,
                packages=len(source.packages),
                reason=source.reason,
                hint=source.hint,
                kind=source.kind,
                document=source.document,
                declared=len(source.manifest.declared) if source.manifest else 0,
                covered_by=source.covered_by,
                digest=source.digest,
                because=answered.get((source.path, source.document), ""),
            )
            for source in audit.sources
        ),
        packages=tuple(_package(audited, why) for audited in audit.packages),
        summary=summary(audit),
        warnings=audit.warnings,
        findings=finding_documents(audit.repository),
        gaps=_gaps(audit.repository),
        changes=changes_document(audit),
    )


def rule_document(page: RulePage) -> RuleDocument:
    """Shape a rule's page."""
    return RuleDocument("customhouse/rule/1", page.id, page.title, dict(page.facts), page.parts)


def summary(audit: Audit) -> SummaryDocument:
    """Count."""
    verdicts = [audited.verdict for audited in audit.packages]
    decisions = [verdict.decision for verdict in verdicts]
    repository = audit.repository
    statuses = [source.status for source in audit.sources]
    findings = [*repository.findings, *(judged for verdict in verdicts for judged in verdict.findings)]
    gaps = [*repository.gaps, *(judged for verdict in verdicts for judged in verdict.gaps)]
    return SummaryDocument(
        packages=len(verdicts),
        allow=decisions.count("allow"),
        hold=decisions.count("hold"),
        block=decisions.count("block"),
        findings=sum(len(verdict.findings) for verdict in verdicts),
        excepted=sum(judged.excepted for judged in findings) + sum(judged.excepted for judged in gaps),
        gaps=sum(judged.decision != "allow" for verdict in verdicts for judged in verdict.gaps),
        repository_findings=len(repository.findings),
        repository_held=sum(judged.decision != "allow" for judged in repository.findings)
        + sum(judged.decision != "allow" for judged in repository.gaps),
        sources=len(audit.sources),
        parsed=statuses.count("parsed"),
        skipped=statuses.count("skipped"),
        unsupported=statuses.count("unsupported"),
        failed=statuses.count("failed"),
        incomplete=audit.incomplete,
        seconds=round(audit.seconds, 3),
    )


def _paths(sources: Iterable[Source]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Find a shortest path to every entry, by its file and key."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for source in sources:
        graph = DependencyGraph(source)
        for key, path in graph.shortest_paths().items() if graph.known else ():
            project = path.importer.name or path.importer.folder or "." if path.importer else "?"
            purls = (str(graph.entries[one].purl) for one in path.keys)
            found.setdefault((source.path, key), (project, *purls))
    return found


def _package(audited: AuditedPackage, why: Mapping[tuple[str, str], tuple[str, ...]]) -> PackageDocument:
    locked, verdict = audited.locked, audited.verdict
    return PackageDocument(
        purl=str(verdict.purl),
        verdict=verdict.decision,
        dependency=locked.dependency,
        scope=locked.scope,
        integrity=" ".join(dict.fromkeys(digest.sri for digest in locked.integrity)),
        findings=finding_documents(verdict),
        gaps=_gaps(verdict),
        evidence=_evidence(verdict.evidence),
        digests=verdict.digests,
        source=audited.source,
        key=locked.key,
        line=locked.line,
        origin=locked.source,
        resolved=locked.resolved,
        why=why.get((audited.source, locked.key), ()),
        patch=locked.patch,
        foreign_checksum=locked.foreign_checksum,
    )


def finding_documents(verdict: Verdict | RepositoryVerdict) -> tuple[FindingDocument, ...]:
    """Shape the findings of a verdict."""
    return tuple(_finding(judged, judged.finding) for judged in verdict.findings)


def _finding(judged: Judgement, finding: Finding) -> FindingDocument:
    return FindingDocument(
        rule=finding.rule,
        severity=finding.severity,
        confidence=finding.confidence,
        subject=str(finding.subject or ""),
        message=finding.message,
        locations=tuple(LocationDocument(place.path, place.line) for place in finding.locations),
        hint=finding.hint,
        decision=judged.decision,
        because=judged.because,
        excepted=judged.excepted,
    )


def _gaps(verdict: Verdict | RepositoryVerdict) -> tuple[GapDocument, ...]:
    return tuple(_gap(judged) for judged in verdict.gaps)


def _gap(judged: GapJudgement) -> GapDocument:
    gap = judged.gap
    return GapDocument(
        gap.collector, gap.kind, gap.message, gap.hint, judged.decision, judged.because, judged.excepted, gap.path
    )


def _evidence(statuses: Iterable[EvidenceStatus]) -> tuple[EvidenceDocument, ...]:
    return tuple(
        EvidenceDocument(
            status.collector,
            status.status,
            status.detail,
            status.collected.isoformat() if status.collected else None,
        )
        for status in statuses
    )
