"""The release does something at install or on load, and then removes what did it.

## What it looks for

The removal of a file of its own or of its manifest, and a payload anywhere in the release that needs no caller.

## Why attackers do it

Who looks after the install finds a package that does nothing. plain-crypto-js 4.2.1 (2026) fetched and started its
second stage, deleted the script that did so, and put another manifest in its place.

## Known evasions

Leaving the removal to what was fetched.

## Known false positives

None known: installers that fetch a binary leave themselves where they are.

## What to do now

Treat every machine that installed it as compromised, whatever lies in the package's folder now.

## References

- [MITRE ATT&CK T1070.004: File Deletion](https://attack.mitre.org/techniques/T1070/004/)
- [MITRE ATT&CK T1105: Ingress Tool Transfer](https://attack.mitre.org/techniques/T1105/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="traces-removed-after-acting",
    title="Traces removed after acting",
    severity="critical",
    confidence="high",
    needs=("content",),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("own traces removed", ("own-traces-removed",), "medium", ("install", "import")),
            Part(
                "a payload",
                (
                    "install-time-download-and-run",
                    "import-time-download-and-run",
                    "encoded-code-executed",
                    "credentials-read",
                    "environment-sent",
                    "drop-service-contacted",
                    "raw-address-contacted",
                    "persistence-written",
                    "detached-process-started",
                ),
                least="medium",
            ),
        ),
        hint="do not install it; judge the archive of the registry, not what an install left",
    ),
)
