"""Installing or loading the package starts an interpreter that its own ecosystem does not use.

## What it looks for

Programs started by lifecycle scripts, and by code that runs at install or when the package is loaded: Bun, Deno,
PowerShell, AppleScript, the Windows script hosts, rundll32, and node from a Python package.

| What is started | New | Nothing to compare | As before |
|---|---|---|---|
| rundll32, regsvr32, mshta | high, high | high, high | high, medium |
| PowerShell, AppleScript, script hosts, by the manifest or on load | high, high | high, medium | medium, medium |
| the same by code at install | medium, high | medium, medium | low |
| Bun or Deno at install; node from Python on load | medium, high | medium, medium | low |
| Bun or Deno on load | high, high | high, medium | medium, medium |
| Python, Perl, Ruby, PHP, Java from npm; node or npm while an sdist is built | low | low | low |

## Why attackers do it

Monitors and instrumented runtimes look at node or at python; a second runtime is invisible to them, and one that can
be fetched as a single file works everywhere. Shai-Hulud 2 (2025-11) had a preinstall `node setup_bun.js` that
installed Bun and ran a 10 MB bundle in it; the Hades packages on PyPI (2026) started Bun from `__init__`; the
eslint-config-prettier releases (2025) gave a bundled DLL to rundll32.

## Known evasions

A copy of the runtime under another name (native-binary-added tells a bundled one). A name put together at run time.

## Known false positives

Packages for Bun or Deno themselves, and installers that unpack with PowerShell on Windows: as before, low.

## What to do now

Ask what the second runtime is for; a library has no need of one. Read the file that is given to it first.

## References

- [MITRE ATT&CK T1059: Command and Scripting Interpreter](https://attack.mitre.org/techniques/T1059/)
- [MITRE ATT&CK T1218: System Binary Proxy Execution](https://attack.mitre.org/techniques/T1218/)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import Novelty
from customhouse.rules.shared.phase import spoken
from customhouse.rules.shared.started import Started, started

_Grade = tuple[Severity, Confidence]
_Grades = dict[Novelty, _Grade]

_PROXIES = frozenset({"rundll32", "regsvr32", "mshta"})
_DESKTOP = frozenset({"powershell", "pwsh", "osascript", "cscript", "wscript"})
_SINGLE_FILE = frozenset({"bun", "bunx", "deno"})
_NODE = frozenset({"node", "nodejs", "npm", "npx", "yarn", "pnpm", "corepack"})
_OTHERS = frozenset({"python", "pypy", "perl", "ruby", "php", "java", "lua"})

_PROXY: _Grades = {"new": ("high", "high"), "unknown": ("high", "high"), "old": ("high", "medium")}
_STRONG: _Grades = {"new": ("high", "high"), "unknown": ("high", "medium"), "old": ("medium", "medium")}
_USUAL: _Grades = {"new": ("medium", "high"), "unknown": ("medium", "medium"), "old": ("low", "medium")}
_WEAK: _Grades = {"new": ("low", "medium"), "unknown": ("low", "medium"), "old": ("low", "medium")}


def _grades(case: Case, it: Started) -> _Grades | None:
    program, on_load = it.command.program, it.phase == "import"
    if program in _PROXIES:
        return _PROXY
    if program in _DESKTOP:
        return _STRONG if on_load or it.by_manifest else _USUAL
    if program in _SINGLE_FILE:
        return _STRONG if on_load else _USUAL
    if case.purl.ecosystem == "pypi":
        return (_USUAL if on_load else _WEAK) if program in _NODE else None
    return _WEAK if program in _OTHERS and not on_load else None


def judge(case: Case) -> Iterator[Finding]:
    """Tell each foreign program once for each place that starts it."""
    seen: set[tuple[str, str]] = set()
    for it in started(case):
        grades = _grades(case, it)
        if grades is None or (it.by, it.command.program) in seen:
            continue
        seen.add((it.by, it.command.program))
        severity, confidence = grades[it.novelty]
        line = " ".join(it.command.words)
        yield RULE.finding(
            case,
            f"{it.by} starts {it.command.program} {spoken(it.phase)}: `{line[:160]}`",
            at=(it.place,),
            hint=f"read what is given to {it.command.program}; until then {stay(case)}. {explain(case)}",
            severity=severity,
            confidence=confidence,
            phase=it.phase,
        )


RULE = Rule(
    id="script-runs-another-runtime",
    title="Another runtime started",
    severity="medium",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
