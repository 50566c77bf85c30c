"""A module takes the place of Python's own or of another package's, and its code acts when it is loaded.

## What it looks for

A finding of module-shadows or wheel-writes-outside, together with code that reaches the network, reads credentials or
executes what it decodes.

## Why attackers do it

Whoever stands in the place of `requests` or `logging` is loaded by programs that never asked for the package, with all
that they have in memory. requests-darwin-lite (2024) was a copy of requests with a hidden program beside it.

## Known evasions

Acting only when a function is called: then the single findings stay, reported.

## Known false positives

A fork of a network library that opens a connection when it is imported; none is known.

## What to do now

Do not install it. Where it is installed already, treat every secret that a program of that environment held as known.

## References

- [MITRE ATT&CK T1574: Hijack Execution Flow](https://attack.mitre.org/techniques/T1574/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="replaced-module-that-acts",
    title="Replaced module that acts",
    severity="high",
    confidence="high",
    needs=("content",),
    page=__doc__,
    ecosystems=("pypi",),
    combination=Combination(
        parts=(
            Part("a module in another's place", ("module-shadows", "wheel-writes-outside"), least="medium"),
            Part(
                "code that acts",
                ("encoded-code-executed", "credentials-read", "environment-sent", "sdist-wheel-differ"),
                least="medium",
            ),
        ),
        hint="do not install it; reinstall the package whose module it replaces where it is installed already",
    ),
)
