"""Signs that mean little each and much together: what has to be found at once, written as a table that can be read.

A combination is a rule like any other (page, examples, severity, decision by policy) whose `parts` take the place of
code: it fires when each part is met by at least one finding of the same case. No weights and no score: `customhouse
explain RULE` prints the very table that is applied.
"""

from collections.abc import Iterator, Sequence

import msgspec

from customhouse.model.change import Phase
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Finding, Location, Severity

#: Places of one finding of a combination that its own finding repeats.
_PLACES = 3


class Part(msgspec.Struct, frozen=True):
    """One thing that has to be there: a finding of one of `rules`, at least as grave as `least`.

    `said` names it for readers (`a dependency that nothing imports`). `phases`, where given, are those in which what
    was found can run; a finding that says no phase then does not count.
    """

    said: str
    rules: tuple[str, ...]
    least: Severity = "info"
    phases: tuple[Phase, ...] = ()

    def meets(self, finding: Finding) -> bool:
        """Whether this finding is such a one."""
        return (
            finding.rule in self.rules
            and SEVERITIES.index(finding.severity) <= SEVERITIES.index(self.least)
            and (not self.phases or finding.phase in self.phases)
        )


class Together(msgspec.Struct, frozen=True):
    """What meets every part, one finding a part."""

    findings: tuple[Finding, ...]

    @property
    def locations(self) -> tuple[Location, ...]:
        """Where to look, the first part's places first."""
        return tuple(dict.fromkeys(place for each in self.findings for place in each.locations[:_PLACES]))

    @property
    def message(self) -> str:
        """What was found, as one sentence."""
        return "; and ".join(dict.fromkeys(each.message for each in self.findings))


def met(parts: Sequence[Part], findings: Sequence[Finding], *, in_one_file: bool = False) -> Iterator[Together]:
    """Give what meets all parts: once, or with `in_one_file` once for each file in which every part has a place.

    Findings come worst first, so the gravest that meets a part stands for it.
    """
    if not in_one_file:
        yield from _met(parts, findings)
        return
    for path in dict.fromkeys(place.path for finding in findings for place in finding.locations):
        yield from _met(parts, [one for one in findings if any(place.path == path for place in one.locations)])


def _met(parts: Sequence[Part], findings: Sequence[Finding]) -> Iterator[Together]:
    chosen = []
    for part in parts:
        found = next((finding for finding in findings if part.meets(finding)), None)
        if found is None:
            return
        chosen.append(found)
    yield Together(tuple(dict.fromkeys(chosen)))


class Combination(msgspec.Struct, frozen=True):
    """The parts of a rule that is made of other rules' findings, and its finding's hint."""

    parts: tuple[Part, ...]
    hint: str
    #: Whether all parts have to be found in one file of the archive.
    in_one_file: bool = False

    def together(self, case: Case, findings: Sequence[Finding]) -> Iterator[Together]:
        """Give what meets all parts among the findings about the case's own release."""
        own = [finding for finding in findings if finding.subject == case.purl]
        yield from met(self.parts, own, in_one_file=self.in_one_file)
