"""The release newly brings along a dependency that would be held or blocked by itself.

## What it looks for

The dependencies that a release adds, chosen as an installer would choose them now, and theirs in turn, three levels
deep. Those that are young, and those that run code at install, are fetched and judged by every rule and by the policy
in force; the rest is held against the advisories. What policy holds or blocks one of them for is told of the release
that brings it, with the way that leads there. All dependencies count where nothing earlier vouches for the release: it
is the project's first, the project is younger than 90 days, or a file is inspected alone.

| The dependency | Finding |
|---|---|
| would be held or blocked | severity and confidence of what it would be held or blocked for |

Its age alone is not told, nor are vulnerabilities: where a lock pins it, both are judged there. Where a lock pins the
release itself the closure is not walked, because everything in it is an entry of the lock and is inspected as such.

## Why attackers do it

The popular package stays clean. axios 1.14.1 (2026) changed one line of its manifest; the script stood in
plain-crypto-js 4.2.1. event-stream 3.3.6 (2018) was harmless without flatmap-stream, the Mastra releases (2026) without
easy-day-js 1.11.22.

## Known evasions

A dependency that turns bad after it has been taken up. More levels than are looked at: what was left out is a gap, and
a gap holds.

## Known false positives

Those of the rules that judge the dependency. Except the dependency itself, by its own digest, rather than this rule.

## What to do now

Inspect the dependency: the hint has the command. Until it is clear keep the release before, which does not bring it.

## References

- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
- [GHSA-mh6f-8j2x-4483: event-stream](https://github.com/advisories/GHSA-mh6f-8j2x-4483)
- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import inspect, stay
from customhouse.rules.shared.places import manifest_file


def judge(case: Case) -> Iterator[Finding]:
    """Report each release that comes along and would not be let in."""
    for brought in case.brought:
        if not brought.findings:
            continue
        worst = brought.findings[0]
        way = " -> ".join(purl.display for purl in (case.purl, *brought.path))
        others = len(brought.findings) - 1
        more = f" (and {others} more finding{'s' if others > 1 else ''})" if others else ""
        yield RULE.finding(
            case,
            f"{way}: {worst.rule}: {worst.message}{more}",
            at=(manifest_file(case),),
            hint=f"look at it, and {stay(case)} meanwhile: {inspect(brought.purl)}",
            severity=worst.severity,
            confidence=worst.confidence,
            phase=worst.phase,
        )


RULE = Rule(
    id="dependency-brings-findings",
    title="Dependency brings findings",
    severity="high",
    confidence="medium",
    needs=("closure",),
    judge=judge,
    page=__doc__,
)
