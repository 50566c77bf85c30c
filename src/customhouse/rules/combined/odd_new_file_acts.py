"""A new file that nobody wrote by hand runs by itself, and does what a payload does.

## What it looks for

In one file: it is new and minified or full of encoded data in a package that had no such file, and it gains a grave
ability, decodes what it runs, reads credentials or sends the environment away.

## Why attackers do it

Obfuscation hides what, and the abilities say what for: bundle.js and bun_environment.js of the Shai-Hulud worms (2025),
router_init.js in TanStack's packages, dist/intro.js of jscrambler (2026).

## Known evasions

Code that is written to be read, or obfuscation that keeps lines short and has no long texts.

## Known false positives

A command-line tool that starts to ship itself as one minified bundle, and gains abilities by the libraries in it.

## What to do now

Do not install it. Ask which source the file is built from.

## References

- [MITRE ATT&CK T1027: Obfuscated Files or Information](https://attack.mitre.org/techniques/T1027/)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="odd-new-file-acts",
    title="Odd new file acts",
    severity="high",
    confidence="high",
    needs=("content", "change"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("a new file that nobody wrote by hand", ("new-odd-file",)),
            Part(
                "that does what a payload does",
                (
                    "payload-in-patch-release",
                    "encoded-code-executed",
                    "credentials-read",
                    "environment-sent",
                    "install-time-download-and-run",
                ),
                least="high",
            ),
        ),
        hint="do not install it; report the file to the project and the registry",
        in_one_file=True,
    ),
)
