"""Somebody else published the release, and its code can do on load or at install what it could not do before.

## What it looks for

Another publisher, address or way of publishing than before, and a capability that no file of the release before had.
New install scripts and new dependencies are the business of new-publisher-with-new-code, which is sterner.

## Why attackers do it

With the account alone, the code itself has to change, and there is nothing that it can do unnoticed: it needs a
connection, a program or a secret. telnyx 4.87.1 (2026) and ctx (2022) are of this kind.

## Known evasions

Publishing through the project's own pipeline; a package that could do everything already.

## Known false positives

A new maintainer's first feature.

## What to do now

Read the places that are named, beside the earlier version, and look for the same change in the source repository.

## References

- [MITRE ATT&CK T1078: Valid Accounts](https://attack.mitre.org/techniques/T1078/)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="new-publisher-with-new-capability",
    title="New publisher with a new capability",
    severity="high",
    confidence="medium",
    needs=("metadata", "content", "change"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part(
                "another publisher, or another place of building",
                ("publisher-changed", "provenance-lost", "provenance-changed"),
                least="medium",
            ),
            Part(
                "a capability that is new and needs no caller",
                ("capability-gained",),
                least="medium",
            ),
        ),
        hint="look for the same change in the source repository before you install it",
    ),
)
