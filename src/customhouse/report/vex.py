"""What is said of the advisories that speak of a project's packages: who looked, and what they concluded.

A person's word comes from an exception: with a justification, the project is not affected; without one it is, and
somebody took the risk for a time. What nobody answered for is under investigation: that a version is in an advisory's
range does not tell whether the weak code is reached.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Literal

import msgspec

from customhouse.model.audit import Audit
from customhouse.model.finding import SEVERITIES, Severity
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.purl import Purl
from customhouse.model.verdict import Acceptance, Judgement, Verdict

Status = Literal["not_affected", "affected", "under_investigation"]


class Statement(msgspec.Struct, frozen=True):
    """One vulnerability of one release, its aliases told as one. `id` is the name that is best known."""

    id: str
    aliases: tuple[str, ...]
    purl: Purl
    status: Status
    #: OpenVEX's words; only of `not_affected`.
    justification: str = ""
    #: What the owner says; empty where nobody has said anything.
    reason: str = ""
    owner: str = ""
    #: What to do, of whatever is not `not_affected`.
    action: str = ""
    summary: str = ""
    severity: Severity = "medium"
    malicious: bool = False
    references: tuple[str, ...] = ()
    #: When the owner said so (UTC), and the last day it holds.
    said: datetime | None = None
    until: date | None = None
    #: sha256 of the archives that were inspected.
    digests: tuple[str, ...] = ()


def statements(audit: Audit) -> tuple[Statement, ...]:
    """Collect what is said of every advisory in an audit; one statement a vulnerability and release, in order."""
    found: dict[tuple[Purl, str], Statement] = {}
    for one in {audited.verdict.purl: audited.verdict for audited in audit.packages}.values():
        for statement in _of(one):
            found[statement.purl, statement.id] = statement
    return tuple(found[key] for key in sorted(found, key=lambda key: (str(key[0]), key[1])))


def _of(verdict: Verdict) -> Iterator[Statement]:
    for judged in verdict.findings:
        if judged.finding.records:
            yield _statement(judged, verdict)


def _statement(judged: Judgement, verdict: Verdict) -> Statement:
    records = judged.finding.records
    names = sorted({name for record in records for name in (record.id, *record.aliases)}, key=_fame)
    accepted = _word(judged)
    malicious = any(record.kind == "malicious" for record in records)
    status: Status = "under_investigation"
    action = judged.finding.hint or "decide whether the weak code is reached"
    if accepted is not None and accepted.justification:
        status, action = "not_affected", ""
    elif accepted is not None:
        status = "affected"
        action = f"the risk is accepted until {accepted.expires} by {accepted.owner}: {accepted.reason}"
    elif malicious:
        status = "affected"
    said = datetime.combine(accepted.approved, time(), UTC) if accepted and accepted.approved else None
    return Statement(
        id=names[0],
        aliases=tuple(names[1:]),
        purl=verdict.purl,
        status=status,
        justification=accepted.justification if accepted else "",
        reason=accepted.reason if accepted else "",
        owner=accepted.owner if accepted else "",
        action=action,
        summary=next((record.summary for record in records if record.summary), ""),
        severity=_worst(records),
        malicious=malicious,
        references=tuple(sorted({link for record in records for link in record.references})),
        said=said,
        until=accepted.expires if accepted else None,
        digests=verdict.digests,
    )


def _word(judged: Judgement) -> Acceptance | None:
    """Return whose word lowered a finding.

    Of several, one for each archive, that is the one that ends first; it denies the vulnerability only when all do.
    """
    if not judged.excepted or not judged.accepted_by:
        return None
    first = min(judged.accepted_by, key=lambda one: one.expires)
    if all(one.justification for one in judged.accepted_by):
        return first
    return msgspec.structs.replace(first, justification="")


def _worst(records: tuple[AdvisoryMatch, ...]) -> Severity:
    return min((record.severity for record in records), key=SEVERITIES.index)


def _fame(name: str) -> tuple[int, str]:
    """Order names of one vulnerability: a CVE is what most readers know it by; of malware, its own record is."""
    order = ("MAL-", "CVE-", "GHSA-", "PYSEC-")
    return next((rank for rank, prefix in enumerate(order) if name.startswith(prefix)), len(order)), name
