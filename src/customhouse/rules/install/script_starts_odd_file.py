"""An install script starts a file that is not where, or not what, programs are.

## What it looks for

The files that lifecycle scripts and the commands of a binding.gyp run, by their names alone:

| The file | Finding |
|---|---|
| is named as an image, a font, a document, data | critical, high confidence |
| is hidden, or in a hidden folder, and the script is new | high, medium confidence |
| is a compiled program of the package, and the script is new | high, medium confidence |
| either of them, in a release that nothing can be compared with; hidden, as before | medium, medium confidence |
| lies among tests, documents or assets, or six folders deep, and the script is new | medium, medium confidence |
| the same as before; a compiled program as before | low |
| is not in the archive | low |

## Why attackers do it

A reader of the list of files passes over `logo.png` and `.cache/x.js`, and so do scanners that choose files by their
extension; node runs what it is told to, whatever its name. Payloads were found in files named as test fixtures (the
encrypted one of flatmap-stream, 2018), fonts and icons.

## Known evasions

An ordinary name: then the contents speak. A started file of ordinary name that loads the odd one: reading follows what
it loads.

## Known false positives

None known for the first row. Packages that start their own binary to check that it works do so from a script in
JavaScript, which is not meant here.

## What to do now

Open the file in an editor, whatever its name says. Install with scripts off until you know what it is.

## References

- [MITRE ATT&CK T1036.008: Masquerade File Type](https://attack.mitre.org/techniques/T1036/008/)
- [MITRE ATT&CK T1564.001: Hidden Files and Directories](https://attack.mitre.org/techniques/T1564/001/)
"""

import re
from collections.abc import Iterator

import msgspec

from customhouse.model.command_words import LIFECYCLE, simple_commands
from customhouse.model.content import ContentFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import Novelty, hook_novelty, novelty
from customhouse.rules.shared.places import manifest_file

_Said = tuple[Severity, Confidence, str]

_DATA = lazy_regex(
    r"\.(?:png|jpe?g|gif|ico|icns|bmp|webp|svg|avif|tiff?|psd|woff2?|ttf|otf|eot|mp[34]|wav|ogg|flac|webm|mov|pdf|docx?"
    r"|xlsx?|md|markdown|rst|txt|text|log|csv|tsv|css|scss|less|html?|xml|map|ya?ml|toml|ini|lock|dat|data|db|sqlite|bak"
    r"|tmp|zip|gz|tgz|xz|bz2|7z|tar|json5?|snap|patch|diff|pem|crt|key)$|(?:^|/)(?:licen[cs]e|readme|changelog|notice)$",
    re.IGNORECASE,
)
_HIDDEN = lazy_regex(r"(?:^|/)\.[^./]")
_ASIDE = lazy_regex(
    r"(?:^|/)(?:tests?|__tests__|fixtures?|spec|docs?|assets|images?|img|fonts?|media|examples?)/", re.IGNORECASE
)
_DEEP = 6


class _Run(msgspec.Struct, frozen=True):
    """A file that is run: by what, and whether that is new."""

    path: str
    by: str
    place: Location
    fresh: Novelty
    there: bool = True


def _runs(case: Case, content: ContentFacts) -> Iterator[_Run]:
    manifest = manifest_file(case, content.filename)
    for hook in content.hooks:
        if hook.kind == "lifecycle-script" and hook.name in LIFECYCLE:
            fresh = hook_novelty(case, hook)
            if hook.runs:
                yield _Run(hook.path, hook.name, manifest, fresh)
            for path in hook.missing:
                yield _Run(path, hook.name, manifest, fresh, there=False)
    for gyp in content.gyp:
        for command in gyp.commands:
            for simple in simple_commands(command.command):
                for file in simple.files:
                    yield _Run(file, gyp.path, Location(command.path, command.line), novelty(case, gyp.path))


def _grade(content: ContentFacts, run: _Run) -> _Said | None:
    path = run.path.removeprefix("./")
    if not run.there:
        return "low", "medium", "which is not in the archive"
    if _DATA.search(path):
        return "critical", "high", "which is named as something that is no program"
    if _HIDDEN.search(path):
        return "high" if run.fresh == "new" else "medium", "medium", "which is hidden"
    if path in content.natives:
        grades: dict[Novelty, Severity] = {"new": "high", "unknown": "medium", "old": "low"}
        return grades[run.fresh], "medium", "a compiled program, which cannot be read"
    if _ASIDE.search(path) or path.count("/") >= _DEEP:
        where = "where no program of a package is" if _ASIDE.search(path) else f"{path.count('/')} folders deep"
        return "medium" if run.fresh == "new" else "low", "medium", where
    return None


def judge(case: Case) -> Iterator[Finding]:
    """Tell each odd file once for each script that runs it."""
    for content in case.contents:
        seen: set[tuple[str, str]] = set()
        for run in _runs(case, content):
            said = _grade(content, run)
            if said is None or (run.by, run.path) in seen:
                continue
            seen.add((run.by, run.path))
            severity, confidence, what = said
            yield RULE.finding(
                case,
                f"{run.by} runs {run.path}, {what}",
                at=(Location(run.path), run.place) if run.there else (run.place,),
                hint=f"open it in an editor before any script runs; until then {stay(case)}. {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase="install",
            )


RULE = Rule(
    id="script-starts-odd-file",
    title="Install script starts an odd file",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
    ecosystems=("npm",),
)
