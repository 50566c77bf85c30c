"""The release has grave code, and text that tells a reviewing machine to overlook it.

## What it looks for

Text that speaks to a machine which reviews code, and in the same release code that runs unasked and is grave by itself.
Text alone is a curiosity, and grave code alone may have a reason: nobody who has one tells the reviewer to look away.

## Why attackers do it

To get past triage by language models, which many registries and companies now do first. The Hades packages (2026) came
with such text in front of a loader.

## Known evasions

Text in a language or encoding that the rule for it does not read.

## Known false positives

Tools that test models against injections, if their releases also do something grave at install or on load.

## What to do now

Do not install it. Read the code without the help of a model, or of one that can do nothing.

## References

- [OWASP LLM01: Prompt Injection](https://genai.owasp.org/llmrisk/llm01-prompt-injection/)
- [MITRE ATT&CK T1562: Impair Defenses](https://attack.mitre.org/techniques/T1562/)
"""

from customhouse.rules.combination import Combination, Part
from customhouse.rules.rule import Rule

RULE = Rule(
    id="reviewer-misled",
    title="Reviewer misled",
    severity="critical",
    confidence="high",
    needs=("content",),
    page=__doc__,
    combination=Combination(
        parts=(
            Part("text for a reviewing machine", ("ai-reviewer-addressed",), least="medium"),
            Part(
                "grave code",
                (
                    "install-time-download-and-run",
                    "encoded-code-executed",
                    "credentials-read",
                    "environment-sent",
                    "environment-harvested",
                    "drop-service-contacted",
                    "raw-address-contacted",
                    "dns-exfiltration",
                    "cloud-metadata-read",
                    "secret-scanner-run",
                    "self-publishing-worm",
                    "pth-runs-code",
                    "setup-py-runs-code",
                ),
                least="high",
            ),
        ),
        hint="do not install it; read the code without the help of a model that can act",
    ),
)
