"""A file was written by an obfuscator, which minifiers do not do.

## What it looks for

Marks that only obfuscators leave: a table of strings that is turned until a sum fits, names like `_0x3fa1c2` or
`lIlI1l`, functions cut into the cases of a `switch` in an order that a string gives, text in escapes, a program packed
into one `eval`, a program without letters, a file protected by PyArmor. Short names and joined lines are ordinary
minification and no mark.

| Case | Finding |
|---|---|
| new with a patch release, in a file that runs at install | high, high confidence: blocked |
| new, with network, programs, credentials or computed modules, unasked | high, high confidence: blocked |
| new with a release, in a file that runs unasked | high, medium confidence: held |
| nothing to compare with, and it can reach out unasked | high, medium confidence: held |
| nothing to compare with | medium, medium confidence |
| the only mark is text spelled in escapes | one step less |
| the release before had it as well; or the file does not run by itself | low |

*New* is a file that had no such mark in the release before, or that did not exist while the package had no such file.

## Why attackers do it

To keep a payload readable to Node and to nobody else. setup.js of plain-crypto-js 4.2.1 (the dependency behind axios
1.14.1, 2026-03-31) kept its strings in a turned table; the wallet swap in chalk 5.6.1 and debug 4.4.2 (2025) was one
obfuscated line in front of a readable file; rand-user-agent 2.0.83 (2025) and Shai-Hulud's later loaders were alike.

## Known evasions

Writing that imitates minification. What the file then does, and where its values come from, is what the other rules
look at.

## Known false positives

A few vendors obfuscate what they sell (anti-bot scripts, licence checks, PyArmor users). They have done so in every
release, which is the last row. An open-source package that starts to is worth a question.

## What to do now

Compare the file with the source in the project's repository. If there is no source for it, do not run it.

## References

- [MITRE ATT&CK T1027: Obfuscated Files or Information](https://attack.mitre.org/techniques/T1027/)
- [javascript-obfuscator: what its options do](https://github.com/javascript-obfuscator/javascript-obfuscator)
- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts, Obfuscation, ObfuscationKind, is_obfuscated
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import settled
from customhouse.rules.shared.hints import compare, explain, stay
from customhouse.rules.shared.phase import UNASKED, capabilities, files, phases, spoken
from customhouse.rules.shared.step import before, step

_SAID: dict[ObfuscationKind, str] = {
    "rotated-strings": "a table of strings that is turned into place",
    "generated-names": "{count} generated names",
    "flattened-control-flow": "control flow cut into cases",
    "packed-program": "a packed program",
    "escaped-text": "{count} texts spelled in escapes",
    "letterless": "a program without letters",
}


def _phase(code: CodeFacts) -> Phase:
    """The earliest phase in which anything of the file runs."""
    return phases(code)[0]


def _reaches(code: CodeFacts, moment: Phase) -> str:
    """What the file can do in a phase that an obfuscated one should not; empty when nothing."""
    found = capabilities(code, "network", "process", "credentials", during=moment)
    computed = [it for it in capabilities(code, "dynamic-code", during=moment) if it.detail == "require(computed)"]
    every = (*found, *computed)
    return every[0].detail if every else ""


def _grade(case: Case, code: CodeFacts, moment: Phase, reached: str) -> tuple[Severity, Confidence]:
    if moment not in UNASKED:
        return "low", "medium"
    if case.change is None:
        if settled(case):
            return "low", "medium"
        return ("high", "medium") if reached else ("medium", "medium")
    if code.path not in case.change.newly_obfuscated:
        return "low", "medium"
    certain = reached or (moment == "install" and step(case) == "patch")
    if {each.kind for each in _marks(code)} == {"escaped-text"}:
        return ("high" if certain else "medium"), "medium"
    return "high", "high" if certain else "medium"


def _marks(code: CodeFacts) -> tuple[Obfuscation, ...]:
    return tuple(each for each in code.obfuscation if each.kind in _SAID)


def judge(case: Case) -> Iterator[Finding]:
    """Report each such file once."""
    for code in files(case):
        if not is_obfuscated(code):
            continue
        moment = _phase(code)
        reached = _reaches(code, moment)
        severity, confidence = _grade(case, code, moment, reached)
        marks = _marks(code)
        said = " and ".join(_SAID[each.kind].format(count=each.count) for each in marks[:3])
        new = case.change is not None and code.path in case.change.newly_obfuscated
        since = f", which {before(case)} did not have" if new else ""
        does = f" and runs {spoken(moment)}" if moment in UNASKED else ""
        able = f", with {reached} in reach" if reached and moment in UNASKED else ""
        yield RULE.finding(
            case,
            f"{code.path} is obfuscated ({said}){does}{able}{since}",
            at=tuple(dict.fromkeys(Location(code.path, each.line) for each in marks))[:5],
            hint=f"{stay(case)} until its source is found; {compare(case) if case.change else explain(case)}",
            severity=severity,
            confidence=confidence,
            phase=moment,
        )


RULE = Rule(
    id="obfuscated-code",
    title="Obfuscated code",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
