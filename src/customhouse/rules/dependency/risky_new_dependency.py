"""The release adds a dependency that nobody knows yet, or that runs code at install.

## What it looks for

Dependencies that the earlier version of the same release line lacks, resolved as the registry stood when this release
was published: how old the project and the resolved release were, how many releases there had been, and what the
resolved release runs at install.

| The added dependency | Finding |
|---|---|
| young, and runs code at install | critical, high confidence |
| unknown to the registry, or without any release that fits | high, medium confidence |
| young, and runs nothing at install | medium, medium confidence: reported, and inspected by itself |
| young and in the same npm scope, and runs code at install | high, medium confidence |
| established, and runs code at install | medium, medium confidence |
| a peer, which npm installs as well, that is young and runs code at install | high, medium confidence |

*Young* is a project that had existed for less than 45 days, or that had fewer than five releases and put this one out
less than seven days before. The newest release of a project with history is not young in this sense: ranges take the
newest, and what it contains is inspected by itself. Parts of one project appear together, so youth alone is excused
in the same npm scope (`@babel/core`, `@babel/parser`), in a scope of the dependant's name (`vitest`,
`@vitest/utils`), and for a platform's binary pinned to one version (`sharp`, `@img/sharp-linux-x64`).

Youth alone holds nothing here: maintainers who split a package publish the new part minutes before. The cooldown waits
for such a part as for any release, dependency-never-imported holds one that nothing uses, and what it contains is told
by dependency-brings-findings.

## Why attackers do it

The popular package then changes by one line only, and all that is bad lies in a package that nobody watches. axios
1.14.1 (2026-03-31) differed from 1.14.0 by `"plain-crypto-js": "^4.2.1"`: a project 18 hours old, its release 22
minutes, with a postinstall script. Mastra and easy-day-js 1.11.22 (2026) were the same; event-stream 3.3.6 and
flatmap-stream (2018), five weeks old, the ancestor of both.

## Known evasions

A dependency published long before and left to ripen, or a known one that has been taken over. A clean decoy release
is not enough: it is the project's age that counts.

## Known false positives

A new part that builds machine code at install, under an unrelated name. Private dependencies that the public registry
does not know are reported as unknown: configure the registry that does know them.

## What to do now

Inspect the dependency itself (the hint has the command). Until it is clear, keep the previous version. If the pair
has been installed, the dependency's install script has run: look at what it did, not at what is in node_modules now.
The axios dropper replaced itself by a clean copy.

## References

- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
- [GHSA-mh6f-8j2x-4483: event-stream](https://github.com/advisories/GHSA-mh6f-8j2x-4483)
- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
"""

from collections.abc import Iterator

from customhouse.model.change import AddedDependency
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.dependency_risk import Level, risk_of
from customhouse.rules.shared.hints import inspect_dependency, stay
from customhouse.rules.shared.places import manifest_file

_GRADE: dict[Level, tuple[Severity, Confidence]] = {
    "grave": ("critical", "high"),
    "serious": ("high", "medium"),
    "mild": ("medium", "medium"),
}


def _counts(added: AddedDependency, level: Level) -> bool:
    """Whether it gets installed. npm installs peers too, unless they are optional, which the manifest may say."""
    kind = added.dependency.kind
    return kind in ("runtime", "optional") or (kind == "peer" and level == "grave")


def judge(case: Case) -> Iterator[Finding]:
    """Report each added dependency that gets installed and carries a risk."""
    if case.change is None:
        return
    for added in case.change.added_dependencies:
        risk = risk_of(case, added)
        if risk.level == "none" or not _counts(added, risk.level):
            continue
        severity, confidence = _GRADE[risk.level]
        if added.dependency.kind == "peer":
            severity, confidence = "high", "medium"
        if risk.level == "serious" and added.resolution == "resolved" and not risk.hooks:
            severity = "medium"
        name = f"{added.dependency.name} {added.dependency.specifier}".strip()
        resolved = f" ({added.version})" if added.version else ""
        if added.resolution == "resolved":
            said = f"{name}{resolved}, added in {case.purl.version}, {' and '.join(risk.reasons)}"
        else:
            said = f"{case.purl.display} adds {name}, which {risk.reasons[0]}"
            if added.resolution == "no-matching-version":
                said = f"{case.purl.display} adds {name}, but {added.dependency.name} {risk.reasons[0]}"
        look = inspect_dependency(case, added.dependency.name, added.version)
        yield RULE.finding(
            case,
            said,
            at=(manifest_file(case),),
            hint=f"{stay(case)} until you have looked at it: {look}",
            severity=severity,
            confidence=confidence,
            phase="install" if risk.hooks else None,
        )


RULE = Rule(
    id="risky-new-dependency",
    title="Risky new dependency",
    severity="high",
    confidence="medium",
    needs=("content", "change"),
    judge=judge,
    page=__doc__,
)
