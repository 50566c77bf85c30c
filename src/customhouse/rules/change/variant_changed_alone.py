"""Code that acts by itself came into one built form of a file, and its other forms are unchanged.

## What it looks for

Files that a package ships once for each module format (`lib/a.cjs` and `lib/a.mjs`, `cjs/a.js` and `esm/a.js`), of
which exactly one differs from the earlier release, and now reaches the network, starts programs, reads credentials or
executes text as code at install or on load, by text that is new or as the package could not before.

| The file | Finding |
|---|---|
| is otherwise as it was: the new text was only put in | high, medium confidence: held |
| differs otherwise too | medium, medium confidence: reported |

In a release that has been out for 90 days both are medium.

## Why attackers do it

A build makes all forms from one source, so a change of the source changes them all. Who edits the published file itself
edits the one that most people load: the node-ipc versions of 2026 had their payload in the .cjs file alone, and the
module beside it was the honest one.

## Known evasions

Editing every form.

## Known false positives

A correction of how one format is loaded. Such a correction does not start programs or open connections on load, which
is why only that is reported.

## What to do now

Compare the file with its sibling: what stands in only one of them did not come from the source.

## References

- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import settled
from customhouse.rules.shared.hints import compare
from customhouse.rules.shared.new_code import GRAVE, WORDS, abilities, new_capabilities
from customhouse.rules.shared.phase import UNASKED, spoken
from customhouse.rules.shared.step import before


def judge(case: Case) -> Iterator[Finding]:
    """Report each file that was changed without its siblings, when the change acts."""
    change = case.change
    if change is None or not change.lone_variants:
        return
    new = [each for each in new_capabilities(case) if each.insertion is not None]
    for variant in change.lone_variants:
        mine = [each for each in new if each.code.path == variant.changed]
        gained = [
            each
            for each in change.gained
            if each.path == variant.changed and each.kind in GRAVE and each.phase in UNASKED
        ]
        if mine:
            moment, line, can = mine[0].phase, mine[0].capability.line, abilities(mine)
        elif gained:
            moment, line = gained[0].phase, gained[0].line
            can = f"{WORDS[gained[0].kind]} ({gained[0].detail})"
        else:
            continue
        severity: Severity = "high" if mine and not settled(case) else "medium"
        yield RULE.finding(
            case,
            f"{variant.changed} can {can} {spoken(moment)}, newly since {before(case)}, while its other form "
            f"{variant.unchanged[0]} is unchanged",
            at=(Location(variant.changed, line),),
            hint=f"what stands in only one of them was not built: {compare(case)}",
            severity=severity,
            phase=moment,
        )


RULE = Rule(
    id="variant-changed-alone",
    title="Variant changed alone",
    severity="high",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
