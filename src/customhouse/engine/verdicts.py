"""From a case to its verdict: rules over the evidence, then policy over findings and gaps."""

from customhouse.model.evidence import Case
from customhouse.model.identity import lock_identity
from customhouse.model.verdict import Verdict
from customhouse.policy.configuration import Configuration
from customhouse.policy.decide import decide
from customhouse.rules.judge import judge


def digests_of(case: Case) -> tuple[str, ...]:
    """Return what names the bytes of a release: each inspected archive's sha256, else what the lock vouches by."""
    if case.contents:
        return tuple(sorted({f"sha256:{content.sha256}" for content in case.contents}))
    return lock_identity(case.locked) if case.locked is not None else ()


def verdict_on(case: Case, configuration: Configuration) -> Verdict:
    """Judge a case."""
    return decide(
        case.purl,
        judge(case),
        case.gaps,
        case.evidence,
        digests_of(case),
        configuration,
        case.now,
        case.locked.scope if case.locked is not None else "prod",
    )
