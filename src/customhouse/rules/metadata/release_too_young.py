"""The release was published more recently than the cooldown allows.

## What it looks for

The publish time that the registry states, against the moment of judging. A release younger than the minimum age is
held until it has reached it. Files count too: a file added yesterday to a release of last year is a day old. A
publish time that lies in the future is reported in the same way, because it cannot be true.

Without a publish time the rule stays silent; the gap `publish-time` is then for policy to decide.

## Why attackers do it

They do not want to be young: they cannot help it. A stolen account is noticed within hours, so every malicious
release is installed by those who update at once. Of 30 incidents studied, about 25 were harmless to anyone who waited
three days. axios 1.14.1 (2026-03-31) was up for three hours, litellm 1.82.7 (2026-03-24) for two and a half. The
public advisory for axios came when the release was already gone, so waiting was the only advisory-free defence.

## Known evasions

Patience. event-stream 3.3.6 (2018) carried its payload for eleven weeks before anyone looked. A package published
clean, aged, and given a bad dependency later is caught by risky-new-dependency, not here.

## Known false positives

The fix you are waiting for is young too. Hold it against the advisory it closes and approve that one digest.

## What to do now

Keep the version you have; the finding says when this one comes free. If it must come in today, inspect it against the
version you run, read what changed, then approve that digest with a reason and an end date.

## References

- [CWE-1357: Reliance on Insufficiently Trustworthy Component](https://cwe.mitre.org/data/definitions/1357.html)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import in_words, moment
from customhouse.rules.shared.hints import compare, stay
from customhouse.rules.shared.places import manifest_file


def _newest_file(case: Case) -> tuple[str, datetime] | None:
    """The latest upload among the artifacts that were opened, or among all when none was."""
    if case.metadata is None:
        return None
    opened = {content.filename for content in case.contents}
    artifacts = case.metadata.release.artifacts
    chosen = [artifact for artifact in artifacts if artifact.filename in opened] or artifacts
    uploads = [(artifact.uploaded, artifact.filename) for artifact in chosen if artifact.uploaded is not None]
    return (max(uploads)[1], max(uploads)[0]) if uploads else None


def judge(case: Case) -> Iterator[Finding]:
    """Compare the newest publish time with the minimum age."""
    if case.metadata is None:
        return
    what, published = case.purl.display, case.metadata.release.published
    newest = _newest_file(case)
    if newest is not None and (published is None or newest[1] - published > timedelta(days=1)):
        what, published = f"{newest[0]}, a file of {case.purl.display},", newest[1]
    if published is None:
        return
    age = case.now - published
    free = published + case.minimum_age
    if age < timedelta(minutes=-5):  # clocks differ a little; the registry's may run ahead of ours
        said = f"{what} is dated {moment(published)}, which has not come yet"
    elif age < case.minimum_age:
        age = max(age, timedelta(0))
        said = f"{what} was published {in_words(age)} ago; the cooldown is {in_words(case.minimum_age)}"
    else:
        return
    yield RULE.finding(
        case,
        said,
        at=(manifest_file(case),),
        hint=f"{stay(case)}; it comes free on {moment(free)}. To look at it before: {compare(case)}",
    )


RULE = Rule(
    id="release-too-young",
    title="Release too young",
    severity="medium",
    confidence="high",
    needs=("metadata",),
    judge=judge,
    page=__doc__,
)
