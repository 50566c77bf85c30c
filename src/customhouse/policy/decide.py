"""The decision: findings and gaps of one release → its verdict; verdicts of a project → the decision over it. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from customhouse.model.evidence import EvidenceStatus, Gap
from customhouse.model.finding import SEVERITIES, Finding
from customhouse.model.locked import Scope, Source
from customhouse.model.purl import Purl
from customhouse.model.verdict import (
    DECISIONS,
    Acceptance,
    Decision,
    GapJudgement,
    Judgement,
    RepositoryVerdict,
    Verdict,
)
from customhouse.policy.approvals import APPROVAL_RULE, approving
from customhouse.policy.configuration import GAP_DEFAULTS, Configuration
from customhouse.policy.exceptions import covering, gap_rule
from customhouse.policy.path_exceptions import Own, answered_sources, covering_path

#: The rule whose findings `[vulnerabilities]` decides over.
VULNERABILITY_RULE = "known-vulnerable"
_CONFIDENCES = ("high", "medium", "low")
#: A file that could not be read may hide any package.
_UNREAD = ("failed", "unsupported")
#: A decision, the policy line that took it, and the finding as that policy sees it.
_Ruling = tuple[Decision, str, Finding]


def decide(
    purl: Purl,
    findings: Iterable[Finding],
    gaps: Iterable[Gap],
    evidence: Sequence[EvidenceStatus],
    digests: Sequence[str],
    configuration: Configuration,
    now: datetime,
    scope: Scope = "prod",
) -> Verdict:
    """Judge every finding and every gap of a release; the worst of them is the verdict.

    Args:
        purl: The release.
        findings: What the rules said of it.
        gaps: What could not be learned of it.
        evidence: How each collector ended; handed through.
        digests: `sha256:…` of every archive that was inspected. Exceptions must name all of them.
        configuration: The policy in force.
        now: UTC; decides which exceptions still work.
        scope: What the project needs the release for; only vulnerabilities are judged by it.
    """
    digests = tuple(sorted(set(digests)))
    judgements = sorted(
        (_judge_finding(finding, purl, digests, configuration, now, scope) for finding in findings), key=_order
    )
    gap_judgements = sorted(
        (_judge_gap(gap, purl, digests, configuration, now) for gap in gaps),
        key=lambda judged: (
            -DECISIONS.index(judged.decision),
            judged.gap.collector,
            judged.gap.kind,
            judged.gap.message,
        ),
    )
    return Verdict(
        purl=purl,
        decision=worst((*(judged.decision for judged in judgements), *(judged.decision for judged in gap_judgements))),
        findings=tuple(judgements),
        gaps=tuple(gap_judgements),
        evidence=tuple(evidence),
        digests=digests,
    )


def decide_repository(
    findings: Iterable[Finding],
    gaps: Iterable[Gap],
    configuration: Configuration,
    now: datetime,
    *,
    sources: Sequence[Source] = (),
    own: Own = str,
) -> RepositoryVerdict:
    """Judge what the rules over a repository said, and what could not be learned of it.

    Args:
        findings: What the rules said.
        gaps: What could not be learned.
        configuration: The policy in force; its exceptions with a `path` are for these.
        now: UTC; decides which exceptions still work.
        sources: Every file that was found; those that were not read may have exceptions.
        own: Tells a path of a finding, gap or source as it stands relative to the repository's root.
    """
    judgements = []
    used: list[int] = []

    def excepted(rule: str, path: str, otherwise: Decision) -> str:
        index = covering_path(configuration, rule, own(path), now) if path else None
        if index is None:
            return ""
        used.append(index)
        return _excepted(configuration, (index,), otherwise)

    for finding in findings:
        decision, because, seen = _stricter(
            _rule_on_finding(finding, configuration, "prod"),
            _rule_on_finding(finding, configuration.floor, "prod") if configuration.floor else None,
        )
        if answer := excepted(finding.rule, finding.locations[0].path, decision):
            judgements.append(Judgement(seen, "allow", answer, excepted=True))
        else:
            judgements.append(Judgement(seen, decision, because))
    gap_judgements = []
    for gap in gaps:
        ruling = _rule_on_gap(gap, configuration)
        if configuration.floor:
            ruling = max((ruling, _rule_on_gap(gap, configuration.floor)), key=lambda one: DECISIONS.index(one[0]))
        if answer := excepted(gap_rule(gap.kind), gap.path, ruling[0]):
            gap_judgements.append(GapJudgement(gap, "allow", answer, excepted=True))
        else:
            gap_judgements.append(GapJudgement(gap, *ruling))
    answered = list(
        answered_sources(configuration, sources, now, own, lambda index: _excepted(configuration, (index,), "hold"))
    )
    used += (index for index, _ in answered)
    return RepositoryVerdict(
        decision=worst((*(one.decision for one in judgements), *(one.decision for one in gap_judgements))),
        findings=tuple(sorted(judgements, key=_order)),
        gaps=tuple(sorted(gap_judgements, key=lambda one: (-DECISIONS.index(one.decision), one.gap.message))),
        answered=tuple(source for _, source in answered),
        used=tuple(sorted(set(used))),
    )


def decide_audit(
    verdicts: Iterable[Verdict], sources: Iterable[Source], repository: RepositoryVerdict
) -> tuple[Decision, bool]:
    """Decide over a project; the second value is True when missing evidence is among what holds it.

    A source that failed or is unsupported holds the project, for it may pin anything, unless an exception answers for
    its bytes.
    """
    verdicts = tuple(verdicts)
    answered = {(one.path, one.document) for one in repository.answered}
    unread = any(source.status in _UNREAD and (source.path, source.document) not in answered for source in sources)
    decision = worst((*(verdict.decision for verdict in verdicts), repository.decision, "hold" if unread else "allow"))
    gaps = any(judged.decision != "allow" for judged in repository.gaps)
    return decision, unread or gaps or any(rests_on_gap(verdict) for verdict in verdicts)


def rests_on_gap(verdict: Verdict) -> bool:
    """Whether policy refuses to guess about something that is missing."""
    return any(judged.decision != "allow" for judged in verdict.gaps)


def worst(decisions: Iterable[Decision]) -> Decision:
    """Return the strictest; `allow` when there are none."""
    return max(decisions, key=DECISIONS.index, default="allow")


def _judge_finding(
    finding: Finding, purl: Purl, digests: Sequence[str], configuration: Configuration, now: datetime, scope: Scope
) -> Judgement:
    decision, because, seen = _stricter(
        _rule_on_finding(finding, configuration, scope),
        _rule_on_finding(finding, configuration.floor, scope) if configuration.floor else None,
    )
    if used := covering(configuration, finding.rule, purl, digests, now):
        because = _excepted(configuration, used, decision)
        return Judgement(seen, "allow", because, excepted=True, accepted_by=_acceptances(configuration, used))
    if finding.rule == APPROVAL_RULE and (approved := approving(configuration, purl, digests, now)):
        return Judgement(seen, "allow", f"{approved} [else {decision}]", excepted=True)
    return Judgement(seen, decision, because)


def _judge_gap(
    gap: Gap, purl: Purl, digests: Sequence[str], configuration: Configuration, now: datetime
) -> GapJudgement:
    if used := covering(configuration, gap_rule(gap.kind), purl, digests, now):
        decision, _ = _rule_on_gap(gap, configuration)
        return GapJudgement(gap, "allow", _excepted(configuration, used, decision), excepted=True)
    decision, because = _rule_on_gap(gap, configuration)
    if configuration.floor:
        other = _rule_on_gap(gap, configuration.floor)
        decision, because = max((decision, because), other, key=lambda ruling: DECISIONS.index(ruling[0]))
    return GapJudgement(gap, decision, because)


def _rule_on_finding(finding: Finding, configuration: Configuration, scope: Scope) -> _Ruling:
    """Apply the first that speaks: the rule's own decision, the vulnerability settings, the matrix."""
    settings = configuration.rules.get(finding.rule)
    note = ""
    if settings and settings.severity and settings.severity != finding.severity:
        note = f"; {_line(configuration, ('rules', finding.rule, 'severity'), settings.severity)}"
        finding = msgspec.structs.replace(finding, severity=settings.severity)
    if settings and settings.decision:
        keys: tuple[str, ...] = ("rules", finding.rule, "decision")
        return settings.decision, _line(configuration, keys, settings.decision), finding
    if finding.rule == VULNERABILITY_RULE:
        decision, because = _rule_on_vulnerability(finding, configuration, scope)
        return decision, because + note, finding
    decision = configuration.policy.decision(finding.severity, finding.confidence)
    return decision, _line(configuration, ("policy", finding.severity, finding.confidence), decision) + note, finding


