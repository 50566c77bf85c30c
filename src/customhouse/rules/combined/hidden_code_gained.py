"""A release hides what it executes, and can do unasked what the release before could not.

## What it looks for

A file that hides what it executes, run at install or on load, and that became an install script or gained a grave
capability with this release. Either alone happens in honest releases; a feature that comes with its own disguise does
not. Encoded code is left out: executing it is a capability, and one fact is not counted twice.

## Why attackers do it

A payload that is added to a package needs an entry and a disguise, and both are new. ua-parser-js 0.7.29 (2021) gained
a preinstall script; the Shai-Hulud releases (2025) a hook and a bundle of several megabytes; telnyx 4.87.1 (2026) an
encoded program that ran on import.

## Known evasions

A package that hid its code and had every ability in the release before.

## Known false positives

A vendor's package that begins to be obfuscated in the release that adds an install script.

## What to do now

Stay on the release before, and compare the two file by file.

## References

- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
- [MITRE ATT&CK T1027: Obfuscated Files or Information](https://attack.mitre.org/techniques/T1027/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="hidden-code-gained",
    title="Hidden code with new abilities",
    severity="high",
    confidence="medium",
    needs=("content", "change"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part(
                "code that hides what it executes, run unasked",
                (
                    "obfuscated-code",
                    "indirect-eval",
                    "data-file-executed",
                    "hidden-address",
                    "code-hidden-by-whitespace",
                ),
                least="medium",
                phases=("install", "import"),
            ),
            Part(
                "something that it could not do before, run unasked",
                ("capability-gained", "install-script-added", "install-script-changed"),
                least="medium",
                phases=("install", "import"),
            ),
        ),
        hint="keep the release before, and compare the two file by file",
        in_one_file=True,
    ),
)
