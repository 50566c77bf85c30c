"""SARIF 2.1.0 (OASIS), for code scanning: what policy stops, at the lockfile's line; what is missing, as notifications.

Two runs over the same project give the same bytes: no times, no machine paths, sorted rules, fingerprints that survive
moved lines. Findings that policy allows are left out unless asked for (`verbose`), because a code-scanning service
turns every result into an alert; those that an exception lowered stay in, suppressed, with who answers for them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import msgspec

from customhouse.model.audit import Audit, AuditedPackage, Inspection, RulePage
from customhouse.model.finding import SEVERITIES, Finding, Severity
from customhouse.model.locked import Source
from customhouse.model.purl import Purl
from customhouse.model.verdict import Decision, Judgement, RepositoryVerdict, Verdict
from customhouse.report.change_documents import changes_document
from customhouse.report.json import encode
from customhouse.report.text import visible

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: dict[Decision, str] = {"block": "error", "hold": "warning", "allow": "none"}
#: Places of one result; code scanning shows the first, and viewers list the rest.
_PLACES = 20
_CONFIDENCES = ("high", "medium", "low")
#: CVSS-like scores by which code scanning names a severity: over 9 critical, 7 high, 4 medium, else low.
_SCORES: dict[Severity, str] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0", "info": "0.1"}


class _Entry(msgspec.Struct, frozen=True):
    """A verdict and where it is told: a file of the project with a line, or nothing but the package."""

    verdict: Verdict | RepositoryVerdict
    path: str
    line: int | None
    key: str

    @property
    def purl(self) -> Purl | None:
        """The release that the verdict is over; None for the one over the repository itself."""
        return None if isinstance(self.verdict, RepositoryVerdict) else self.verdict.purl


def audit_sarif(audit: Audit, pages: Sequence[RulePage] = (), *, verbose: bool = False) -> str:
    """Write an audit as a SARIF log of one run."""
    entries = [_entry(audited) for audited in audit.packages]
    notes = [note for source in audit.sources if (note := _source_note(source))]
    counts = {word: sum(entry.verdict.decision == word for entry in entries) for word in ("block", "hold", "allow")}
    properties: dict[str, Any] = {
        "verdict": audit.decision,
        "packages": len(entries),
        **counts,
        "incomplete": audit.incomplete,
    }
    if audit.changes is not None:
        document = changes_document(audit)
        properties["changes"] = {
            "base": audit.changes.base,
            "commit": audit.changes.commit,
            "unchanged": audit.changes.unchanged,
            "gains": msgspec.to_builtins(document.gains) if document is not None else {},
        }
    entries.append(_Entry(audit.repository, "", None, ""))
    return _log("check", entries, notes, audit.warnings, properties, pages, verbose=verbose)


def inspection_sarif(inspection: Inspection, pages: Sequence[RulePage] = (), *, verbose: bool = False) -> str:
    """Write an inspection as a SARIF log of one run; a local archive is its physical location."""
    verdict = inspection.verdict
    local = "" if inspection.target.startswith("pkg:") else inspection.target
    properties: dict[str, Any] = {"verdict": verdict.decision, "purl": str(verdict.purl)}
    entries = [_Entry(verdict, local, None, "")]
    return _log("inspect", entries, [], inspection.warnings, properties, pages, verbose=verbose)


def _entry(audited: AuditedPackage) -> _Entry:
    return _Entry(audited.verdict, audited.source, audited.locked.line, audited.locked.key)


def _log(
    surface: str,
    entries: Sequence[_Entry],
    notes: list[dict[str, Any]],
    warnings: Iterable[str],
    properties: dict[str, Any],
    pages: Sequence[RulePage],
    *,
    verbose: bool,
) -> str:
    told = [
        (entry, judged)
        for entry in entries
        for judged in entry.verdict.findings
        if verbose or judged.excepted or judged.decision != "allow"
    ]
    rules = _rules([judged.finding for _, judged in told], {page.id: page for page in pages})
    indexes = {rule["id"]: index for index, rule in enumerate(rules)}
    seen: dict[str, int] = {}
    notes = [
        *notes,
        *(_gap_note(entry, judged) for entry in entries for judged in entry.verdict.gaps),
        *({"level": "warning", "message": _message(warning)} for warning in warnings),
    ]
    run = {
        "tool": {"driver": {"name": "Customhouse", **_version(), "rules": rules}},
        "automationDetails": {"id": f"customhouse/{surface}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not any(note["level"] == "error" for note in notes),
                "toolExecutionNotifications": notes,
            }
        ],
        "results": [_result(entry, judged, indexes, seen) for entry, judged in told],
        "properties": properties,
    }
    return encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _version() -> dict[str, str]:
    """Say which version wrote the log; a source tree that nobody installed has none."""
    try:
        return {"semanticVersion": version("customhouse")}
    except PackageNotFoundError:
        return {}


def _rules(findings: Sequence[Finding], pages: dict[str, RulePage]) -> list[dict[str, Any]]:
    """Describe every rule that has a result, by its page where one is at hand."""
    described: list[dict[str, Any]] = []
    for name in sorted({finding.rule for finding in findings}):
        mine = [finding for finding in findings if finding.rule == name]
        worst = min((finding.severity for finding in mine), key=SEVERITIES.index)
        confidence = min((finding.confidence for finding in mine), key=_CONFIDENCES.index)
        page = pages.get(name)
        rule: dict[str, Any] = {
            "id": name,
            "name": "".join(part.capitalize() for part in name.split("-")),
            "shortDescription": _message(page.title if page else name),
            "help": _help(page, mine[0]),
            "properties": {
                "security-severity": _SCORES[worst],
                "precision": confidence,
                "tags": ["security", "supply-chain"],
            },
        }
        described.append(rule)
    return described


def _help(page: RulePage | None, finding: Finding) -> dict[str, str]:
    """Write a rule's help: its page, or what the finding itself advises."""
    if page is None:
        return {"text": visible(finding.hint or finding.rule)}
    markdown = "\n\n".join(f"## {heading}\n\n{body}" for heading, body in page.parts)
    return {"text": markdown or page.title, "markdown": markdown or page.title}


