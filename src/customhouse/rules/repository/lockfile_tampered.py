"""A lock says one thing and does another: an entry's address, or its digest, is another release's.

## What it looks for

Every entry of every lock that comes from a registry:

| Case | Severity | Confidence |
|---|---|---|
| Its URL is the address of another package, or of another version, than the entry's own | critical | high |
| Its digest differs from the one at the revision compared with (`--base`), for the same version | high | medium |
| Two entries of the same release have different digests, in one lock or in two | high | medium |

With the default policy the first blocks and the others hold; where the bytes that the registry serves do not fit the
lock's digest, integrity-mismatch blocks. Digests of the same algorithm are compared, file by
file where the lock names files. A new file of a release (a wheel that was added) is no change of another. Aliases are
read as what they stand for.

## Why attackers do it

A lock is long, made by machines, and merged unread: npm and yarn fetch what `resolved` names and check it against the
`integrity` beside it, so one changed line replaces a package under its own name and version (shown in 2019 for npm and
yarn). A digest that changes while the version stays is a file that was replaced: registries do not allow that, and
build caches and proxies that are taken over do it, as in the CI cache poisoning of ultralytics (2024).

## Known evasions

Changing the version as well: then it is another release, which is inspected. Entries without URL and digest:
integrity-missing speaks of those.

## Known false positives

A package that is taken from two registries which hold different builds of one version. A registry that names its
files in a way of its own: only addresses of the usual form (`name/-/name-version.tgz`, and wheel names) are read.

## What to do now

Do not install from it. See who changed the line (`git log -p -- LOCK`), restore it, make the entry anew from the
registry, and compare the digest with the registry's own: `customhouse inspect PURL`.

## References

- [Why npm lockfiles can be a security blindspot](https://snyk.io/blog/why-npm-lockfiles-can-be-a-security-blindspot-for-injecting-malicious-modules/)
- [npm: package-lock.json](https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json)
- [Ultralytics: what happened](https://github.com/ultralytics/ultralytics/issues/18027)
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

from customhouse.model.digest import Digest
from customhouse.model.finding import Finding, Location
from customhouse.model.locked import LockedPackage, Source
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.rule import RepositoryRule
from customhouse.versions.pypi import parse

#: A release: ecosystem, name, version.
_Release = tuple[str, str, str]
#: File name (empty where the lock names none) and algorithm → the digests told.
_Digests = dict[tuple[str, str], set[str]]
#: An entry and the lock that it stands in.
_Place = tuple[Source, LockedPackage]


def _npm_address(package: LockedPackage) -> str:
    """What an entry's URL says it is, where that is not the entry; empty where it is, or cannot be told."""
    base = package.name.rpartition("/")[2]
    unambiguous = package.name.startswith("@") or "/@" not in package.resolved
    if unambiguous and package.resolved.endswith(f"/{package.name}/-/{base}-{package.version}.tgz"):
        return ""  # nearly every one; splitting it takes ten times as long
    try:
        path = unquote(urlsplit(package.resolved).path)
    except ValueError:
        return ""
    before, dash, file = path.rpartition("/-/")
    if not dash or not file.endswith(".tgz"):
        return ""
    segments = before.split("/")
    scoped = len(segments) > 1 and segments[-2].startswith("@")
    name = "/".join(segments[-2:]) if scoped else segments[-1]
    base = name.rpartition("/")[2]
    stem = file.removesuffix(".tgz").rpartition("/")[2]
    version = stem.removeprefix(f"{base}-")
    if name.lower() != package.name.lower():
        return f"{name} {version}"
    if package.version is None or version == stem:
        return ""
    return "" if version.partition("+")[0] == package.version.partition("+")[0] else f"{name} {version}"


def _python_file(package: LockedPackage) -> str:
    """The same of a Python lock's files, by their names."""
    for artifact in package.artifacts:
        filename = artifact.filename or unquote(artifact.url.rpartition("/")[2].partition("#")[0])
        try:
            if filename.endswith(".whl"):
                name, version, *_ = parse_wheel_filename(filename)
            elif filename.endswith((".tar.gz", ".zip")):
                name, version = parse_sdist_filename(filename)
            else:
                continue
        except (InvalidWheelFilename, InvalidSdistFilename):
            continue
        if name != canonicalize_name(package.name) or (package.version and version != parse(package.version)):
            return f"{filename}"
    return ""


