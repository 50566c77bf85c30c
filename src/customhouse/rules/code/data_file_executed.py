"""A file whose name says picture, sound, document or data is executed.

## What it looks for

Code that reads a file and executes what was in it (`eval(fs.readFileSync("logo.png"))`, `exec(open("a.txt").read())`,
the frames of a WAV file, a field of `data.json`), or that hands such a file to an interpreter (`fork("./data.txt")`,
`node logo.png`). Compiled Python that is loaded by its file name counts, for nobody can read what it does. The file's
name has to stand in the code; a version file that setup.py executes (`exec(open("pkg/version.py").read())`) is code and
no data.

| Named file | at install or on load | when called |
|---|---|---|
| a picture, sound, font or office document | critical, high confidence | medium, medium confidence |
| text or data (`.md`, `.json`), decoded, or in a file that could not before | high, medium confidence | low |
| text or data | medium, medium confidence | low |
| compiled Python (`.pyc`) by its name, without its source, which the release before did not do | high, medium | low |
| in a bundle above 256 KB that did it before | low | low |

## Why attackers do it

Scanners read files by their extension, and reviewers do not open fonts. flatmap-stream (2018) kept its payload in
`test/data.js` as hex; telnyx 4.87.1 (2026) hid a program in the frames of a WAV file; campaigns on npm and PyPI have
carried theirs in the pixels of a PNG and in a font. mrmustard 0.7.4 (2026) kept its payload in a `.pyc` that a loader
took by its name.

## Known evasions

A name that is put together from parts which are not constant, or a file that is found by listing a folder. What is
executed is then still reported when it is decoded first (encoded-code-executed).

## Known false positives

Old code that reads JSON with `eval("(" + text + ")")`, and tools that execute a user's configuration file: they name
no file of their own, or do it when they are called.

## What to do now

Look at what the file really is (`file NAME`, `xxd NAME | head`). A picture that is executed is malware until shown
otherwise.

## References

- [MITRE ATT&CK T1027.003: Steganography](https://attack.mitre.org/techniques/T1027/003/)
- [MITRE ATT&CK T1036.008: Masquerade File Type](https://attack.mitre.org/techniques/T1036/008/)
"""

from collections.abc import Iterator

import msgspec

from customhouse.model.change import Phase
from customhouse.model.code import Call, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.names import FileClass, file_class
from customhouse.rules.shared.novelty import bundled, novelty
from customhouse.rules.shared.phase import calls, files, phase, spoken

#: Calls of which one argument is a file to be run, and which.
_RUNNERS = {
    "child_process.fork": 0,
    "worker_threads.Worker": 0,
    "runpy.run_path": 0,
    "execfile": 0,
    "imp.load_source": 1,
    "imp.load_compiled": 1,
    "importlib.machinery.SourceFileLoader": 1,
    "importlib.machinery.SourcelessFileLoader": 1,
    "importlib.util.spec_from_file_location": 1,
}
#: An interpreter that is given a file, in a command line or a list of words.
_INTERPRETED = lazy_regex(
    r"(?:^|[\s/\\\"'])(?:node|nodejs|bun|deno run|python[\d.]*|sh|bash)(?:\.exe)?[\"']?\s+[\"']?"
    r"([\w./\\{}~-]+\.\w{2,5})\b"
)
_NO_PLACE = 99
_PATH = lazy_regex(r"[\w{}~@ +./\\:-]+")


class _Run(msgspec.Struct, frozen=True):
    """A data file that is run: its name as the code has it, its class, and the call."""

    name: str
    kind: FileClass
    call: Call
    said: str


def _named(argument: str | None) -> tuple[str, FileClass] | None:
    if not argument or len(argument) > 200 or not _PATH.fullmatch(argument.strip()):  # noqa: PLR2004 (longer is no path)
        return None
    name = argument.strip().replace("\\", "/").rpartition("/")[2]
    kind = file_class(name)
    return (name, kind) if kind in ("media", "text", "compiled") else None


def _runs(code: CodeFacts) -> Iterator[_Run]:
    for call in calls(code, "dynamic-code"):
        # One name for several files in turn (`f` in a setup.py): which of them is executed is not known then.
        several = any(file_class(name) == "code" for name in call.files)
        for source in filter(None, map(_named, call.files)):
            if not several:
                yield _Run(*source, call, f"executes what is in {source[0]} ({call.callee})")
    for call in code.calls:
        place = _RUNNERS.get(call.callee, _NO_PLACE)
        started = _named(call.arguments[place]) if place < len(call.arguments) else None
        if started is not None:
            yield _Run(*started, call, f"runs {started[0]} ({call.callee})")
    for call in calls(code, "process"):
        line = " ".join(argument for argument in call.arguments if argument is not None)
        match = _INTERPRETED.search(line)
        given = _named(match[1]) if match is not None else None
        if given is not None:
            yield _Run(*given, call, f"hands {given[0]} to an interpreter ({call.callee})")
        elif "decoded" in call.origins:
            for carrier in filter(None, map(_named, call.files)):
                yield _Run(*carrier, call, f"starts what it decodes out of {carrier[0]} ({call.callee})")


def _grade(case: Case, code: CodeFacts, run: _Run) -> tuple[Severity, Confidence]:
    moment = phase(code, run.call.when)
    if moment == "call":
        return ("medium" if run.kind == "media" and code.reach == "import" else "low"), "medium"
    fresh = novelty(case, code.path, "dynamic-code", "process")
    if bundled(code) and fresh == "old":
        return "low", "medium"
    if run.kind == "media":
        return "critical", "high"
    if run.kind == "compiled":
        return ("medium" if fresh == "old" else "high"), "medium"
    certain = fresh == "new" or "decoded" in run.call.origins
    return ("high" if certain else "medium"), "medium"


def judge(case: Case) -> Iterator[Finding]:
    """Report each file once, by the gravest of what it runs."""
    for code in files(case):
        found = sorted(_runs(code), key=lambda it: (SEVERITIES.index(_grade(case, code, it)[0]), it.call.line))
        if not found:
            continue
        first = found[0]
        severity, confidence = _grade(case, code, first)
        moment: Phase = phase(code, first.call.when)
        yield RULE.finding(
            case,
            f"{code.path} {first.said} {spoken(moment)}",
            at=tuple(dict.fromkeys(Location(code.path, it.call.line) for it in found))[:5],
            hint=f"{stay(case)}; look at what {first.name} really is (`file {first.name}`). {explain(case)}",
            severity=severity,
            confidence=confidence,
            phase=moment,
        )


RULE = Rule(
    id="data-file-executed",
    title="Data file executed",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
