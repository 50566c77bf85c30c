"""What a rule is: a name, the facts of its page, and a pure function from a case to findings."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from customhouse.model.change import Phase
from customhouse.model.evidence import Case, Collector
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.purl import Ecosystem
from customhouse.rules.combination import Combination


class Rule(msgspec.Struct, frozen=True):
    """One rule. Its module's docstring is its page; `judge` reads only the case it is given.

    `severity` and `confidence` are what the rule says in its plain case; `judge` may say less or more of one finding.
    A rule has either `judge` or `combination`, which makes it of the findings of others.
    """

    id: str
    title: str
    severity: Severity
    confidence: Confidence
    needs: tuple[Collector, ...]
    page: str
    judge: Callable[[Case], Iterator[Finding]] | None = None
    combination: Combination | None = None
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
        phase: Phase | None = None,
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
            phase=phase,
        )

    def findings(self, case: Case, others: Sequence[Finding]) -> Iterator[Finding]:
        """Judge the case: by itself, or by what the rules before it found (worst first)."""
        if self.judge is not None:
            yield from self.judge(case)
        if self.combination is not None:
            for together in self.combination.together(case, others):
                yield self.finding(case, together.message, at=together.locations, hint=self.combination.hint)
