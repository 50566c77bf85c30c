"""A script that is new at install, and what it starts has no business there.

## What it looks for

An install script that the release before did not have, or that runs another command than before, and that starts an
odd file, another runtime, other packages or a program in its command line which acts. Each by itself has honest
explanations; a project that begins with both in one release has next to none.

## Why attackers do it

The new script is their only way in, and what it starts is chosen to be overlooked: Shai-Hulud 2 (2025-11) gave
hundreds of packages a preinstall that led to Bun, cline 2.3.0 (2026-02) a postinstall that installed another package
globally, eslint-config-prettier 8.10.1 (2025) an install script that handed a library to rundll32.

## Known evasions

A new script that starts an ordinary file of JavaScript: install-script-added holds a patch or minor release for it, and
the rules over code judge what it does.

## Known false positives

A package that moves to Bun and begins to build itself at install, in one release.

## What to do now

Stay on the release before. Read the script and what it starts, without running either.

## References

- [npm scripts: life cycle](https://github.com/npm/cli/blob/latest/docs/lib/content/using-npm/scripts.md)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="new-start-of-something-odd",
    title="New install script starts something odd",
    severity="high",
    confidence="high",
    needs=("content", "change"),
    page=__doc__,
    ecosystems=("npm",),
    combination=Combination(
        parts=(
            Part("a new or another script", ("install-script-added", "install-script-changed"), least="medium"),
            Part(
                "something odd that it starts",
                (
                    "script-starts-odd-file",
                    "script-runs-another-runtime",
                    "script-installs-packages",
                    "script-runs-inline-code",
                ),
                least="medium",
                phases=("install",),
            ),
        ),
        hint="stay on the release before, and read the script and what it starts without running either",
    ),
)