def _result(entry: _Entry, judged: Judgement, indexes: dict[str, int], seen: dict[str, int]) -> dict[str, Any]:
    finding, purl = judged.finding, entry.purl
    level = "note" if judged.excepted else _LEVELS[judged.decision]
    text = f"{purl.display}: {finding.message}" if purl else finding.message
    if finding.hint and judged.decision != "allow":
        text += f"\nhint: {finding.hint}"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": indexes[finding.rule],
        "kind": "informational" if level == "none" else "fail",
        "level": level,
        "message": {"text": "\n".join(visible(line) for line in text.split("\n"))},
        "locations": [_location(entry, purl, finding)] if purl else _places(finding),
        "partialFingerprints": {"customhouse/v1": _fingerprint(entry, finding, seen)},
        "properties": {
            **({"purl": str(purl)} if purl else {}),
            "severity": finding.severity,
            "confidence": finding.confidence,
            "decision": judged.decision,
            "because": judged.because,
        },
    }
    if judged.excepted:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": visible(judged.because)}]
    return result


def _location(entry: _Entry, purl: Purl, finding: Finding) -> dict[str, Any]:
    """Point at the lock entry; the members of the archive, which no checkout holds, are logical locations."""
    logical: list[dict[str, Any]] = [{"name": purl.name, "fullyQualifiedName": str(purl), "kind": "package"}]
    for place in finding.locations:
        if place.path != entry.path:
            line = f":{place.line}" if place.line else ""
            logical.append(
                {
                    "name": visible(place.path),
                    "fullyQualifiedName": visible(f"{purl}!/{place.path}{line}"),
                    "kind": "member",
                }
            )
    location: dict[str, Any] = {"logicalLocations": logical}
    if entry.path:
        location["physicalLocation"] = _physical(entry.path, entry.line or 1)
    return location


def _places(finding: Finding) -> list[dict[str, Any]]:
    """Point at the files of the repository, as many as code scanning shows."""
    return [{"physicalLocation": _physical(place.path, place.line or 1)} for place in finding.locations[:_PLACES]]


def _physical(path: str, line: int | None) -> dict[str, Any]:
    """Name a file of the project, relative to its root unless the user named it absolutely."""
    posix = PurePath(path).as_posix()
    if posix.startswith("/"):
        artifact = {"uri": f"file://{_quoted(posix)}"}
    else:
        artifact = {"uri": _quoted(posix), "uriBaseId": "%SRCROOT%"}
    return {"artifactLocation": artifact, **({"region": {"startLine": line}} if line else {})}


def _quoted(path: str) -> str:
    return quote(path.encode("utf-8", "surrogatepass"), safe="/")


def _fingerprint(entry: _Entry, finding: Finding, seen: dict[str, int]) -> str:
    """Name a result by what stays when lines move: rule, release, lock entry, place in the archive, its ordinal."""
    places = [place.path for place in finding.locations if place.path != entry.path]
    parts = [finding.rule, str(entry.purl or ""), entry.path, entry.key, *sorted(set(places))]
    if entry.purl is None:  # what it says tells two findings of one file apart
        parts.append(finding.message)
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    seen[digest] = seen.get(digest, 0) + 1
    return f"{digest}:{seen[digest]}"


def _gap_note(entry: _Entry, judged: Any) -> dict[str, Any]:
    gap = judged.gap
    note: dict[str, Any] = {
        "level": "error" if judged.decision != "allow" else "note",
        "descriptor": {"id": f"gap/{visible(gap.kind)}"},
        "message": _message(f"{entry.purl.display}: {gap.message}" if entry.purl else gap.message),
        "properties": {"collector": gap.collector, "decision": judged.decision, "because": judged.because},
    }
    if gap.path:
        note["locations"] = [{"physicalLocation": _physical(gap.path, None)}]
    elif entry.path:
        note["locations"] = [{"physicalLocation": _physical(entry.path, entry.line or 1)}]
    return note


def _source_note(source: Source) -> dict[str, Any] | None:
    if source.status == "parsed":
        return None
    hint = f" (hint: {source.hint})" if source.hint else ""
    return {
        "level": "note" if source.status == "skipped" else "error",
        "descriptor": {"id": f"source/{source.status}"},
        "message": _message(f"{source.path} ({source.format}): {source.reason}{hint}"),
        "locations": [{"physicalLocation": _physical(source.path, None)}],
    }


def _message(text: str) -> dict[str, str]:
    return {"text": visible(text)}
