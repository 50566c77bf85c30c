"""A project without history passes for a popular one, and runs code that nobody asked for.

## What it looks for

A name or metadata that belongs to another project, and code that runs at install or on load and does what such code is
written for.

## Why attackers do it

The name brings the victim, the copied metadata calms whoever looks, and the code has to run before the mistake is
noticed. plain-crypto-js 4.2.1 (2026), named after crypto-js with its repository and author, ran a script at install and
was what made axios 1.14.1 an attack; crossenv (2017) did the same beside cross-env.

## Known evasions

An own name and no metadata at all. Waiting until the project is half a year old.

## Known false positives

A fork of a native package under a new name that keeps its repository field and its install script. Say so in the
exception, by digest.

## What to do now

Find out who asked for the package, and what they meant to install. If it has been installed, treat the machine as one
on which foreign code ran.

## References

- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
- [MITRE ATT&CK T1036.005: Masquerading, Match Legitimate Name or Location](https://attack.mitre.org/techniques/T1036/005/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="young-impostor",
    title="Young impostor that runs code",
    severity="high",
    confidence="high",
    needs=("metadata", "content"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("a name or metadata of another project", ("typosquat", "copied-metadata"), least="medium"),
            Part(
                "code that runs unasked",
                (
                    "first-release-with-install-code",
                    "install-time-download-and-run",
                    "encoded-code-executed",
                    "credentials-read",
                    "environment-sent",
                    "pth-runs-code",
                ),
                least="medium",
            ),
        ),
        hint="do not install it; look for what was meant, and for who asked for this name",
    ),
)
