"""Loading the package, or installing it, never ends.

## What it looks for

Loops that are written without an end (`while (true)`, `for (;;)`, up to `Infinity`) in which nothing leaves them: no
`break`, `return`, `throw`, `yield` or `await`, no end of the process; and which run as soon as the file is loaded.

| Where | Finding |
|---|---|
| at install, or in a file that loading the package reaches | high, medium confidence |
| when it is called, or in a file that the package does not load | none |

## Why attackers do it

To stop everybody who depends on a package. colors 1.4.1 (2022) was published by its owner with a loop up to `Infinity`
in its entry file that printed nonsense, and brought thousands of builds down within an hour; faker 6.6.6 came with it.

## Known evasions

A loop to a number that is merely very large, a recursion that never ends, a pattern that takes for ever on a text.

## Known false positives

A program that is one loop and is named as the package's entry; a loop whose end is an error that another function
throws.

## What to do now

Stay on the release before, which a lock does by itself.

## References

- [CWE-835: Loop with Unreachable Exit Condition](https://cwe.mitre.org/data/definitions/835.html)
- [MITRE ATT&CK T1499: Endpoint Denial of Service](https://attack.mitre.org/techniques/T1499/)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Location
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.phase import UNASKED, files, phase, spoken


def judge(case: Case) -> Iterator[Finding]:
    """Report each file that is loaded unasked and then never ends."""
    for code in files(case):
        found = [loop for loop in code.endless if loop.when == "load" and phase(code, loop.when) in UNASKED]
        if not found:
            continue
        moment = phase(code, "load")
        yield RULE.finding(
            case,
            f"{code.path} has a loop that nothing ends, and it runs {spoken(moment)}",
            at=tuple(Location(code.path, loop.line) for loop in found)[:5],
            hint=f"{stay(case)}; read the loop: {explain(case)}",
            phase=moment,
        )


RULE = Rule(
    id="endless-loop",
    title="Endless loop",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
