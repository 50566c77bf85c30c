"""Somebody else published the release, and it runs at install, or brings in, what the one before did not.

## What it looks for

The two signs of an account that was taken over, in one release. Each of them alone is ordinary. Another member of the
same team is no other publisher here. A new capability in the code is the business of new-publisher-with-new-capability.

## Why attackers do it

They have the account and not the project: what they publish comes from another address or by a token instead of the
pipeline, and it has to run early. axios 1.14.1 (2026-03-31) was published with a token from a new address and brought a
dependency with an install script; ua-parser-js 0.7.29 (2021) came with a preinstall script that no release had had.

## Known evasions

Publishing through the project's own pipeline, as ChainDrop did (2026): the publisher is then the same.

## Known false positives

A new maintainer whose first release adds an install script or a native build.

## What to do now

Ask the project, elsewhere than on the registry, whether the release is theirs. Until then stay on the release before.

## References

- [MITRE ATT&CK T1078: Valid Accounts](https://attack.mitre.org/techniques/T1078/)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="new-publisher-with-new-code",
    title="New publisher with new code",
    severity="high",
    confidence="high",
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
                "code that was not there and needs no caller",
                (
                    "install-script-added",
                    "install-script-changed",
                    "risky-new-dependency",
                    "dependency-never-imported",
                    "gyp-runs-commands",
                    "module-shadows",
                    "record-unlisted-file",
                    "sdist-wheel-differ",
                ),
                least="medium",
            ),
        ),
        hint="do not install it before the project says, elsewhere than on the registry, that the release is theirs",
    ),
)
