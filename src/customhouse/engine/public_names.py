"""Asking the public registry for names that are internal here: whoever may publish them there may get in here."""

import asyncio
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

import msgspec

from customhouse.ecosystems.fetching import RefusedUpstream
from customhouse.ecosystems.registries import Registries
from customhouse.model.errors import CustomhouseError, NotFoundUpstream, UpstreamError
from customhouse.model.evidence import Gap
from customhouse.model.locked import Source
from customhouse.model.purl import Ecosystem
from customhouse.model.repository import PublicAnswer, RepositoryCase
from customhouse.policy.configuration import Configuration

#: Names asked in one run, and at once.
_MOST = 50
_AT_ONCE = 8


class _Name(msgspec.Struct, frozen=True):
    """An internal name and where it is used."""

    ecosystem: Ecosystem
    name: str
    path: str
    line: int | None


async def with_public_answers(
    case: RepositoryCase, registries: Registries, configuration: Configuration, *, offline: bool
) -> RepositoryCase:
    """Add what the public registry says of the internal names that the case's locks and manifests use.

    To ask for a name is to tell it. So only those names are asked that the clients here would ask there themselves: no
    scope and no pinned index leads them elsewhere. What the registry does not answer is a gap.
    """
    names = list(internal_names(case.sources, configuration.repository.internal))
    if not names or offline:
        return case
    asked = [(one, where) for one in names if (where := _public_home(one, case, registries))]
    gaps: list[Gap] = []
    if len(asked) > _MOST:
        message = f"{len(asked) - _MOST} of {len(asked)} internal names were not asked of the public registry"
        hint = "narrow [repository] internal to patterns of your own names"
        gaps.append(Gap("repository", "public-names", message, hint))
    slots = asyncio.Semaphore(_AT_ONCE)
    answers = await asyncio.gather(*(_ask(one, where, registries, slots) for one, where in asked[:_MOST]))
    found = tuple(one for one in answers if isinstance(one, PublicAnswer))
    gaps += dict.fromkeys(one for one in answers if isinstance(one, Gap))
    return msgspec.structs.replace(case, public_answers=(*case.public_answers, *found), gaps=(*case.gaps, *gaps))


def internal_names(sources: Sequence[Source], patterns: Sequence[str]) -> Iterator[_Name]:
    """Give each name of the sources that a pattern covers, once, with its first place."""
    if not patterns:
        return
    seen: set[tuple[Ecosystem, str]] = set()
    for source in sources:
        used = [(one.ecosystem, one.name, one.line) for one in source.packages if one.source == "registry"]
        if source.manifest:
            ecosystem = source.manifest.ecosystem
            used += [(ecosystem, one.name, one.line) for one in source.manifest.declared if one.source == "registry"]
        for ecosystem, name, line in used:
            if (ecosystem, name) not in seen and any(fnmatchcase(name, pattern) for pattern in patterns):
                seen.add((ecosystem, name))
                yield _Name(ecosystem, name, source.path, line)


def _public_home(one: _Name, case: RepositoryCase, registries: Registries) -> str:
    """The public registry's address, where the clients here ask it for this name; empty where they do not."""
    public = {_host(it.url) for it in case.registries if it.public and it.ecosystem == one.ecosystem}
    try:
        if one.ecosystem == "npm":
            asked: Sequence[str] = (registries.npm.configuration.registry_for(one.name),)
        else:
            asked = registries.pypi.configuration.indexes_for(one.name)
    except CustomhouseError:
        return ""  # a gap already: its configuration cannot be read
    return next((url for url in asked if _host(url) in public), "")


async def _ask(one: _Name, home: str, registries: Registries, slots: asyncio.Semaphore) -> PublicAnswer | Gap:
    async with slots:
        try:
            taken = await (
                _npm_has(one, registries) if one.ecosystem == "npm" else registries.pypi.serves(one.name, home)
            )
        except UpstreamError as error:
            message = f"the public registry could not be asked for {one.name}: {error.message}"
            return Gap("repository", "public-names", message, error.hint)
    return PublicAnswer(one.ecosystem, one.name, "taken" if taken else "absent", one.path, one.line)


async def _npm_has(one: _Name, registries: Registries) -> bool:
    try:
        await registries.npm.project(one.name)
    except RefusedUpstream:
        raise
    except NotFoundUpstream:
        return False
    return True


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()
