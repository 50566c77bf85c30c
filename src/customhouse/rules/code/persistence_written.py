r"""The release writes where what is written runs again: at login, at start, in every shell, in every pipeline.

## What it looks for

In files that an install starts or that loading the package reaches: calls of file functions whose path, as far as
constants tell it, lies in such a place, and commands (`crontab -`, `schtasks /create`, `reg add …\Run`,
`>> ~/.bashrc`) that write there. Reading such a file is not reported.

| What is written | At install or on load | When it is called |
|---|---|---|
| crontab, systemd, launch agents, Run keys, Startup, authorized_keys, ld.so.preload | high, high confidence | low |
| a pipeline's definition (`.github/workflows`), a Python startup file | high, high confidence | low |
| a shell's startup file, an editor's or an assistant's settings | high, medium confidence | low |
| a git hook | medium, medium confidence | low |
| any of the first three rows, as the release before did | medium, medium confidence | low |
| any of the first three rows, in a function of a large file that an install reaches | medium, medium confidence | low |
| any of the first three rows, in a shell's script that code of the package starts | medium, medium confidence | low |

## Why attackers do it

An install is over in seconds. litellm 1.82.8 (2026-03-24) left `~/.config/systemd/user/sysmon.service`, telnyx 4.87.1
(2026) a program in the Startup folder; nx 21.5.0 (2025) put `shutdown` into the shell's startup files. Shai-Hulud
(2025) wrote `.github/workflows/shai-hulud-workflow.yml`, and later worms hide in `.vscode/tasks.json` and in the
settings of coding assistants, which run a command whenever a folder is opened.

## Known evasions

A path that is put together from what only the running machine knows; a program that is fetched and does the writing.
install-time-download-and-run looks at the second.

## Known false positives

husky and simple-git-hooks write git hooks, which is their purpose: that is reported and never held by itself. Service
managers (pm2, node-windows) and tools that install shell completions write such files too, when somebody asks them to:
that is the last column. A package that does it at install, unasked, is the exception by digest that it deserves.

## What to do now

Read the line that is named. If the release was installed, look at that place on every machine that did, from outside
of the running system where possible.

## References

- [MITRE ATT&CK TA0003: Persistence](https://attack.mitre.org/tactics/TA0003/)
- [MITRE ATT&CK T1546.004: Unix Shell Configuration Modification](https://attack.mitre.org/techniques/T1546/004/)
- [MITRE ATT&CK T1543.002: Systemd Service](https://attack.mitre.org/techniques/T1543/002/)
"""

from collections.abc import Iterator

import msgspec

from customhouse.model.change import Phase
from customhouse.model.code import Call, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import novelty
from customhouse.rules.shared.persistence import Persistence, PlaceKind, written_by_call, written_by_command
from customhouse.rules.shared.phase import UNASKED, calls, files, phase, spoken, sure
from customhouse.rules.shared.places import manifest_file

_GRADES: dict[PlaceKind, tuple[Severity, Confidence]] = {
    "machine": ("high", "high"),
    "interpreter": ("high", "high"),
    "pipeline": ("high", "high"),
    "shell": ("high", "medium"),
    "editor": ("high", "medium"),
    "hook": ("medium", "medium"),
}
_REPORTED: tuple[Severity, Confidence] = ("medium", "medium")


class _Written(msgspec.Struct, frozen=True):
    call: Call
    place: Persistence
    moment: Phase
    grade: tuple[Severity, Confidence]


def _grade(case: Case, code: CodeFacts, call: Call, place: Persistence) -> tuple[Severity, Confidence]:
    if phase(code, call.when) not in UNASKED:
        return "low", "medium"
    # Loading a package runs no script of a shell: some function that it offers starts it.
    by_a_function = code.language == "shell" and code.reach == "import"
    if by_a_function or not sure(code, call.when) or novelty(case, code.path, "filesystem", "process") == "old":
        return _REPORTED
    return _GRADES[place.kind]


def _written(case: Case, code: CodeFacts) -> Iterator[_Written]:
    programs = {id(call) for call in calls(code, "process")}
    for call in code.calls if code.reach != "other" else ():
        line = " ".join(argument for argument in call.arguments if argument is not None)
        place = written_by_command(line) if id(call) in programs else written_by_call(call)
        if place is not None:
            yield _Written(call, place, phase(code, call.when), _grade(case, code, call, place))


def _commands(case: Case) -> Iterator[Finding]:
    for content in case.contents:
        for hook in content.hooks:
            place = written_by_command(hook.command)
            if place is None:
                continue
            severity, confidence = _GRADES[place.kind]
            yield RULE.finding(
                case,
                f"{hook.name} writes {place.said} at install: `{hook.command[:200]}`",
                at=(manifest_file(case, content.filename),),
                hint=f"{stay(case)}, or install with scripts off: `npm ci --ignore-scripts`. {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase="install",
            )


def judge(case: Case) -> Iterator[Finding]:
    """Report the gravest such write of each file, with the other lines as further places."""
    yield from _commands(case)
    for code in files(case):
        found = sorted(_written(case, code), key=lambda it: (SEVERITIES.index(it.grade[0]), it.call.line))
        if not found:
            continue
        first = found[0]
        places = ", ".join(dict.fromkeys(it.place.said for it in found if it.moment == first.moment))
        yield RULE.finding(
            case,
            f"{code.path} writes {places} {spoken(first.moment)} ({first.call.callee})",
            at=tuple(dict.fromkeys(Location(code.path, it.call.line) for it in found))[:5],
            hint=f"see what it leaves there before anything of it runs: {explain(case)}",
            severity=first.grade[0],
            confidence=first.grade[1],
            phase=first.moment,
        )


RULE = Rule(
    id="persistence-written",
    title="Persistence written",
    severity="high",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
