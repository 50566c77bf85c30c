"""The code reaches what executes text, or the machinery that loads modules, by a roundabout way.

## What it looks for

`eval`, `Function`, `exec`, the starters of programs and the loaders of modules, reached other than by their names:

| Way | Example |
|---|---|
| a name that is put together or worked out | `globalThis["ev" + "al"]`, `getattr(os, "sys" + "tem")` |
| a module whose name was encoded | `require(atob("Y2hpbGRfcHJvY2Vzcw=="))` |
| looked up by a text | `__builtins__["exec"]`, `getattr(builtins, "exec")` |
| the constructor of functions | `[].at.constructor("…")`, `(async () => {}).constructor("…")` |
| reflection | `Reflect.construct(Function, […])` |
| internals of the runtime | `module._load`, `module._compile`, `process.binding` |

| When it runs | Finding |
|---|---|
| a name put together, at install or on load, in a file that could not before | high, medium confidence: held |
| a name put together, at install or on load | medium, medium confidence |
| any other way at install or on load; any way to `require` | low |
| when it is called, in a file that loading the package reaches | low |

In a bundle above 256 KB every one of them is low unless the bundle gained the ability.

## Why attackers do it

Because reviewers, linters and scanners look for the word `eval`. flatmap-stream 0.1.1, the dependency behind
event-stream 3.3.6 (2018), compiled its payload through `new module.constructor` and a `_compile` whose name stood in
hex; obfuscated stealers on PyPI take `exec` out of `__builtins__` by a text that they put together.

## Known evasions

An alias (`const run = eval`) is no roundabout way: what is done with it is reported by the rules over its use.
Names that come over the network cannot be known.

## Known false positives

Bundlers and loaders hide `require` from other bundlers (`eval("req" + "uire")`), jiti, pirates and ts-node use
`module._compile`, old graceful-fs used `process.binding`, six looks `exec` up by its name, and polyfills find the
constructor of asynchronous functions. All of these are the low rows.

## What to do now

Read what is handed to it. A roundabout way is chosen for a reason, and honest ones say which in a comment.

## References

- [MITRE ATT&CK T1027: Obfuscated Files or Information](https://attack.mitre.org/techniques/T1027/)
- [CWE-95: Improper Neutralization of Directives in Dynamically Evaluated Code](https://cwe.mitre.org/data/definitions/95.html)
- [event-stream, the analysis](https://github.com/dominictarr/event-stream/issues/116)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts, Indirection, Way
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import compare, explain
from customhouse.rules.shared.novelty import Novelty, bundled, novelty
from customhouse.rules.shared.phase import files, phase, spoken

#: Bundlers would take a plain `require` for one of theirs, so packages hide it from them.
_LOADERS = frozenset({"require", "module._load", "module.constructor", "process.mainModule", "importlib.import_module"})
_SAID: dict[Way, str] = {
    "put-together": "by a name that it puts together",
    "by-name": "by a text with its name",
    "constructor": "through the constructor of a function",
    "reflection": "through Reflect",
    "internals": "as a part of the runtime that is no interface",
}


def _novelty(case: Case, code: CodeFacts) -> Novelty:
    return novelty(case, code.path, "dynamic-code", "process", "native-code")


def _grade(case: Case, code: CodeFacts, way: Indirection) -> tuple[Severity, Confidence] | None:
    moment = phase(code, way.when)
    if moment == "call":
        return ("low", "medium") if code.reach == "import" else None
    fresh = _novelty(case, code)
    if bundled(code) and fresh != "new":
        return "low", "medium"
    if way.how == "put-together" and way.callee not in _LOADERS:
        return ("high" if fresh == "new" else "medium"), "medium"
    return "low", "medium"


def judge(case: Case) -> Iterator[Finding]:
    """Report each file once, by its gravest way."""
    for code in files(case):
        graded = [(grade, way) for way in code.indirections if (grade := _grade(case, code, way)) is not None]
        if not graded:
            continue
        graded.sort(key=lambda each: (SEVERITIES.index(each[0][0]), each[1].how != "put-together", each[1].line))
        (severity, confidence), worst = graded[0]
        moment: Phase = phase(code, worst.when)
        yield RULE.finding(
            case,
            f"{code.path} reaches {worst.callee} {_SAID[worst.how]}, {spoken(moment)}",
            at=tuple(dict.fromkeys(Location(code.path, way.line) for _, way in graded))[:5],
            hint=f"read what is handed to it: {compare(case) if case.change else explain(case)}",
            severity=severity,
            confidence=confidence,
            phase=moment,
        )


RULE = Rule(
    id="indirect-eval",
    title="Indirect eval",
    severity="medium",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
