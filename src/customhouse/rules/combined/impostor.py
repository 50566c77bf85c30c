"""A project without history has a popular project's name, nearly, and shows that project's metadata as its own.

## What it looks for

The two halves of an imitation in one young project. What its code does plays no part.

## Why attackers do it

Whoever imitates both name and page wants to be taken for the other: there is no other use for it. Imitations are often
published clean and get their payload with a later release, as plain-crypto-js did in 2026: 4.2.0 was clean, 4.2.1, a
day later, was not.

## Known evasions

Copying only one of the two.

## Known false positives

A fork that changes one letter of the name. It will have people or releases of its own soon.

## What to do now

Install the project that was meant.

## References

- [MITRE ATT&CK T1036.005: Masquerading, Match Legitimate Name or Location](https://attack.mitre.org/techniques/T1036/005/)
- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="impostor",
    title="Impostor of a popular project",
    severity="high",
    confidence="medium",
    needs=("metadata",),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("a name one slip from a popular one", ("typosquat",), least="medium"),
            Part("the metadata of that or another project", ("copied-metadata",), least="medium"),
        ),
        hint="install the project that was meant; tell its maintainers and the registry of this one",
    ),
)
