"""Markdown for comments on pull requests. Nothing that a package says of itself becomes markup, a link or a mention."""

from collections.abc import Iterable, Iterator

from customhouse.model.audit import Audit, Inspection, RulePage
from customhouse.model.finding import Finding
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.verdict import Decision, RepositoryVerdict, Verdict
from customhouse.report import grouping
from customhouse.report.text import counted, visible, visible_lines

#: Characters; the services cut comments off at 65,536.
_ROOM = 60_000
_WORDS: dict[Decision, str] = {"block": "🛑 block", "hold": "✋ hold", "allow": "✅ allow"}
_MARKUP = lazy_regex(r"([\\`*_{}\[\]|~$^]|^[-+=#.:])|(?<=^[0-9])[.)]")
_BACKTICKS = lazy_regex(r"`+")
#: Mentions, references and links that the services make of plain text; an empty comment inside breaks them.
_AUTOLINK = lazy_regex(r"@|(?<=[A-Za-z])://|(?i:www)\.|#|(?i:GH)-(?=[0-9])")


def audit_markdown(audit: Audit, *, verbose: bool = False) -> str:
    """Write an audit: a table of what is stopped, then what to do and the files, folded."""
    count = grouping.counts(audit)
    parts = [f"{number} {decision}" for decision, number in count.items()]
    head = [
        f"## Customhouse: {_WORDS[audit.decision]}",
        "",
        f"{' · '.join(parts)}, of {_packages(audit)} in {counted(len(audit.sources), 'file')}.",
    ]
    if audit.incomplete:
        head += ["", "Evidence is missing, and policy does not guess."]
    notes = [
        f"{gap.message}: so for {counted(number, 'package')}" for gap, number in grouping.allowed_gaps(audit).items()
    ]
    tail = [*_warnings(notes, "Note"), *_warnings(audit.warnings), *_files(audit)]
    if audit.changes is not None:
        from customhouse.report.markdown_changes import changes_section  # noqa: PLC0415 - it writes as this one does

        tail = [*changes_section(audit, _ROOM // 2), *tail]
    tail = [*_repository(audit.repository, _ROOM // 4, verbose=verbose), *tail]
    found = grouping.groups(audit, verbose=verbose)
    if not found:
        return "\n".join([*head, *tail])
    room = _ROOM - sum(map(len, head)) - sum(map(len, tail))
    rows = [_group_row(group) for group in found]
    told = [hint for group in found for hint in grouping.hints(group.verdict)]
    return "\n".join([*head, "", *_table("Package", rows, room * 2 // 3), *_hints(told, room // 3), *tail])


def inspection_markdown(inspection: Inspection, *, verbose: bool = False) -> str:
    """Write an inspection: a row a reason."""
    verdict = inspection.verdict
    lines = [f"## Customhouse: {_WORDS[verdict.decision]} {code(verdict.purl.display, table=False)}"]
    if inspection.against:
        lines += ["", f"Compared with {code(inspection.against, table=False)}."]
    reasons = list(_reasons(verdict, verbose=verbose))
    if reasons:
        rows = [f"| {_WORDS[decision]} | {what} | {where} | {because} |" for decision, what, where, because in reasons]
        table = ["| Decision | Reason | Where | Policy |", "|---|---|---|---|"]
        lines += ["", *table, *_fitting(rows, _ROOM * 2 // 3, "reason")]
    else:
        lines += ["", "No rule found anything that policy acts on."]
    lines += _hints(list(grouping.hints(verdict)), _ROOM // 4)
    return "\n".join([*lines, *_warnings(inspection.warnings)])


def page_markdown(page: RulePage) -> str:
    """Write a rule's page; its parts are Markdown of ours."""
    lines = [f"# {page.id}: {page.title}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in page.facts]
    for heading, body in page.parts:
        lines += ["", f"## {heading}", "", visible_lines(body).strip("\n")]
    return "\n".join(lines)


def escape(text: str) -> str:
    """Write a stranger's text so that it shows as it is, on one line, also inside a table."""
    text = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _AUTOLINK.sub(lambda match: match.group() + "<!-- -->", _MARKUP.sub(r"\\\g<0>", text))


def html(text: str) -> str:
    """Write a stranger's text into a line of HTML, such as a summary, where no Markdown is read."""
    text = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _AUTOLINK.sub(lambda match: match.group() + "<!-- -->", text)


def code(text: str, *, table: bool = True) -> str:
    """Write a stranger's text as code. Inside a table a pipe is escaped even there."""
    text = visible(text).replace("|", "\\|") if table else visible(text)
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(text)), default=0) + 1)
    pad = " " if not text or text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _packages(audit: Audit) -> str:
    if audit.changes is None:
        return counted(len(audit.packages), "package")
    return f"{counted(len(audit.packages), 'changed package')} ({audit.changes.unchanged} unchanged)"


def _table(subject: str, rows: list[str], room: int) -> Iterator[str]:
    yield f"| Verdict | {subject} | Reason | Where |"
    yield "|---|---|---|---|"
    yield from _fitting(rows, room, "package")


def _fitting(rows: list[str], room: int, noun: str) -> Iterator[str]:
    """Give as many rows as there is room for, and say how many are left out."""
    for index, row in enumerate(rows):
        room -= len(row) + 1
        if room < 0:
            yield ""
            yield f"… and {counted(len(rows) - index, f'more {noun}')}: the JSON report has them all."
            return
        yield row


def _group_row(group: grouping.Group) -> str:
    purls = group.purls
    names = " ".join(code(purl.display) for purl in purls[:5])
    if len(purls) > 5:  # noqa: PLR2004 - as many as were just named
        names += f" and {len(purls) - 5} more"
    example = "for example, " if len(purls) > 1 else ""
    reasons = [f"{example}{what}" for _, what, _, _ in _reasons(group.verdict, verbose=False)]
    first = group.entries[0]
    where = f"{first.source}:{first.locked.line}" if first.locked.line else first.source
    return f"| {_WORDS[group.decision]} | {names} | {'<br>'.join(reasons)} | {code(where)} |"


def _repository(verdict: RepositoryVerdict, room: int, *, verbose: bool) -> Iterator[str]:
    """Write a row a finding about the repository itself, and count what policy allowed."""
    rows = [
        f"| {_WORDS[decision]} | {what} | {where} |" for decision, what, where, _ in _reasons(verdict, verbose=verbose)
    ]
    lesser = [judged.finding.rule for judged in verdict.findings if judged.decision == "allow"]
    if not rows and not lesser and not verdict.answered:
        return
    yield from ("", "### The repository itself", "")
    if rows:
        yield from ("| Decision | Reason | Where |", "|---|---|---|")
        yield from _fitting(rows, room, "finding")
        yield from _hints(list(grouping.hints(verdict)), room // 2)
        yield ""
    if lesser and not verbose:
        told = ", ".join(f"{code(rule, table=False)} ({lesser.count(rule)})" for rule in dict.fromkeys(lesser))
        yield f"Allowed by policy: {told}."
    for answered in verdict.answered:
        yield f"Not read, and answered for: {code(answered.path, table=False)}: {escape(answered.because)}"


def _reasons(verdict: Verdict | RepositoryVerdict, *, verbose: bool) -> Iterator[tuple[Decision, str, str, str]]:
    """Give decision, reason, place and policy line of everything that counts."""
    for judged in verdict.findings:
        if verbose or judged.decision != "allow":
            what = f"{code(judged.finding.rule)}: {escape(judged.finding.message)}"
            yield judged.decision, what, _where(judged.finding), escape(judged.because)
    for gapped in verdict.gaps:
        if verbose or gapped.decision != "allow":
            what = f"not known: {code(gapped.gap.kind)}: {escape(gapped.gap.message)}"
            yield gapped.decision, what, escape(gapped.gap.collector), escape(gapped.because)


def _where(finding: Finding) -> str:
    return code(grouping.place(finding))


def _hints(hints: list[str], room: int) -> Iterator[str]:
    told = [f"- {escape(hint)}" for hint in dict.fromkeys(hints)]
    if told:
        yield from ("", "<details><summary>What to do</summary>", "")
        yield from _fitting(told, room, "hint")
        yield from ("", "</details>")


def _warnings(warnings: Iterable[str], word: str = "Warning") -> Iterator[str]:
    for warning in warnings:
        yield ""
        yield f"**{word}:** {escape(warning)}"


def _files(audit: Audit) -> Iterator[str]:
    """Account for every file; open when one could not be read."""
    unread = any(source.status in ("failed", "unsupported") for source in audit.sources)
    yield from ("", f"<details{' open' if unread else ''}><summary>Files</summary>", "")
    yield "| File | Format | Status | Packages | Why |"
    yield "|---|---|---|---|---|"
    for source in audit.sources[:200]:
        cells = (code(source.path), escape(source.format), source.status, str(len(source.packages)))
        yield f"| {' | '.join(cells)} | {escape(source.reason)} |"
    yield from ("", "</details>")
