"""The version number is out of all proportion to the releases before it, or is where no first release begins.

## What it looks for

The first number of the version, against the highest version before it.

| Version | Finding |
|---|---|
| the first release of a project, numbered 90 or above | medium, medium confidence: reported |
| 90 or above, and at least 50 more than any release before | medium, medium confidence |
| at least 10 more than the release before, and at least 20 | low |

Numbers that are years or dates (`2026.1.0`, `26.3`, `20260331`) are a way to count and not a jump, when they are those
of the day the release came out.

## Why attackers do it

An installer that looks in two places takes the higher version. Whoever knows the name of a company's internal package
publishes `99.0.0` of it in the public registry, and builds that ask both take theirs: dependency confusion, which
brought a researcher into 35 companies (2021) and torchtriton (2022) onto the machines of those who installed PyTorch's
nightlies.

## Known evasions

A version that is only a little higher than the internal one.

## Known false positives

Packages that number themselves after something else: browsers' drivers, converters of databases.

## What to do now

If the name is one of yours, pin it to your own registry (a scope, an index) and register it in the public one. See
dependency-confusion, which looks at your repository.

## References

- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
- [CWE-427: Uncontrolled Search Path Element](https://cwe.mitre.org/data/definitions/427.html)
"""

from collections.abc import Iterator
from datetime import datetime

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain
from customhouse.rules.shared.places import lock_entry

_NUMBERS = lazy_regex(r"^v?(?:\d+!)?(\d+)(?:\.(\d+))?")
_FAR, _HIGH = 50, 90
_SOME, _RAISED = 10, 20


def _major(version: str) -> int | None:
    found = _NUMBERS.match(version)
    return int(found.group(1)[:9]) if found else None


def _calendar(version: str, published: datetime | None) -> bool:
    """Whether the first number is the year of the release, in four digits or two, or starts with it as a date does."""
    found = _NUMBERS.match(version)
    if found is None or published is None:
        return False
    first, years = found.group(1), {published.year - 1, published.year, published.year + 1}
    dated = len(first) in (6, 8) and first[:4].isdigit() and int(first[:4]) in years
    return dated or int(first[:9]) in {*years, *(year % 100 for year in years)}


def _grade(case: Case, version: str) -> tuple[str, Severity, Confidence] | None:
    facts, number = case.metadata, _major(version)
    if facts is None or number is None or _calendar(version, facts.release.published):
        return None
    if facts.previous is None:
        if number >= _HIGH and facts.earlier_count == 0 and facts.release.published is not None:
            return "is the first release of the project", "medium", "medium"
        return None
    before = facts.previous.purl.version or ""
    known = [_major(before) or 0, *(_major(one.version) or 0 for one in facts.earlier)]
    if number >= _HIGH and number - max(known) >= _FAR:
        return f"follows {before}", "medium", "medium"
    if number >= _RAISED and number - max(known) >= _SOME:
        return f"follows {before}", "low", "medium"
    return None


def judge(case: Case) -> Iterator[Finding]:
    """Compare the first number of the version with those before it."""
    graded = _grade(case, case.purl.version or "")
    if graded is not None:
        said, severity, confidence = graded
        yield RULE.finding(
            case,
            f"{case.purl.display} {said}: a number out of proportion",
            at=(lock_entry(case),),
            hint=f"if the name is internal to your organisation, this is not your package: {explain(case)}",
            severity=severity,
            confidence=confidence,
        )


RULE = Rule(
    id="version-jump",
    title="Version out of proportion",
    severity="medium",
    confidence="medium",
    needs=("metadata",),
    judge=judge,
    page=__doc__,
)
