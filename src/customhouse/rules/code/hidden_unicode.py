r"""The source holds characters that a reader does not see, or sees as something else.

## What it looks for

| Characters | Finding |
|---|---|
| runs of variation selectors or tag characters, which carry bytes invisibly | high, high confidence |
| the same, in a file that executes text as code unasked | critical, high confidence |
| controls of text direction in code or comments: it reads otherwise than it runs | high, medium confidence |
| letters of another script in identifiers | medium, medium confidence |
| invisible characters, or direction controls inside a string | low |

In a file that the package does not load by itself (tests, data) each is one step lower. Emoji sequences are not
reported.

## Why attackers do it

A reviewer approves what the screen shows. "Trojan Source" (2021) made a comment swallow the code after it by
direction controls. The GlassWorm campaign of October 2025 went further: the payload of its extensions was a run of
variation selectors, a blank line in every editor, which a short decoder turned into code.

## Known evasions

Escapes (`\u202e`) are visible characters, and decoded as strings by the reader of code instead. Base64 hides as well
(encoded-code-executed). Fewer than 16 times one and the same variation selector are taken for an emoji's, so bits that
are spread over many such short rows are not seen.

## Known false positives

Libraries for text layout, internationalisation and for just such characters contain them. They belong there in
strings, which is graded low.

## What to do now

Open the line in something that shows them (`cat -A`, `less -U`). If a comment or a name is not what it seems, treat
the release as malicious.

## References

- [Trojan Source, CVE-2021-42574](https://trojansource.codes/)
- [CWE-1007: Insufficient Visual Distinction of Homoglyphs](https://cwe.mitre.org/data/definitions/1007.html)
- [Unicode TR 36: security considerations](https://www.unicode.org/reports/tr36/)
"""

from collections.abc import Iterator

from customhouse.model.code import CodeFacts, TextAnomaly, TextAnomalyKind
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.phase import UNASKED, capabilities, files, phases

_WHAT: dict[TextAnomalyKind, str] = {
    "bidirectional": "controls of text direction",
    "invisible": "invisible characters",
    "variation-run": "a run of variation selectors, which can carry hidden bytes",
    "tag": "a run of tag characters, which can carry hidden text",
    "homoglyph": "look-alike letters in a name",
}


def _grade(code: CodeFacts, kind: TextAnomalyKind, anomaly: TextAnomaly) -> tuple[Severity, Confidence]:
    severity: Severity
    confidence: Confidence = "medium"
    match kind:
        case "variation-run" | "tag":
            severity, confidence = "high", "high"
            if any(capabilities(code, "dynamic-code", during=moment) for moment in UNASKED):
                severity = "critical"
        case "bidirectional":
            severity = "low" if "string" in anomaly.detail else "high"
        case "homoglyph":
            severity = "medium"
        case _:
            severity = "low"
    if code.reach == "other":
        severity = SEVERITIES[min(SEVERITIES.index(severity) + 1, len(SEVERITIES) - 1)]
    return severity, confidence


def judge(case: Case) -> Iterator[Finding]:
    """Report each kind once a file, by its gravest place; text beyond the screen's edge has a rule of its own."""
    for code in files(case):
        for kind, what in _WHAT.items():
            found = [anomaly for anomaly in code.anomalies if anomaly.kind == kind]
            if not found:
                continue
            graded = sorted(
                ((*_grade(code, kind, anomaly), anomaly) for anomaly in found),
                key=lambda it: (SEVERITIES.index(it[0]), it[2].line, it[2].column),
            )
            severity, confidence, worst = graded[0]
            more = f" and at {len(found) - 1} more places" if len(found) > 1 else ""
            yield RULE.finding(
                case,
                f"{code.path} holds {what}, line {worst.line} column {worst.column}{more}"
                + (f": {worst.detail}" if worst.detail else ""),
                at=tuple(dict.fromkeys(Location(code.path, it[2].line) for it in graded))[:5],
                hint=f"look at the line with `cat -A`, which shows what an editor hides. {compare(case)}",
                severity=severity,
                confidence=confidence,
                phase=phases(code)[0],
            )


RULE = Rule(
    id="hidden-unicode",
    title="Hidden Unicode",
    severity="high",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
