"""What a rule is: a name, the facts of its page, and a pure function from a case to findings."""

from collections.abc import Callable, Iterator

import msgspec

from customhouse.model.evidence import Case, Collector
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.purl import Ecosystem


class Rule(msgspec.Struct, frozen=True):
    """One rule. Its module's docstring is its page; `judge` reads only the case it is given.

    `severity` and `confidence` are what the rule says in its plain case; `judge` may say less or more of one finding.
    """

    id: str
    title: str
    severity: Severity
    confidence: Confidence
    needs: tuple[Collector, ...]
    judge: Callable[[Case], Iterator[Finding]]
    page: str
    ecosystems: tuple[Ecosystem, ...] = ("npm", "pypi")
    since: str = "0.1.0"

    def finding(
        self,
        case: Case,
        message: str,
        *,
        at: tuple[Location, ...],
        hint: str,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        records: tuple[AdvisoryMatch, ...] = (),
    ) -> Finding:
        """Build a finding of this rule about the case's release."""
        return Finding(
            rule=self.id,
            severity=severity or self.severity,
            confidence=confidence or self.confidence,
            subject=case.purl,
            message=message,
            locations=at,
            hint=hint,
            records=records,
        )
