"""A public malicious-package record names this release.

## What it looks for

OSV records of the kind `MAL-…`, and advisories that say the release was malware, whose affected versions contain this
one. Records that are aliases of each other, also through a third, are told as one with all their ids. A GitHub
advisory of the weakness CWE-506 (embedded malicious code) counts as malware even where no `MAL-` record exists yet.

The hint names the nearest release that no advisory covers, of those that the registry still lists: the highest one
below in the same release line, since what an attacker published next is no place to go to.

## Why attackers do it

This is what is left when an attack has been found out. Mirrors, caches and lockfiles go on serving a release long
after the registry removed it: axios 1.14.1 was withdrawn in March 2026 after three hours, and the file
`node_modules/.package-lock.json` on affected hosts still names it today.

## Known evasions

Time: the record of plain-crypto-js 4.2.1 reached the public feed three hours after the release was out, that of axios
itself minutes after its removal. A gate that asks advisories alone misses nearly the whole window; every other rule
here is for that window.

## Known false positives

Whole-package records (all versions) outlive a name that is handed to an honest owner. Typing mistakes in feeds
happen: many lists say MAL-2026-2306 where axios is MAL-2026-2307. Read the record before excepting it.

## What to do now

Do not install it. If it has been installed anywhere, treat that machine's credentials as taken: isolate it, find what
the package ran, then rotate from a clean machine. Do not clean up first; the traces are your evidence.

## References

- [OpenSSF malicious packages](https://github.com/ossf/malicious-packages)
- [OSV schema](https://ossf.github.io/osv-schema/)
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.purl import make_purl
from customhouse.rules.rule import Rule
from customhouse.rules.shared.advisories import groups
from customhouse.rules.shared.hints import explain, inspect
from customhouse.rules.shared.places import lock_entry


def judge(case: Case) -> Iterator[Finding]:
    """Report each group of malicious-package records once."""
    for group in groups(case, "malicious"):
        ids = sorted({name for match in group for name in (match.id, *match.aliases)})
        others = [name for name in ids if name not in {match.id for match in group}]
        yield RULE.finding(
            case,
            f"{case.purl.display} is on record as malicious: {', '.join(match.id for match in group)}"
            + (f", also {', '.join(others)}" if others else "")
            + next((f" ({match.summary})" for match in group if match.summary), ""),
            at=(lock_entry(case),),
            hint=f"do not install it{_instead(case, group)}. Where it already ran, isolate before cleaning. "
            + explain(case),
            records=group,
        )


def _instead(case: Case, group: tuple[AdvisoryMatch, ...]) -> str:
    """Name the version to go to: what the registry has and no advisory covers, else what the record says is clean."""
    safe = next((match.safe for match in group if match.safe), "")
    if safe:
        release = make_purl(case.purl.ecosystem, case.purl.name, safe)
        return f": {safe} is the nearest version that no advisory covers ({inspect(release)})"
    return next((f"; {match.fixed} is the next version said to be clean" for match in group if match.fixed), "")


RULE = Rule(
    id="known-malicious",
    title="Known malicious",
    severity="critical",
    confidence="high",
    needs=("intelligence",),
    judge=judge,
    page=__doc__,
)
