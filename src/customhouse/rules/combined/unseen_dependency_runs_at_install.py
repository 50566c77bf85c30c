"""A dependency that no file of the release imports is new, hardly anybody knows it, and it runs code at install.

## What it looks for

The three signs of a dependency that is there to be installed and not to be used, in one release.

## Why attackers do it

Nothing in the code of the popular package has to change. plain-crypto-js in axios 1.14.1 and easy-day-js in the Mastra
releases (2026) were such dependencies: hours old, imported by nothing, with a postinstall script.

## Known evasions

An import that is not used. risky-new-dependency then still speaks of its age and its script.

## Known false positives

None is known. A new helper of the same project is imported, or has no script.

## What to do now

Do not install it, and inspect the dependency. Where it has been installed its script has run: treat the machine as
reached, and rotate what was on it.

## References

- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="unseen-dependency-runs-at-install",
    title="Unseen dependency runs at install",
    severity="critical",
    confidence="high",
    needs=("content", "change"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("a dependency that nothing imports", ("dependency-never-imported",)),
            Part(
                "that hardly anybody knows and that runs code at install",
                ("risky-new-dependency",),
                least="high",
                phases=("install",),
            ),
        ),
        hint="do not install it; inspect the dependency that it adds",
    ),
)
