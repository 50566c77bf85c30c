"""What a person reads of an audit: packages grouped, worst first; shared by the formats for people."""

from collections.abc import Sequence

import msgspec

from customhouse.model.audit import Audit, AuditedPackage
from customhouse.model.evidence import Gap
from customhouse.model.finding import SEVERITIES, Finding
from customhouse.model.purl import Purl
from customhouse.model.verdict import DECISIONS, Decision, Judgement, RepositoryVerdict, Verdict

#: More packages than this with nothing but the same gaps are told as one.
_ALIKE = 3
#: The one rule whose findings say the same of many packages at once: what is new in a change.
_WAITS_FOR_APPROVAL = "new-dependency"


class Group(msgspec.Struct, frozen=True):
    """Lock entries told together: the entries of one release, or many releases that lack the same evidence."""

    verdict: Verdict
    entries: tuple[AuditedPackage, ...]

    @property
    def decision(self) -> Decision:
        """The decision over every entry."""
        return self.verdict.decision

    @property
    def purls(self) -> tuple[Purl, ...]:
        """Every release in the group, in order."""
        return tuple(dict.fromkeys(entry.verdict.purl for entry in self.entries))


def groups(audit: Audit, *, verbose: bool) -> tuple[Group, ...]:
    """Group what policy stops (with `verbose`, everything), worst first and then by name."""
    releases: dict[object, list[AuditedPackage]] = {}
    for entry in audit.packages:
        if verbose or entry.verdict.decision != "allow":
            verdict = entry.verdict
            reasons = tuple((judged.decision, _place_free(judged.finding)) for judged in verdict.findings)
            releases.setdefault((verdict.purl, verdict.decision, reasons, verdict.gaps), []).append(entry)
    alike: dict[object, list[list[AuditedPackage]]] = {}
    for entries in releases.values():
        alike.setdefault(_likeness(entries[0].verdict, len(alike), verbose=verbose), []).append(entries)
    found: list[Group] = []
    for several in alike.values():
        if len(several) > _ALIKE:
            found.append(Group(several[0][0].verdict, tuple(entry for entries in several for entry in entries)))
        else:
            found += [Group(entries[0].verdict, tuple(entries)) for entries in several]
    return tuple(sorted(found, key=_order))


def stopping(verdict: Verdict | RepositoryVerdict) -> tuple[Judgement, ...]:
    """Return the findings that policy acts on."""
    return tuple(judged for judged in verdict.findings if judged.decision != "allow")


def place(finding: Finding, limit: int = 3) -> str:
    """Write where to look: `package.json:12, lib/index.js:3`."""
    places = [f"{where.path}:{where.line}" if where.line else where.path for where in finding.locations]
    more = f", and {len(places) - limit} more" if len(places) > limit else ""
    return ", ".join(places[:limit]) + more


def hints(verdict: Verdict | RepositoryVerdict) -> tuple[str, ...]:
    """Return what to do about whatever stops the release, each hint once."""
    told = [judged.finding.hint for judged in stopping(verdict)]
    told += [judged.gap.hint for judged in verdict.gaps if judged.decision != "allow"]
    return tuple(dict.fromkeys(hint for hint in told if hint))


def counts(audit: Audit) -> dict[Decision, int]:
    """Count the lock entries by decision, worst first."""
    decisions = [entry.verdict.decision for entry in audit.packages]
    return {decision: decisions.count(decision) for decision in reversed(DECISIONS)}


def allowed_gaps(audit: Audit) -> dict[Gap, int]:
    """Count the packages of each kind of gap that policy lets pass, under the first gap of the kind."""
    first: dict[tuple[str, str], Gap] = {}
    found: dict[Gap, int] = {}
    for entry in audit.packages:
        for judged in entry.verdict.gaps:
            if judged.decision == "allow" and not judged.excepted:
                gap = first.setdefault((judged.gap.collector, judged.gap.kind), judged.gap)
                found[gap] = found.get(gap, 0) + 1
    return found


def _place_free(finding: Finding) -> object:
    """A finding without the line of the lock entry, which alone tells two entries of one release apart."""
    return finding.rule, finding.severity, finding.confidence, finding.message, finding.hint


def _likeness(verdict: Verdict, unique: int, *, verbose: bool) -> object:
    """What makes packages alike: only the same gaps stop them, or that nobody has approved them yet."""
    if verdict.decision == "allow":
        return ("allow",) if not verdict.findings and not verdict.gaps else ("alone", unique)
    waits = stopping(verdict)
    if (waits and verbose) or any(judged.finding.rule != _WAITS_FOR_APPROVAL for judged in waits):
        return "alone", unique
    return (
        verdict.decision,
        frozenset((judged.finding.severity, judged.because) for judged in waits),
        frozenset(
            (judged.gap.collector, judged.gap.kind, judged.gap.hint, judged.because)
            for judged in verdict.gaps
            if judged.decision != "allow"
        ),
    )


def _order(group: Group) -> tuple[object, ...]:
    severities: Sequence[int] = [SEVERITIES.index(judged.finding.severity) for judged in stopping(group.verdict)]
    return (
        -DECISIONS.index(group.decision),
        min(severities, default=len(SEVERITIES)),
        -len(severities),
        group.verdict.purl,
        group.entries[0].source,
        group.entries[0].locked.line or 0,
    )
