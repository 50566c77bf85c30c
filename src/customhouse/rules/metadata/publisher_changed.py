"""The release was published by somebody else, from another address or in another way than the one before it.

## What it looks for

The publisher that the registry names for this release and for the earlier one of the same release line.

| Change | Finding |
|---|---|
| from trusted publishing (a CI identity) to a token | medium, high confidence: held |
| the same account with another e-mail address | medium, high confidence: held |
| another account | medium, low confidence: reported |

A release older than 90 days is reported with medium confidence at most. Where the registry names no publisher, as
many mirrors do not, the rule stays silent.

## Why attackers do it

They cannot help leaving this trace: the first thing done with a stolen npm account is to change its address, so that
the owner gets no mail, and the last is to publish from a laptop with a token, because the project's pipeline is out
of reach. axios 1.14.1 (2026) showed both: another address for the same maintainer, and no trusted publisher where
1.14.0 had one.

## Known evasions

Publishing through the project's own pipeline, as ultralytics (2024) and the ChainDrop packages (2026) were. Then
nothing changes here, and provenance is valid.

## Known false positives

Teams take turns, hence the low confidence for another account. People change their address; that happens once, and
one approval settles it. A pipeline that is down is bypassed in good faith now and then: ask.

## What to do now

Look for the release's tag and commit in the source repository, and for a word from the maintainers. If there is none,
keep the previous version and ask in an issue; you may be the first to notice.

## References

- [npm: trusted publishing, OpenSSF guide](https://repos.openssf.org/trusted-publishers-for-all-package-repositories)
- [MITRE ATT&CK T1078: Valid Accounts](https://attack.mitre.org/techniques/T1078/)
- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding
from customhouse.model.release import Publisher
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import circumstantial
from customhouse.rules.shared.hints import compare, stay
from customhouse.rules.shared.places import manifest_file


def _changes(old: Publisher, new: Publisher) -> Iterator[tuple[Confidence, str]]:
    """What differs, as sentence ends after the release's name; an unknown field differs from nothing."""
    if old.trusted is True and new.trusted is False:
        by = f" by {new.name}" if new.name else ""
        yield "high", f"was published with a token{by}; the one before came from trusted publishing"
    if new.trusted is True:
        return  # the pipeline published it; whose name stands there says who merged, not who has the account
    if old.name and new.name and old.name != new.name:
        if old.trusted is not True:
            yield "low", f"was published by {new.name}, the one before by {old.name}"
    elif old.email and new.email and old.email.casefold() != new.email.casefold():
        who = new.name or "its publisher"
        yield "high", f"was published by {who} from {new.email}, the one before from {old.email}"


def judge(case: Case) -> Iterator[Finding]:
    """Compare the two publishers where the registry names both."""
    if case.metadata is None or case.metadata.previous is None:
        return
    old, new = case.metadata.previous.publisher, case.metadata.release.publisher
    if old is None or new is None:
        return
    for confidence, said in _changes(old, new):
        yield RULE.finding(
            case,
            f"{case.purl.display} {said} ({case.metadata.previous.purl.version})",
            at=(manifest_file(case),),
            hint=f"look for its tag and commit; if there is none, {stay(case)}. {compare(case)}",
            confidence=circumstantial(case, confidence),
        )


RULE = Rule(
    id="publisher-changed",
    title="Publisher changed",
    severity="medium",
    confidence="high",
    needs=("metadata",),
    judge=judge,
    page=__doc__,
)
