"""Several release lines got a release at once, and it brings install code, its own or a dependency's.

## What it looks for

The haste of somebody with little time, and the one thing that has to be in each of the releases.

## Why attackers do it

A stolen account lasts for hours. ua-parser-js 0.7.29, 0.8.0 and 1.0.0 (2021) each came with a preinstall script, axios
1.14.1 and 0.30.4 (2026) each with plain-crypto-js, eslint-config-prettier's four (2025) each with an install script.

## Known evasions

One line at a time.

## Known false positives

A native package that carries a new way of building back to its older lines.

## What to do now

Stay on what you have. Look whether the other releases bring the same thing: then it was one hand.

## References

- [GHSA-pjwm-rvh2-c87w: ua-parser-js](https://github.com/advisories/GHSA-pjwm-rvh2-c87w)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="burst-with-new-install-code",
    title="Several lines at once with new install code",
    severity="high",
    confidence="high",
    needs=("metadata", "content", "change"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("releases of several lines at once", ("release-burst",), least="medium"),
            Part(
                "install code that is new, of the release or of a dependency that it adds",
                ("install-script-added", "install-script-changed", "risky-new-dependency"),
                least="medium",
                phases=("install",),
            ),
        ),
        hint="do not install any of the releases of that day before the project speaks of them",
    ),
)
