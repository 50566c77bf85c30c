"""A young project says of itself what another, established project says: its repository, or its README.

## What it looks for

For a project without history (45 days, or half a year with fewer than five releases): whether its repository field
names a repository that is called differently and that another project of the registry, older than itself, names as its
own; whether it shows the README of that project or of the popular one that its name comes close to.

| What is copied | Finding |
|---|---|
| the repository, or most of the README, and nobody may publish both | medium, medium confidence: reported |
| the same where the registry does not say who may publish, as on PyPI | medium, low confidence |
| the repository's name is that of a popular project, which could not be looked up | low |
| the same, in a scope, or under a name that begins with the other's: forks and families | low |
| somebody may publish both, or the package says in which folder of the repository it is | nothing |

Together with code that runs at install it is held or blocked (young-impostor).

## Why attackers do it

Registries show what a manifest says, stars and all, and check none of it. plain-crypto-js (2026), the dependency that
carried the axios attack, named crypto-js's repository and author; easy-day-js (2026) called itself after dayjs.

## Known evasions

Naming no repository at all, or one of the attacker's own. A folder invented in `repository.directory`.

## Known false positives

Forks whose author left the repository field as it was: they are why a scope lowers the grade and this alone holds
nothing.

## What to do now

Open the repository that is named and look whether it says it publishes this package.

## References

- [MITRE ATT&CK T1036.005: Masquerading, Match Legitimate Name or Location](https://attack.mitre.org/techniques/T1036/005/)
- [GHSA-fw8c-xr5c-95f9: axios](https://github.com/advisories/GHSA-fw8c-xr5c-95f9)
- [CWE-345: Insufficient Verification of Data Authenticity](https://cwe.mitre.org/data/definitions/345.html)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.model.history import Related
from customhouse.model.purl import make_purl
from customhouse.model.release import Manifest
from customhouse.model.source_address import source_address
from customhouse.rules.rule import Rule
from customhouse.rules.shared.dependency_risk import FEW_RELEASES
from customhouse.rules.shared.hints import inspect
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.popular_names import is_popular
from customhouse.rules.shared.youth import spoken_youth

#: The share of a README's longer lines above which it is a copy; templates share fewer.
_COPY = 0.6


def _manifest(case: Case) -> Manifest | None:
    stated = case.metadata.release.manifest if case.metadata else None
    return stated or next((each.manifest for each in case.contents if each.manifest is not None), None)


def _established(case: Case, other: Related) -> bool:
    """Whether the other one was there before, with a history that is worth copying."""
    first = case.metadata.first_published if case.metadata else None
    older = first is None or (other.first_published is not None and other.first_published < first)
    return older and (other.release_count >= FEW_RELEASES or is_popular(case.purl.ecosystem, other.name))


def _copied(other: Related) -> str:
    """What of the other project this one shows as its own."""
    found = []
    if other.relation == "repository" and other.same_repository:
        found.append("repository")
    if other.readme_shared is not None and other.readme_shared >= _COPY:
        found.append("README")
    if found and other.same_author:
        found.append("author")
    return ", ".join(found[:-1]) + (" and " if found[1:] else "") + found[-1] if found else ""


def _family(case: Case, other: str) -> bool:
    """A fork in somebody's scope, or a name that starts with the other's and may belong to it."""
    return case.purl.name.startswith("@") or case.purl.name.startswith(f"{other}-")


def _compared(case: Case, related: tuple[Related, ...]) -> Iterator[tuple[str, str, Severity, Confidence]]:
    """The other project's name, what is copied, and the grade."""
    for other in related:
        copied = _copied(other)
        if not copied or other.same_people or not _established(case, other):
            continue
        if _family(case, other.name):
            yield other.name, copied, "low", "low"
        else:
            yield other.name, copied, "medium", "medium" if other.same_people is False else "low"


def _unasked(case: Case, manifest: Manifest | None) -> Iterator[tuple[str, str, Severity, Confidence]]:
    """What the repository's name alone says, where the project of that name could not be compared with."""
    address = source_address(manifest.repository) if manifest is not None and not manifest.directory else None
    bare = case.purl.name.rpartition("/")[2]
    if address is None or address.name == bare or not is_popular(case.purl.ecosystem, address.name):
        return
    if not _family(case, address.name) and address.owner not in case.purl.name:
        yield address.name, "repository", "low", "low"


def judge(case: Case) -> Iterator[Finding]:
    """Say whose metadata a young project shows."""
    young = spoken_youth(case)
    if not young or case.metadata is None:
        return
    manifest = _manifest(case)
    asked = any(other.relation == "repository" for other in case.metadata.related)
    found = list(_compared(case, case.metadata.related)) or ([] if asked else list(_unasked(case, manifest)))
    for other, copied, severity, confidence in found[:1]:
        yield RULE.finding(
            case,
            f"{case.purl.name}, {young}, shows the {copied} of {other}",
            at=(manifest_file(case),),
            hint=f"look in that repository for this package; the one it belongs to: "
            f"{inspect(make_purl(case.purl.ecosystem, other))}",
            severity=severity,
            confidence=confidence,
        )


RULE = Rule(
    id="copied-metadata",
    title="Another project's metadata",
    severity="medium",
    confidence="medium",
    needs=("metadata",),
    judge=judge,
    page=__doc__,
)
