"""An install script carries its program in the command line instead of in a file.

## What it looks for

`node -e`, `python -c`, `perl -e`, `powershell -Command` and their like in preinstall, install and postinstall, and in
the scripts that these start with `npm run`. JavaScript and Python are read like any other code.

| What is given | Finding |
|---|---|
| code that reaches the network, and the release before had no such script | high, high confidence |
| the same, in a release that nothing can be compared with | high, medium confidence |
| the same, as in the release before | medium, medium confidence |
| a program for PowerShell or AppleScript, new | high, medium confidence |
| code that starts programs or makes code, new; another language, new | medium, high confidence |
| those as before, or with nothing to compare | medium, medium confidence |
| anything else, such as `node -e "try{require('./postinstall')}catch(e){}"` | low |

## Why attackers do it

No file has to be added, and whoever looks at the list of files sees nothing. It is also the shortest way to a stage
that lives elsewhere. coa 2.0.3 (2021) did its work from a `preinstall` line; litellm 1.82.8 (2026-03-24) gave its
payload to a child interpreter with `-c`; and beacons that report who installs them are often one `node -e` and nothing
else.

## Known evasions

The same code in a file; then the rules over code read it there. A command line put together from variables.

## Known false positives

core-js and many others guard their postinstall with an inline `try`, which is the last row. Checks of the platform
start a program now and then.

## What to do now

Read the line: all there is stands in it. Install with scripts off if you do not need what it does.

## References

- [npm scripts: life cycle](https://github.com/npm/cli/blob/latest/docs/lib/content/using-npm/scripts.md)
- [MITRE ATT&CK T1059: Command and Scripting Interpreter](https://attack.mitre.org/techniques/T1059/)
"""

from collections.abc import Iterator

from customhouse.model.code import CapabilityKind
from customhouse.model.content import ContentFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain
from customhouse.rules.shared.novelty import Novelty
from customhouse.rules.shared.started import Started, hook_commands

_Grade = tuple[Severity, Confidence]
_NETWORK: dict[Novelty, _Grade] = {"new": ("high", "high"), "unknown": ("high", "medium"), "old": ("medium", "medium")}
_SCRIPTED: dict[Novelty, _Grade] = {
    "new": ("high", "medium"),
    "unknown": ("medium", "medium"),
    "old": ("medium", "medium"),
}
_ACTING: dict[Novelty, _Grade] = {
    "new": ("medium", "high"),
    "unknown": ("medium", "medium"),
    "old": ("medium", "medium"),
}
#: Programs whose inline code a package for Node has the least reason for.
_DESKTOP = frozenset({"powershell", "pwsh", "osascript", "mshta", "cscript", "wscript"})
_SHOWN = 160


def _acts(content: ContentFacts) -> dict[CapabilityKind, str]:
    """What the inline code of package.json can do, by one call each."""
    return {
        capability.kind: capability.detail
        for code in content.code
        if code.path == "package.json"
        for capability in reversed(code.capabilities)
    }


def _grade(it: Started, acts: dict[CapabilityKind, str]) -> tuple[_Grade, str]:
    if it.command.language not in ("javascript", "python"):
        return (_SCRIPTED if it.command.program in _DESKTOP else _ACTING)[it.novelty], ""
    if detail := acts.get("network"):
        return _NETWORK[it.novelty], f", which reaches the network ({detail})"
    if detail := acts.get("process") or acts.get("dynamic-code"):
        return _ACTING[it.novelty], f", which does more than load a file ({detail})"
    return ("low", "medium"), ""


def judge(case: Case) -> Iterator[Finding]:
    """Tell the gravest inline program of each script; a shell's own is taken apart into the commands that it holds."""
    for content in case.contents:
        acts = _acts(content)
        gravest: dict[str, tuple[_Grade, Finding]] = {}
        for it in hook_commands(case, content):
            if not it.command.code or it.command.language == "shell":
                continue
            grade, does = _grade(it, acts)
            code = " ".join(it.command.code.split())
            shown = code if len(code) <= _SHOWN else f"{code[:_SHOWN]}… ({len(code)} characters)"
            finding = RULE.finding(
                case,
                f"{it.by} gives {it.command.program} a program in the command line{does}: `{shown}`",
                at=(it.place,),
                hint=f"read it there, or install with `npm ci --ignore-scripts`. {explain(case)}",
                severity=grade[0],
                confidence=grade[1],
                phase="install",
            )
            known = gravest.get(it.by)
            if known is None or SEVERITIES.index(grade[0]) < SEVERITIES.index(known[0][0]):
                gravest[it.by] = grade, finding
        yield from (finding for _, finding in gravest.values())


RULE = Rule(
    id="script-runs-inline-code",
    title="Inline code in an install script",
    severity="low",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
    ecosystems=("npm",),
)
