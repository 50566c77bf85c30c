r"""The release deletes or overwrites files that are not its own: a home folder, a drive, everything it can reach.

## What it looks for

Recursive deletion of a home folder, of what a person keeps there (Documents, Desktop, …), of the root or of a drive;
commands that do so (`rm -rf ~`, `del /s C:\`, `cipher /w`, `mkfs`, deleting shadow copies); and loops that walk from
such a place, or upwards from where they are, and write to or delete whatever they meet.

| What is destroyed | At install or on load | When it is called |
|---|---|---|
| a home folder, the root, a drive | critical, high confidence | medium, medium confidence |
| the same, only for some (a country, a language, a day) | critical, high confidence | high, high confidence |
| everything above the folder that it runs in is written to | high, medium confidence | medium, medium confidence |
| everything above the folder that it runs in is deleted | medium, medium confidence | low |
| any of these in a file that nothing of the package loads | | low |

Removing its own build folder, a cache or a temporary folder is what every build tool does, and not reported.

## Why attackers do it

Some to hide: worms of 2025 and 2026 wipe the home folder when they find no token to spread with, or when a token is
revoked. Some to say something: node-ipc 10.1.1 (2022) asked where the machine was and overwrote every file it could
with a heart, if that was Russia or Belarus.

## Known evasions

A root that is worked out from what only the machine knows (the parent of the parent of a folder it finds). Deleting
file by file with names from a list.

## Known false positives

Uninstallers that really mean a home folder: those that were seen remove a folder below it. Test suites of file tools
name `/` in tests that are never loaded: that is the last row.

## What to do now

Do not install it anywhere, not even to look. Where it ran, stop the machine and restore from a backup.

## References

- [MITRE ATT&CK T1485: Data Destruction](https://attack.mitre.org/techniques/T1485/)
- [MITRE ATT&CK T1561: Disk Wipe](https://attack.mitre.org/techniques/T1561/)
- [GHSA-97m3-w2cp-4xx6: node-ipc](https://github.com/advisories/GHSA-97m3-w2cp-4xx6)
"""

from collections.abc import Iterator

import msgspec

from customhouse.model.code import CodeFacts, When
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.phase import UNASKED, calls, files, phase, spoken, sure
from customhouse.rules.shared.places import manifest_file

_FS = r"(?:fs|fs\.promises|fs-extra|graceful-fs)\.(?:promises\.)?"
_DELETERS = lazy_regex(
    _FS + r"(?:rm|rmdir|remove|emptyDir)(?:Sync)?|(?:rimraf|del)(?:\.\w+){0,2}|shelljs\.rm|shutil\.rmtree"
)
_KEPT = r"(?:Documents|Desktop|Pictures|Downloads|Music|Videos|Movies|OneDrive|Dropbox|Library|Projects|repos)"
#: Folders that are nobody's to delete; a pattern at their end (`~/*`, `/**`) deletes the same.
_DOOMED = lazy_regex(
    rf"(?:~|/|/home|/Users|/root|/etc|/usr|/var|/boot|/mnt|/Volumes|(?:[A-Za-z]|\{{\}}):|~[\\/]{_KEPT}"
    rf"|/(?:home|Users)/\{{\}}(?:[\\/]{_KEPT})?|[A-Za-z]:[\\/]Users(?:[\\/]\{{\}})?)[\\/]*(?:\*{{1,2}}[\\/]*){{0,3}}"
)
_UPWARDS = lazy_regex(r"(?:\.\.[\\/]?){1,12}|\{__(?:dirname|file__)\}[\\/](?:\.\.[\\/]?){2,12}")
_END = r"(?:[\s\"';&|)]|$)"
_HOME = r"(?:~|/|\$\{?HOME\}?|/home|/Users|/root|/\*|\$\{?USERPROFILE\}?)"
_DRIVE = r"(?:%USERPROFILE%|%SYSTEMDRIVE%|%HOMEPATH%|\$env:USERPROFILE|\$HOME|[A-Za-z]:)"
_COMMANDS = tuple(
    (said, lazy_regex(pattern))
    for said, pattern in (
        ("deletes a home folder or the root",
         rf"\brm\s+(?:-[\w-]+\s+){{1,5}}[\"']?{_HOME}(?:/\*{{0,2}})?{_END}|\brm\b[^\n;|&]{{0,80}}--no-preserve-root"),
        ("deletes a home folder or the root",
         rf"\bfind\s+[\"']?{_HOME}/?[\"']?\s[^\n;|]{{0,200}}(?:-delete\b|-exec\s+(?:rm|shred)\b)"),
        ("deletes a home folder or a drive",
         rf"(?i:\b(?:del|erase|rd|rmdir)\s+(?:/\w+\s+){{1,5}}[\"']?{_DRIVE}(?:\\{{1,2}}\*?(?:\.\*)?)?{_END})"),
        ("deletes a home folder or a drive",
         rf"(?i:\bRemove-Item\b[^\n|;]{{0,80}}{_DRIVE}(?:\\{{1,2}}\*?)?{_END}[^\n]{{0,60}}-Recurse)"),
        ("deletes a home folder or a drive",
         rf"(?i:\bRemove-Item\b[^\n|;]{{0,40}}-Recurse[^\n|;]{{0,60}}{_DRIVE}(?:\\{{1,2}}\*?)?{_END})"),
        ("formats a disk",
         r"\bmkfs(?:\.\w{2,6})?\s[^\n;|]{0,60}/dev/|(?i:\bformat(?:\.com)?\s+[a-z]:\s*/|\bdiskpart\b[^\n]{0,80}\bclean\b)"),
        ("overwrites a disk",
         r"\bdd\s+if=/dev/(?:zero|u?random)\s[^\n;|]{0,60}of=/dev/|>\s*/dev/(?:sd[a-z]|nvme\d|disk\d)\b"),
        ("overwrites what was deleted", r"(?i:\bcipher(?:\.exe)?\s+/w\b)"),
        ("shreds a home folder or the root", rf"\bshred\b[^\n;|]{{0,80}}\s[\"']?{_HOME}(?:/\*{{0,2}})?{_END}"),
        ("deletes shadow copies and backups",
         r"(?i:\bvssadmin(?:\.exe)?\s+delete\s+shadows\b|\bwbadmin\s+delete\b|\bwmic\s+shadowcopy\s+delete\b)"),
    )
)  # fmt: skip
_SOME = frozenset({"country", "timezone", "locale", "date"})


