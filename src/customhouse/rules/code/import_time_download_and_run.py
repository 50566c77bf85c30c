"""Loading the package fetches something from elsewhere and can run it; no install script is needed.

## What it looks for

Files that loading the package reaches, and in them what runs by itself when they are loaded:

| What is seen | Finding |
|---|---|
| fetched text executed as code; a command that runs what it fetches (curl into sh) | critical, high confidence |
| a fetched program started, from a raw address, a drop service or a hidden host | critical, high confidence |
| a fetched program started, and the release before did not do it | high, high confidence |
| the same in a release that nothing can be compared with; a command that fetches | high, medium confidence |
| network and programs in one file, both new, and such a place | high, high confidence |
| network and programs in one file, both new with this release | high, medium confidence |
| network and programs in one file that names such a place | medium, medium confidence |
| any of it in a bundle above 256 KB, or done by the release before as well | medium, medium confidence |
| network and programs in one file, nothing more | low |

Executing fetched text stays critical when the release before did it too, save in such a bundle, where a flow between
two reused names may be none.

## Why attackers do it

Install scripts are watched and often off; `import` and `require` are neither. 14 of 30 incidents studied ran on import.
telnyx 4.87.1 (2026) fetched a WAV file from 83.142.209.203 when the package was imported and ran the program in it;
num2words 0.5.15 (2025) and the ultralytics releases of December 2024 fetched theirs in the same way.

## Known evasions

Waiting for a call that every user makes (a constructor, a first request): reported as a capability gained, with less
weight. Splitting fetching and running over two files.

## Known false positives

Packages that download a model or a browser do so when a function is called. Command-line tools that start at load
(`bin` files) may fetch an update and start it: they did so in the release before.

## What to do now

Do not import it, not even to look at it. Read the file at the line that is named.

## References

- [MITRE ATT&CK T1105: Ingress Tool Transfer](https://attack.mitre.org/techniques/T1105/)
- [CWE-494: Download of Code Without Integrity Check](https://cwe.mitre.org/data/definitions/494.html)
- [CWE-829: Inclusion of Functionality from Untrusted Control Sphere](https://cwe.mitre.org/data/definitions/829.html)
"""

from collections.abc import Iterator

from customhouse.model.code import CapabilityKind, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.downloads import command_that, executes_fetched, odd_place, starts_fetched
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import Novelty, bundled, novelty
from customhouse.rules.shared.phase import capabilities, files

_KINDS: tuple[CapabilityKind, ...] = ("network", "process")
_Said = tuple[Severity, Confidence, str, int]
_STARTED: dict[Novelty, tuple[Severity, Confidence]] = {
    "new": ("high", "high"),
    "unknown": ("high", "medium"),
    "old": ("medium", "medium"),
}
_REPORTED: tuple[Severity, Confidence] = ("medium", "medium")


def _executed(case: Case, code: CodeFacts) -> _Said | None:
    """Fetched text that is executed, and command lines that fetch."""
    if (call := executes_fetched(code, "import")) is not None:
        grade: tuple[Severity, Confidence] = ("critical", "high")
        if bundled(code):
            fresh = novelty(case, code.path, "network", "dynamic-code")
            grade = {"new": grade, "unknown": ("high", "medium"), "old": _REPORTED}[fresh]
        return *grade, f"executes what it fetched ({call.callee})", call.line
    if (found := command_that(code, "import", runs=True)) is not None:
        return "critical", "high", f"starts `{found[1][:200]}`, which runs what it fetches", found[0].line
    fresh = novelty(case, code.path, *_KINDS)
    if (found := command_that(code, "import", runs=False)) is not None:
        grade = ("high", "medium") if fresh != "old" else _REPORTED
        return *grade, f"starts `{found[1][:200]}`, which fetches something", found[0].line
    if (call := starts_fetched(code, "import")) is not None:
        odd = odd_place(code)
        said = f"starts what it fetched ({call.callee}){odd}"
        if bundled(code) and fresh != "new":
            return *_REPORTED, said, call.line
        return *(("critical", "high") if odd else _STARTED[fresh]), said, call.line
    return None


def _together(case: Case, code: CodeFacts) -> _Said | None:
    """Network and programs in one file, on load: a matter of what is new and where it leads."""
    network = capabilities(code, "network", during="import")
    process = capabilities(code, "process", during="import")
    if not network or not process:
        return None
    said = f"reaches the network ({network[0].detail}) and starts programs ({process[0].detail})"
    odd = odd_place(code)
    both = all(novelty(case, code.path, kind) == "new" for kind in _KINDS)
    severity, confidence = _weigh(new=both, odd=bool(odd) and not bundled(code))
    return severity, confidence, f"{said}{odd}", network[0].line


def _weigh(*, new: bool, odd: bool) -> tuple[Severity, Confidence]:
    if new:
        return "high", "high" if odd else "medium"
    return ("medium" if odd else "low"), "medium"


def judge(case: Case) -> Iterator[Finding]:
    """Look at every file that loading the package reaches; the graver of a file's two signs is told."""
    for code in files(case):
        if code.reach != "import":
            continue
        signs = [said for said in (_executed(case, code), _together(case, code)) if said is not None]
        if not signs:
            continue
        severity, confidence, message, line = min(signs, key=lambda it: (SEVERITIES.index(it[0]), it[1] != "high"))
        yield RULE.finding(
            case,
            f"{code.path}, which runs when the package is loaded, {message}",
            at=(Location(code.path, line),),
            hint=f"read it before anything loads it; until then {stay(case)}. {explain(case)}",
            severity=severity,
            confidence=confidence,
            phase="import",
        )


RULE = Rule(
    id="import-time-download-and-run",
    title="Import-time download and run",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
