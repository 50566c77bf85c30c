"""A project without history has a version out of all proportion, and runs code at install.

## What it looks for

The shape of a package that is meant to be taken for an internal one: nobody knows it, its version is higher than
anybody counts, and it does not wait to be used.

## Why attackers do it

An installer that finds a name in two places takes the higher version, and the name is all that the attacker knows. The
first demonstration (2021) reached 35 companies; torchtriton (2022) sent keys and password files from every machine that
installed PyTorch's nightlies in the last days of the year.

## Known evasions

A modest version; running on import.

## Known false positives

None are known that are used by anybody.

## What to do now

Look whether the name is one of yours. If it was installed, treat the machine as one on which foreign code ran.

## References

- [CWE-427: Uncontrolled Search Path Element](https://cwe.mitre.org/data/definitions/427.html)
- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="dependency-confusion-shape",
    title="Shape of dependency confusion",
    severity="high",
    confidence="high",
    needs=("metadata", "content"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("a version out of proportion", ("version-jump",), least="medium"),
            Part(
                "a young project's code that runs unasked",
                (
                    "first-release-with-install-code",
                    "install-time-download-and-run",
                    "encoded-code-executed",
                    "environment-sent",
                    "credentials-read",
                ),
                least="medium",
            ),
        ),
        hint="pin the name to your own registry, and look for machines that installed this one",
    ),
)
