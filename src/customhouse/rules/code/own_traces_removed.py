"""The release removes itself after it ran: its own file, the script that called it, or what its manifest said.

## What it looks for

Calls that delete, empty or overwrite the running file or another file of code of the package, and those that write,
replace or rename something over the package's own manifest (package.json; METADATA and RECORD for Python). The path has
to be told by the code: `__filename`, `__dirname`, `import.meta.url`, `__file__`, `sys.argv[0]`.

| What is removed | At install or on load | When it is called |
|---|---|---|
| code of its own, or the manifest replaced, by a file that also acts | critical, high confidence | low |
| another file put in the place of the manifest | high, high confidence | low |
| the running file or code beside it | high, medium confidence | low |
| the manifest is written anew or deleted | medium, medium confidence | none |

A file acts that starts programs, reaches the network or executes text. What a release before did in the same file is
reported with medium severity. Archives, caches and downloads that an installer deletes after unpacking them are not
code, and not reported.

## Why attackers do it

So that who looks afterwards finds a clean package. plain-crypto-js 4.2.1 (2026), the dependency behind axios 1.14.1,
deleted its setup.js and renamed a package.md over its package.json, which then said 4.2.0 and named no script: `npm ls`
showed the harmless version on infected machines.

## Known evasions

Leaving the removal to the program that was fetched, or to a shell's command line with a path that only it knows.

## Known false positives

Installers that delete a helper script after use, and generators that rewrite their own manifest once: rare enough to be
looked at.

## What to do now

Do not trust what lies in node_modules or site-packages: compare with the archive of the registry. What survives is the
hidden lockfile `node_modules/.package-lock.json` and the client's log.

## References

- [MITRE ATT&CK T1070.004: File Deletion](https://attack.mitre.org/techniques/T1070/004/)
- [MITRE ATT&CK T1036: Masquerading](https://attack.mitre.org/techniques/T1036/)
"""

from collections.abc import Iterator

import msgspec

from customhouse.model.code import Call, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import novelty
from customhouse.rules.shared.phase import UNASKED, capabilities, files, phase, spoken

_FS = r"(?:fs|fs\.promises|fs-extra|graceful-fs)\.(?:promises\.)?"
_DELETERS = lazy_regex(
    _FS + r"(?:unlink|rm|rmdir|remove|truncate)(?:Sync)?|(?:rimraf|del)(?:\.\w+){0,2}|os\.(?:remove|unlink|truncate)"
    r"|shutil\.rmtree|pathlib\.Path\.unlink"
)
_MOVERS = lazy_regex(
    _FS + r"(?:rename|move|copyFile|copy|cp)(?:Sync)?|os\.(?:rename|replace)|shutil\.(?:move|copy2?|copyfile)"
    r"|pathlib\.Path\.(?:rename|replace)"
)
_WRITERS = lazy_regex(
    _FS + r"(?:writeFile|outputFile|writeJson|outputJson)(?:Sync)?|pathlib\.Path\.write_(?:text|bytes)"
)
_OWN = lazy_regex(r"\{__(?:filename|dirname|file__?)_{0,2}\}")
#: The file itself, its folder, or code by a name of its own below that folder; not what another package brought.
_OWN_CODE = lazy_regex(
    r"\{__filename\}|\{__file__\}|\{__dirname\}/?(?:\./)?(?:\.\./)?(?!.*node_modules)[\w./-]{1,80}\.(?:[cm]?[jt]s|py|sh|ps1)"
    r"|\{__file__\}/\.\./[\w./-]{1,80}\.py|\{__dirname\}|\{__file__\}/\.\."
)
_MANIFEST = lazy_regex(r"(?:^|[/\\])(?:package\.json|METADATA|RECORD|PKG-INFO|direct_url\.json)$")
_OF_OWN = lazy_regex(r"^(?:\{__dirname\}|\{__file__\}|\{__filename\})?(?:/?\.{0,2}/){0,3}/?(?:package\.json|PKG-INFO)$")


