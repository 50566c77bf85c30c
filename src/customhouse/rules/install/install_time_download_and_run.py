"""At install the release fetches something from elsewhere and can run it.

## What it looks for

The commands of install hooks, and the files that they start, setup.py included:

| What is seen | Finding |
|---|---|
| a command that runs what it fetches (curl into sh); fetched text executed as code | critical, high confidence |
| the same in a script or page of another language that a Python build names, as before | high, medium confidence |
| a fetched program started, from a raw address, a drop service or a hidden host | critical, high confidence |
| the same from a named host, and the release before did not do it | high, high confidence |
| the same from a named host, in a release that nothing can be compared with | high, medium confidence |
| network and programs in one file, with a raw address, drop service or hidden host | high, high confidence |
| a command that fetches with curl, wget or the like | high, medium confidence |
| the release before did it too; or network and programs in one file, nothing more | medium, medium confidence |

## Why attackers do it

What is published stays small and harmless to look at; what is run can change by the hour and by the victim. The
eslint-scope release of 2018 fetched its code from a paste service and evaluated it. plain-crypto-js 4.2.1 (2026), the
dependency behind axios 1.14.1, was 4,209 bytes that fetched one of three programs, started it in the background and
removed itself. ua-parser-js 0.7.29 (2021) fetched a miner from 159.148.186.228.

## Known evasions

Splitting the fetching and the starting over two files; building the command from pieces at run time, which
encoded-code-executed looks at; running on import instead, which import-time-download-and-run looks at.

## Known false positives

esbuild, puppeteer, electron and many more fetch a binary of their own at install and start it to see that it works.
They have done so for years: that is the last row, which holds nothing by itself. A release of 90 days that cannot be
compared is treated alike. A package whose script really pipes curl into sh is not worth its convenience.

## What to do now

Do not install with scripts on. Read the file at the line that is named; what it fetches is the thing to judge, and it
may not be what it was yesterday.

## References

- [MITRE ATT&CK T1105: Ingress Tool Transfer](https://attack.mitre.org/techniques/T1105/)
- [CWE-494: Download of Code Without Integrity Check](https://cwe.mitre.org/data/definitions/494.html)
- [GHSA-hxxf-q3w9-4xgw: eslint-scope](https://github.com/advisories/GHSA-hxxf-q3w9-4xgw)
"""

from collections.abc import Iterator

from customhouse.model.code import CapabilityKind, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.command_line import download
from customhouse.rules.shared.downloads import command_that, executes_fetched, odd_place, starts_fetched
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import Novelty, novelty
from customhouse.rules.shared.phase import capabilities, files
from customhouse.rules.shared.places import manifest_file

#: How much fetching a program from a named host and starting it weighs.
_BY_NOVELTY: dict[Novelty, tuple[Severity, Confidence]] = {
    "new": ("high", "high"),
    "unknown": ("high", "medium"),
    "old": ("medium", "medium"),
}
_KINDS: tuple[CapabilityKind, ...] = ("network", "process")
_Said = tuple[Severity, Confidence, str, int | None]


def _commands(case: Case) -> Iterator[Finding]:
    for content in case.contents:
        for hook in content.hooks:
            found = download(hook.command)
            if found is None:
                continue
            runs = found == "runs"
            verb = "fetches and runs" if runs else "fetches"
            yield RULE.finding(
                case,
                f"{hook.name} {verb} something from elsewhere: `{hook.command[:200]}`",
                at=(manifest_file(case, content.filename),),
                hint=f"{stay(case)}, or install with scripts off: `npm ci --ignore-scripts`. {explain(case)}",
                severity="critical" if runs else "high",
                confidence="high" if runs else "medium",
                phase="install",
            )


def _executed(case: Case, code: CodeFacts) -> _Said | None:
    """A call that executes what came from the network, or starts a command line that does."""
    if (call := executes_fetched(code, "install")) is not None:
        return *_gravest(case, code), f"executes what it fetched ({call.callee})", call.line
    if (found := command_that(code, "install", runs=True)) is not None:
        return *_gravest(case, code), f"starts `{found[1][:200]}`, which runs what it fetches", found[0].line
    if (found := command_that(code, "install", runs=False)) is not None:
        return "high", "medium", f"starts `{found[1][:200]}`, which fetches something", found[0].line
    if (call := starts_fetched(code, "install")) is not None:
        odd = odd_place(code)
        said = f"starts what it fetched ({call.callee}){odd}"
        if odd:
            return "critical", "high", said, call.line
        return *_BY_NOVELTY[novelty(case, code.path, *_KINDS)], said, call.line
    return None


def _gravest(case: Case, code: CodeFacts) -> tuple[Severity, Confidence]:
    """What running fetched code weighs: less in a script of another language, which a build as before may not start."""
    foreign = case.purl.ecosystem == "pypi" and code.language != "python"
    as_before = foreign and novelty(case, code.path, "dynamic-code", *_KINDS) == "old"
    return ("high", "medium") if as_before else ("critical", "high")


def _together(code: CodeFacts) -> _Said | None:
    """Network and process in one file: a matter of where to."""
    network = capabilities(code, "network", during="install")
    process = capabilities(code, "process", during="install")
    if not network or not process:
        return None
    said = f"reaches the network ({network[0].detail}) and starts programs ({process[0].detail})"
    odd = odd_place(code)
    return "high" if odd else "medium", "high" if odd else "medium", f"{said}{odd}", network[0].line


def judge(case: Case) -> Iterator[Finding]:
    """Read hook commands, then every file that an install starts; the graver of a file's two signs is told."""
    yield from _commands(case)
    for code in files(case):
        if code.reach != "install":
            continue
        signs = [said for said in (_executed(case, code), _together(code)) if said is not None]
        if not signs:
            continue
        severity, confidence, message, line = min(signs, key=lambda it: (SEVERITIES.index(it[0]), it[1] != "high"))
        yield RULE.finding(
            case,
            f"{code.path}, which runs at install, {message}",
            at=(Location(code.path, line),),
            hint=f"read it before any script runs; until then {stay(case)}. {explain(case)}",
            severity=severity,
            confidence=confidence,
            phase="install",
        )


RULE = Rule(
    id="install-time-download-and-run",
    title="Install-time download and run",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
