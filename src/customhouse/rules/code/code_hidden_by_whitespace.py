"""Code stands so far to the right that nobody sees it.

## What it looks for

A line of code on which, behind a long run of spaces or tabs, more code follows; the reader of code measures it, so
that strings, comments and minified files do not count.

| What stands there | Finding |
|---|---|
| network, programs, credentials or executing text, run unasked | high, high confidence: blocked |
| any other code in a file that runs unasked or is called | high, medium confidence: held |
| code in a file that the package does not load by itself | medium, medium confidence |

## Why attackers do it

Web views of repositories, diff tools and editors cut long lines or scroll sideways. rand-user-agent 2.0.83 (2025)
carried a remote shell in its dist folder, behind several hundred spaces on a line that looked finished.

## Known evasions

Line breaks instead of spaces: thousands of empty lines. A formatter shows both at once.

## Known false positives

Tables aligned by hand with very long cells. They rarely contain calls.

## What to do now

View the line with word wrap on (`fold -w 120`). If what stands there was hidden on purpose, that is all the proof you
need.

## References

- [MITRE ATT&CK T1027: Obfuscated Files or Information](https://attack.mitre.org/techniques/T1027/)
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
"""

from collections.abc import Iterator
from typing import get_args

from customhouse.model.change import Phase
from customhouse.model.code import CapabilityKind, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import compare, stay
from customhouse.rules.shared.phase import UNASKED, capabilities, files, phase, phases


def _grade(code: CodeFacts, line: int) -> tuple[Severity, Confidence, str]:
    for moment in UNASKED:
        for it in capabilities(code, "network", "process", "credentials", "dynamic-code", during=moment):
            if it.line == line:
                return "high", "high", f", with {it.detail} among it"
    if code.reach == "other":
        return "medium", "medium", ""
    return "high", "medium", ""


def _phase(code: CodeFacts, line: int) -> Phase:
    """When the hidden code runs: by what the line does, else when the file itself is run."""
    every = capabilities(code, *get_args(CapabilityKind))
    return next((phase(code, it.when) for it in every if it.line == line), phases(code)[0])


def judge(case: Case) -> Iterator[Finding]:
    """Report each such line."""
    for code in files(case):
        for anomaly in code.anomalies:
            if anomaly.kind != "offscreen":
                continue
            severity, confidence, among = _grade(code, anomaly.line)
            yield RULE.finding(
                case,
                f"{code.path} line {anomaly.line} continues with code at column {anomaly.column}, out of sight{among}",
                at=(Location(code.path, anomaly.line),),
                hint=f"{stay(case)}; view the line wrapped (`fold -w 120`). {compare(case)}",
                severity=severity,
                confidence=confidence,
                phase=_phase(code, anomaly.line),
            )


RULE = Rule(
    id="code-hidden-by-whitespace",
    title="Code hidden by whitespace",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
