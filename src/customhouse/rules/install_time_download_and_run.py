"""At install the release fetches something from elsewhere and can run it.

## What it looks for

The commands of install hooks, and the files that they start, setup.py included:

| What is seen | Finding |
|---|---|
| a command that runs what it fetches (curl into sh), a call that executes it | critical, high confidence |
| network and programs in one file, with a raw address, drop service or hidden host | high, high confidence |
| a command that fetches with curl, wget or the like | high, medium confidence |
| network and programs in one file, nothing more | medium, medium confidence: reported |

## Why attackers do it

What is published stays small and harmless to look at; what is run can change by the hour and by the victim. The
eslint-scope release of 2018 fetched its code from a paste service and evaluated it. plain-crypto-js 4.2.1 (2026), the
dependency behind axios 1.14.1, was 4,209 bytes that fetched one of three programs, started it in the background and
removed itself. ua-parser-js 0.7.29 (2021) fetched a miner from 159.148.186.228.

## Known evasions

Splitting the fetching and the starting over two files; building the command from pieces at run time, which
encoded-code-executed looks at; running on import instead.

## Known false positives

esbuild, puppeteer, electron and many more fetch a binary of their own at install and start it to see that it works.
That is the fourth row, which holds nothing by itself. A package whose script really pipes curl into sh is not worth
its convenience.

## What to do now

Do not install with scripts on. Read the file at the line that is named; what it fetches is the thing to judge, and it
may not be what it was yesterday.

## References

- [MITRE ATT&CK T1105: Ingress Tool Transfer](https://attack.mitre.org/techniques/T1105/)
- [CWE-494: Download of Code Without Integrity Check](https://cwe.mitre.org/data/definitions/494.html)
- [GHSA-hxxf-q3w9-4xgw: eslint-scope](https://github.com/advisories/GHSA-hxxf-q3w9-4xgw)
"""

from collections.abc import Iterator

from customhouse.model.code import CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.command_line import download
from customhouse.rules.hints import explain, stay
from customhouse.rules.hosts import host_of, suspicious
from customhouse.rules.phase import calls, capabilities, files
from customhouse.rules.places import manifest_file
from customhouse.rules.rule import Rule

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
            )


def _executed(code: CodeFacts) -> _Said | None:
    """A call that executes what came from the network, or starts a command line that does."""
    for call in calls(code, "process", "dynamic-code", during="install"):
        if "network" in call.origins:
            return "critical", "high", f"gives what it fetched to {call.callee}", call.line
    for call in calls(code, "process", during="install"):
        line = " ".join(argument for argument in call.arguments if argument is not None)
        found = download(line)
        if found == "runs":
            return "critical", "high", f"starts `{line[:200]}`, which runs what it fetches", call.line
        if found == "fetches":
            return "high", "medium", f"starts `{line[:200]}`, which fetches something", call.line
    return None


def _together(code: CodeFacts) -> _Said | None:
    """Network and process in one file: a matter of where to."""
    network = capabilities(code, "network", during="install")
    process = capabilities(code, "process", during="install")
    if not network or not process:
        return None
    said = f"reaches the network ({network[0].detail}) and starts programs ({process[0].detail})"
    hidden = {host_of(decoded.value) for decoded in code.decoded if "://" in decoded.value} - {""}
    if places := suspicious(code.hosts):
        return "high", "high", f"{said}; it names {', '.join(places[:3])}", network[0].line
    if hidden:
        return "high", "high", f"{said}; it hides the host {', '.join(sorted(hidden)[:3])}", network[0].line
    return "medium", "medium", said, network[0].line


def judge(case: Case) -> Iterator[Finding]:
    """Read hook commands, then every file that an install starts; the graver of a file's two signs is told."""
    yield from _commands(case)
    for code in files(case):
        if code.reach != "install":
            continue
        said = _executed(code) or _together(code)
        worse = _together(code)
        if said is not None and worse is not None and said[0] != "critical" and worse[:2] == ("high", "high"):
            said = worse
        if said is None:
            continue
        severity, confidence, message, line = said
        yield RULE.finding(
            case,
            f"{code.path}, which runs at install, {message}",
            at=(Location(code.path, line),),
            hint=f"read it before any script runs; until then {stay(case)}. {explain(case)}",
            severity=severity,
            confidence=confidence,
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
