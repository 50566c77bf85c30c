"""One file collects secrets and speaks of a place that no honest package sends them to.

## What it looks for

Both halves of a theft in one file, each found by a rule of its own, in code that runs at install or when the package
is loaded. Each half alone has an honest use: a client reads its settings, a chat library names its service.

## Why attackers do it

Because it is the whole of the job: collect, and send. Most stealers on both registries are one file that does the two;
litellm 1.82.7 (2026), num2words 0.5.15 (2025) and the first Shai-Hulud (2025) did.

## Known evasions

Collecting in one file and sending in another, with a host that has a plain name: then only the two single findings
tell.

## Known false positives

A reporter of a company's own that is installed from a public registry and sends settings to a chat of that company.

## What to do now

Do not install it. If it ran, rotate everything that the first half names, from a clean machine.

## References

- [MITRE ATT&CK T1567: Exfiltration Over Web Service](https://attack.mitre.org/techniques/T1567/)
- [MITRE ATT&CK T1552: Unsecured Credentials](https://attack.mitre.org/techniques/T1552/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="harvest-and-send",
    title="Harvest and send",
    severity="critical",
    confidence="high",
    needs=("content",),
    page=__doc__,
    combination=Combination(
        parts=(
            Part(
                "secrets that are collected",
                (
                    "credentials-read",
                    "environment-sent",
                    "environment-harvested",
                    "cloud-metadata-read",
                    "secret-scanner-run",
                ),
                least="medium",
            ),
            Part(
                "a place that takes anything from anybody",
                ("drop-service-contacted", "raw-address-contacted", "dns-exfiltration"),
                least="medium",
                phases=("install", "import"),
            ),
        ),
        hint="do not install it; if it ran, rotate what it collects from a clean machine",
        in_one_file=True,
    ),
)
