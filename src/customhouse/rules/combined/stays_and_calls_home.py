"""The release makes itself run again and talks to somebody, unasked.

## What it looks for

Something written where it runs again, at install or on load, and a contact, a download or credentials in the same file.

## Why attackers do it

A backdoor has two halves: it survives a restart, and it asks for orders. litellm 1.82.8 (2026) left a service that
asked a server for commands; Shai-Hulud (2025) wrote workflows that sent a repository's secrets away.

## Known evasions

Splitting the two over files, or fetching the second half.

## Known false positives

Installers of services that report an installation. They are few, and worth reading before they run as a service.

## What to do now

Read both places. Where it ran, remove what was written from outside of the running system, and rotate what it reached.

## References

- [MITRE ATT&CK TA0003: Persistence](https://attack.mitre.org/tactics/TA0003/)
- [MITRE ATT&CK TA0011: Command and Control](https://attack.mitre.org/tactics/TA0011/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="stays-and-calls-home",
    title="Stays and calls home",
    severity="critical",
    confidence="high",
    needs=("content",),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("something that runs again", ("persistence-written",), "high", ("install", "import")),
            Part(
                "somebody that is talked to",
                (
                    "install-time-download-and-run",
                    "import-time-download-and-run",
                    "environment-sent",
                    "credentials-read",
                    "drop-service-contacted",
                    "raw-address-contacted",
                    "dns-exfiltration",
                ),
                least="medium",
            ),
        ),
        hint="do not install it; look for what it left on every machine that did",
        in_one_file=True,
    ),
)
