"""Dependencies that a release adds: which they are, and what their registry had when the release was published."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from customhouse.ecosystems.interface import Project, Registry
from customhouse.evidence.npm_hooks import npm_hooks
from customhouse.model.change import AddedDependency, ResolutionStatus
from customhouse.model.content import ContentFacts, InstallHook
from customhouse.model.errors import NotFoundUpstream, UpstreamError
from customhouse.model.purl import Ecosystem, Purl
from customhouse.model.release import Dependency, Manifest, Release, ReleaseTime

#: Kinds that an installer brings in by itself.
_INSTALLED = frozenset({"runtime", "optional", "peer"})
_NOT_REGISTRY = ("git", "http:", "https:", "file:", "link:", "workspace:", "github:", "gitlab:", "bitbucket:", "gist:")


class ContentOf(Protocol):
    """How the engine gives the content of a resolved dependency, or None when it cannot be had."""

    async def __call__(self, release: Release) -> ContentFacts | None:
        """Open one artifact of the release."""


class Resolution(msgspec.Struct, frozen=True):
    """What an installer would choose for a dependency now."""

    status: ResolutionStatus
    purl: Purl | None = None
    #: UTC: of the chosen release, and of the project's first.
    published: datetime | None = None
    first_published: datetime | None = None
    release_count: int = 0
    #: Whether the registry says that it runs code at install; None where it says nothing of it.
    runs_at_install: bool | None = None


def added_dependencies(after: Iterable[Manifest | None], before: Iterable[Manifest | None]) -> tuple[Dependency, ...]:
    """Return what any of the manifests after has, and none of those before.

    A name that was there counts as well when it now leads elsewhere: to another package by an alias, to a repository.
    """
    known: dict[str, set[str]] = {}
    for manifest in before:
        for each in manifest.dependencies if manifest is not None else ():
            if each.kind != "dev":
                known.setdefault(each.name, set()).add(_leads_to(each))
    found: dict[str, Dependency] = {}
    for manifest in after:
        for each in installed_dependencies(manifest):
            if _leads_to(each) not in known.get(each.name, ()):
                found.setdefault(each.name, each)
    return tuple(found.values())


def installed_dependencies(manifest: Manifest | None) -> tuple[Dependency, ...]:
    """Return what an installer brings in along with the package; npm brings in peers that are not optional."""
    declared = manifest.dependencies if manifest is not None else ()
    return tuple(each for each in declared if each.kind in _INSTALLED and not each.optional)


def _leads_to(dependency: Dependency) -> str:
    """The package that a specifier leads to: a name, or the address without what it asks for there."""
    name, specifier = _aliased(dependency)
    return specifier.strip().partition("#")[0] if _elsewhere(specifier) else name


def resolve_now(project: Project, dependency: Dependency) -> Resolution:
    """Say what an installer would choose of a project: `latest` where that fits, as npm does, else the newest.

    Source: npm-pick-manifest, README ("Algorithm").
    """
    specifier = _aliased(dependency)[1]
    first = project.created
    known = Resolution(
        "no-matching-version",
        first_published=first.published if first else None,
        release_count=len(project.times),
    )
    tags, choose = project.tags, _chooser(project.purl.ecosystem)
    latest = tags.get("latest", "")
    version = tags.get(specifier.strip())
    if version is None and latest:
        version = choose([latest], specifier)
    if version is None:
        version = choose([each.version for each in project.times], specifier)
    release = project.release(version) if version is not None else None
    if release is None:
        return known
    stated = release.manifest is not None or release.has_install_script is not None
    return msgspec.structs.replace(
        known,
        status="resolved",
        purl=release.purl,
        published=release.published,
        runs_at_install=bool(release.has_install_script or _stated_hooks(release)) if stated else None,
    )


def package_of(dependency: Dependency) -> str | None:
    """Return the name that the registry is to be asked for; None when no registry serves the dependency."""
    name, specifier = _aliased(dependency)
    return None if _elsewhere(specifier) else name


async def resolve_added(
    registry: Registry,
    dependency: Dependency,
    *,
    contents: tuple[ContentFacts, ...],
    published: datetime | None,
    content_of: ContentOf,
) -> AddedDependency:
    """Say what an added dependency was when its dependant was published (now, when that is unknown)."""
    imported = _imported_npm(dependency, contents) if registry.ecosystem == "npm" else None
    base = AddedDependency(dependency, imported, "resolved", dependant_published=published)
    name, specifier = _aliased(dependency)
    if _elsewhere(specifier):
        return msgspec.structs.replace(base, resolution="not-registry")
    try:
        project = await registry.project(name)
    except NotFoundUpstream:
        return msgspec.structs.replace(base, resolution="unknown-package")
    except UpstreamError:
        return msgspec.structs.replace(base, resolution="unreachable")
    first = project.created
    base = msgspec.structs.replace(
        base, first_published=first.published if first else None, release_count=_count_until(project, published)
    )
    release = _resolve(project, specifier, published)
    if release is None:
        return msgspec.structs.replace(base, resolution="no-matching-version")
    resolved = msgspec.structs.replace(base, version=release.purl.version or "", published=release.published)
    if registry.ecosystem == "npm":
        return msgspec.structs.replace(resolved, hooks=_stated_hooks(release))
    content = await content_of(release)
    if content is None:
        return resolved
    return msgspec.structs.replace(
        resolved, hooks=content.hooks, imported=_imported_pypi(dependency, content.top_level, contents)
    )


def _aliased(dependency: Dependency) -> tuple[str, str]:
    """Take npm's alias off: `npm:name@range` installs another package under this name."""
    if not dependency.specifier.startswith("npm:"):
        return dependency.name, dependency.specifier
    target = dependency.specifier.removeprefix("npm:")
    at = target.rfind("@")
    return (target[:at], target[at + 1 :]) if at > 0 else (target, "*")


