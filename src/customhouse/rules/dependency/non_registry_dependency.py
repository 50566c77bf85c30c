"""The release takes a dependency from a git repository, a URL or a path instead of a registry.

## What it looks for

Runtime and optional dependencies of the published manifest whose specifier is a git address, an `owner/repository`
shorthand, a URL to an archive, or a path. `npm:` aliases lead to the registry and are fine.

| Specifier | Finding |
|---|---|
| git or URL, also in the release before | medium, high confidence |
| git or URL, added by this release | high, medium confidence |
| plain http | high, high confidence: anyone on the way can answer |
| `file:` and other paths | low: a left-over of a workspace, it reaches nobody else's machine |

## Why attackers do it

What a branch or a URL holds can change after every check has passed; the registry has no copy, no time and no digest
of it, and npm runs the `prepare` script of a git dependency while installing. In the attack on TanStack (2026), 84
versions got an optional dependency on a git reference whose `prepare` script started the payload. Optional, because
then a failing download fails silently.

## Known evasions

A registry dependency that has such a dependency itself: every package of a lock is judged, so it shows there.

## Known false positives

A maintainer's fork with a fix that upstream has not released. Honest, and still nothing that a lock can vouch for.

## What to do now

Ask what the reference holds today (`git ls-remote`), pin a full commit through your own override, or stay on the
release before. Installers can refuse such dependencies altogether.

## References

- [npm package arguments](https://github.com/npm/npm-package-arg)
- [CWE-829: Inclusion of Functionality from Untrusted Control Sphere](https://cwe.mitre.org/data/definitions/829.html)
- [PEP 440: direct references](https://peps.python.org/pep-0440/#direct-references)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Severity
from customhouse.model.release import Dependency
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import circumstantial
from customhouse.rules.shared.hints import stay
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.specifiers import Elsewhere, elsewhere, installed

_WHAT: dict[Elsewhere, str] = {
    "git": "a git repository",
    "url": "a URL",
    "plain-http": "a URL without encryption",
    "local": "a path of its author's machine",
}


def _declared(case: Case) -> dict[tuple[str, str], Dependency]:
    """Dependencies of all manifests, the archives' and the registry's."""
    manifests = [content.manifest for content in case.contents]
    if case.metadata:
        manifests.append(case.metadata.release.manifest)
    return {
        (dependency.name, dependency.specifier): dependency
        for manifest in manifests
        if manifest is not None
        for dependency in installed(manifest)
    }


def judge(case: Case) -> Iterator[Finding]:
    """Report each dependency that no registry serves."""
    added = {it.dependency.name for it in case.change.added_dependencies} if case.change else set()
    for (name, specifier), dependency in sorted(_declared(case).items()):
        where = elsewhere(case.purl.ecosystem, specifier)
        if where is None:
            continue
        new = name in added
        severity: Severity = "medium"
        confidence: Confidence = "high"
        match where:
            case "local":
                severity = "low"
            case "plain-http":
                severity = "high"
            case "git" | "url" if new:
                severity, confidence = "high", "medium"
            case "git" | "url":
                confidence = circumstantial(case, "high")
        optional = "optional dependency" if dependency.kind == "optional" else "dependency"
        yield RULE.finding(
            case,
            f"{case.purl.display} takes its {optional} {name} from {_WHAT[where]}: {specifier}"
            + (", which the version before did not" if new else ""),
            at=(manifest_file(case),),
            hint=f"see what it holds today before anything installs it, or {stay(case)}",
            severity=severity,
            confidence=confidence,
        )


RULE = Rule(
    id="non-registry-dependency",
    title="Non-registry dependency",
    severity="medium",
    confidence="high",
    needs=("content", "metadata"),
    judge=judge,
    page=__doc__,
)
