"""The report a person reads in a terminal or in a build's log. Says the same with and without colour."""

import textwrap
from collections.abc import Iterable, Iterator

import msgspec

from customhouse.model.audit import Audit, Inspection, RulePage
from customhouse.model.locked import Source
from customhouse.model.verdict import Decision, RepositoryVerdict, Verdict
from customhouse.report import grouping
from customhouse.report.text import counted, visible, visible_lines

_COLOURS = {"block": "1;31", "hold": "1;33", "allow": "32", "faint": "2", "strong": "1"}
_WORDS: dict[Decision, str] = {"block": "blocked", "hold": "held", "allow": "allowed"}
#: Names of packages that are told as one, before "and N more".
_NAMES = 8


class Style(msgspec.Struct, frozen=True):
    """How to write: colours, columns to wrap at (None: one line a reason), and whether to list what is allowed."""

    colour: bool = False
    width: int | None = None
    verbose: bool = False

    def paint(self, text: str, colour: str) -> str:
        """Colour a text that is already harmless."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.colour else text

    def lines(self, text: str, indent: int, colour: str = "") -> Iterator[str]:
        """Indent a text, wrapped when a width is set, its later lines two columns further in."""
        pad = " " * indent
        if self.width:
            width = max(self.width, indent + 20)
            wrapped = textwrap.wrap(
                text,
                width,
                initial_indent=pad,
                subsequent_indent=f"{pad}  ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        else:
            wrapped = [pad + text]
        for line in wrapped or [pad.rstrip()]:
            yield self.paint(line, colour) if colour else line


def audit_text(audit: Audit, style: Style) -> str:
    """Write an audit: what is stopped and why, the files, the count."""
    lines: list[str] = []
    for group in grouping.groups(audit, verbose=style.verbose):
        lines += _group(group, style)
        lines.append("")
    lines += _repository(audit.repository, style)
    lines += _changes(audit, style)
    lines += _sources(audit.sources, style)
    lines += _warnings((*_notes(audit), *audit.warnings), style)
    lines.append(_total(audit, style))
    return "\n".join(lines)


def inspection_text(inspection: Inspection, style: Style) -> str:
    """Write an inspection; verbose, also the evidence and what policy allowed."""
    verdict = inspection.verdict
    lines = [
        f"{style.paint(verdict.decision, verdict.decision)}  {style.paint(visible(verdict.purl.display), 'strong')}"
    ]
    if inspection.target and inspection.target not in (str(verdict.purl), verdict.purl.display):
        lines[0] += f"  ({visible(inspection.target)})"
    if inspection.against:
        lines += style.lines(f"compared with {visible(inspection.against)}", 2)
    lines += _reasons(verdict, style)
    if verdict.decision == "allow" and not verdict.findings and not style.verbose:
        lines += style.lines("no rule found anything", 2)
    if style.verbose:
        lines += _evidence(verdict, style)
    if inspection.warnings:
        lines.append("")
        lines += _warnings(inspection.warnings, style)
    return "\n".join(lines).rstrip("\n")


def page_text(page: RulePage, style: Style) -> str:
    """Write a rule's page."""
    lines = [style.paint(visible(f"{page.id}: {page.title}"), "strong"), ""]
    width = max((len(name) for name, _ in page.facts), default=0)
    lines += [visible(f"{name:<{width}}  {value}") for name, value in page.facts]
    for heading, body in page.parts:
        lines += ["", style.paint(visible(heading), "strong"), ""]
        lines += [f"  {line}".rstrip() for line in visible_lines(body).split("\n")]
    return "\n".join(lines)


def _group(group: grouping.Group, style: Style) -> Iterator[str]:
    purls = group.purls
    word = style.paint(group.decision, group.decision)
    if len(purls) == 1:
        locked = group.entries[0].locked
        places = dict.fromkeys(
            f"{entry.source}:{entry.locked.line}" if entry.locked.line else entry.source for entry in group.entries
        )
        name = style.paint(visible(purls[0].display), "strong")
        alias = f", installed as {locked.alias}" if locked.alias else ""
        shown = visible(f"{locked.dependency}, {locked.scope}{alias}, {_few(places, 3)}")
        yield f"{word}  {name}  ({shown})"
    else:
        why = "about which nothing was found" if group.decision == "allow" else "for the same reason"
        yield f"{word}  {style.paint(counted(len(purls), 'package'), 'strong')} {why}:"
        names = _few([visible(purl.display) for purl in purls], len(purls) if style.verbose else _NAMES)
        yield from style.lines(names, 2)
    if len(purls) > 1 and group.decision == "allow":
        return
    yield from _reasons(group.verdict, style, several=len(purls) > 1)


