"""What a rule over a repository is: as a rule over a release, judging what stands in the repository itself."""

from collections.abc import Callable, Iterator

import msgspec

from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.purl import Ecosystem
from customhouse.model.repository import RepositoryCase


class RepositoryRule(msgspec.Struct, frozen=True):
    """One rule. Its module's docstring is its page; `judge` reads only the case it is given."""

    id: str
    title: str
    severity: Severity
    confidence: Confidence
    judge: Callable[[RepositoryCase], Iterator[Finding]]
    page: str
    #: What it reads, in words for its page.
    needs: tuple[str, ...] = ("locks and manifests",)
    ecosystems: tuple[Ecosystem, ...] = ("npm", "pypi")
    since: str = "0.1.0"

    def finding(
        self,
        message: str,
        *,
        at: tuple[Location, ...],
        hint: str,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
    ) -> Finding:
        """Build a finding of this rule about the repository."""
        return Finding(
            rule=self.id,
            severity=severity or self.severity,
            confidence=confidence or self.confidence,
            subject=None,
            message=message,
            locations=at,
            hint=hint,
        )
