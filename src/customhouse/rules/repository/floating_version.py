"""A manifest asks for a range where policy wants one version, or for anything at all.

## What it looks for

| Case | Severity | Confidence |
|---|---|---|
| `[repository] exact_versions = true`, and one is asked for by a range, a tag or nothing | medium | high |
| Else: npm, and the range is `*`, `latest` or empty | low | high |

The first is held by the default policy, because somebody asked for it; the second is told. Exact is `1.2.3` for npm
and `==1.2.3` for Python. Peer dependencies, extras, projects of the same repository, and dependencies from git, a
file or an address are not spoken of: what these lead to is no version.

## Why attackers do it

A range decides what the next `install`, `update` or bot's pull request may bring in. event-stream (2018) reached its
victims through `flatmap-stream`, which a range let in as soon as it was published, and most worms since publish a
patch release precisely because every caret takes it.

## Known evasions

Exact versions in the manifest say nothing of the dependencies' own ranges: only a lock pins those.

## Known false positives

Libraries: whoever publishes one should ask for ranges, or their users get every package twice. Set `exact_versions` in
applications only.

## What to do now

npm: `npm config set save-exact=true --location=project`, and write the version that the lock has. Python: write
`==` and the locked version, or leave ranges to the manifest and let the lock pin, with `exact_versions = false`.

## References

- [npm: save-exact](https://github.com/npm/cli/blob/latest/workspaces/config/lib/definitions/definitions.js)
- [PyPA: version specifiers](https://packaging.python.org/en/latest/specifications/version-specifiers/)
"""

from collections.abc import Iterator

from customhouse.model.declared import Declared
from customhouse.model.finding import Finding, Location
from customhouse.model.purl import Ecosystem
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.installing import named_few
from customhouse.rules.repository.rule import RepositoryRule
from customhouse.rules.shared.specifiers import elsewhere, takes_anything
from customhouse.versions import npm, pypi

#: Ways of asking that name no version of their own: where it stands is judged by others.
_LED = ("catalog:", "workspace:", "link:", "file:", "portal:", "patch:")


def _exact(ecosystem: Ecosystem, specifier: str) -> bool:
    if ecosystem == "npm":
        return npm.parse(specifier.strip().removeprefix("=")) is not None
    parsed = pypi.parse_specifier(specifier)
    return parsed is not None and any(
        one.operator == "===" or (one.operator == "==" and not one.version.endswith("*")) for one in parsed
    )


def _judged(one: Declared, ecosystem: Ecosystem) -> bool:
    return (
        one.source == "registry"
        and one.scope != "peer"
        and not one.optional
        and not one.specifier.startswith(_LED)
        and elsewhere(ecosystem, one.specifier) is None
    )


def judge(case: RepositoryCase) -> Iterator[Finding]:
    """Speak of each manifest once."""
    for source in case.sources:
        manifest = source.manifest
        if manifest is None or source.status != "parsed":
            continue
        asked = [one for one in manifest.declared if _judged(one, manifest.ecosystem)]
        if case.wishes.exact_versions:
            floating = [one for one in asked if not _exact(manifest.ecosystem, one.specifier)]
        elif manifest.ecosystem == "npm":
            floating = [one for one in asked if takes_anything(one.specifier)]
        else:
            floating = []
        if not floating:
            continue
        names = named_few([f"{one.alias or one.name} {one.specifier or '(no version)'}" for one in floating])
        exact = case.wishes.exact_versions
        message = (
            f"policy wants exact versions, and it asks for {names}" if exact else f"it asks for any release of {names}"
        )
        yield RULE.finding(
            message,
            at=tuple(dict.fromkeys(Location(source.path, one.line) for one in floating)),
            hint="write the version that the lock pins",
            severity=None if exact else "low",
        )


RULE = RepositoryRule(
    id="floating-version",
    title="Floating version",
    severity="medium",
    confidence="high",
    judge=judge,
    page=__doc__,
    needs=("manifests",),
)