def _elsewhere(specifier: str) -> bool:
    text = specifier.strip()
    return text.startswith(_NOT_REGISTRY) or (text.startswith("@ ") or ("/" in text and not text.startswith("npm:")))


def _resolve(project: Project, specifier: str, published: datetime | None) -> Release | None:
    """The newest version that matches and was there when the dependant was published.

    When every one that matches came later, the first of them: it is what the dependant was waiting for.
    """
    choose = _chooser(project.purl.ecosystem)
    version = choose([each.version for each in project.times if _there(each, published)], specifier)
    if version is None:
        later = sorted((each for each in project.times if not _there(each, published)), key=_moment)
        version = next((each.version for each in later if choose([each.version], specifier) is not None), None)
    return project.release(version) if version is not None else None


def _chooser(ecosystem: Ecosystem) -> Callable[[Iterable[str], str], str | None]:
    """Return what picks the highest version that a specifier admits; loaded only where something is resolved."""
    if ecosystem == "npm":
        from customhouse.versions.npm import max_satisfying  # noqa: PLC0415 - see above

        return max_satisfying
    from customhouse.versions.pypi import max_satisfying as max_satisfying_pypi  # noqa: PLC0415

    return max_satisfying_pypi


def _moment(each: ReleaseTime) -> datetime:
    return each.published or datetime.max.replace(tzinfo=UTC)


def _there(each: ReleaseTime, published: datetime | None) -> bool:
    return published is None or each.published is None or each.published <= published


def _count_until(project: Project, published: datetime | None) -> int:
    return sum(1 for each in project.times if _there(each, published))


def _stated_hooks(release: Release) -> tuple[InstallHook, ...]:
    if release.manifest is None:
        return ()
    paths = {"binding.gyp": None} if release.manifest.gyp else {}
    return npm_hooks(release.manifest, paths)


def _imported_npm(dependency: Dependency, contents: tuple[ContentFacts, ...]) -> bool | None:
    if not contents:
        return None
    return any(dependency.name in content.imported for content in contents)


def _imported_pypi(
    dependency: Dependency, top_level: tuple[str, ...], contents: tuple[ContentFacts, ...]
) -> bool | None:
    if not contents:
        return None
    names = {*top_level, dependency.name.replace("-", "_")}
    return any(name in content.imported for content in contents for name in names)
