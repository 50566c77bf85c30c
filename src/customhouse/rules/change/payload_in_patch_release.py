"""A patch release brings new code that runs by itself and can do what a correction has no need of.

## What it looks for

Between two versions whose first two numbers are the same (prereleases of one version included): text that is new, in
files that are new and reached from an install hook or the entry point, or in one piece put into a file that is
otherwise unchanged; and in it something that reaches the network, starts programs, reads credentials or executes text
as code without waiting for a caller. A file of which half stood in the earlier release is renamed or split, not new.

| What is new | Finding |
|---|---|
| a file that runs at install and can do one of these | high, medium confidence: held |
| on load, two of these that no file could do on load before | high, medium confidence: held |
| on load, one of these that no file could do on load before | medium, medium confidence |
| on load, what other files of the package could do before | low |

In a release that has been out for 90 days the first two are medium.

## Why attackers do it

A patch release reaches everyone whose range has a caret or a tilde, without anybody deciding anything. The nx versions
of August 2025 were patch releases with a new telemetry.js, eslint-config-prettier 8.10.1 one with a new install.js,
node-ipc 9.2.3 (2026) one with a block of code at the end of a file. What honest patch releases change is in place.

## Known evasions

A minor release; it reaches those behind a caret just as well, and capability-gained looks at it. Rewriting the file
around the payload, so that it is an edit like any other.

## Known false positives

Projects whose patch releases carry features, when one of them starts a program as soon as it is loaded. Bundlers that
name chunks after their digests are recognised where the text is mostly the same.

## What to do now

Read the new code; it is seldom long. Ask whether the change log of a patch release mentions it.

## References

- [GHSA-cxm3-wv7p-598c: nx](https://github.com/advisories/GHSA-cxm3-wv7p-598c)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import settled
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.new_code import NewCapability, abilities, gained_kinds, new_capabilities
from customhouse.rules.shared.phase import spoken
from customhouse.rules.shared.step import before, step

_PHASES: tuple[Phase, ...] = ("install", "import")
#: Together they are a payload: fetch and run, read and send.
_SEVERAL = 2


def _found(case: Case, moment: Phase, new: list[NewCapability]) -> Finding | None:
    change = case.change
    if change is None:
        return None
    severity: Severity = "low"
    confidence: Confidence = "medium"
    fresh = [each for each in new if each.capability.kind in gained_kinds(change, moment)]
    if moment == "install":
        new = [each for each in new if each.file is not None] or new
        severity = "high" if new[0].file is not None else "medium"
    elif fresh:
        new = fresh
        severity = "high" if len({each.capability.kind for each in fresh}) >= _SEVERAL else "medium"
    if severity == "high" and settled(case):
        severity = "medium"
    first = new[0]
    where = f"the new file {first.code.path}" if first.file is not None else f"new code in {first.code.path}"
    return RULE.finding(
        case,
        f"{where} of the patch release {case.purl.display} can {abilities(new)} {spoken(moment)}; "
        f"{before(case)} did not have it",
        at=tuple(dict.fromkeys(Location(each.code.path, each.capability.line) for each in new))[:5],
        hint=f"read what is new: {compare(case)}",
        severity=severity,
        confidence=confidence,
        phase=moment,
    )


def judge(case: Case) -> Iterator[Finding]:
    """Report what the new code can do, phase by phase."""
    if case.change is None or step(case) != "patch":
        return
    new = list(new_capabilities(case))
    for moment in _PHASES:
        then = [each for each in new if each.phase == moment]
        finding = _found(case, moment, then) if then else None
        if finding is not None:
            yield finding


RULE = Rule(
    id="payload-in-patch-release",
    title="Payload in a patch release",
    severity="high",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
