"""Projects that a young one may be passing for, asked of the same registry: facts to tell a copy from a relative."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from customhouse.ecosystems.interface import Project, Registry
from customhouse.model.errors import UpstreamError
from customhouse.model.evidence import MetadataFacts
from customhouse.model.history import About, Related, Relation
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.purl import Ecosystem, pypi_name
from customhouse.model.release import Manifest, Release
from customhouse.model.source_address import SourceAddress, source_address

#: Days. A release this recent is asked about at all, and a project this young has no history of its own.
_RECENT = timedelta(days=90)
#: Fewer releases than this before it are no history either.
_FEW = 5
#: Other projects asked of the registry for one release.
_MOST = 2
#: Shorter lines of a README are headings and badges, alike everywhere.
_LINE = 25
_NAME = lazy_regex(r"^[a-z0-9][a-z0-9._-]{0,100}$")


class Asked(msgspec.Struct, frozen=True):
    """A release, and its manifest as the registry or its archive says it."""

    release: Release
    manifest: Manifest | None


def worth_asking(facts: MetadataFacts, now: datetime) -> bool:
    """Whether a release is recent and its project without history: others are known by what they did themselves."""
    published, first = facts.release.published, facts.first_published
    if published is None or now - published > _RECENT:
        return False
    return facts.earlier_count < _FEW or (first is not None and published - first < _RECENT)


def named_by_repository(ecosystem: Ecosystem, name: str, manifest: Manifest | None) -> str:
    """The name of the repository that a manifest names, where it differs from the package's own; empty otherwise.

    A package in a folder of its repository (npm's `repository.directory`) is one of several and named as it likes.
    """
    address = source_address(manifest.repository) if manifest is not None and not manifest.directory else None
    if address is None or not _NAME.match(address.name):
        return ""
    other = pypi_name(address.name) if ecosystem == "pypi" else address.name
    return other if other != name.rpartition("/")[2] else ""


async def related_projects(registry: Registry, asked: Asked, popular: Iterable[str]) -> tuple[Related, ...]:
    """Ask for the project that the repository is named after, and for `popular` names that this one comes close to.

    Only names that the very registry of the release answers for are asked: another one would learn them. What it does
    not have, or does not answer, is left out.
    """
    name = asked.release.purl.name
    wanted: dict[str, Relation] = {}
    if by_repository := named_by_repository(registry.ecosystem, name, asked.manifest):
        wanted[by_repository] = "repository"
    for one in popular:
        wanted.setdefault(one, "name")
    home = registry.origin(name)
    own = _Own(asked, None)
    found: list[Related] = []
    for other, relation in list(wanted.items())[:_MOST]:
        if registry.origin(other) != home:
            continue
        try:
            theirs = await registry.project(other)
            if own.about is None:
                own = _Own(asked, await registry.about(await registry.project(name)))
            found.append(_compared(own, theirs, await registry.about(theirs), relation))
        except UpstreamError:
            continue
    return tuple(found)


class _Own(msgspec.Struct, frozen=True):
    asked: Asked
    about: About | None


def _compared(own: _Own, theirs: Project, about: About, relation: Relation) -> Related:
    mine, first = own.asked.manifest or (own.about.manifest if own.about else None), theirs.created
    other = about.manifest
    return Related(
        name=theirs.purl.name,
        relation=relation,
        first_published=first.published if first else None,
        release_count=len(theirs.times),
        same_repository=_same(_address(mine), _address(other)),
        same_homepage=_same(_homepage(mine), _homepage(other)),
        same_author=_same_author(mine, other),
        readme_shared=_shared(
            _lines(own.about.readme if own.about else "", own.asked.release.purl.name, theirs.purl.name),
            _lines(about.readme, own.asked.release.purl.name, theirs.purl.name),
        ),
        same_people=_same_people(own.asked.release, about.maintainers),
    )


def _same(mine: object, other: object) -> bool | None:
    return mine == other if mine and other else None


def _address(manifest: Manifest | None) -> SourceAddress | None:
    return source_address(manifest.repository) if manifest is not None else None


def _homepage(manifest: Manifest | None) -> str:
    text = manifest.homepage if manifest is not None else ""
    return text.partition("://")[2].partition("#")[0].rstrip("/").casefold()


def _same_author(mine: Manifest | None, other: Manifest | None) -> bool | None:
    if mine is None or other is None or not mine.authors or not other.authors:
        return None
    return bool({one.casefold() for one in mine.authors} & {one.casefold() for one in other.authors})


def _same_people(release: Release, maintainers: tuple[str, ...] | None) -> bool | None:
    own = {*(release.maintainers or ()), *((release.publisher.name,) if release.publisher else ())} - {""}
    return bool(own & set(maintainers)) if own and maintainers is not None else None


def _lines(readme: str, *names: str) -> frozenset[str]:
    """The README's longer lines without either name, so that a copy with the name replaced is one."""
    return frozenset(_cleaned(readme.splitlines(), names))


def _cleaned(lines: Iterable[str], names: tuple[str, ...]) -> Iterator[str]:
    for line in lines:
        text = " ".join(line.split()).casefold()
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        if len(text) >= _LINE:
            yield text


def _shared(mine: frozenset[str], other: frozenset[str]) -> float | None:
    return round(len(mine & other) / len(mine), 2) if mine and other else None
