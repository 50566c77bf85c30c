"""GitHub's workflow commands: what stops a change, shown at the line of the lockfile in the pull request.

Syntax and escapes: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands; a message escapes
`%`, CR and LF, a property `:` and `,` as well.
"""

from collections.abc import Iterator

from customhouse.model.audit import Audit, AuditedPackage
from customhouse.model.verdict import Decision, RepositoryVerdict
from customhouse.report import grouping
from customhouse.report.text import visible

#: GitHub shows ten errors and ten warnings of a step; the rest would only fill the log.
_SHOWN = 10
_LEVELS: dict[Decision, str] = {"block": "error", "hold": "warning"}


def audit_annotations(audit: Audit) -> str:
    """Write a command a line: blocks as errors, holds as warnings, worst first; empty when nothing is stopped."""
    lines = [*_repository(audit.repository), *_packages(audit), *_files(audit)]
    kept: list[str] = []
    for level in ("error", "warning"):
        mine = [line for line in lines if line.startswith(f"::{level} ")]
        kept += mine[:_SHOWN]
        if len(mine) > _SHOWN:
            kept.append(command("notice", f"{len(mine) - _SHOWN} more of kind {level}: the report has them all"))
    return "\n".join(kept)


def command(level: str, message: str, *, path: str = "", line: int | None = None, title: str = "") -> str:
    """Write one command, with everything in it made harmless."""
    properties = {"file": path, "line": str(line) if line and path else "", "title": title}
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{level}{' ' + said if said else ''}::{_data(message)}"


def _packages(audit: Audit) -> Iterator[str]:
    entries = (entry for group in grouping.groups(audit, verbose=False) for entry in group.entries)
    for entry in {(entry.source, entry.verdict.purl): entry for entry in entries}.values():
        for judged in grouping.stopping(entry.verdict):
            finding = judged.finding
            text = f"{finding.message}\nhint: {finding.hint}" if finding.hint else finding.message
            yield _at(_LEVELS[judged.decision], entry, text, finding.rule)
        for gap in entry.verdict.gaps:
            if gap.decision != "allow":
                text = f"{gap.gap.message}\nhint: {gap.gap.hint}" if gap.gap.hint else gap.gap.message
                yield _at(_LEVELS[gap.decision], entry, text, f"not known: {gap.gap.kind}")


def _at(level: str, entry: AuditedPackage, text: str, title: str) -> str:
    named = f"{entry.verdict.purl.display}: {title}"
    return command(level, text, path=entry.source, line=entry.locked.line, title=named)


def _repository(verdict: RepositoryVerdict) -> Iterator[str]:
    for judged in verdict.findings:
        if judged.decision != "allow":
            place, finding = judged.finding.locations[0], judged.finding
            text = f"{finding.message}\nhint: {finding.hint}" if finding.hint else finding.message
            yield command(_LEVELS[judged.decision], text, path=place.path, line=place.line, title=finding.rule)
    for gapped in verdict.gaps:
        if gapped.decision != "allow":
            gap = gapped.gap
            text = f"{gap.message}\nhint: {gap.hint}" if gap.hint else gap.message
            yield command(_LEVELS[gapped.decision], text, title=f"not known: {gap.kind}")


def _files(audit: Audit) -> Iterator[str]:
    for source in audit.sources:
        if source.status in ("failed", "unsupported"):
            text = f"{source.reason}\nhint: {source.hint}" if source.hint else source.reason
            yield command("error", text, path=source.path, title=f"{source.format}: {source.status}")


def _data(text: str) -> str:
    lines = "\n".join(visible(line) for line in text.split("\n"))
    return lines.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
