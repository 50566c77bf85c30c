"""The release changes nothing but its manifest, and the dependency that it adds is imported by no file.

## What it looks for

A release that was made for its new dependency, while nothing in it can use that. Dependencies that compilers refer to,
declarations of types and parts of the same project are not meant.

## Why attackers do it

It is the whole of the axios attack (2026) as a diff shows it: the version, and one line of dependencies.

## Known evasions

Touching a file of code in passing.

## Known false positives

A dependency that is wanted by its name alone: a plug-in that a configuration names, a tool that a script of the user
starts. Held, and one look settles it.

## What to do now

Ask the project what the dependency is for, and inspect it.

## References

- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="manifest-alone-adds-unseen-dependency",
    title="Manifest alone adds an unseen dependency",
    severity="high",
    confidence="medium",
    needs=("content", "change"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("nothing changed but the manifest", ("unexplained-files",)),
            Part("a dependency that nothing imports", ("dependency-never-imported",), least="medium"),
        ),
        hint="inspect the dependency that it adds, and stay on the release before until it is explained",
    ),
)
