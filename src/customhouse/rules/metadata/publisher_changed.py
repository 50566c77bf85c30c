"""The release was published by somebody else, from another address or in another way than the one before it.

## What it looks for

The publisher that the registry names for this release and for the earlier one of the same release line, and who
published the twenty releases before it.

| Change | Finding |
|---|---|
| from trusted publishing (a CI identity) to a token | medium, high confidence: held |
| the same in a project that has gone to and fro before | medium, medium confidence: reported |
| another account or another address, and that at a disposable mail domain | medium, high confidence: held |
| the same account with an address that no earlier release had | medium, medium confidence |
| an account that could not publish before | medium, medium confidence |
| another member of the team | low |

A release older than 90 days is reported with medium confidence at most. Where the registry names no publisher, as
many mirrors do not, the rule stays silent. From a token to trusted publishing is a step forward, and so is silent too.

## Why attackers do it

They cannot help leaving this trace: the first thing done with a stolen npm account is to change its address, so that
the owner gets no mail, and the last is to publish from a laptop with a token, because the project's pipeline is out
of reach. axios 1.14.1 (2026) showed both: another address for the same maintainer, and no trusted publisher where
1.14.0 had one. event-stream 3.3.6 (2018) came from an account that had been let in days before.

## Known evasions

Publishing through the project's own pipeline, as ultralytics (2024) and the ChainDrop packages (2026) were. Then
nothing changes here, and provenance is valid.

## Known false positives

New maintainers, and people who change their address: that is why neither holds alone, and both do together with code
that was not there before (new-publisher-with-new-code). A pipeline that is down is bypassed in good faith now and then:
ask.

## What to do now

Look for the release's tag and commit in the source repository, and for a word from the maintainers. If there is none,
keep the previous version and ask in an issue; you may be the first to notice.

## References

- [npm: trusted publishing, OpenSSF guide](https://repos.openssf.org/trusted-publishers-for-all-package-repositories)
- [MITRE ATT&CK T1078: Valid Accounts](https://attack.mitre.org/techniques/T1078/)
- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
"""

from collections.abc import Iterator

import msgspec

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.model.release import Publisher
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import circumstantial
from customhouse.rules.shared.hints import compare, stay
from customhouse.rules.shared.mail_domains import disposable
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.publishing import address_used_before, by_turns, earlier, in_team


class _Changed(msgspec.Struct, frozen=True):
    """What differs, as a sentence's end after the release's name."""

    said: str
    confidence: Confidence = "medium"
    severity: Severity = "medium"


def _changes(case: Case, old: Publisher, new: Publisher) -> Iterator[_Changed]:
    """An unknown field differs from nothing."""
    if old.trusted is True and new.trusted is False:
        by = f" by {new.name}" if new.name else ""
        often = by_turns([one.trusted for one in earlier(case)])
        said = f"was published with a token{by}; the one before came from trusted publishing"
        yield _Changed(said, "medium" if often else "high")
    if new.trusted is True:
        return  # the pipeline published it; whose name stands there says who merged, not who has the account
    thrown_away = disposable(new) if not disposable(old) else ""
    confidence: Confidence = "high" if thrown_away else "medium"
    at = f" (an address at {thrown_away}, which is disposable)" if thrown_away else ""
    if old.name and new.name and old.name != new.name:
        if old.trusted is True:
            return
        if in_team(case, new.name) and not thrown_away:
            yield _Changed(f"was published by {new.name}, the one before by {old.name}", "low", "low")
        else:
            whose = ", an account that had not published it before" if earlier(case) else ""
            yield _Changed(f"was published by {new.name}{at}{whose}; the one before by {old.name}", confidence)
    elif _moved(old, new) and (thrown_away or not address_used_before(case, new.email)):
        who = new.name or "its publisher"
        yield _Changed(f"was published by {who} from {new.email}{at}, the one before from {old.email}", confidence)


def _moved(old: Publisher, new: Publisher) -> bool:
    return bool(old.email and new.email) and old.email.casefold() != new.email.casefold()


def judge(case: Case) -> Iterator[Finding]:
    """Compare the two publishers where the registry names both."""
    if case.metadata is None or case.metadata.previous is None:
        return
    old, new = case.metadata.previous.publisher, case.metadata.release.publisher
    if old is None or new is None:
        return
    for changed in _changes(case, old, new):
        yield RULE.finding(
            case,
            f"{case.purl.display} {changed.said} ({case.metadata.previous.purl.version})",
            at=(manifest_file(case),),
            hint=f"look for its tag and commit; if there is none, {stay(case)}. {compare(case)}",
            severity=changed.severity,
            confidence=circumstantial(case, changed.confidence),
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
