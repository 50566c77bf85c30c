"""The release takes the whole environment and puts it somewhere other than into a network call on the spot.

## What it looks for

The environment as a whole (`process.env`, `os.environ`), and where it flows: into a file, into a program that is
started, or, in functions that wait for a caller, into a network call. What goes out at install or on load over the
network is environment-sent.

| Where it goes | at install | when loaded | when called |
|---|---|---|---|
| into a file or a program's input, beside calls to the network | high, medium | medium, medium | silent |
| into a file or a program's input | medium, medium | low | silent |
| into a network call | environment-sent | environment-sent | high, medium when new; medium when unknown |

## Why attackers do it

To send later, or by other hands. Shai-Hulud (2025) wrote the environment into a repository of the victim; ctx 0.2.2
(PyPI, May 2022) sent it from the constructor of its only class, which runs when the package is used, not when it is
loaded.

## Known evasions

Variables one by one; a name for the environment that is passed through another file; in Python, a file object that is
written to, whose content is not followed.

## Known false positives

Tools that write the settings of a build into a file take the variables they need. Programs inherit an environment
(`env=os.environ`), which does not count as their input. A client that is configured by a variable and hands the whole
environment to a program looks the same when it is called: only a release that could do neither before is held.

## What to do now

See what the file or the call is for. If it has run in CI, every secret of that job is to be rotated.

## References

- [MITRE ATT&CK T1082: System Information Discovery](https://attack.mitre.org/techniques/T1082/)
- [MITRE ATT&CK T1074.001: Local Data Staging](https://attack.mitre.org/techniques/T1074/001/)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import Call, Capability, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import Novelty, novelty
from customhouse.rules.shared.phase import calls, capabilities, files, phases, spoken
from customhouse.rules.shared.sending import contact

_WHOLE = lazy_regex(
    r"^(?:process\.env|Bun\.env|Deno\.env(?:\.toObject)?|os\.environb?)(?:\.(?:copy|items|keys|values|\*))?(?:\(\))?$"
)
_WRITES = lazy_regex(
    r"(?:^|\.)(?:writeFile|writeFileSync|appendFile|appendFileSync|write|write_text|write_bytes|outputFile|outputFileSync"
    r"|writeTextFile)$"
)
#: What a function that waits for a caller weighs, by what the release before could do.
_CALLED: dict[Novelty, tuple[Severity, Confidence]] = {"new": ("high", "medium"), "unknown": ("medium", "medium")}


def _flows(code: CodeFacts, moment: Phase) -> tuple[Call, ...]:
    """Calls that the environment flows into: a file's writing, a command line."""
    written = (call for call in calls(code, "filesystem", during=moment) if _WRITES.search(call.callee))
    started = (call for call in calls(code, "process", during=moment) if any(it is not None for it in call.arguments))
    return tuple(
        call
        for call in (*written, *(each for each in started if "{}" in " ".join(filter(None, each.arguments))))
        if "environment" in call.origins
    )


def _found(
    case: Case, code: CodeFacts, moment: Phase, whole: tuple[Capability, ...]
) -> tuple[Severity, Confidence, Call] | None:
    if moment == "call":
        sent = [call for call in contact(code, moment).network if "environment" in call.origins]
        graded = _CALLED.get(novelty(case, code.path, "network", "environment")) if code.reach == "import" else None
        return (*graded, sent[0]) if sent and whole and graded is not None else None
    put = _flows(code, moment)
    if not put:
        return None
    worse = bool(contact(code, moment).reached)
    if moment == "install":
        return "high" if worse else "medium", "medium", put[0]
    return "medium" if worse else "low", "medium", put[0]


def judge(case: Case) -> Iterator[Finding]:
    """Report each file once, for the earliest phase in which it has something to report."""
    for code in files(case):
        for moment in phases(code):
            whole = tuple(it for it in capabilities(code, "environment", during=moment) if _WHOLE.match(it.detail))
            found = _found(case, code, moment, whole) if whole else None
            if found is None:
                continue
            severity, confidence, call = found
            yield RULE.finding(
                case,
                f"{code.path} takes the whole environment {spoken(moment)} and gives it to {call.callee}",
                at=tuple(dict.fromkeys(Location(code.path, line) for line in (whole[0].line, call.line))),
                hint=f"{stay(case)}; see where it goes: {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase=moment,
            )
            break


RULE = Rule(
    id="environment-harvested",
    title="Environment harvested",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
