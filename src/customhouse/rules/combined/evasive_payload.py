"""The release looks where it runs before it does something that holds or blocks others.

## What it looks for

A condition over the machine, its user or its country in a file that also brings a payload: fetches and runs, executes
what it decodes, reads credentials, sends the environment, stays on the machine.

## Why attackers do it

Each of the two is found in honest packages. An installer that fetches a binary has no reason to ask for the time zone
first; code that leaves when the user is called `sandbox` wants not to be seen by those who look. node-ipc 10.1.1 (2022)
asked for the country before it overwrote files, and worms of 2025 ask whether they are in a CI before they choose what
to steal.

## Known evasions

Splitting the condition and the payload over two files.

## Known false positives

An installer that chooses a mirror by the language or the time zone: it is held until somebody has looked, and can be
excepted by digest.

## What to do now

Read what stands behind the condition, in the archive and not in a sandbox: there it may do nothing.

## References

- [MITRE ATT&CK T1480: Execution Guardrails](https://attack.mitre.org/techniques/T1480/)
- [MITRE ATT&CK T1497: Virtualization/Sandbox Evasion](https://attack.mitre.org/techniques/T1497/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="evasive-payload",
    title="Evasive payload",
    severity="high",
    confidence="medium",
    needs=("content",),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("a question about the machine or its user", ("analysis-evaded",), "medium", ("install", "import")),
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
        hint="do not install it before somebody has read what stands behind the condition",
        in_one_file=True,
    ),
)
