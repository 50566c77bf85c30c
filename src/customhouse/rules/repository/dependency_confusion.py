"""A name that is internal here can be taken, or has been taken, by a stranger on the public registry.

## What it looks for

Names that policy calls internal (`[repository] internal = ["@acme/*", "acme-*"]`), and npm scopes that the clients are
set to ask of a registry of their own.

| Case | Severity | Confidence |
|---|---|---|
| A lock takes an internal name from the public registry | high | high |
| A scope that is bound to a registry of its own, of which a lock takes a package from the public one | high | high |
| An internal name that the clients here ask of the public registry, which has a package of that name | high | medium |
| An internal name that the clients here ask of the public registry, which has none yet | medium | medium |
| Internal Python names, and a file that asks a second index beside the first (`--extra-index-url`) | medium | high |

With the default policy the first two block, the third and the last are held, and the fourth is told. The public
registry is asked at most 50 names a run, never with `--offline`, and only for names that the clients here would ask
there themselves: no other name leaves the machine.

## Why attackers do it

They publish a package under the internal name with a higher version, and wait: clients that ask both registries, or
were set up without the scope's binding, take theirs. In 2021 a researcher ran code that way inside Apple, Microsoft and
some thirty other companies, whose internal names stood in published package.json files. torchtriton (2022) was the
same by an extra index of pip's, and ran on everyone who installed PyTorch's nightly builds over five days.

## Known evasions

Names that no pattern of the policy covers. A proxy that mixes internal and public packages under one address: it must
refuse public packages of internal names itself.

## Known false positives

A company that publishes its packages, under the same scope, to the public registry on purpose: leave the public ones
out of the patterns.

## What to do now

Bind the scope in the project's .npmrc (`@acme:registry=https://…`), or pin the Python name to its index (uv:
`[tool.uv.sources]` with an explicit index; Poetry: a source with `priority = "explicit"`; pip: one `--index-url` that
serves both). Register the scope or the name publicly, if only to hold it. If a public package came in, treat it as
unknown code: `customhouse inspect PURL`.

## References

- [Alex Birsan: Dependency Confusion](https://medium.com/@alex.birsan/dependency-confusion-4a5d60fec610)
- [PyTorch: compromised nightly dependency](https://pytorch.org/blog/compromised-nightly-dependency/)
- [npm: scope](https://docs.npmjs.com/cli/v11/using-npm/scope)
- [uv: pinning a package to an index](https://docs.astral.sh/uv/concepts/indexes/#pinning-a-package-to-an-index)
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from customhouse.model.finding import Finding, Location
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.registry_hosts import host, is_alias, public_hosts
from customhouse.rules.repository.rule import RepositoryRule


def _is_internal(case: RepositoryCase, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in case.wishes.internal)


def _bound_scopes(case: RepositoryCase) -> dict[str, str]:
    """Scopes of npm that have a registry of their own, which is not the public one."""
    public = public_hosts(case, "npm")
    bound = {one.scope: one.url for one in case.registries if one.ecosystem == "npm" and one.scope}
    bound |= {one.scope: one.url for one in case.indexes if one.ecosystem == "npm" and one.scope}
    return {scope: url for scope, url in bound.items() if host(url) not in public and not is_alias(host(url))}


def _from_public(case: RepositoryCase, package: LockedPackage) -> str:
    """The public host that an entry comes from; empty when it comes from elsewhere, or does not say."""
    if package.source != "registry" or not package.resolved:
        return ""
    name = host(package.resolved)
    return name if name in public_hosts(case, package.ecosystem) or is_alias(name) else ""


def _taken(case: RepositoryCase, source: Source, scopes: dict[str, str]) -> Iterator[Finding]:
    for package in source.packages:
        scope = package.name.partition("/")[0] if package.name.startswith("@") else ""
        internal = _is_internal(case, package.name)
        if not (internal or (package.ecosystem == "npm" and scope in scopes)) or not _from_public(case, package):
            continue
        why = "which policy calls internal" if internal else f"whose scope is bound to {host(scopes[scope])}"
        yield RULE.finding(
            f"{source.path} takes {package.purl.display}, {why}, from the public registry",
            at=(Location(source.path, package.line),),
            hint=f"look at what came in: customhouse inspect {package.purl}; then bind the name to its own registry",
            confidence="high",
        )


def _asked(case: RepositoryCase) -> Iterator[Finding]:
    for answer in case.public_answers:
        place = (Location(answer.path, answer.line),)
        if answer.status in ("taken", "claimed"):
            yield RULE.finding(
                f"{answer.name} is internal here, the clients ask the public registry for it, and that has a package "
                "of this name",
                at=place,
                hint="bind the name to your own registry, so that the public one is not asked",
            )
        else:
            yield RULE.finding(
                f"{answer.name} is internal here, the clients ask the public registry for it, and anybody may publish "
                "it there",
                at=place,
                hint="bind the name to your own registry, or register it publicly to hold it",
                severity="medium",
            )


def _second_indexes(case: RepositoryCase) -> Iterator[Finding]:
    """A second index is trouble where internal names are used: pip takes the highest version of both."""
    used = {one.name for source in case.sources for one in source.packages if one.ecosystem == "pypi"}
    manifests = [source.manifest for source in case.sources if source.manifest]
    used |= {one.name for manifest in manifests if manifest.ecosystem == "pypi" for one in manifest.declared}
    names = sorted(name for name in used if _is_internal(case, name))
    if not names:
        return
    for index in case.indexes:
        if index.extra and index.ecosystem == "pypi":
            few = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "")
            yield RULE.finding(
                f"{index.path} asks {host(index.url)} beside another index, so that either may answer for {few}",
                at=(Location(index.path, index.line),),
                hint="serve both from one index, or pin the internal names to theirs",
                severity="medium",
                confidence="high",
            )


def judge(case: RepositoryCase) -> Iterator[Finding]:
    """Speak of what came in, of what could, and of second indexes."""
    scopes = _bound_scopes(case)
    for source in case.sources:
        if source.kind == "lockfile":
            yield from _taken(case, source, scopes)
    yield from _asked(case)
    yield from _second_indexes(case)


RULE = RepositoryRule(
    id="dependency-confusion",
    title="Dependency confusion",
    severity="high",
    confidence="medium",
    judge=judge,
    page=__doc__,
    needs=("locks and manifests", "the clients' configuration", "the public registry's answers"),
)
