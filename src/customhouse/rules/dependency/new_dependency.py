"""The change brings a package, a source or bytes that nothing at the base had, and nobody has approved it.

## What it looks for

`customhouse check --base REV` compares every lock with the revision REV. The rule speaks of each release that comes in
with the change and needs somebody's word, direct or transitive:

| What is new | Finding |
|---|---|
| the name: no lock at the base had a package of it | medium, high confidence |
| the source: the base had the name from elsewhere (a workspace, git, a file) | high, medium confidence |
| the bytes: the same version, and another digest or another commit | high, medium confidence |
| the version, where `[changes] approve = "all"` asks for it | medium, high confidence |

Without `--base` there is nothing to compare with, and the rule is silent.

## Why attackers do it

A dependency is the cheapest way in: its code runs with the rights of yours, and so does that of everything it brings.
axios 1.14.1 (2026) gained one, `plain-crypto-js`, made the day before; event-stream (2018) gained `flatmap-stream`,
which nobody looked at for two months. In a lockfile of ten thousand lines nobody sees one line more. A name that was a
workspace of your own and now comes from a registry is dependency confusion in its plainest form.

## Known evasions

A package that is already there and turns bad in an upgrade: the other rules judge every upgrade against the version it
replaces. A change that brings the approval along: let code owners own customhouse.approvals.toml, or set
`[changes] approvals_from = "base"`.

## Known false positives

Every honest new dependency, by intent: somebody is to look at it once. `customhouse approve --all-new --base REV`
answers for a whole change in one go.

## What to do now

Read what is told with it: who maintains it, how old it is, what it brings, what it runs at install. Do you need it?
Then approve it, and commit customhouse.approvals.toml with the change.

## References

- [OpenSSF: concise guide for evaluating open source software](https://best.openssf.org/Concise-Guide-for-Evaluating-Open-Source-Software)
- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
- [CWE-1357: Reliance on Insufficiently Trustworthy Component](https://cwe.mitre.org/data/definitions/1357.html)
"""

from collections.abc import Iterator

from customhouse.model.closure import Arrival
from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Severity
from customhouse.model.identity import lock_identity
from customhouse.model.locked import SourceKind
from customhouse.rules.rule import Rule
from customhouse.rules.shared.places import lock_entry

#: Fewer maintainers than this are told: one stolen account is enough then.
_FEW = 3
_NAMED = 3


def _said(case: Case, arrival: Arrival) -> tuple[Severity, str]:
    """How much it matters, and the sentence."""
    name, change = case.purl.display, arrival.change
    before = change.before
    match change.novelty:
        case "source":
            old = _SOURCES[before.source] if before is not None else "another source"
            new = _SOURCES[change.after.source] if change.after is not None else "elsewhere"
            return "high", f"{name} comes from {new}; at {arrival.base} {case.purl.name} came from {old}"
        case "bytes":
            return "high", f"{name} is not the {name} that {arrival.base} had: the lock vouches for other bytes"
        case "version":
            was = before.purl.display if before is not None else "nothing"
            return "medium", f"{name} replaces {was} of {arrival.base}, and the policy wants every change approved"
        case _:
            return "medium", f"{name} is new: nothing at {arrival.base} had {case.purl.name}"


_SOURCES: dict[SourceKind, str] = {
    "registry": "a registry",
    "git": "a git repository",
    "url": "a URL",
    "file": "a local file",
    "workspace": "this repository itself",
}


def _about(case: Case, arrival: Arrival) -> Iterator[str]:
    """What makes it worth a look, as clauses."""
    if arrival.dependents and arrival.change.after is not None and arrival.change.after.dependency == "transitive":
        more = f" and {len(arrival.dependents) - _NAMED} more" if len(arrival.dependents) > _NAMED else ""
        yield f"needed by {', '.join(arrival.dependents[:_NAMED])}{more}"
    if arrival.weight:
        yield f"brings {arrival.weight} package{'s' if arrival.weight > 1 else ''} along"
    metadata = case.metadata
    if metadata is None:
        return
    maintainers = metadata.release.maintainers
    if maintainers is not None and len(maintainers) < _FEW:
        yield f"{len(maintainers)} maintainer{'s' if len(maintainers) > 1 else ''} only ({', '.join(maintainers)})"
    if metadata.first_published is not None:
        days = (case.now - metadata.first_published).days
        yield f"first published {days} day{'' if days == 1 else 's'} ago"


def _hint(case: Case) -> str:
    if not case.contents and (case.locked is None or not lock_identity(case.locked)):
        return "pin its bytes first (a whole commit, a strong digest): what nothing names cannot be approved"
    return f"if it is wanted: customhouse approve {case.purl} --reason … --owner …"


def judge(case: Case) -> Iterator[Finding]:
    """Report a release that comes in with the change and needs somebody's word."""
    arrival = case.arrival
    if arrival is None or arrival.change.novelty is None:
        return
    severity, sentence = _said(case, arrival)
    yield RULE.finding(
        case,
        "; ".join((sentence, *_about(case, arrival))),
        at=(lock_entry(case),),
        hint=_hint(case),
        severity=severity,
        confidence="high" if severity == "medium" else "medium",
    )


RULE = Rule(
    id="new-dependency",
    title="New dependency",
    severity="medium",
    confidence="high",
    needs=("lockfile",),
    judge=judge,
    page=__doc__,
)
