"""Nobody had published anything of the project for a long time, and then this release came.

## What it looks for

The time between this release and the one before it in any line of the project, by the project's own measure: the
silence has to be at least six times the median of the times between the releases before.

| Silence | Finding |
|---|---|
| two years | medium, medium confidence: reported |
| one year | low |

Ordinary by itself, hence never held alone; together with install code, a new dependency or a new capability it is
(dormant-then-new-code). Where dates contradict versions (1.2.4 before 1.2.3) they are a mirror's, and nothing is said.

## Why attackers do it

An account that nobody has used for years has an old password, a lapsed mail domain, and no one who looks at its mail.
ctx (PyPI, 2022) had been silent for more than seven years when its owner's domain was bought; coa and rc (2021) had
been silent for years when their accounts were taken and every React build in the world fetched them.

## Known evasions

Taking over what is busy. Publishing one harmless release first, and the bad one weeks later.

## Known false positives

Maintenance: somebody comes back to fix a build, renew licences, or hand the project over.

## What to do now

Look at what changed, and whether the change is in the source repository. Wait a few days: somebody else will look too.

## References

- [MITRE ATT&CK T1078: Valid Accounts](https://attack.mitre.org/techniques/T1078/)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import in_words, moment
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.publishing import earlier

_YEARS = timedelta(days=730)
_YEAR = timedelta(days=365)
#: How much longer than its usual pauses a project has to have been silent.
_TIMES = 6


def _silence(published: datetime, before: list[datetime]) -> Severity | None:
    """Grade the silence; None when it is none. `before` is newest first."""
    silence = published - before[0]
    usual = timedelta(seconds=median([(newer - older).total_seconds() for newer, older in pairwise(before)] or [0.0]))
    if silence < _YEAR or silence < _TIMES * usual:
        return None
    return "medium" if silence >= _YEARS else "low"


def judge(case: Case) -> Iterator[Finding]:
    """Compare the pause before the release with the pauses that the project used to make."""
    published = case.metadata.release.published if case.metadata else None
    before = [one.published for one in earlier(case) if one.published is not None]
    if case.metadata is None or published is None or not before or published <= before[0]:
        return
    if not case.metadata.dates_in_order:
        return  # a mirror's dates say when somebody first asked it for a version
    severity = _silence(published, before)
    if severity is not None:
        yield RULE.finding(
            case,
            f"{case.purl.display} came after {in_words(published - before[0])} in which {case.purl.name} published "
            f"nothing ({earlier(case)[0].version} on {moment(before[0])})",
            at=(manifest_file(case),),
            hint=f"see what changed: {compare(case)}",
            severity=severity,
        )


RULE = Rule(
    id="dormant-then-active",
    title="Active after long silence",
    severity="medium",
    confidence="medium",
    needs=("metadata",),
    judge=judge,
    page=__doc__,
)
