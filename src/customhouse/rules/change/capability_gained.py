"""The code can do something now that it could not do in the release before.

## What it looks for

Capabilities (network, starting programs, credentials, executing text as code, native code, environment, file system)
that no file had in the earlier version of the same release line, by when they can be used.

| What is gained | Finding |
|---|---|
| a grave kind at install or on load, in a patch release, in a suspicious file | high, medium confidence: held |
| two of them at once | high, high confidence: blocked |
| a grave kind at install or on load, otherwise | medium, medium confidence: reported |
| environment, file system or native code at install or on load | low |
| a grave kind when called | low |

Grave are network, programs, credentials and executing text. Suspicious is a file that also names a raw address or a
drop service, or hides strings; in a bundle above 256 KB hidden strings say nothing about the rest of it. One finding
per phase, with the places.

## Why attackers do it

They have to do something that the package did not do, and can choose how to write it but not whether to need it. A
date library that opens a connection, a colour library that starts a shell: telnyx 4.87.1 (2026) gained both on import
of _client.py, rand-user-agent 2.0.83 (2025) a remote shell in its dist folder.

## Known evasions

Packages that can do everything already: HTTP clients, build tools. And a payload that only uses what its host had.

## Known false positives

New features. That is why this alone is only reported, and held only together with something that a feature does not
need.

## What to do now

Look at the places that are named, side by side with the earlier version. Ask whether the change log mentions what the
code gained.

## References

- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
- [CWE-912: Hidden Functionality](https://cwe.mitre.org/data/definitions/912.html)
"""

from collections.abc import Iterator

from customhouse.model.change import GainedCapability, Phase
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.hosts import suspicious
from customhouse.rules.shared.new_code import GRAVE, WORDS
from customhouse.rules.shared.novelty import bundled
from customhouse.rules.shared.phase import files, spoken
from customhouse.rules.shared.step import before, step

_PHASES: tuple[Phase, ...] = ("install", "import", "call")


def _strange(case: Case) -> dict[str, str]:
    """Files that show what a feature does not need, and what that is."""
    found: dict[str, str] = {}
    for code in files(case):
        if places := suspicious(code.hosts):
            found[code.path] = f"names {places[0]}"
        elif code.decoded and not bundled(code):
            found[code.path] = "hides strings"
    return found


def _gained(case: Case, moment: Phase, gained: list[GainedCapability]) -> Finding | None:
    grave = [it for it in gained if it.kind in GRAVE]
    if moment == "call" and not grave:
        return None
    shown = grave or gained
    severity: Severity = "low"
    confidence: Confidence = "medium"
    because = ""
    if grave and moment != "call":
        severity = "medium"
        strange = _strange(case)
        odd = [it for it in grave if it.path in strange]
        if odd and step(case) == "patch":
            severity = "high"
            confidence = "high" if len({it.kind for it in odd}) > 1 else "medium"
            because = f"; {odd[0].path} also {strange[odd[0].path]}"
            shown = odd
    kinds = list(dict.fromkeys(it.kind for it in shown))
    abilities = ", ".join(f"{WORDS[kind]} ({next(it.detail for it in shown if it.kind == kind)})" for kind in kinds)
    return RULE.finding(
        case,
        f"{case.purl.display} can {abilities} {spoken(moment)}, which {before(case)} could not{because}",
        at=tuple(dict.fromkeys(Location(it.path, it.line) for it in shown))[:5],
        hint=f"see whether the change log says why: {compare(case)}",
        severity=severity,
        confidence=confidence,
        phase=moment,
    )


def judge(case: Case) -> Iterator[Finding]:
    """Report what was gained, phase by phase."""
    if case.change is None:
        return
    for moment in _PHASES:
        gained = [it for it in case.change.gained if it.phase == moment]
        finding = _gained(case, moment, gained) if gained else None
        if finding is not None:
            yield finding


RULE = Rule(
    id="capability-gained",
    title="Capability gained",
    severity="medium",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
