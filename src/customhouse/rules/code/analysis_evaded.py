"""What the release does at install or on load depends on where, for whom or under what it runs.

## What it looks for

Conditions that ask for the machine's time zone, language, name or user, for the country of its address, for a debugger,
a virtual machine or a tool of analysts, and on whose answer the code stops or acts; waits of five minutes and more; a
fixed day before which nothing happens. Only in a file that also starts programs, reaches the network, or executes
text, and only where it runs unasked.

| What is asked | Finding |
|---|---|
| three kinds of the first group, or two of them beside names of analysis tools | high, medium confidence |
| one of the first group, where it applies compared with a constant | medium, medium confidence |
| whether it is a CI, what day it is, a long wait | low |

One such question is ordinary, so it holds nothing by itself; rules that combine it with what the code then does are
evasive-payload and those that name this rule.

## Why attackers do it

To stay quiet where somebody looks, and where they live. Malicious releases leave when a language or time zone says
Russia or Iran, when a user is called `sandbox`, when a CI is detected (or only act there, where tokens are);
peacenotwar (2022) did the opposite. A wait of an hour outlives every sandbox.

## Known evasions

Asking the server: it answers some machines with nothing. Comparing digests of names instead of the names, or a time
zone with a text that does not look like one.

## Known false positives

Detecting a CI (ci-info, is-ci, husky), formatting by language, refusing to run as root: each of them alone is low or
medium.

## What to do now

Look at what stands behind the condition. An analysis in a sandbox proves nothing about a release like this.

## References

- [MITRE ATT&CK T1497: Virtualization/Sandbox Evasion](https://attack.mitre.org/techniques/T1497/)
- [MITRE ATT&CK T1480: Execution Guardrails](https://attack.mitre.org/techniques/T1480/)
- [MITRE ATT&CK T1614.001: System Language Discovery](https://attack.mitre.org/techniques/T1614/001/)
"""

import re
from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts, Guard, Trait
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.phase import UNASKED, capabilities, files, mentions, phase, phases, spoken, sure

_WORDS: dict[Trait, str] = {
    "timezone": "the time zone",
    "locale": "the language",
    "hostname": "the machine's name",
    "username": "the user's name",
    "country": "the country",
    "machine": "the machine's size",
    "debugger": "a debugger",
    "process": "running programs",
    "ci": "a CI",
    "date": "the day",
    "wait": "a long wait",
}
_STRONG: frozenset[Trait] = frozenset(
    {"timezone", "locale", "hostname", "username", "country", "machine", "debugger", "process"}
)
#: What the constant must look like where others mean something else: a zone's name, an offset; an inspector's option.
_TELLING: dict[Trait, re.Pattern[str]] = {
    "timezone": lazy_regex(r"[/:\d]|\bTime\b|\b[A-Z]{3,5}\b"),
    "debugger": lazy_regex(r"^$|(?i:debug|inspect)|^(?:undefined|object|function)$"),
}
#: Telling only beside a constant: asking for them is otherwise how programs greet, count and format.
_COMPARED: frozenset[Trait] = frozenset({"timezone", "locale", "hostname", "username", "country", "process"})
_TOOLS = frozenset({"virtual machine", "analysis tool", "sandbox", "sandbox user", "debugger", "security product"})
_SEVERAL = 3


def _decisive(code: CodeFacts, moment: Phase) -> list[Guard]:
    """Conditions of one phase that decide, those that tell nothing without a constant, or with such a one, left out."""
    return [
        guard
        for guard in code.guards
        if guard.decides
        and phase(code, guard.when) == moment
        and sure(code, guard.when)
        and (guard.value or guard.trait not in _COMPARED)
        and (guard.trait not in _TELLING or _TELLING[guard.trait].search(guard.value))
    ]


def _grade(code: CodeFacts, moment: Phase, asked: list[Guard]) -> tuple[Severity, Confidence]:
    strong = {guard.trait for guard in asked} & _STRONG
    if not strong:
        return "low", "medium"
    tools = {it.detail for it in mentions(code, "analysis", during=moment)} & _TOOLS
    if len(strong) >= _SEVERAL or (len(strong) > 1 and tools):
        return "high", "medium"
    return "medium", "medium"


def judge(case: Case) -> Iterator[Finding]:
    """Report the earliest phase of each acting file in which conditions decide."""
    for code in files(case):
        for moment in phases(code):
            if moment not in UNASKED:
                continue
            if not capabilities(code, "network", "process", "dynamic-code", "native-code", during=moment):
                continue
            asked = _decisive(code, moment)
            if not asked:
                continue
            severity, confidence = _grade(code, moment, asked)
            traits = list(dict.fromkeys(guard.trait for guard in asked))
            said = ", ".join(_said(trait, asked) for trait in traits[:4])
            yield RULE.finding(
                case,
                f"{code.path} acts {spoken(moment)} by {said}",
                at=tuple(dict.fromkeys(Location(code.path, guard.line) for guard in asked))[:5],
                hint=f"{stay(case)} until you have read what stands behind the condition: {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase=moment,
            )
            break


def _said(trait: Trait, asked: list[Guard]) -> str:
    value = next((guard.value for guard in asked if guard.trait == trait and guard.value), "")
    return f"{_WORDS[trait]} ({value[:60]})" if value else _WORDS[trait]


RULE = Rule(
    id="analysis-evaded",
    title="Analysis evaded",
    severity="medium",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
