"""The source repository has no trace of the release, where it had one of the releases before.

## What it looks for

Two traces, each only where the project used to leave it. The commit that npm's metadata names for a release made from a
git checkout (`gitHead`). And, where `[lookups] source_hosts` allows the remote to be asked (`git ls-remote`; nothing is
cloned), a tag named after the version.

| Trace | Finding |
|---|---|
| no tag, where each of the latest three to five releases has one | medium, medium confidence: reported |
| no tag, where most of them have one | low |
| a commit that no branch or tag stands at, and no tag either | medium, medium confidence |
| no commit named, where each of the latest releases named one | low |

Not asking is the default and leaves no gap; a remote that does not answer leaves one (`source-unreachable`), which by
default holds nothing. Together with another publisher or a lost attestation it is held (published-past-the-source).

## Why attackers do it

They have the registry account and not the repository, or do not want to be seen there. axios 1.14.1 (2026) had neither
commit nor tag, nor had event-stream's flatmap-stream 0.1.1 (2018), litellm 1.82.7 and mrmustard 0.7.4 (2026).

## Known evasions

Pushing a tag: whoever has the repository too can. Whether the tag's tree is what was published is not compared.

## Known false positives

Tags that are pushed minutes after the release; releases made by hand in a project that lets its pipeline tag. Other
package managers than npm that leave the commit out.

## What to do now

Look again in an hour. If there is still no tag, ask in the project's issues what the release was made of.

## References

- [SLSA: source track](https://slsa.dev/spec/v1.0/future-directions)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Severity
from customhouse.model.history import SourceFacts
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import circumstantial
from customhouse.rules.shared.hints import compare, stay
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.publishing import earlier

#: Releases that it takes to speak of a habit, and how many are looked at for the commit.
_HABIT = 3
_LOOKED_AT = 8


def _tag(source: SourceFacts) -> tuple[str, Severity] | None:
    if source.status != "reached" or source.tag or source.earlier_looked_for < _HABIT:
        return None
    told = f"{source.earlier_tagged} of the {source.earlier_looked_for} releases before it have one"
    if source.earlier_tagged == source.earlier_looked_for or source.commit_at_ref is False:
        severity: Severity = "medium" if 2 * source.earlier_tagged > source.earlier_looked_for else "low"
        return f"has no tag in {source.remote}; {told}", severity
    if 2 * source.earlier_tagged > source.earlier_looked_for:
        return f"has no tag in {source.remote}; {told}", "low"
    return None


def _commit_habit(case: Case) -> bool:
    """Whether each of the latest releases named a commit, of those of which it is known."""
    told = [one.commit for one in earlier(case)[:_LOOKED_AT] if one.commit is not None]
    return len(told) >= _HABIT and all(told)


def judge(case: Case) -> Iterator[Finding]:
    """Compare the traces of this release with those of the releases before."""
    facts = case.metadata
    if facts is None:
        return
    found: list[tuple[str, Severity]] = []
    if facts.source is not None and (tag := _tag(facts.source)) is not None:
        found.append(tag)
    if case.purl.ecosystem == "npm" and not facts.release.commit and _commit_habit(case):
        found.append(("names no commit that it was made of; each of the releases before it does", "low"))
    for said, severity in found:
        yield RULE.finding(
            case,
            f"{case.purl.display} {said}",
            at=(manifest_file(case),),
            hint=f"look for it in the source repository; if it is not there, {stay(case)}. {compare(case)}",
            severity=severity,
            confidence=circumstantial(case, "medium"),
        )


RULE = Rule(
    id="source-missing",
    title="No source for the release",
    severity="medium",
    confidence="medium",
    needs=("metadata", "provenance"),
    judge=judge,
    page=__doc__,
)
