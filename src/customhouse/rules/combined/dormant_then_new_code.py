"""After long silence comes a release that runs something new by itself.

## What it looks for

A project that had published nothing for two years, far beyond its usual pauses, and in its first release since then a
new or changed install script, a dependency that nobody knows, or a new capability at install or on load.

## Why attackers do it

Abandoned accounts are the easiest to take and the last to be missed. ctx (PyPI, 2022) sent the environment away after
seven silent years; coa 2.0.3 and rc 1.2.9 (2021) got a preinstall script after years without a release.

## Known evasions

A harmless release first.

## Known false positives

A revival by its owner that modernises the build. Look once, approve once.

## What to do now

Ask whether the owner is the owner. Nothing is lost by staying on a version that was good enough for years.

## References

- [MITRE ATT&CK T1078: Valid Accounts](https://attack.mitre.org/techniques/T1078/)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="dormant-then-new-code",
    title="New code after long silence",
    severity="high",
    confidence="medium",
    needs=("metadata", "content", "change"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("silence of two years", ("dormant-then-active",), least="medium"),
            Part(
                "code that was not there and needs no caller",
                (
                    "install-script-added",
                    "install-script-changed",
                    "risky-new-dependency",
                    "dependency-never-imported",
                    "capability-gained",
                    "environment-sent",
                    "encoded-code-executed",
                    "pth-runs-code",
                ),
                least="medium",
            ),
        ),
        hint="stay on the version that was good enough until now, and ask who made this one",
    ),
)
