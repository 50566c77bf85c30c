"""A lock or a settings file leads to a registry that nobody configured.

## What it looks for

Where the entries of each lock come from: `resolved` URLs and indexes, and the URLs of the files that a Python lock
names. Their hosts are compared with the registries that the clients are set to (.npmrc, pip.conf, uv.toml, environment,
and what the repository's own settings name), with the public registry, and with its other names that locks of yarn
hold. A lock made against the public registry is fine where a mirror is configured, and the other way round. Where
policy lists `[repository] registries`, only those and the public one will do, and the repository's own settings are
held against the list too: .npmrc, .yarnrc.yml, bunfig.toml, requirements files, uv's, Poetry's and PDM's tables.

| Case | Severity | Confidence |
|---|---|---|
| Some entries of a lock come from a host that is not known here, most from one that is | high | medium |
| A registry of a settings file or a lock is not among those that policy lists | high | medium |
| All or most entries of a lock come from one unknown host: a mirror that is not configured here | medium | medium |

With the default policy the first two are held and the last is told.

## Why attackers do it

A lock's entry is trusted with its digest: who changes both, in one line of a thousand, has the next install fetch from
a server of their own, and nobody reads locks in review. That was shown for npm and yarn locks in 2019, and the answer
was a linter that checks hosts. Dependency confusion (2021) and torchtriton (2022) came through a second index.

## Known evasions

A mirror of the team's own that serves what it should not. A path below a registry that hosts files of anybody.

## Known false positives

A mirror that is configured on the build machines alone: name it in `[repository] registries`. Indexes that serve files
from another host than their own: name that host as well.

## What to do now

Look at the entry's change in version control. If nobody can explain the host, restore the entry, make the lock anew
from the configured registry, and treat machines that installed from it as exposed.

## References

- [npm: lockfile security and lockfile-lint](https://github.com/lirantal/lockfile-lint)
- [npm: replace-registry-host](https://docs.npmjs.com/cli/v11/using-npm/config)
- [OWASP: NPM security cheat sheet](https://cheatsheetseries.owasp.org/cheatsheets/NPM_Security_Cheat_Sheet.html)
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from customhouse.model.finding import Finding, Location
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.registry_hosts import allowed_hosts, host, is_alias
from customhouse.rules.repository.rule import RepositoryRule

#: Places told for one host of one lock.
_PLACES = 5
_SCHEMES = ("http://", "https://")


def _hosts(package: LockedPackage) -> set[str]:
    """The hosts that one entry leads to."""
    if package.source != "registry":
        return set()
    urls = (package.resolved, *(artifact.url for artifact in package.artifacts))
    return {host(url) for url in urls if url.startswith(_SCHEMES)}


def _of_lock(case: RepositoryCase, source: Source) -> Iterator[Finding]:
    allowed = {ecosystem: allowed_hosts(case, ecosystem) for ecosystem in {one.ecosystem for one in source.packages}}
    counted: Counter[str] = Counter()
    foreign: dict[str, list[LockedPackage]] = defaultdict(list)
    for package in source.packages:
        for name in _hosts(package):
            counted[name] += 1
            if name not in allowed[package.ecosystem] and not is_alias(name):
                foreign[name].append(package)
    total = sum(1 for package in source.packages if _hosts(package))
    for name, packages in foreign.items():
        most = counted[name] * 2 > total and not case.wishes.registries
        few = ", ".join(one.purl.display for one in packages[:3])
        more = f" and {len(packages) - 3} more" if packages[3:] else ""
        message = f"{few}{more} of {source.path} come from {name}, which is no registry that is configured"
        if most:
            message = f"{source.path} was made with the registry {name}, which is not configured here"
        yield RULE.finding(
            message,
            at=tuple(Location(source.path, package.line) for package in packages[:_PLACES]),
            hint=f'if it is yours, name it in customhouse.toml: [repository] registries = ["https://{name}/"]; '
            "else see who changed these lines: git log -p -- " + source.path,
            severity="medium" if most else None,
        )


def judge(case: RepositoryCase) -> Iterator[Finding]:
    """Speak of each host that is not configured, once a file."""
    if not case.registries:
        return  # the configuration could not be read, which is a gap
    for source in case.sources:
        if source.status == "parsed" and source.kind == "lockfile":
            yield from _of_lock(case, source)
    if not case.wishes.registries:
        return
    for one in case.indexes:
        if host(one.url) not in allowed_hosts(case, one.ecosystem) and not is_alias(host(one.url)):
            whose = f" for {one.scope}" if one.scope else ""
            yield RULE.finding(
                f"{one.path} names {host(one.url)}{whose}, which policy does not list among the registries",
                at=(Location(one.path, one.line),),
                hint="take it out, or have it added to [repository] registries",
            )


RULE = RepositoryRule(
    id="foreign-registry",
    title="Foreign registry",
    severity="high",
    confidence="medium",
    judge=judge,
    page=__doc__,
    needs=("locks and manifests", "the clients' configuration"),
)
