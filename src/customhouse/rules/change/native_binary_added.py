"""The release ships machine code that the one before it did not.

## What it looks for

Files whose first bytes or names say that they hold machine code or are loaded as such: ELF, PE, Mach-O, WebAssembly,
`.node`, `.pyc`. All new ones of a release are told in one finding.

| Case | Finding |
|---|---|
| the first of the package, in a patch release that runs code at install | medium, high confidence: held |
| the first of the package, otherwise | medium, medium confidence: reported |
| the package had others already, or all of it is WebAssembly, which has no access to the machine by itself | low |

## Why attackers do it

Nobody reads machine code, and scanners of source do not see it. eslint-config-prettier 8.10.1 (2025), a package of
plain configuration, brought `node-gyp.dll` and an install script that gave it to rundll32. jscrambler 8.14 (2026) and
mrmustard 0.7.4, which hid its payload in a `.pyc`, did likewise.

## Known evasions

The binary in pieces, encoded in a source file, or fetched at install (install-time-download-and-run).

## Known false positives

Packages that begin to ship prebuilt binaries. They usually do so in a minor or major release, and say so.

## What to do now

Ask where the file is built. If nothing in the source repository builds it, keep the previous version.

## References

- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import circumstantial
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.step import before, step

_RUNS_AT_INSTALL = frozenset({"lifecycle-script", "gyp", "pth", "startup-module"})
_SHOWN = 5


def judge(case: Case) -> Iterator[Finding]:
    """Report the added files, graded by whether the package had any and whether it runs code at install."""
    if case.change is None or not case.change.added_natives:
        return
    added = sorted(case.change.added_natives)
    natives = {path for content in case.contents for path in content.natives}
    hooks = any(hook.kind in _RUNS_AT_INSTALL for content in case.contents for hook in content.hooks)
    severity: Severity = "medium"
    confidence: Confidence = "medium"
    if natives - set(added) or all(path.endswith(".wasm") for path in added):
        severity = "low"
    elif hooks and step(case) == "patch":
        confidence = circumstantial(case, "high")
    shown = ", ".join(added[:_SHOWN]) + (f" and {len(added) - _SHOWN} more" if len(added) > _SHOWN else "")
    yield RULE.finding(
        case,
        f"{case.purl.display} ships machine code that {before(case)} did not: {shown}",
        at=tuple(Location(path) for path in added[:_SHOWN]),
        hint=f"find out what builds it: {compare(case)}",
        severity=severity,
        confidence=confidence,
    )


RULE = Rule(
    id="native-binary-added",
    title="Native binary added",
    severity="medium",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
