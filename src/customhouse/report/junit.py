"""JUnit XML, as Jenkins, GitLab and the others read it: a suite for each file, a test case for each package in it.

A package that a finding stops is a failure; one that only missing evidence stops, and a file that could not be read,
is an error, because there the inspection itself failed. There is no official schema: this keeps to what the two that
are in use, Jenkins' and Surefire's, have in common, with one `failure` or `error` a case.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import msgspec

from customhouse.model.audit import Audit, AuditedPackage
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.verdict import GapJudgement, Judgement
from customhouse.report import grouping
from customhouse.report.identity import tool
from customhouse.report.text import visible


class _Case(msgspec.Struct, frozen=True):
    """A test case: `outcome` is the element in it, empty when it passed."""

    name: str
    outcome: str = ""
    kind: str = ""
    message: str = ""
    body: str = ""


def audit_junit(audit: Audit, when: datetime, name: str) -> str:
    """Write an audit, without a newline at its end; `when` (UTC) is when it was made."""
    packages = _by_source(audit)
    suites = [
        (_suite_name(source), _about(source), [*_file(source), *map(_package, packages[index])])
        for index, source in enumerate(audit.sources)
    ]
    repository = list(_repository(audit))
    if repository:
        suites.append(("repository", {}, repository))
    cases = [case for _, _, several in suites for case in several]
    root = ET.Element("testsuites", {"name": visible(f"customhouse {name}"), **_counts(cases)})
    root.set("time", f"{audit.seconds:.3f}")
    for suite_name, properties, several in suites:
        suite = ET.SubElement(root, "testsuite", {"name": visible(suite_name), **_counts(several), "time": "0"})
        suite.set("skipped", str(sum(case.outcome == "skipped" for case in several)))
        suite.set("timestamp", when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"))
        told = {"tool": " ".join(tool()), "verdict": audit.decision, **properties}
        holder = ET.SubElement(suite, "properties")
        for key, value in told.items():
            ET.SubElement(holder, "property", {"name": key, "value": visible(value)})
        for case in several:
            _write(case, suite, suite_name)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _counts(cases: Iterable[_Case]) -> dict[str, str]:
    outcomes = [case.outcome for case in cases]
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("failure")),
        "errors": str(outcomes.count("error")),
    }


def _write(case: _Case, suite: ET.Element, suite_name: str) -> None:
    element = ET.SubElement(suite, "testcase", {"classname": visible(suite_name), "name": visible(case.name)})
    element.set("time", "0")
    if case.outcome == "skipped":
        ET.SubElement(element, "skipped").text = visible(case.message)
    elif case.outcome:
        told = ET.SubElement(element, case.outcome, {"type": visible(case.kind), "message": visible(case.message)})
        told.text = "\n".join(visible(line) for line in case.body.split("\n"))


def _suite_name(source: Source) -> str:
    return f"{source.path}, document {source.document}" if source.document > 1 else source.path


def _about(source: Source) -> dict[str, str]:
    told = {"format": source.format, "status": source.status, "kind": source.kind}
    told |= {"reason": source.reason} if source.reason else {}
    return told | ({"covered-by": source.covered_by} if source.covered_by else {})


def _by_source(audit: Audit) -> list[list[AuditedPackage]]:
    """Give the packages of each source: those of a file with several documents go to their own."""
    first: dict[str, int] = {}
    exact: dict[tuple[str, LockedPackage], int] = {}
    for index, source in enumerate(audit.sources):
        first.setdefault(source.path, index)
        for entry in source.packages:
            exact.setdefault((source.path, entry), index)
    found: list[list[AuditedPackage]] = [[] for _ in audit.sources]
    for audited in audit.packages:
        index = exact.get((audited.source, audited.locked), first.get(audited.source, 0))
        found[index].append(audited)
    return found


def _file(source: Source) -> Iterator[_Case]:
    """Give the case of the file itself."""
    told = f"{source.reason}\n\nhint: {source.hint}" if source.hint else source.reason
    if source.status in ("failed", "unsupported"):
        yield _Case("the file is read", "error", f"source-{source.status}", f"{source.path} {source.reason}", told)
    elif source.status == "skipped":
        yield _Case("the file is read", "skipped", message=f"{source.path} {source.reason}")
    else:
        yield _Case("the file is read")


def _package(audited: AuditedPackage) -> _Case:
    verdict, locked = audited.verdict, audited.locked
    name = verdict.purl.display + (f" ({locked.key})" if locked.key not in ("", locked.name) else "")
    if verdict.decision == "allow":
        return _Case(name)
    stopping = grouping.stopping(verdict)
    gaps = [judged for judged in verdict.gaps if judged.decision != "allow"]
    body = [f"{verdict.decision}: {verdict.purl}"]
    body += [f"at {audited.source}:{locked.line}" if locked.line else f"at {audited.source}"]
    body += [line for judged in stopping for line in _finding(judged)]
    body += [line for judged in gaps for line in _gap(judged)]
    hints = grouping.hints(verdict)
    body += ["", *(f"hint: {hint}" for hint in hints)] if hints else []
    if stopping:
        kind, message = stopping[0].finding.rule, stopping[0].finding.message
    elif gaps:
        kind, message = f"gap-{gaps[0].gap.kind}", f"not known: {gaps[0].gap.message}"
    else:
        kind, message = verdict.decision, verdict.decision
    message = f"{verdict.decision}: {message}"
    return _Case(name, "failure" if stopping or not gaps else "error", kind, message, "\n".join(body))


def _finding(judged: Judgement) -> Iterator[str]:
    finding = judged.finding
    yield f"{finding.rule} ({finding.severity}): {finding.message} ({grouping.place(finding)})"
    yield f"  decided by {judged.because}"


def _gap(judged: GapJudgement) -> Iterator[str]:
    yield f"not known: {judged.gap.kind} ({judged.gap.collector}): {judged.gap.message}"
    yield f"  decided by {judged.because}"


def _repository(audit: Audit) -> Iterator[_Case]:
    for judged in audit.repository.findings:
        finding = judged.finding
        name = f"{finding.rule} ({grouping.place(finding)})"
        if judged.decision == "allow":
            yield _Case(name)
            continue
        lines = [*_finding(judged), *(["", f"hint: {finding.hint}"] if finding.hint else [])]
        yield _Case(name, "failure", finding.rule, f"{judged.decision}: {finding.message}", "\n".join(lines))
    for gapped in audit.repository.gaps:
        gap = gapped.gap
        if gapped.decision == "allow":
            yield _Case(f"{gap.kind}: {gap.message}")
            continue
        lines = [*_gap(gapped), *(["", f"hint: {gap.hint}"] if gap.hint else [])]
        yield _Case(f"{gap.kind}: {gap.message}", "error", f"gap-{gap.kind}", gap.message, "\n".join(lines))
