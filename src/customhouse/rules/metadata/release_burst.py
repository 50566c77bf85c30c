"""Several release lines of the project got a release within hours, which this project does not usually do.

## What it looks for

Other releases of the project within twelve hours of this one, in other release lines (another major version, or another
minor one below 1.0 that is carried on: 0.29.5 beside 0.30.4, not 0.31.0 after 0.30.4), prereleases left out. A project
in its first two weeks tries things out, and is silent. Projects that have done so twice before, such as frameworks that
publish a security fix to every supported line, are silent; so are dates that contradict the versions, which are a
mirror's.

| How many lines at once | Finding |
|---|---|
| two or more, for the first or second time | medium, medium confidence: reported |
| one line, five releases within an hour | low |

## Why attackers do it

Ranges: `^1.0.0` does not take 2.0.1. Whoever has a stolen account for an hour or two publishes to every line that has
users. ua-parser-js 0.7.29, 0.8.0 and 1.0.0 (2021) came within four hours, eslint-config-prettier 8.10.1, 9.1.1, 10.1.6
and 10.1.7 (2025) on one evening, axios 1.14.1 and 0.30.4 (2026) within 39 minutes, rand-user-agent and node-ipc (2026)
likewise.

## Known evasions

One line only, or a line a day. Judged while the first of them is the only one, nothing is seen: the rule counts what
there was when the registry was asked.

## Known false positives

The first security fix that a project carries back to older lines.

## What to do now

Wait a day. What is meant well will have a tag for each line and a note that says why.

## References

- [GHSA-pjwm-rvh2-c87w: ua-parser-js](https://github.com/advisories/GHSA-pjwm-rvh2-c87w)
- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from collections.abc import Iterator
from datetime import timedelta

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding
from customhouse.model.purl import Ecosystem
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import in_words
from customhouse.rules.shared.hints import compare, stay
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.youth import project_age
from customhouse.versions.release_line import is_prerelease, same_line

_TOGETHER = timedelta(hours=12)
_HOUR = timedelta(hours=1)
#: Times that a project may have published to several lines at once before it counts as what it does.
_HABIT = 2
_MANY = 5
#: A project younger than this has no lines yet that anybody depends on.
_SETTLING = timedelta(days=14)


def _other_line(ecosystem: Ecosystem, one: str, other: str) -> bool:
    """Whether the two belong to lines that are carried on side by side; below 1.0 the next minor version is no line."""
    if same_line(ecosystem, one, other):
        return False
    both_early = one.startswith("0.") and other.startswith("0.")
    return not (both_early and (one.endswith(".0") or other.endswith(".0")))


def _settling(case: Case) -> bool:
    age = project_age(case)
    return age is not None and age < _SETTLING


def judge(case: Case) -> Iterator[Finding]:
    """Look at what else the project published around the release."""
    facts = case.metadata
    published = facts.release.published if facts else None
    version = case.purl.version or ""
    ecosystem = case.purl.ecosystem
    if facts is None or published is None or not facts.dates_in_order or is_prerelease(ecosystem, version):
        return
    near = {
        one.version: abs(published - one.published)
        for one in facts.around
        if one.published is not None and not is_prerelease(ecosystem, one.version)
    }
    lines = [one for one, apart in near.items() if apart <= _TOGETHER and _other_line(ecosystem, one, version)]
    in_the_hour = [one for one, apart in near.items() if apart <= _HOUR]
    if lines and facts.lines_together_before < _HABIT and not _settling(case):
        apart = max(near[one] for one in lines)
        others = ", ".join(lines[:5])
        yield RULE.finding(
            case,
            f"{case.purl.display} came within {in_words(apart)} of {others}: releases of other lines at the same time",
            at=(manifest_file(case),),
            hint=f"{stay(case)} for a day, and look for what the project says of them. {compare(case)}",
        )
    elif len(in_the_hour) >= _MANY and not lines:
        yield RULE.finding(
            case,
            f"{case.purl.display} is one of {len(in_the_hour) + 1} releases of {case.purl.name} within an hour",
            at=(manifest_file(case),),
            hint=f"take the last of them, a day later. {compare(case)}",
            severity="low",
        )


RULE = Rule(
    id="release-burst",
    title="Several lines released at once",
    severity="medium",
    confidence="medium",
    needs=("metadata",),
    judge=judge,
    page=__doc__,
)
