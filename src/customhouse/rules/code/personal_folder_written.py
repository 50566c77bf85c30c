"""The release leaves a file among its user's own, unasked.

## What it looks for

File functions that write, at install or when the package is loaded, into a folder that a person looks at: Desktop,
Documents, Downloads, Pictures, OneDrive, or the home folder itself. Folders that begin with a dot, and those that
systems keep for programs (`~/Library/Caches`, `AppData`), are not meant.

| What is written | At install or on load | When it is called |
|---|---|---|
| a file in such a folder, which the release before did not do | high, medium confidence | low |
| the same, as the release before did | medium, medium confidence | low |

## Why attackers do it

To be seen: ransom notes and messages. The author of node-ipc 9.2.2 (2022) added a dependency of his own, a week old,
that left a text on the desktops of all who installed or used it; other releases of those days overwrote files. Droppers
choose Downloads because what lies there surprises nobody.

## Known evasions

A path that is put together from what only the running machine knows; a program that is fetched and does the writing.

## Known false positives

Data sets and models that a library puts into the home folder (`~/nltk_data`): when it is asked to, which is the last
column.

## What to do now

Read the line that is named: nothing has to be written there for a package to work.

## References

- [MITRE ATT&CK T1491.001: Internal Defacement](https://attack.mitre.org/techniques/T1491/001/)
- [GHSA-97m3-w2cp-4xx6: node-ipc](https://github.com/advisories/GHSA-97m3-w2cp-4xx6)
"""

import re
from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain
from customhouse.rules.shared.novelty import novelty
from customhouse.rules.shared.persistence import written_paths
from customhouse.rules.shared.phase import UNASKED, files, phase, spoken

#: `~` is the home folder and `{}` what is not constant.
_PERSONAL = lazy_regex(
    r"(?:^|[\\/])(?:Desktop|Documents|Downloads|Pictures|Music|Videos|OneDrive)[\\/][^\\/]"
    r"|^~[\\/](?!\.)(?:\{\}[\\/])?[^\\/.{}][^\\/]{0,200}\.\w{1,8}$",
    re.IGNORECASE,
)
_PROGRAMS = lazy_regex(r"(?:^|[\\/])(?:Library|AppData|Application Data|node_modules|site-packages)(?:[\\/]|$)")
_OWN = ("{__dirname}", "{__filename}", "{__file__}")


def _personal(code: CodeFacts) -> Iterator[tuple[str, int, bool]]:
    """Each such path with its line, and whether it is written unasked."""
    for call in code.calls if code.reach != "other" else ():
        for path in written_paths(call):
            if _PERSONAL.search(path) and not path.startswith(_OWN) and not _PROGRAMS.search(path):
                yield path, call.line, phase(code, call.when) in UNASKED


def judge(case: Case) -> Iterator[Finding]:
    """Report each file once, with the places where it writes."""
    for code in files(case):
        found = sorted(_personal(code), key=lambda it: (not it[2], it[1]))
        if not found:
            continue
        path, _, unasked = found[0]
        moment: Phase = "install" if unasked and code.reach == "install" else "import" if unasked else "call"
        grade: tuple[Severity, Confidence] = ("low", "medium")
        if unasked:
            grade = ("medium" if novelty(case, code.path, "filesystem") == "old" else "high"), "medium"
        yield RULE.finding(
            case,
            f"{code.path} writes {path} {spoken(moment)}",
            at=tuple(dict.fromkeys(Location(code.path, line) for _, line, _ in found))[:5],
            hint=f"see what it leaves there before anything of it runs: {explain(case)}",
            severity=grade[0],
            confidence=grade[1],
            phase=moment,
        )


RULE = Rule(
    id="personal-folder-written",
    title="Personal folder written",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
