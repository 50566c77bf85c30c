"""New code runs by itself, and in the same file stands a raw address or a drop service that is new.

## What it looks for

Both in one file; the new code may do no more than the package could before.

## Why attackers do it

A package that uses the network anyway gains no ability when it is attacked: what it gains is an address. Raw addresses
are what many payloads use, since a name can be taken away: telnyx 4.87.1, Mastra's easy-day-js (2026), rand-user-agent
(2025).

## Known evasions

A name that is registered for the purpose, as in the axios attack: new-payload-to-new-host.

## Known false positives

None is known: honest new code that runs unasked names names.

## What to do now

Do not install it. Report it with the file and the address.

## References

- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="new-code-to-odd-host",
    title="New code to an odd host",
    severity="high",
    confidence="high",
    needs=("content", "change"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part(
                "code that acts by itself and was not there",
                ("payload-in-patch-release", "code-appended", "variant-changed-alone", "new-odd-file"),
            ),
            Part("a raw address or a drop service that is new", ("new-host",), least="medium"),
        ),
        hint="do not install it; report the file and the address to the project and the registry",
        in_one_file=True,
    ),
)
