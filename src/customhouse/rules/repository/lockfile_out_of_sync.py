"""A manifest and the lock that pins what it asks for disagree.

## What it looks for

For every manifest that a lock covers, in any format: what the manifest asks for and the lock does not pin; a pinned
version outside of the range that the manifest gives; a range that the lock says it was made for and that the manifest
no longer has; and what the lock still has for the project although the manifest no longer asks for it. A name that
`overrides` or `resolutions` forces, catalogs, aliases, projects of the same workspace, peers and extras are taken for
what they are.

| Case | Severity | Confidence |
|---|---|---|
| Not pinned, or pinned outside of the range | medium | high |
| Not named in a requirements file, which may be made for a part | medium | medium |
| The range differs, and the pinned version fits it all the same | low | high |
| No longer asked for, and still pinned | low | high |

With the default policy the first is held and the rest is told.

## Why attackers do it

The lock is what is reviewed and inspected; where it does not fit, most clients take what they find and go on, and
what they take was seen by nobody. It also shows a lock that was edited by hand: pull requests that change a lock and
not its manifest were shown (2019) to pass review and to bring any package in.

## Known evasions

A lock and a manifest that agree on something bad. lockfile-tampered and the rules over releases look at that.

## Known false positives

A lock made for one platform, or without some group. Ranges that this tool cannot read are not judged.

## What to do now

Make the lock anew with the project's client (`npm install --package-lock-only`, `pnpm install --lockfile-only`,
`uv lock`, `poetry lock`), and look at what changed: `customhouse check --base HEAD`.

## References

- [Why npm lockfiles can be a security blindspot (Liran Tal, 2019)](https://snyk.io/blog/why-npm-lockfiles-can-be-a-security-blindspot-for-injecting-malicious-modules/)
- [npm ci](https://github.com/npm/cli/blob/latest/docs/lib/content/commands/npm-ci.md)
"""

import posixpath
from collections.abc import Iterable, Iterator

import msgspec

from customhouse.model.declared import Declared, ProjectManifest
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.locked import Importer, LockedPackage, Source
from customhouse.model.purl import Ecosystem, pypi_name
from customhouse.model.repository import RepositoryCase
from customhouse.rules.repository.installing import named_few
from customhouse.rules.repository.rule import RepositoryRule
from customhouse.rules.shared.specifiers import elsewhere
from customhouse.versions import npm, pypi

#: Specifiers that name no range of their own.
_LED = ("catalog:", "workspace:", "link:", "file:", "portal:", "patch:")

#: Locks that keep no alias: what is wanted under another name stands there under its own.
_WITHOUT_ALIASES = frozenset({"deno.lock"})


class _Lock(msgspec.Struct, frozen=True):
    """What all documents of a lock say of one manifest's project."""

    path: str
    requirements: bool
    packages: tuple[LockedPackage, ...]
    #: Entries by the name that they are installed under, canonical for PyPI.
    installed_as: dict[str, list[LockedPackage]]
    #: Keys of the project's own wishes; None where the lock does not tell projects apart.
    required: frozenset[str] | None
    #: Ranges that the lock was made for, by name; None where it does not say.
    specifiers: dict[str, tuple[str, ...]] | None
    #: Names of the workspace's own projects, which a range may lead to as well as to a release.
    projects: frozenset[str]

    def pinned(self, one: Declared, ecosystem: Ecosystem) -> list[LockedPackage]:
        """Find the entries that answer a wish: the project's own, else any of the name."""
        named = self.installed_as.get(pypi_name(one.name) if ecosystem == "pypi" else one.alias or one.name, [])
        if not named and posixpath.basename(self.path) in _WITHOUT_ALIASES:
            named = self.installed_as.get(one.name, [])
        own = [each for each in named if self.required is not None and each.key in self.required]
        return own or named


def judge(case: RepositoryCase) -> Iterator[Finding]:
    """Compare each manifest with the lock that covers it."""
    for source in case.sources:
        if source.manifest is None or source.status != "parsed" or not source.covered_by:
            continue
        lock = _lock_for(source, case.sources)
        if lock is not None:
            yield from _compared(source, source.manifest, lock, _forced(source, case.sources))


