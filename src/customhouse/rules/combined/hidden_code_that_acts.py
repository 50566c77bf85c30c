"""Code that hides what it is runs unasked, and the same file reaches the network, starts programs or takes secrets.

## What it looks for

Two things in one file: a writing that hides what is executed, grave enough to hold the release, and a deed that an
honest author would have no need to hide. The deed may be a weak sign by itself.

## Why attackers do it

They have to do both: what is not hidden is found by a search, and what does nothing is worth nothing. setup.js of
plain-crypto-js 4.2.1 (the dependency behind axios 1.14.1, 2026-03-31) was obfuscated and fetched a second stage;
Shai-Hulud's loaders (2025) and the wallet swap in chalk 5.6.1 and debug 4.4.2 (2025) were alike.

## Known evasions

Hiding in one file and acting in another, which the package's other findings then tell one by one.

## Known false positives

A command-line tool that is sold obfuscated and checks its licence over the network when it starts: the release before
did the same, and the rule over obfuscation then says low.

## What to do now

Treat it as malware until its source has been found and read.

## References

- [MITRE ATT&CK T1027: Obfuscated Files or Information](https://attack.mitre.org/techniques/T1027/)
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="hidden-code-that-acts",
    title="Hidden code that acts",
    severity="critical",
    confidence="high",
    needs=("content",),
    page=__doc__,
    combination=Combination(
        parts=(
            Part(
                "code that hides what it executes, run unasked",
                (
                    "obfuscated-code",
                    "encoded-code-executed",
                    "indirect-eval",
                    "data-file-executed",
                    "hidden-address",
                    "code-hidden-by-whitespace",
                ),
                least="high",
                phases=("install", "import"),
            ),
            Part(
                "a deed in the same phase",
                (
                    "install-time-download-and-run",
                    "import-time-download-and-run",
                    "credentials-read",
                    "environment-sent",
                ),
                least="medium",
                phases=("install", "import"),
            ),
        ),
        hint="treat it as malware until its source has been found and read; do not install or import it",
        in_one_file=True,
    ),
)
