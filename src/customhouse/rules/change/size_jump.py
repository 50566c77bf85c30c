"""The release is several times as large as the one before it.

## What it looks for

Unpacked bytes of this archive and of the earlier version's: three times as many and at least 500 KB more in a patch
release, or ten times as many and at least 500 KB more in any other. The largest added files are named. It is held
when one of them is what an install hook starts.

## Why attackers do it

Payloads bring their tools along. The first Shai-Hulud worm (2025) put a 3.6 MB bundle.js, a secret scanner included,
into packages of a few kilobytes; jscrambler 8.14 (2026) grew by a 7.8 MB dist/intro.js. In a small utility that is
plain to see before reading a line.

## Known evasions

Small loaders that fetch the rest: the axios dropper was 4,209 bytes.

## Known false positives

Source maps, tests or a bundled build that slipped into a release; a data set that belongs there.

## What to do now

Look at the largest added files. A source map explains itself; a large script that no source file corresponds to does
not.

## References

- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Location
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import circumstantial
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.step import before, step

PATCH_RATIO = 3
OTHER_RATIO = 10
#: Bytes; below this a jump is a README.
LEAST = 500_000


def bytes_in_words(size: int) -> str:
    """Bytes in decimal units, `3.6 MB`."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"


def judge(case: Case) -> Iterator[Finding]:
    """Compare the two sizes; without an earlier size there is nothing to say."""
    change = case.change
    if change is None or change.size_before <= 0 or change.size_after - change.size_before < LEAST:
        return
    ratio = change.size_after / change.size_before
    if ratio < (PATCH_RATIO if step(case) == "patch" else OTHER_RATIO):
        return
    started = {hook.path for content in case.contents for hook in content.hooks if hook.path}
    runs = [path for path, _ in change.largest_added if path in started]
    largest = ", ".join(f"{path} ({bytes_in_words(size)})" for path, size in change.largest_added[:3])
    said = (
        f"{case.purl.display} unpacks to {bytes_in_words(change.size_after)}, {ratio:.0f} times "
        f"the {bytes_in_words(change.size_before)} of {before(case)}"
    )
    if largest:
        said += f"; largest added: {largest}"
    if runs:
        said += f"; {runs[0]} is started at install"
    yield RULE.finding(
        case,
        said,
        at=tuple(Location(path) for path, _ in change.largest_added[:3]) or (manifest_file(case),),
        hint=f"look at what was added: {compare(case)}",
        confidence=circumstantial(case, "high") if runs else "medium",
    )


RULE = Rule(
    id="size-jump",
    title="Size jump",
    severity="medium",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