def _folder(path: str) -> str:
    return posixpath.dirname(posixpath.normpath(path.replace("\\", "/")))


def _lock_for(manifest: Source, sources: Iterable[Source]) -> _Lock | None:
    """Gather what the covering lock says; None when a part of it could not be read, which is told elsewhere."""
    documents = [one for one in sources if one.path == manifest.covered_by and one.kind == "lockfile"]
    if not documents or any(one.status != "parsed" for one in documents):
        return None
    requirements = documents[0].format.startswith("requirements")
    if requirements:  # a project's requirements may lie in several files
        folder = _folder(manifest.covered_by)
        documents = [
            one
            for one in sources
            if one.status == "parsed" and one.format.startswith("requirements") and _folder(one.path) == folder
        ]
    own = posixpath.relpath(_folder(manifest.path) or ".", _folder(manifest.covered_by) or ".")
    importers = [each for one in documents for each in one.importers if posixpath.normpath(each.folder or ".") == own]
    packages = tuple(package for one in documents for package in one.packages)
    required = frozenset(key for each in importers for key in each.requires) if importers else None
    projects = {one.manifest.name for one in sources if one.manifest and one.covered_by == manifest.covered_by}
    projects |= {each.name for one in documents for each in one.importers}
    installed_as: dict[str, list[LockedPackage]] = {}
    for package in packages:
        name = pypi_name(package.name) if package.ecosystem == "pypi" else package.alias or package.name
        installed_as.setdefault(name, []).append(package)
    return _Lock(
        manifest.covered_by,
        requirements,
        packages,
        installed_as,
        required,
        _specifiers(importers),
        frozenset(projects - {""}),
    )


def _specifiers(importers: list[Importer]) -> dict[str, tuple[str, ...]] | None:
    """Gather ranges by name: a name may have several, each for another environment."""
    told = [each.specifiers for each in importers if each.specifiers is not None]
    found: dict[str, tuple[str, ...]] = {}
    for each in told:
        for name, specifier in each:
            found[name] = (*found.get(name, ()), specifier)
    return found if told else None


def _forced(source: Source, sources: Iterable[Source]) -> frozenset[str]:
    """Names whose version the project, or the one at the lock's place, forces."""
    folder = _folder(source.covered_by)
    manifests = [source.manifest, *(one.manifest for one in sources if one.manifest and _folder(one.path) == folder)]
    return frozenset(name for one in manifests if one for name in one.overridden)


def _compared(source: Source, manifest: ProjectManifest, lock: _Lock, forced: frozenset[str]) -> Iterator[Finding]:
    missing, outside, differs = [], [], []
    asked: dict[tuple[str, str], list[str]] = {}
    for one in manifest.declared:
        asked.setdefault((one.name, one.alias), []).append(one.specifier)
    for one in manifest.declared:
        if not _judged(one, manifest) or one.name in lock.projects:
            continue
        entries = lock.pinned(one, manifest.ecosystem)
        name = one.alias or one.name
        if not entries:
            if not one.marker and (not lock.requirements or one.scope == "prod"):
                missing.append((one, name))
            continue
        versions = [each.version for each in entries if each.source == "registry" and each.version]
        stated = _stated(lock, name, manifest.ecosystem)
        answers = [_fits(each, versions, manifest.ecosystem) for each in asked[one.name, one.alias]]
        fits = None if None in answers else any(answers)
        same = stated is None or any(_same(each, one.specifier, manifest.ecosystem) for each in stated)
        if name in forced or one.name in forced:
            continue
        if fits is False and not (stated is not None and same):
            outside.append((one, f"{name} {' and '.join(sorted(set(versions)))} for {one.specifier}"))
        elif stated is not None and not same:
            differs.append((one, f"{name} {' and '.join(stated) or '(any)'}, now {one.specifier or '(any)'}"))
    lock_name = posixpath.basename(lock.path)
    unsure: Confidence = "medium" if lock.requirements else "high"
    yield from _told(source, lock, missing, f"{lock_name} does not pin what it asks for: ", "medium", unsure)
    yield from _told(source, lock, outside, f"{lock_name} pins other versions than it asks for: ", "medium", "high")
    yield from _told(source, lock, differs, f"{lock_name} was made for other ranges: ", "low", "high")
    left = _left(manifest, lock)
    if left:
        message = f"{lock_name} still has what it no longer asks for: {named_few(left)}"
        yield _finding(source, lock, message, [], "low", "high")


