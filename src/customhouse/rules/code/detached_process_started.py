"""The release starts a program that goes on after the install or the import is over, where nobody sees it.

## What it looks for

Programs started with their own session and no ties to the one that started them: `detached: true` with `stdio:
"ignore"`, `start_new_session=True`, `preexec_fn=os.setsid`, hidden Windows flags, `nohup`, `setsid`, `start /b`,
a trailing `&`, a hidden PowerShell window.

| When it runs | Finding |
|---|---|
| at install, of the package's own code, of inline code or of something fetched | high, medium confidence |
| at install otherwise, or as the release before did | medium, medium confidence |
| when the package is loaded | medium, medium confidence |
| when it is called | none |

## Why attackers do it

An install that hangs is noticed, and one that ends takes its children with it. plain-crypto-js 4.2.1 (2026) started its
second stage with `nohup … &`, so that it lived on as a child of process 1; Shai-Hulud 2 (2025) unpacked a runtime and
let it work on in the background while the install had long ended.

## Known evasions

A service or scheduled task that starts the program instead: see persistence-written. Work that is done before the
install ends.

## Known false positives

Tools that ask for updates or send usage figures from a child process do so when they are called. At install it is rare.

## What to do now

Read what is started, at the line that is named. On a machine that installed the release, look for processes whose
parent is process 1 and whose program lies in a temporary folder.

## References

- [MITRE ATT&CK T1564: Hide Artifacts](https://attack.mitre.org/techniques/T1564/)
- [MITRE ATT&CK T1059: Command and Scripting Interpreter](https://attack.mitre.org/techniques/T1059/)
"""

from collections.abc import Iterator

from customhouse.model.code import Call, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import novelty
from customhouse.rules.shared.phase import UNASKED, calls, files, phase, spoken, sure
from customhouse.rules.shared.places import manifest_file

_DETACHED = lazy_regex(
    r"\bdetached=true\b|\bstart_new_session=True\b|\bpreexec_fn=os\.setp?g?(?:sid|rp)\b|\bcreationflags=(?:8|16|512|520|"
    r"134217728|134218248|134218240)\b"
)
_QUIET = lazy_regex(r"\bstdio=ignore|\bwindowsHide=true|\bstart_new_session=True|\bcreationflags=")
#: A list of what becomes of the three streams.
_STREAMS = lazy_regex(r"\bstdio=.*")
_COMMAND = lazy_regex(
    r"(?:^|[\s;&|(\"'])(?:nohup|setsid|disown)\b|\bstart\s+(?:\"[^\"]*\"\s+)?/(?:b|min)\b|[^&]&\s*+(?:disown\s*+)?[\"']?\s*+$"
    r"|-w(?:indowstyle)?\s+h(?:idden)?\b|\bStart-Process\b.{0,200}-WindowStyle\s+Hidden|\bwscript(?:\.exe)?\b.{0,120}\.vbs",
)
_TWO_STREAMS = 2
#: What is started: code given on the command line, or a file of the package.
_INLINE = lazy_regex(
    r"(?:^|\s)(?:-e|-c|--eval|-p|-enc\w*|/c)\s|\{__(?:filename|dirname|file__)|\.(?:[cm]?js|py|sh|ps1|vbs)\b"
)


def _is_quiet(line: str) -> bool:
    return _QUIET.search(line) is not None or any(
        streams.count("ignore") >= _TWO_STREAMS for streams in _STREAMS.findall(line)
    )


def _detached(code: CodeFacts) -> Iterator[Call]:
    for call in calls(code, "process"):
        line = " ".join(argument for argument in call.arguments if argument is not None)
        if (_DETACHED.search(line) and _is_quiet(line)) or _COMMAND.search(line):
            yield call


def _grade(case: Case, code: CodeFacts, call: Call) -> tuple[Severity, Confidence] | None:
    moment = phase(code, call.when)
    if moment not in UNASKED:
        return None
    if moment == "import" or not sure(code, call.when) or novelty(case, code.path, "process") == "old":
        return "medium", "medium"
    line = " ".join(argument for argument in call.arguments if argument is not None)
    own = _INLINE.search(line) or {"self", "network", "decoded"} & set(call.origins)
    return ("high" if own else "medium"), "medium"


def _commands(case: Case) -> Iterator[Finding]:
    for content in case.contents:
        for hook in content.hooks:
            if hook.kind == "lifecycle-script" and _COMMAND.search(hook.command):
                yield RULE.finding(
                    case,
                    f"{hook.name} leaves a program running after the install: `{hook.command[:200]}`",
                    at=(manifest_file(case, content.filename),),
                    hint=f"{stay(case)}, or install with scripts off: `npm ci --ignore-scripts`. {explain(case)}",
                    phase="install",
                )


def judge(case: Case) -> Iterator[Finding]:
    """Report the gravest such start of each file, with the other lines as further places."""
    yield from _commands(case)
    for code in files(case):
        graded = [(grade, call) for call in _detached(code) if (grade := _grade(case, code, call)) is not None]
        if not graded:
            continue
        graded.sort(key=lambda pair: (SEVERITIES.index(pair[0][0]), pair[1].line))
        (severity, confidence), first = graded[0]
        moment = phase(code, first.when)
        line = " ".join(argument for argument in first.arguments if argument is not None)
        yield RULE.finding(
            case,
            f"{code.path} starts a program {spoken(moment)} that outlives it ({first.callee}: `{line[:160]}`)",
            at=tuple(dict.fromkeys(Location(code.path, call.line) for _, call in graded))[:5],
            hint=f"read what it starts before any of it runs: {explain(case)}",
            severity=severity,
            confidence=confidence,
            phase=moment,
        )


RULE = Rule(
    id="detached-process-started",
    title="Detached process started",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