def _rule_on_vulnerability(finding: Finding, configuration: Configuration, scope: Scope) -> tuple[Decision, str]:
    section = configuration.vulnerabilities
    if scope == "dev" and section.dev_scope == "allow":
        return "allow", _line(configuration, ("vulnerabilities", "dev_scope"), "allow")
    if finding.severity in section.block:
        return "block", _line(configuration, ("vulnerabilities", "block"), " ".join(section.block))
    listed = " ".join(section.hold) or "none"
    return (
        "hold" if finding.severity in section.hold else "allow",
        _line(configuration, ("vulnerabilities", "hold"), listed),
    )


def _rule_on_gap(gap: Gap, configuration: Configuration) -> tuple[Decision, str]:
    """Apply the most exact: the gap's kind, its collector, what is configured or built in for all."""
    for key in (gap.kind, gap.collector):
        if key in configuration.gaps:
            return configuration.gaps[key], _line(configuration, ("gaps", key), configuration.gaps[key])
    key = gap.kind if gap.kind in GAP_DEFAULTS else "default"
    decision = configuration.gaps.get(key, GAP_DEFAULTS[key])
    return decision, _line(configuration, ("gaps", key), decision)


def _stricter(mine: _Ruling, floor: _Ruling | None) -> _Ruling:
    return floor if floor and DECISIONS.index(floor[0]) > DECISIONS.index(mine[0]) else mine


