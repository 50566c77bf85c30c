"""From a case to its verdict: rules over the evidence, then policy over findings and gaps."""

from customhouse.model.evidence import Case
from customhouse.model.verdict import Verdict
from customhouse.policy.configuration import Configuration
from customhouse.policy.decide import decide
from customhouse.rules.judge import judge


def verdict_on(case: Case, configuration: Configuration) -> Verdict:
    """Judge a case."""
    return decide(
        case.purl,
        judge(case),
        case.gaps,
        case.evidence,
        tuple(f"sha256:{content.sha256}" for content in case.contents),
        configuration,
        case.now,
        case.locked.scope if case.locked is not None else "prod",
    )
