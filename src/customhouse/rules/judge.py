"""Every applicable rule over one case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.evidence import Case, Collector
from customhouse.model.finding import SEVERITIES, Confidence, Finding
from customhouse.model.repository import RepositoryCase
from customhouse.rules.all_rules import RULES
from customhouse.rules.repository.all_rules import REPOSITORY_RULES
from customhouse.rules.repository.rule import RepositoryRule
from customhouse.rules.rule import Rule
from customhouse.rules.shared.step import before

#: Rules that need one of these may say something else when the release is compared with another version.
_COMPARING: frozenset[Collector] = frozenset({"change", "metadata"})
_CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")


def judge(case: Case, rules: tuple[Rule, ...] = RULES) -> tuple[Finding, ...]:
    """Return the findings of every rule of the case's ecosystem, worst first, each said once.

    Order: severity, confidence, the rule's place in RULES, then location and message, so that two runs over the same
    case give the same bytes. Combinations come last and read what the others found. A release with several artifacts
    often shows the same thing in each; identical findings become one. Where the project has another version than the
    one before the release, the rules see the release against both, and the graver of two like findings stands.

    Raises CustomhouseError naming the rule and the release when a rule fails: that is our bug, and a verdict that
    silently lacks a rule would be a false one.
    """
    places = {rule.id: place for place, rule in enumerate(rules)}
    findings: dict[Finding, None] = {}
    others: tuple[Finding, ...] = ()
    views = _views(case)
    for rule in sorted(rules, key=lambda each: each.combination is not None):
        if case.purl.ecosystem not in rule.ecosystems:
            continue
        if rule.combination is not None and not others:
            others = _worst_first(findings, places)
        try:
            if rule.combination is None and not _COMPARING.isdisjoint(rule.needs):
                findings.update(dict.fromkeys(_gravest(rule, views)))
            else:
                findings.update(dict.fromkeys(rule.findings(case, others)))
        except Exception as error:
            raise CustomhouseError(
                f"rule {rule.id} failed on {case.purl}: {type(error).__name__}: {error}",
                hint=f"this is a defect of Customhouse, not of {case.purl.display}; nothing was allowed. "
                f"Please report it with the output of: customhouse inspect {case.purl} --format json",
            ) from error

    return _worst_first(findings, places)


def _views(case: Case) -> tuple[Case, ...]:
    """The case as it is, and as it would be if the version that the project has were the one before the release."""
    if case.project_change is None or case.project_previous is None:
        return (case,)
    metadata = case.metadata and msgspec.structs.replace(case.metadata, previous=case.project_previous)
    return case, msgspec.structs.replace(case, change=case.project_change, metadata=metadata)


def _gravest(rule: Rule, views: Sequence[Case]) -> Iterator[Finding]:
    """What a rule says of every view; where two say the same but for the version compared with, the graver one."""
    found: dict[tuple[object, ...], Finding] = {}
    for view in views:
        earlier = before(view)
        for finding in rule.findings(view, ()):
            same = (finding.phase, finding.locations, finding.message.replace(earlier, ""))
            known = found.get(same)
            if known is None or _grade(finding) < _grade(known):
                found[same] = finding
    yield from found.values()


def _grade(finding: Finding) -> tuple[int, int]:
    return SEVERITIES.index(finding.severity), _CONFIDENCES.index(finding.confidence)


def _worst_first(findings: Iterable[Finding], places: Mapping[str, int]) -> tuple[Finding, ...]:
    def order(finding: Finding) -> tuple[int, int, int, str, int, str]:
        first = finding.locations[0]
        return (
            *_grade(finding),
            places[finding.rule],
            first.path,
            first.line or 0,
            finding.message,
        )

    return tuple(sorted(findings, key=order))


def judge_repository(case: RepositoryCase, rules: tuple[RepositoryRule, ...] = REPOSITORY_RULES) -> tuple[Finding, ...]:
    """Return the findings of every rule over a repository, each said once; policy puts them in order.

    Raises CustomhouseError naming the rule when one fails, as `judge` does.
    """
    findings: dict[Finding, None] = {}
    for rule in rules:
        try:
            findings.update(dict.fromkeys(rule.judge(case)))
        except Exception as error:
            raise CustomhouseError(
                f"rule {rule.id} failed on the repository: {type(error).__name__}: {error}",
                hint="this is a defect of Customhouse; nothing was allowed. Please report it",
            ) from error
    return tuple(findings)
