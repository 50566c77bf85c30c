"""The release searches for secrets: with a scanner, or with the shapes of tokens.

## What it looks for

Names of programs that find secrets (trufflehog, gitleaks, credential dumpers), and patterns in the shape of tokens
(`ghp_[A-Za-z0-9]{36}`, `npm_…`, `AKIA…`), in a file that starts programs, reads files or reaches the network in the
same phase.

| Seen | at install | when loaded | when called |
|---|---|---|---|
| a scanner, programs and the network | high, high | high, medium; as before: medium | low |
| a scanner, and one of the two | high, medium | medium, medium | silent |
| shapes of two services' tokens or more, files and the network | high, medium | medium, medium | silent |

## Why attackers do it

Secrets lie in places that no list has; a scanner knows what they look like. Both Shai-Hulud worms (September and
November 2025) fetched trufflehog and ran it over the home directory before they published themselves with what it
found.

## Known evasions

A search of one's own by words; sending whole files and searching elsewhere.

## Known false positives

Packages that install a scanner for a project do so at install: read what else the script does, then except it by
digest. Loggers that blacken tokens have their shapes and send nothing.

## What to do now

Treat every secret on the machine as read: start with tokens that can publish, then clouds and source hosts.

## References

- [MITRE ATT&CK T1552.001: Credentials In Files](https://attack.mitre.org/techniques/T1552/001/)
- [MITRE ATT&CK T1083: File and Directory Discovery](https://attack.mitre.org/techniques/T1083/)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts, Mention
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.phase import capabilities, files, phases, spoken
from customhouse.rules.shared.sending import contact, habit, listed, spoken_by

_SHAPES = 2


def _grade(
    case: Case, code: CodeFacts, moment: Phase, scanners: tuple[Mention, ...], shapes: tuple[Mention, ...]
) -> tuple[Severity, Confidence] | None:
    network = bool(contact(code, moment).reached)
    programs = bool(capabilities(code, "process", during=moment))
    old = habit(case, code, (*scanners, *shapes)) == "old"
    if scanners and network and programs:
        if moment == "call":
            return ("low", "low") if code.reach == "import" else None
        if moment == "install":
            return "high", "high"
        return "medium" if old else "high", "medium"
    if moment == "call":
        return None
    reads = bool(capabilities(code, "filesystem", during=moment))
    many = len({it.detail for it in shapes}) >= _SHAPES
    if (scanners and (network or programs)) or (many and network and reads):
        return "high" if moment == "install" else "medium", "medium"
    return None


def judge(case: Case) -> Iterator[Finding]:
    """Report each file once, for the earliest phase in which it has something to report."""
    for code in files(case):
        for moment in phases(code) if code.mentions else ():
            scanners = spoken_by(code, moment, "secret-scanner")
            shapes = spoken_by(code, moment, "secret-pattern")
            graded = _grade(case, code, moment, scanners, shapes) if scanners or shapes else None
            if graded is None:
                continue
            what = f"runs or fetches {listed(scanners)}" if scanners else f"searches for {listed(shapes)}"
            yield RULE.finding(
                case,
                f"{code.path} {what} {spoken(moment)}",
                at=tuple(dict.fromkeys(Location(code.path, it.line) for it in (*scanners[:3], *shapes[:3]))),
                hint=f"{stay(case)}; if it has run, rotate every secret of the machine. {explain(case)}",
                severity=graded[0],
                confidence=graded[1],
                phase=moment,
            )
            break


RULE = Rule(
    id="secret-scanner-run",
    title="Secret scanner run",
    severity="high",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