class _Removed(msgspec.Struct, frozen=True):
    call: Call
    said: str
    kind: str


def _removed(code: CodeFacts) -> Iterator[_Removed]:  # noqa: C901 - one arm a kind of call
    for call in code.calls:
        first = call.arguments[0] if call.arguments else None
        if _DELETERS.fullmatch(call.callee):
            if first is not None and _OWN_CODE.fullmatch(first):
                yield _Removed(call, "deletes itself or code beside it", "code")
            elif first is not None and "self" in call.origins and _MANIFEST.search(first) and _is_own(first):
                yield _Removed(call, "deletes the package's manifest", "manifest")
        elif _MOVERS.fullmatch(call.callee):
            target = call.arguments[1] if len(call.arguments) > 1 else None
            if target is not None and first is not None and _replaces(code, first, target):
                yield _Removed(call, f"puts {_name(first)} in the place of {_name(target)}", "replaced")
        elif _WRITERS.fullmatch(call.callee) or (call.callee == "open" and _is_write(call)):
            if first is None:
                continue
            if first in {"{__filename}", "{__file__}"}:
                yield _Removed(call, "overwrites itself", "code")
            elif _OF_OWN.match(first) and first.startswith("{__"):
                yield _Removed(call, "rewrites the package's manifest", "manifest")


def _is_own(path: str) -> bool:
    return path.startswith("{__") and "node_modules" not in path


def _replaces(code: CodeFacts, first: str, target: str) -> bool:
    """Whether a file of the package is put over its manifest: both are its own, or it runs where it was unpacked."""
    if not _MANIFEST.search(target) or _MANIFEST.search(first) or "node_modules" in target:
        return False
    own = target.startswith("{__") and _OF_OWN.match(target) is not None
    here = target in {"package.json", "./package.json"} and code.reach == "install"
    return own or here


def _is_write(call: Call) -> bool:
    mode = call.arguments[1] if len(call.arguments) > 1 else None
    return mode is not None and mode.removeprefix("mode=")[:1] in {"w", "x"}


def _name(path: str) -> str:
    return path.rpartition("/")[2] or path


_PLAIN: dict[str, tuple[Severity, Confidence]] = {
    "replaced": ("high", "high"),
    "code": ("high", "medium"),
    "manifest": ("medium", "medium"),
}


def _grade(case: Case, code: CodeFacts, it: _Removed) -> tuple[Severity, Confidence] | None:
    moment = phase(code, it.call.when)
    if moment not in UNASKED:
        return None if it.kind == "manifest" else ("low", "medium")
    if novelty(case, code.path, "filesystem", "process", "network") == "old":
        return "medium", "medium"
    acts = capabilities(code, "network", "process", "dynamic-code", during=moment)
    return ("critical", "high") if it.kind != "manifest" and acts else _PLAIN[it.kind]


def judge(case: Case) -> Iterator[Finding]:
    """Report the gravest such call of each file, with the other lines as further places."""
    for code in files(case):
        graded = [(grade, it) for it in _removed(code) if (grade := _grade(case, code, it)) is not None]
        if not graded:
            continue
        graded.sort(key=lambda pair: (SEVERITIES.index(pair[0][0]), pair[1].call.line))
        (severity, confidence), first = graded[0]
        moment = phase(code, first.call.when)
        yield RULE.finding(
            case,
            f"{code.path} {first.said} {spoken(moment)} ({first.call.callee})",
            at=tuple(dict.fromkeys(Location(code.path, it.call.line) for _, it in graded))[:5],
            hint=f"{stay(case)}; judge the archive, not what an install left of it: {explain(case)}",
            severity=severity,
            confidence=confidence,
            phase=moment,
        )


RULE = Rule(
    id="own-traces-removed",
    title="Own traces removed",
    severity="high",
    confidence="medium",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
