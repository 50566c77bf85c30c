"""Code was put at the end or the beginning of a file that is otherwise unchanged, and it acts by itself.

## What it looks for

Files of which every statement of the earlier release is still there in its order, the version number apart, with new
text before the first or after the last of them: on lines of its own, behind the last semicolon of a minified line, or
far to the right of one. In that text something that reaches the network, starts programs, reads credentials or executes
text as code at install or on load.

| The new text | Finding |
|---|---|
| also hides strings, stands off screen, or the file newly names a raw address or a drop service | high, medium: held |
| the same, and can do two of these things | high, high confidence: blocked |
| otherwise | medium, medium confidence: reported |

## Why attackers do it

It is what a worm or a script can do to any package without understanding it. In rand-user-agent 2.0.83 (2025) a line of
the built file went on behind hundreds of blanks; in the node-ipc versions of 2026 a block stood at the end of one built
file. A feature, in contrast, touches the code that uses it.

## Known evasions

Putting the text into the middle, or changing a statement somewhere else in the file: payload-in-patch-release and
capability-gained do not look at where it stands. Of files above 2 MB the text is not compared.

## Known false positives

A module that registers something or starts a check at its end. It is reported, and not held for that alone.

## What to do now

Read the new lines: the finding names the first that acts. Compare with the source repository at the release's tag.

## References

- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
"""

from collections.abc import Iterator

from customhouse.model.change import Insertion
from customhouse.model.code import CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.hosts import host_of, suspicious
from customhouse.rules.shared.new_code import NewCapability, abilities, new_capabilities
from customhouse.rules.shared.phase import spoken
from customhouse.rules.shared.step import before

_PLACES = {"start": "before everything else in", "end": "after everything else in"}
_UNSEEN = frozenset({"offscreen", "invisible", "bidirectional", "variation-run", "tag"})
#: Fetch and run, read and send.
_SEVERAL = 2


def _hides(case: Case, code: CodeFacts, block: Insertion) -> str:
    """What the new text has that honest text has not, as a clause; empty for nothing."""
    if any(block.first <= each.line <= block.last and each.kind in _UNSEEN for each in code.anomalies):
        return "it stands where no reader sees it"
    if any(block.first <= each.line <= block.last for each in code.decoded):
        return "it hides strings"
    hosts = {host_of(name) for name in case.change.added_hosts} if case.change else set()
    odd = [text for text in suspicious(code.hosts) if host_of(text) in hosts]
    return f"it names {odd[0]}" if odd else ""


def judge(case: Case) -> Iterator[Finding]:
    """Report each such piece of text."""
    blocks: dict[Insertion, list[NewCapability]] = {}
    for each in new_capabilities(case):
        if each.insertion is not None and each.insertion.place in _PLACES:
            blocks.setdefault(each.insertion, []).append(each)
    for block, new in blocks.items():
        hides = _hides(case, new[0].code, block)
        severity: Severity = "high" if hides else "medium"
        several = len({each.capability.kind for each in new}) >= _SEVERAL
        confidence: Confidence = "high" if hides and several else "medium"
        moment = min((each.phase for each in new), key=("install", "import", "call").index)
        yield RULE.finding(
            case,
            f"code was put {_PLACES[block.place]} {block.path}, which is otherwise as in {before(case)}: "
            f"{spoken(moment)} it can {abilities(new)}" + (f", and {hides}" if hides else ""),
            at=tuple(dict.fromkeys(Location(block.path, each.capability.line) for each in new))[:5],
            hint=f"read lines {block.first} to {block.last} of it: {compare(case)}",
            severity=severity,
            confidence=confidence,
            phase=moment,
        )


RULE = Rule(
    id="code-appended",
    title="Code appended",
    severity="medium",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