def _repository(verdict: RepositoryVerdict, style: Style) -> Iterator[str]:
    """Say what the repository itself is stopped for, and count what policy allowed of it, by rule."""
    if not (verdict.findings or verdict.gaps or verdict.answered):
        return
    yield f"{style.paint(verdict.decision, verdict.decision)}  {style.paint('the repository itself', 'strong')}"
    yield from _reasons(verdict, style)
    for answered in verdict.answered:
        yield from style.lines(visible(f"excepted: {answered.path} was not read; {answered.because}"), 2, "faint")
    yield ""


def _reasons(verdict: Verdict | RepositoryVerdict, style: Style, *, several: bool = False) -> Iterator[str]:
    """Write a line a reason, the policy lines that decided, what was left out, and the hints."""
    decided: dict[str, None] = {}
    for judged in verdict.findings:
        finding = judged.finding
        if judged.decision == "allow" and not style.verbose:
            continue
        mark = "excepted: " if judged.excepted else "allowed: " if judged.decision == "allow" else ""
        where = grouping.place(finding)
        example = "for example, " if several else ""
        yield from style.lines(visible(f"{mark}{finding.rule}: {example}{finding.message} ({where})"), 2)
        if style.verbose:
            sure = f"{finding.severity} severity, {finding.confidence} confidence; {judged.because}"
            yield from style.lines(visible(sure), 6, "faint")
        decided[judged.because] = None
    for gapped in verdict.gaps:
        if gapped.decision == "allow" and not style.verbose:
            continue
        mark = "excepted: " if gapped.excepted else "allowed: " if gapped.decision == "allow" else ""
        example = "for example, " if several else ""
        message = f"{mark}not known: {gapped.gap.kind} ({gapped.gap.collector}): {example}{gapped.gap.message}"
        yield from style.lines(visible(message), 2)
        if style.verbose:
            yield from style.lines(visible(gapped.because), 6, "faint")
        decided[gapped.because] = None
    if decided and not style.verbose:
        yield from style.lines(visible(f"decided by {'; '.join(decided)}"), 2, "faint")
    yield from _left_out(verdict, style)
    told = grouping.hints(verdict)
    if told:
        yield ""
        for hint in told:
            yield from style.lines(f"hint: {visible(hint)}", 2)


def _left_out(verdict: Verdict | RepositoryVerdict, style: Style) -> Iterator[str]:
    """Count what policy allowed and what exceptions lowered: nothing is dropped silently."""
    if style.verbose:
        return
    excepted = sum(judged.excepted for judged in verdict.findings) + sum(judged.excepted for judged in verdict.gaps)
    lesser = [judged.finding.rule for judged in verdict.findings if judged.decision == "allow" and not judged.excepted]
    if isinstance(verdict, RepositoryVerdict) and lesser:
        allowed = "lesser findings, allowed by policy: "
        allowed += ", ".join(f"{rule} ({lesser.count(rule)})" for rule in dict.fromkeys(lesser))
    else:
        allowed = counted(len(lesser), "lesser finding") + " allowed by policy" if lesser else ""
    told = [counted(excepted, "exception") + " applied"] if excepted else []
    told += [allowed] if allowed else []
    told += [
        f"noted: {judged.gap.message}"
        for judged in verdict.gaps
        if judged.decision == "allow"
        and not judged.excepted
        and (verdict.decision == "allow" or isinstance(verdict, RepositoryVerdict))
    ]
    if told:
        yield from style.lines(visible(f"{'; '.join(told)} (--verbose lists all)"), 2, "faint")


