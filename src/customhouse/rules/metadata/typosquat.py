"""The name is one slip away from that of a popular project, and the project has no history of its own.

## What it looks for

The name of a young project (45 days, or half a year with fewer than five releases) against a list of popular names that
is shipped and can be made anew (docs/popular-names.md): a letter added, left out, repeated, changed or swapped, other
separators or order of parts, characters that look alike, a scope written as part of the name or one letter off.

| How close | Finding |
|---|---|
| one slip, as above | medium, medium confidence: reported |
| a popular name with a word or a digit added (`node-`, `-js`, `-utils`) | low |
| a name that is popular as well, or whose people may publish the popular project too | nothing |

A name proves nothing, so it is held together with code that runs unasked, or with the popular project's own metadata
(young-impostor). Changed letters in names of fewer than six, and names of fewer than four, are left alone.

## Why attackers do it

Because people mistype, and language models invent names that sound right. crossenv (2017) stood beside cross-env for
two weeks and sent environments away; jeIlyfish (PyPI, 2019) took SSH keys for a year behind a capital I.

## Known evasions

A name that nobody has a popular one for (plain-crypto-js, easy-day-js: those are `affix`, low); waiting half a year
before the first bad release, when dormant-then-active and the rules over code are what is left.

## Known false positives

Small honest projects whose names happen to be close, and new packages of a team whose registry names no people.

## What to do now

Compare the name with what you meant, letter by letter. If you meant the popular one, take this one out everywhere.

## References

- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
- [CWE-1007: Insufficient Visual Distinction of Homoglyphs](https://cwe.mitre.org/data/definitions/1007.html)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.model.purl import make_purl
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import inspect
from customhouse.rules.shared.places import lock_entry
from customhouse.rules.shared.popular_names import lookalikes
from customhouse.rules.shared.youth import spoken_youth


def judge(case: Case) -> Iterator[Finding]:
    """Name the popular project that a young one comes closest to."""
    young = spoken_youth(case)
    if not young or case.metadata is None:
        return
    shared = {one.name for one in case.metadata.related if one.same_people}
    for found in lookalikes(case.purl.ecosystem, case.purl.name)[:1]:
        if found.popular in shared:
            continue
        grade: tuple[Severity, Confidence] = ("low", "low") if found.closeness == "affix" else ("medium", "medium")
        yield RULE.finding(
            case,
            f"{case.purl.name}, {young}, is the name of {found.popular} {found.said}",
            at=(lock_entry(case),),
            hint=f"did you mean {found.popular}? {inspect(make_purl(case.purl.ecosystem, found.popular))}",
            severity=grade[0],
            confidence=grade[1],
        )


RULE = Rule(
    id="typosquat",
    title="Name of a popular project, nearly",
    severity="medium",
    confidence="medium",
    needs=("metadata",),
    judge=judge,
    page=__doc__,
)
