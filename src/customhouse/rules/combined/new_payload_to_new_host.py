"""A file has newly gained something that acts by itself, and names a host that nothing in the release before named.

## What it looks for

Both in one file: new abilities at install or on load, and a new host.

## Why attackers do it

A payload needs somewhere to get its second stage from and to send what it takes. nx (2025), litellm, telnyx and
node-ipc (2026) gained the ability and the address in the same file and the same release.

## Known evasions

The ability and the address in two files.

## Known false positives

A new feature that asks a new service as soon as it is loaded, when a project brings that in a patch release.

## What to do now

Find out whose host it is, and what is sent to it.

## References

- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="new-payload-to-new-host",
    title="New payload to a new host",
    severity="high",
    confidence="medium",
    needs=("content", "change"),
    page=__doc__,
    combination=Combination(
        parts=(
            Part(
                "code that acts by itself and was not there",
                ("payload-in-patch-release", "code-appended", "variant-changed-alone"),
                least="medium",
            ),
            Part("a host that is new", ("new-host",)),
        ),
        hint="read the file and look the host up before it is installed anywhere",
        in_one_file=True,
    ),
)