def _evidence(verdict: Verdict, style: Style) -> Iterator[str]:
    yield ""
    yield "evidence"
    for status in verdict.evidence:
        when = f", collected {status.collected:%Y-%m-%d %H:%M} UTC" if status.collected else ""
        detail = f": {status.detail}" if status.detail else ""
        yield from style.lines(visible(f"{status.collector:<12}  {status.status}{detail}{when}"), 2)
    for digest in verdict.digests:
        yield from style.lines(visible(f"archive       {digest}"), 2)


def _sources(sources: Iterable[Source], style: Style) -> Iterator[str]:
    """Account for every file."""
    sources = tuple(sources)
    if not sources:
        yield "files: none that pins packages was found"
        yield ""
        return
    yield "files"
    for source in sources:
        wrong = source.status in ("failed", "unsupported")
        word = style.paint(f"{source.status:<11}", "hold") if wrong else f"{source.status:<11}"
        count = f", {_holds(source)}" if source.status == "parsed" else ""
        reason = f": {source.reason}" if source.reason else ""
        first, *rest = style.lines(visible(f"{source.path} ({source.format}{count}){reason}"), 15) or [""]
        yield f"  {word}  {first.lstrip()}"
        yield from rest
        if source.hint and wrong:
            yield from style.lines(f"hint: {visible(source.hint)}", 15)
    yield ""


def _holds(source: Source) -> str:
    """Say what a file holds: packages, or wishes that a lock pins."""
    which = f", document {source.document}" if source.document else ""
    if source.manifest is None or source.packages:
        return counted(len(source.packages), "package") + which
    wishes = counted(len(source.manifest.declared), "dependency", "dependencies")
    return f"{wishes}, pinned by {source.covered_by}" if source.covered_by and source.manifest.declared else wishes


def _changes(audit: Audit, style: Style) -> Iterator[str]:
    """Say what changed since the base, where the project was compared with one."""
    if audit.changes is not None:
        from customhouse.report.plain_changes import changes_lines  # noqa: PLC0415 - only with --base

        yield from changes_lines(audit, style)
        yield ""


def _warnings(warnings: Iterable[str], style: Style) -> Iterator[str]:
    warnings = tuple(warnings)
    for warning in warnings:
        yield from style.lines(visible(warning if warning.startswith("note: ") else f"warning: {warning}"), 0)
    if warnings:
        yield ""


def _notes(audit: Audit) -> Iterator[str]:
    """Name what was not known and policy let pass, once for all packages."""
    for gap, number in grouping.allowed_gaps(audit).items():
        hint = f" (hint: {gap.hint})" if gap.hint else ""
        yield f"note: {gap.message}{hint}; so for {counted(number, 'package')}, allowed by policy"


def _total(audit: Audit, style: Style) -> str:
    """Write the last line, which says it all."""
    count = grouping.counts(audit)
    parts = [f"{number} {_WORDS[decision]}" for decision, number in count.items() if number or decision == "allow"]
    if excepted := sum(_by_exception(entry.verdict) for entry in audit.packages):
        parts[-1] += f" ({excepted} by exception)"
    packages = counted(len(audit.packages), "package")
    if audit.changes is not None:
        packages = f"{counted(len(audit.packages), 'changed package')} ({audit.changes.unchanged} unchanged)"
    files = counted(len(audit.sources), "file")
    why = ""
    if audit.incomplete and audit.decision != "block":
        why = ": evidence is missing, and policy does not guess"
    time = f" in {audit.seconds:.1f} s" if audit.seconds else ""
    about = ""
    if stopped := len(grouping.stopping(audit.repository)):
        about = f"; {counted(stopped, 'finding')} about the repository"
    said = f"{', '.join(parts)} of {packages} in {files}{about}{time}"
    return f"{style.paint(audit.decision, audit.decision)}{why}. {said}"


def _by_exception(verdict: Verdict) -> bool:
    """Whether a release is in only because somebody answers for it."""
    lowered = any(judged.excepted for judged in verdict.findings) or any(judged.excepted for judged in verdict.gaps)
    return verdict.decision == "allow" and lowered


def _few(names: Iterable[str], limit: int) -> str:
    names = list(names)
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
