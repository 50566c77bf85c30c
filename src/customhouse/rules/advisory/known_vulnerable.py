"""A public advisory says this release has a vulnerability.

## What it looks for

OSV advisories whose affected versions contain this release, aliases (GHSA, CVE, PYSEC) told as one. The severity is
the reviewer's word (GitHub's), else the newest CVSS vector; where there is neither, medium is assumed and said so. The
finding takes
the advisory's severity one step down, because a weakness in honest code is a risk to weigh while malware is none:

| Advisory | Finding | By default |
|---|---|---|
| critical | high, medium confidence | held |
| high | medium, medium confidence | reported |
| medium | low | reported |
| low | info | reported |

## Why attackers do it

They scan for the versions that people keep. Holding every advisory would teach a team to switch the gate off, so only
critical ones stop a build by default. The border with malice is not sharp: when node-ipc 10.1.1 (2022) overwrote
files of users in two countries, its owner's sabotage was filed as CVE-2022-23812, a vulnerability like any other.

## Known evasions

None to speak of: the version is what it is. A vendored copy of the vulnerable code under another name is not seen.

## Known false positives

Most advisories concern a function that you may not call. Whether yours does is for you to say, with an exception that
names the reason.

## What to do now

Move to the version that the hint names, the nearest that has the fix and that no other advisory covers, and inspect
that one first. When there is none, decide whether the vulnerable path is reached, and write the decision down as an
exception that ends and that names the advisory, so that the next one of the same release is judged again:
`customhouse approve PURL --rule known-vulnerable --advisory GHSA-… --reason … --owner …`.

## References

- [OSV schema: severity and affected ranges](https://ossf.github.io/osv-schema/)
- [CWE-1395: Dependency on Vulnerable Third-Party Component](https://cwe.mitre.org/data/definitions/1395.html)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Finding, Severity
from customhouse.model.purl import make_purl
from customhouse.rules.rule import Rule
from customhouse.rules.shared.advisories import groups
from customhouse.rules.shared.hints import explain, inspect
from customhouse.rules.shared.places import lock_entry

_FINDING: dict[Severity, Severity] = {
    "critical": "high",
    "high": "medium",
    "medium": "low",
    "low": "info",
    "info": "info",
}


def judge(case: Case) -> Iterator[Finding]:
    """Report each vulnerability once, by the worst severity that its records give."""
    for group in groups(case, "vulnerability"):
        worst = min((match.severity for match in group), key=SEVERITIES.index)
        said = [match for match in group if match.severity_known]
        if said:
            worst = min((match.severity for match in said), key=SEVERITIES.index)
        unsaid = "" if said else " (its severity is not on record: medium is assumed)"
        names = sorted({name for match in group for name in (match.id, *match.aliases)})
        summary = next((f": {match.summary}" for match in group if match.summary), "")
        fixed = next((match.fixed for match in group if match.fixed), "")
        safe = next((match.safe for match in group if match.safe), "")
        notes = "".join(f"; {match.note}" for match in group if match.note)
        hint = f"no fixed version is known; decide whether you reach it. {explain(case)}"
        if safe and safe != fixed:
            release = inspect(make_purl(case.purl.ecosystem, case.purl.name, safe))
            hint = f"{safe} is the nearest version that no advisory covers: {release}"
        elif fixed:
            hint = f"{fixed} has the fix: {inspect(make_purl(case.purl.ecosystem, case.purl.name, fixed))}"
        yield RULE.finding(
            case,
            f"{case.purl.display} has a {worst} vulnerability, {', '.join(names)}{summary}{unsaid}{notes}",
            at=(lock_entry(case),),
            hint=hint,
            severity=_FINDING[worst],
            records=group,
        )


RULE = Rule(
    id="known-vulnerable",
    title="Known vulnerable",
    severity="medium",
    confidence="medium",
    needs=("intelligence",),
    judge=judge,
    page=__doc__,
)