class _Destroyed(msgspec.Struct, frozen=True):
    line: int
    when: When
    said: str
    kind: str


def _by_command(text: str) -> str:
    text = text[:4096]
    return next((said for said, pattern in _COMMANDS if pattern.search(text)), "")


def _destroyed(code: CodeFacts) -> Iterator[_Destroyed]:
    programs = {id(call) for call in calls(code, "process")}
    for call in code.calls:
        if id(call) in programs and not call.callee.startswith("shelljs."):
            line = " ".join(argument for argument in call.arguments if argument is not None)
            said = _by_command(line)
            if said:
                yield _Destroyed(call.line, call.when, f"{said} (`{line[:120]}`)", "doomed")
        elif _DELETERS.fullmatch(call.callee):
            for argument in call.arguments[:2]:
                if argument is not None and _DOOMED.fullmatch(argument):
                    yield _Destroyed(call.line, call.when, f"deletes {argument} ({call.callee})", "doomed")
                    break
    for walk in code.walks:
        verb = "overwrites" if walk.does == "writes" else "deletes"
        root = next((root for root in walk.roots if _DOOMED.fullmatch(root)), None)
        if root is not None:
            yield _Destroyed(walk.line, walk.when, f"walks from {root} and {verb} what it meets", "doomed")
        elif any(_UPWARDS.fullmatch(root) for root in walk.roots):
            yield _Destroyed(walk.line, walk.when, f"walks upwards and {verb} what it meets", walk.does)


def _only_for_some(code: CodeFacts) -> str:
    """Whom it is meant for, as the end of a sentence."""
    guard = next((each for each in code.guards if each.trait in _SOME and (each.value or each.decides)), None)
    return "" if guard is None else f", asking for the {guard.trait}{f' ({guard.value})' if guard.value else ''}"


def _grade(code: CodeFacts, it: _Destroyed) -> tuple[Severity, Confidence]:
    some = it.kind != "deletes" and _only_for_some(code)
    if phase(code, it.when) in UNASKED:
        if it.kind == "doomed" or some:
            return ("critical", "high") if sure(code, it.when) else ("high", "medium")
        return ("high" if it.kind == "writes" else "medium"), "medium"
    if code.reach == "other":
        return "low", "low"
    if some:
        return "high", "high"
    return ("low" if it.kind == "deletes" else "medium"), "medium"


def judge(case: Case) -> Iterator[Finding]:
    """Report hooks that destroy, and the gravest place of each file, with the other lines as further places."""
    for content in case.contents:
        for hook in content.hooks:
            said = _by_command(hook.command)
            if said:
                yield RULE.finding(
                    case,
                    f"{hook.name} {said} at install: `{hook.command[:200]}`",
                    at=(manifest_file(case, content.filename),),
                    hint=f"{stay(case)}. {explain(case)}",
                    phase="install",
                )
    for code in files(case):
        found = sorted(_destroyed(code), key=lambda it: (SEVERITIES.index(_grade(code, it)[0]), it.line))
        if not found:
            continue
        first = found[0]
        moment = phase(code, first.when)
        severity, confidence = _grade(code, first)
        yield RULE.finding(
            case,
            f"{code.path} {first.said} {spoken(moment)}{_only_for_some(code)}",
            at=tuple(dict.fromkeys(Location(code.path, it.line) for it in found))[:5],
            hint=f"{stay(case)}; do not run it anywhere to find out: {explain(case)}",
            severity=severity,
            confidence=confidence,
            phase=moment,
        )


RULE = Rule(
    id="files-destroyed",
    title="Files destroyed",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
