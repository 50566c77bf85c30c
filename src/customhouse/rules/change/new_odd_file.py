"""A new file runs at install or on load and is minified or full of encoded data, in a package that had no such file.

## What it looks for

Files that the earlier release lacks, reached from an install hook or the entry point, with text that nobody writes by
hand: a line above 4,000 bytes, or a tenth and at least 2,000 bytes in long runs of base64, hexadecimal or escapes. A
package that had such files already is left alone, and so is a file whose text mostly stood in the release before.

| The new file | Finding |
|---|---|
| runs at install | high, medium confidence: held |
| the same, in a release that has been out for 90 days | medium, medium confidence |
| runs on load | medium, medium confidence: reported |

## Why attackers do it

Their code is obfuscated, and obfuscated code looks like nothing else in a package that ships what its authors wrote.
The Shai-Hulud worms (2025) put a bundle.js of 3.6 MB, then a bun_environment.js of 10 MB, beside the plain files of
hundreds of packages; jscrambler 8.14 (2026) a 7.8 MB dist/intro.js; TanStack's 84 versions a router_init.js.

## Known evasions

Code that is indented and named like its surroundings. It can be read then, and the rules over code read it.

## Known false positives

A package that starts to ship a minified build. It does so with its build, in a release that changes the rest as well;
that is why it is only reported unless the file runs at install.

## What to do now

Ask which source file it is built from. If none, it was not built.

## References

- [MITRE ATT&CK T1027: Obfuscated Files or Information](https://attack.mitre.org/techniques/T1027/)
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
"""

from collections.abc import Iterator

from customhouse.model.change import AddedFile
from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Location, Severity
from customhouse.rules.change.size_jump import bytes_in_words
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import settled
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.new_code import new_files
from customhouse.rules.shared.phase import spoken
from customhouse.rules.shared.step import before

#: Bytes of one line. Formatters break at 80 to 120; tables of data written by hand stay under some hundreds.
LONG_LINE = 4_000
#: Bytes of encoded data, and the part of the file that they have to be.
ENCODED = 2_000
ENCODED_PART = 0.1


def odd(file: AddedFile, *, longest_before: int = 0, encoded_before: int = 0) -> str:
    """Say what is odd about a file beside those that the package had; empty for nothing."""
    if file.encoded >= max(ENCODED, ENCODED_PART * file.size) and encoded_before < ENCODED:
        return f"{bytes_in_words(file.encoded)} of it are encoded data"
    if file.longest >= LONG_LINE > longest_before:
        return f"has a line of {bytes_in_words(file.longest)}"
    return ""


def judge(case: Case) -> Iterator[Finding]:
    """Report each such file."""
    change = case.change
    if change is None:
        return
    for file in new_files(change):
        if file.reach == "other":
            continue
        why = odd(file, longest_before=change.longest_before, encoded_before=change.encoded_before)
        if not why:
            continue
        severity: Severity = "high" if file.reach == "install" and not settled(case) else "medium"
        yield RULE.finding(
            case,
            f"the new file {file.path} ({bytes_in_words(file.size)}) runs {spoken(file.reach)} and {why}; "
            f"{before(case)} had nothing of the kind",
            at=(Location(file.path),),
            hint=f"ask what it is built from, and look at it: {compare(case)}",
            severity=severity,
            phase=file.reach,
        )


RULE = Rule(
    id="new-odd-file",
    title="New odd file",
    severity="medium",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
