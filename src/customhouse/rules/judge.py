"""Every applicable rule over one case."""

from collections.abc import Iterable, Mapping

from customhouse.model.errors import CustomhouseError
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding
from customhouse.model.repository import RepositoryCase
from customhouse.rules.all_rules import RULES
from customhouse.rules.repository.all_rules import REPOSITORY_RULES
from customhouse.rules.repository.rule import RepositoryRule
from customhouse.rules.rule import Rule

_CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")


def judge(case: Case, rules: tuple[Rule, ...] = RULES) -> tuple[Finding, ...]:
    """Return the findings of every rule of the case's ecosystem, worst first, each said once.

    Order: severity, confidence, the rule's place in RULES, then location and message, so that two runs over the same
    case give the same bytes. Combinations come last and read what the others found. A release with several artifacts
    often shows the same thing in each; identical findings become one.

    Raises CustomhouseError naming the rule and the release when a rule fails: that is our bug, and a verdict that
    silently lacks a rule would be a false one.
    """
    places = {rule.id: place for place, rule in enumerate(rules)}
    findings: dict[Finding, None] = {}
    others: tuple[Finding, ...] = ()
    for rule in sorted(rules, key=lambda each: each.combination is not None):
        if case.purl.ecosystem not in rule.ecosystems:
            continue
        if rule.combination is not None and not others:
            others = _worst_first(findings, places)
        try:
            findings.update(dict.fromkeys(rule.findings(case, others)))
        except Exception as error:
            raise CustomhouseError(
                f"rule {rule.id} failed on {case.purl}: {type(error).__name__}: {error}",
                hint=f"this is a defect of Customhouse, not of {case.purl.display}; nothing was allowed. "
                f"Please report it with the output of: customhouse inspect {case.purl} --format json",
            ) from error

    return _worst_first(findings, places)


def _worst_first(findings: Iterable[Finding], places: Mapping[str, int]) -> tuple[Finding, ...]:
    def order(finding: Finding) -> tuple[int, int, int, str, int, str]:
        first = finding.locations[0]
        return (
            SEVERITIES.index(finding.severity),
            _CONFIDENCES.index(finding.confidence),
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
