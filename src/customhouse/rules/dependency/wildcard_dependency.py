"""The release accepts any version of a dependency.

## What it looks for

npm runtime and optional dependencies declared as `*`, an empty text, `latest`, `x` or `>=0`. All of a release's are
told in one finding. Dependencies of `@types/…` packages among each other are declared so by convention and are told
as info.

Python is left out on purpose: libraries there ordinarily declare no upper bound, and a finding on nearly every
release would say nothing.

## Why attackers do it

They need not do anything: a wildcard follows every release, a hijacked major version included. The people who got
colors 1.4.1 (2022), where the owner broke his own package on purpose, were those whose ranges let it in without
asking; with `*` even a new major version comes in.

## Known evasions

A very wide range (`>=1`, `1 || 2 || 3 || 4`) means nearly the same and is not reported.

## Known false positives

Plug-ins that truly work with every version of their host should say so as a peer dependency, which is not looked at.

## What to do now

Nothing urgent: your lock pins what is installed. Keep the lock, and ask the maintainers for a range.

## References

- [npm: version ranges](https://github.com/npm/node-semver#ranges)
- [CWE-1357: Reliance on Insufficiently Trustworthy Component](https://cwe.mitre.org/data/definitions/1357.html)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding
from customhouse.rules.rule import Rule
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.specifiers import installed, takes_anything


def judge(case: Case) -> Iterator[Finding]:
    """List the dependencies of any version, from the archive's manifest or else the registry's."""
    manifest = next((content.manifest for content in case.contents if content.manifest), None)
    if manifest is None and case.metadata:
        manifest = case.metadata.release.manifest
    if manifest is None:
        return
    names = sorted(it.name for it in installed(manifest) if takes_anything(it.specifier))
    if not names:
        return
    conventional = case.purl.name.startswith("@types/") and all(name.startswith("@types/") for name in names)
    yield RULE.finding(
        case,
        f"{case.purl.display} accepts any version of {', '.join(names)}",
        at=(manifest_file(case),),
        hint="keep a lockfile, so that the version is yours to choose; ask the maintainers for a range",
        severity="info" if conventional else None,
    )


RULE = Rule(
    id="wildcard-dependency",
    title="Wildcard dependency",
    severity="low",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
    ecosystems=("npm",),
)
