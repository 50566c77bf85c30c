"""The release holds text that speaks to a machine which reviews code.

## What it looks for

Orders to drop earlier instructions, verdicts over the package (`safe`, `benign`, `not malicious`) told to a model or a
scanner, somebody of that kind being spoken to and told what not to report, marks that end one part of a prompt and
begin another, and strings that are known to make a model refuse. The words may be spread over lines of a comment.
Searched are code and what is written for people: README and other texts.

| Where | Finding |
|---|---|
| in a comment, or a string that nothing takes | medium, medium confidence |
| in the name of something, or in code otherwise | medium, medium confidence |
| in a README or another text | low, medium confidence |
| in a string of the program | low, low confidence |

By itself it holds nothing. Together with grave code it is reviewer-misled.

## Why attackers do it

Releases are looked at by models now, and a model reads what is in front of it. The Hades packages (2026) opened with
text for triage by language models; s1ngularity (nx, August 2025) turned the tables and had the victim's own assistants
search for wallets.

## Known evasions

Text that is encoded, in another language, or in a picture; a plausible lie that speaks to nobody.

## Known false positives

Libraries for language models ship prompts, guards against injections and their tests: those are strings, hence low.
Documentation that speaks of prompt injection quotes it: low as well.

## What to do now

Read the file yourself, and do not show it to a model with tools or with an influence on the decision.

## References

- [OWASP LLM01: Prompt Injection](https://genai.owasp.org/llmrisk/llm01-prompt-injection/)
- [MITRE ATLAS AML.T0051: LLM Prompt Injection](https://atlas.mitre.org/techniques/AML.T0051)
"""

from collections.abc import Iterator

from customhouse.model.code import TextAnomaly
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain


def _grade(anomaly: TextAnomaly) -> tuple[Severity, Confidence]:
    if anomaly.detail.startswith("in a string"):
        return "low", "low"
    return ("low", "medium") if anomaly.detail.startswith("in the text") else ("medium", "medium")


def judge(case: Case) -> Iterator[Finding]:
    """Report each file once, at its gravest place."""
    found: dict[str, list[TextAnomaly]] = {}
    for content in case.contents:
        for code in content.code:
            found.setdefault(code.path, []).extend(it for it in code.anomalies if it.kind == "addressed")
        for path, anomaly in content.addressed:
            found.setdefault(path, []).append(anomaly)
    for path, anomalies in found.items():
        if not anomalies:
            continue
        worst = min(anomalies, key=lambda it: SEVERITIES.index(_grade(it)[0]))
        severity, confidence = _grade(worst)
        place, _, said = worst.detail.partition(": ")
        yield RULE.finding(
            case,
            f"{path} speaks to a reviewing machine {place}: `{said}`",
            at=tuple(dict.fromkeys(Location(path, it.line) for it in anomalies))[:5],
            hint=f"read it yourself, and show it to no model that may act on it: {explain(case)}",
            severity=severity,
            confidence=confidence,
        )


RULE = Rule(
    id="ai-reviewer-addressed",
    title="AI reviewer addressed",
    severity="medium",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