def _line(configuration: Configuration, keys: tuple[str, ...], value: str) -> str:
    """Name the policy line: `policy.high.medium = hold (customhouse.toml:12)`, or `… (default)`."""
    return f"{'.'.join(keys)} = {value} ({configuration.origin(*keys) or 'default'})"


def _excepted(configuration: Configuration, used: Sequence[int], otherwise: Decision) -> str:
    """Name the exceptions that lowered a decision, their owners, reasons and ends."""
    told: list[str] = []
    for index in used:
        exception = configuration.exceptions[index]
        origin = configuration.origin("exceptions", str(index)) or "configuration"
        told.append(f"exception of {exception.owner} until {exception.expires} ({origin}): {exception.reason}")
    return f"{'; '.join(told)} [else {otherwise}]"


def _acceptances(configuration: Configuration, used: Sequence[int]) -> tuple[Acceptance, ...]:
    exceptions = [configuration.exceptions[index] for index in used]
    return tuple(
        Acceptance(one.owner, one.reason, one.expires, one.approved, one.justification or "") for one in exceptions
    )


def _order(judged: Judgement) -> tuple[object, ...]:
    """Worst first, then the same order in every run."""
    finding = judged.finding
    return (
        -DECISIONS.index(judged.decision),
        SEVERITIES.index(finding.severity),
        _CONFIDENCES.index(finding.confidence),
        finding.rule,
        [(place.path, place.line or 0) for place in finding.locations],
        finding.message,
    )