def _addresses(source: Source) -> Iterator[Finding]:
    for package in source.packages:
        if package.source not in ("registry", "url") or package.version is None or package.bundled:
            continue
        told = _npm_address(package) if package.ecosystem == "npm" else _python_file(package)
        if told:
            yield RULE.finding(
                f"{source.path} locks {package.purl.display}, and its address is that of {told}",
                at=(Location(source.path, package.line),),
                hint=f"do not install from it; see who changed it: git log -p -- {source.path}",
            )


def _promises(sources: Sequence[Source]) -> dict[_Release, list[_Place]]:
    """Collect the entries of each release that promise something of its files."""
    found: dict[_Release, list[_Place]] = defaultdict(list)
    for source in sources:
        if source.kind != "lockfile":
            continue
        for package in source.packages:
            if package.source == "registry" and package.version is not None and package.artifacts:
                found[package.ecosystem, package.name, package.version].append((source, package))
    return found


def _told(package: LockedPackage) -> Iterator[tuple[str, Digest]]:
    for artifact in package.artifacts:
        file = "" if package.ecosystem == "npm" else artifact.filename
        for digest in artifact.digests:
            yield file, digest


def _digests(places: Sequence[_Place]) -> _Digests:
    digests: _Digests = defaultdict(set)
    for _, package in places:
        for file, digest in _told(package):
            digests[file, digest.algorithm].add(digest.hex)
    return digests


def _changed(places: list[_Place], before: list[_Place]) -> Iterator[Finding]:
    """Say when the digests are others than at the base revision."""
    stood = [package.artifacts for _, package in before]
    if all(package.artifacts in stood for _, package in places):
        return
    now, old = _digests(places), _digests(before)
    shared = [key for key in now if key in old and not now[key] & old[key]]
    if not shared:
        return
    known = set().union(*old.values())
    source, package = next((it for it in places if any(d.hex not in known for _, d in _told(it[1]))), places[0])
    file = f" of {shared[0][0]}" if shared[0][0] else ""
    yield RULE.finding(
        f"{source.path} promises another {shared[0][1]} digest{file} for {package.purl.display} than the revision "
        "compared with, and the version is the same",
        at=(Location(source.path, package.line),),
        hint=f"compare with the registry: customhouse inspect {package.purl}",
        severity="high",
        confidence="medium",
    )


def _torn(places: Sequence[_Place]) -> list[tuple[str, str]]:
    """Files and algorithms of which two entries have no digest in common; one entry may list several to choose from."""
    each = [_digests([place]) for place in places]
    keys = dict.fromkeys(key for digests in each for key in digests)
    told = {key: {frozenset(digests[key]) for digests in each if key in digests} for key in keys}
    return [key for key, sets in told.items() if any(not (one & other) for one in sets for other in sets)]


def _disagreeing(release: _Release, places: list[_Place]) -> Iterator[Finding]:
    """Say when one file of a release has two digests of one algorithm, within the repository as it is."""
    if all(package.artifacts == places[0][1].artifacts for _, package in places[1:]):
        return
    torn = [key for key in _torn(places) if key[0] or release[0] == "npm"]
    if not torn:
        return
    first: dict[str, _Place] = {}
    for source, package in places:
        for file, digest in _told(package):
            if (file, digest.algorithm) == torn[0]:
                first.setdefault(digest.hex, (source, package))
    names = " and ".join(dict.fromkeys(source.path for source, _ in first.values()))
    package = places[0][1]
    yield RULE.finding(
        f"{package.purl.display} has two different {torn[0][1]} digests in {names}",
        at=tuple(Location(source.path, one.line) for source, one in first.values()),
        hint=f"see which one the registry has: customhouse inspect {package.purl}",
        severity="high",
        confidence="medium",
    )


def judge(case: RepositoryCase) -> Iterator[Finding]:
    """Speak of addresses, then of digests that changed or disagree."""
    for source in case.sources:
        if source.kind == "lockfile":
            yield from _addresses(source)
    before = _promises(case.base or ())
    for release, places in _promises(case.sources).items():
        if release in before:
            yield from _changed(places, before[release])
        yield from _disagreeing(release, places)


RULE = RepositoryRule(
    id="lockfile-tampered",
    title="Lockfile tampered with",
    severity="critical",
    confidence="high",
    judge=judge,
    page=__doc__,
    needs=("locks and manifests", "the same at the revision compared with"),
)
