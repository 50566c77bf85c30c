"""A rule's page: its docstring, its facts and its examples, for `customhouse explain` and for docs/rules."""

import re
from collections.abc import Iterator, Sequence

from customhouse.model.audit import RulePage
from customhouse.model.errors import CustomhouseError
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.example import load_examples
from customhouse.rules.example_text import example_markdown, other_titles
from customhouse.rules.repository.example import load_repository_examples
from customhouse.rules.repository.example_text import other_repository_titles, repository_example_markdown
from customhouse.rules.repository.rule import RepositoryRule
from customhouse.rules.rule import Rule

#: A rule over releases, or over a repository itself: their pages look the same.
AnyRule = Rule | RepositoryRule

#: Every page has these, in this order; the two examples come between the second and the third.
HEADINGS = (
    "What it looks for",
    "Why attackers do it",
    "Known evasions",
    "Known false positives",
    "What to do now",
    "References",
)
FIRES, SILENT = "An example that fires", "An example that stays silent"
_EXAMPLES_AFTER = "Why attackers do it"
_HEADING = lazy_regex(r"^## (.+)$", re.MULTILINE)
_ECOSYSTEMS = {"npm": "npm", "pypi": "PyPI"}
_NOTE = (
    "<!-- Written by docs/write_rule_pages.py from the rule's docstring and examples. Do not edit; run `make docs`. -->"
)


def summary(rule: AnyRule) -> str:
    """The page's first sentence."""
    return rule.page.strip().partition("\n")[0] if rule.page else ""


def written_parts(rule: AnyRule) -> dict[str, str]:
    """The docstring's parts by heading.

    Raises CustomhouseError when a part is missing, empty, unknown or out of order.
    """
    pieces = _HEADING.split(rule.page or "")
    parts = dict(zip(pieces[1::2], (text.strip() for text in pieces[2::2]), strict=True))
    if tuple(pieces[1::2]) != HEADINGS or not all(parts.values()) or not summary(rule):
        raise CustomhouseError(
            f"the page of rule {rule.id} must have, in this order and none empty: {', '.join(HEADINGS)}",
            hint="run Python without -OO, which takes docstrings away, or mend the rule's docstring",
        )
    return parts


def facts(rule: AnyRule) -> tuple[tuple[str, str], ...]:
    """What stands in the table at the top of the page."""
    return (
        ("Rule", rule.id),
        ("Ecosystems", ", ".join(_ECOSYSTEMS[ecosystem] for ecosystem in rule.ecosystems)),
        ("Evidence needed", ", ".join(rule.needs)),
        ("Severity in the plain case", rule.severity),
        ("Confidence in the plain case", rule.confidence),
        ("Since", rule.since),
    )


def rule_page(rule: AnyRule) -> RulePage:
    """Put a rule's page together.

    Raises CustomhouseError when a part of it or its examples are missing.
    """
    fires, silent = _shown(rule)
    if not fires or not silent:
        raise CustomhouseError(f"rule {rule.id} lacks examples", hint=f"add some to rules/examples/{rule.id}.toml")
    parts: list[tuple[str, str]] = [("In one sentence", summary(rule))]
    for heading, text in written_parts(rule).items():
        parts.append((heading, text + (_parts_of(rule) if heading == HEADINGS[0] else "")))
        if heading == _EXAMPLES_AFTER:
            parts += [(FIRES, fires), (SILENT, silent)]
    return RulePage(id=rule.id, title=rule.title, facts=facts(rule), parts=tuple(parts))


def _parts_of(rule: AnyRule) -> str:
    """The table of a combination, as it is applied; empty for every other rule."""
    combination = rule.combination if isinstance(rule, Rule) else None
    if combination is None:
        return ""
    where = "All in one file of the archive:" if combination.in_one_file else "All of these about one release:"
    lines = ["", "", where, "", "| What | Found by | At least | When it runs |", "|---|---|---|---|"]
    for part in combination.parts:
        phases = ", ".join(part.phases) or "any time"
        lines.append(f"| {part.said} | {', '.join(part.rules)} | {part.least} | {phases} |")
    return "\n".join(lines)


def _shown(rule: AnyRule) -> tuple[str, str]:
    """The first example of either kind in full, the titles of the rest; empty where there is none."""
    if isinstance(rule, RepositoryRule):
        repositories = load_repository_examples(rule.id)
        first, second = (
            repository_example_markdown(cases[0]) + other_repository_titles(cases[1:]) if cases else ""
            for cases in (repositories.fires, repositories.silent)
        )
        return first, second
    examples = load_examples(rule.id)
    first, second = (
        example_markdown(cases[0]) + other_titles(cases[1:]) if cases else ""
        for cases in (examples.fires, examples.silent)
    )
    return first, second


def page_markdown(rule: AnyRule) -> str:
    """The page as Markdown, for docs/rules/<id>.md."""
    page = rule_page(rule)
    (_, lead), *parts = page.parts
    lines = [_NOTE, "", f"# {page.title}", "", lead, "", "| | |", "|---|---|"]
    lines += [f"| {name} | {f'`{value}`' if name == 'Rule' else value} |" for name, value in page.facts]
    for heading, text in parts:
        lines += ["", f"## {heading}", "", text]
    return "\n".join(lines) + "\n"


def index_markdown(rules: tuple[Rule, ...], repository_rules: tuple[RepositoryRule, ...]) -> str:
    """The list of all pages, for docs/rules/README.md."""
    lines = [
        _NOTE,
        "",
        "# Rules",
        "",
        "A rule turns evidence into findings, each with a severity (how bad, if true) and a confidence (how likely to",
        "be meant ill). Policy makes a decision of the two; `customhouse policy show` prints how, and",
        "`customhouse explain RULE` prints a page of this folder. Severity and confidence below are those of the plain",
        "case; each page has the table of all cases.",
        "",
        "## Over releases",
        "",
        *_rows(rules),
        "",
        "## Over the repository itself",
        "",
        "What its manifests, locks, build files and clients' settings say. Confidence is here how sure it is that an",
        "install would do what the rule says.",
        "",
        *_rows(repository_rules),
    ]
    return "\n".join(lines) + "\n"


def _rows(rules: Sequence[AnyRule]) -> Iterator[str]:
    yield "| Rule | What it says | Severity | Confidence | Ecosystems |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        ecosystems = ", ".join(_ECOSYSTEMS[ecosystem] for ecosystem in rule.ecosystems)
        yield f"| [{rule.id}]({rule.id}.md) | {summary(rule)} | {rule.severity} | {rule.confidence} | {ecosystems} |"
