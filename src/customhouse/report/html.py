"""One page that says it all: opens offline, loads nothing, and nothing that a package says of itself becomes markup.

Everything is escaped by the template engine, and made visible first (controls, invisible and bidirectional
characters). Against what should get past that all the same stands a content security policy that names the page's own
style and script by their hashes.
"""

import base64
import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from customhouse.model.audit import Audit
from customhouse.model.dependency_graph import DependencyGraph
from customhouse.model.purl import Purl
from customhouse.model.verdict import DECISIONS
from customhouse.report import grouping
from customhouse.report.identity import tool, utc
from customhouse.report.text import counted, visible
from customhouse.report.why import project_name, step_name

_FOLDER = Path(__file__).parent / "page"
#: Rows of the table, and groups told in full: what stays within some 3 MB and opens at once.
_ROWS, _GROUPS = 5000, 500
_SENTENCES = {
    "block": "Something here must not be installed.",
    "hold": "Something here needs a look before it is installed.",
    "allow": "Nothing here is stopped by policy.",
}


def audit_html(audit: Audit, when: datetime, name: str) -> str:
    """Write an audit as a page of its own; `when` (UTC) is when it was made, `name` what was audited."""
    css, script = page_file("page.css"), page_file("page.js")
    worst_first = sorted(audit.packages, key=lambda one: -DECISIONS.index(one.verdict.decision))
    groups = grouping.groups(audit, verbose=False)
    sentence = _SENTENCES[audit.decision]
    if audit.incomplete and audit.decision != "block":
        sentence = "Evidence is missing, and policy does not guess."
    told = _template().render(
        audit=audit,
        name=name,
        when=utc(when),
        version=tool()[1],
        sentence=sentence,
        counts={_word(decision): number for decision, number in grouping.counts(audit).items()},
        notes=grouping.allowed_gaps(audit),
        groups=groups[:_GROUPS],
        unshown=len(groups[_GROUPS:]),
        excepted=_excepted(audit),
        paths=_Paths(audit),
        hints=grouping.hints,
        evidence=_evidence(audit),
        rows=worst_first[:_ROWS],
        left_out=len(worst_first[_ROWS:]),
        csp=policy(css, script),
        css=Markup(css),  # noqa: S704 - files of ours
        script=Markup(script),  # noqa: S704
    )
    return str(told)


def page_file(name: str) -> str:
    """Return one of the files that pages are made of."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def environment() -> Environment:
    """Return the template engine: everything is made visible and escaped, and a name that is missing is an error."""
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _template() -> Any:
    return environment().get_template("audit.html")


def _harmless(value: object) -> object:
    """Make every text visible before it is escaped; markup is ours."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def policy(css: str, script: str = "") -> str:
    """Return the content security policy of a page with this style and this script; without one, none may run."""

    def named(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    scripts = named(script) if script else "'none'"
    return (
        f"default-src 'none'; style-src {named(css)}; script-src {scripts}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _word(decision: str) -> str:
    return {"block": "blocked", "hold": "held", "allow": "allowed"}[decision]


def _evidence(audit: Audit) -> dict[str, dict[str, int]]:
    """Count how each collector ended, over the distinct releases."""
    found: dict[str, dict[str, int]] = {}
    for verdict in {id(one.verdict): one.verdict for one in audit.packages}.values():
        for status in verdict.evidence:
            numbers = found.setdefault(status.collector, {"complete": 0, "partial": 0, "failed": 0})
            numbers[status.status] += 1
    return found


def _excepted(audit: Audit) -> list[tuple[Purl, str, str]]:
    """List everything that somebody answers for: the release, what it is about, and in whose words."""
    found: dict[tuple[Purl, str, str], None] = {}
    for one in audit.packages:
        verdict = one.verdict
        for judged in verdict.findings:
            if judged.excepted:
                found[verdict.purl, f"{judged.finding.rule}: {judged.finding.message}", judged.because] = None
        for gapped in verdict.gaps:
            if gapped.excepted:
                found[verdict.purl, f"not known: {gapped.gap.kind}: {gapped.gap.message}", gapped.because] = None
    return sorted(found, key=lambda told: (str(told[0]), told[1:]))


class _Paths:
    """Tells by which path a stopped package comes in; each lock's graph is built when it is first asked."""

    def __init__(self, audit: Audit) -> None:
        self._sources = {(source.path, entry): source for source in audit.sources for entry in source.packages}
        self._graphs: dict[int, DependencyGraph] = {}

    def __call__(self, group: grouping.Group) -> str:
        """Give the shortest path to the first entry, and how many more there are; empty when it is told already."""
        first = group.entries[0]
        source = self._sources.get((first.source, first.locked))
        if source is None or first.locked.dependency == "direct" or len(group.purls) > 1:
            return ""
        graph = self._graphs.get(id(source))
        if graph is None:
            graph = self._graphs[id(source)] = DependencyGraph(source)
        found = graph.paths_to(first.locked.key, limit=1, counted=20) if graph.known else ()
        if not found or found[0].paths[0].importer is None:
            return ""
        path = found[0].paths[0]
        steps = [step_name(graph.entries[key]) for key in path.keys]
        start = project_name(path.importer, source) if path.importer else ""
        more = sum(paths.more + len(paths.paths) for paths in found) - 1
        several = f", and {counted(more, 'more path')} (customhouse why {first.locked.name})" if more else ""
        return " → ".join([start, *steps]) + several