def _judged(one: Declared, manifest: ProjectManifest) -> bool:
    """Leave out what a lock may lack, or pins otherwise: peers, extras, other projects, the project itself."""
    return (
        one.scope not in ("peer", "optional")
        and not one.optional
        and one.source == "registry"
        and one.name != manifest.name
        and not one.specifier.startswith(_LED)
        and elsewhere(manifest.ecosystem, one.specifier) is None
    )


def _stated(lock: _Lock, name: str, ecosystem: Ecosystem) -> tuple[str, ...] | None:
    """The ranges for which the lock says it was made; None where it does not say or follows something else."""
    if lock.specifiers is None:
        return None
    names = (
        {pypi_name(each): text for each, text in lock.specifiers.items()} if ecosystem == "pypi" else lock.specifiers
    )
    found = names.get(name)
    return None if found is None or any(each.startswith(_LED) for each in found) else found


def _plain(specifier: str) -> str:
    """The range within an npm alias, and blanks made one."""
    text = " ".join(specifier.split())
    if text.startswith("npm:"):
        at = text.rfind("@")
        text = text[at + 1 :] if at > len("npm:") else ""
    return text


def _same(first: str, second: str, ecosystem: Ecosystem) -> bool:
    if ecosystem == "npm":
        one, other = _plain(first), _plain(second)
        return one == other or {one, other} <= {"", "*", "latest"}
    one_set, other_set = pypi.parse_specifier(first), pypi.parse_specifier(second)
    if one_set is None or other_set is None:
        return True
    return one_set == other_set


def _fits(specifier: str, versions: list[str], ecosystem: Ecosystem) -> bool | None:
    """Whether one of the pinned versions is within the range; None when the range cannot be read."""
    if not versions:
        return None
    if ecosystem == "npm":
        text = _plain(specifier)
        if npm.parse_range(text) is None:
            return None
        return any(npm.satisfies(version, text) for version in versions)
    if pypi.parse_specifier(specifier) is None:
        return None
    return any(pypi.satisfies(version, specifier) for version in versions)


def _left(manifest: ProjectManifest, lock: _Lock) -> list[str]:
    """Names that the lock says the project asked for, and that it does not ask for now."""
    if lock.specifiers is None:
        return []
    pypi_names = manifest.ecosystem == "pypi"
    now = {pypi_name(one.name) if pypi_names else one.alias or one.name for one in manifest.declared}
    return [name for name in lock.specifiers if (pypi_name(name) if pypi_names else name) not in now]


def _told(
    source: Source,
    lock: _Lock,
    found: list[tuple[Declared, str]],
    message: str,
    severity: Severity,
    confidence: Confidence,
) -> Iterator[Finding]:
    if found:
        text = message + named_few([name for _, name in found])
        yield _finding(source, lock, text, [one.line for one, _ in found], severity, confidence)


def _finding(
    source: Source, lock: _Lock, message: str, lines: list[int | None], severity: Severity, confidence: Confidence
) -> Finding:
    places = tuple(dict.fromkeys(Location(source.path, line) for line in lines or [None]))
    return RULE.finding(
        message,
        at=(*places, Location(lock.path)),
        hint="make the lock anew with the project's client, commit it, and check what changed",
        severity=severity,
        confidence=confidence,
    )


RULE = RepositoryRule(
    id="lockfile-out-of-sync",
    title="Lock and manifest disagree",
    severity="medium",
    confidence="high",
    judge=judge,
    page=__doc__,
)
