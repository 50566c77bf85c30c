"""A package as upstream has it: the document for clients, and the same document read for the rules."""

import hashlib
from urllib.parse import urlsplit

import msgspec

from customhouse.ecosystems.fetching import Answer
from customhouse.ecosystems.interface import Project
from customhouse.ecosystems.npm.registry import NpmProject
from customhouse.ecosystems.registries import Registries
from customhouse.gateway.beside_the_loop import LARGE_DOCUMENT, done
from customhouse.gateway.interface import Document
from customhouse.model.errors import NotFoundUpstream
from customhouse.model.purl import Purl


class Shelf(msgspec.Struct, frozen=True):
    """One answer of one registry, both ways."""

    document: Document
    project: Project


async def shelf_of(registries: Registries, purl: Purl, *, never: str = "") -> Shelf:
    """Ask for a package, but not at the host `never`.

    Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream.
    """
    if purl.ecosystem == "npm":
        registry = registries.npm.origin(purl.name)
        if never and urlsplit(registry).netloc.lower() == never:
            raise NotFoundUpstream(
                f"{purl.name}: no registry but {never} is configured, which must not be asked for it",
                hint="bind its scope to the registry that has it, in the gateway's own .npmrc",
            )
        answer = await registries.npm.packument(purl.name)
        return await done(len(answer.data) > LARGE_DOCUMENT, _packument, purl, answer, registry)
    page = await registries.pypi.page(purl.name, never=never)
    document = await done(len(page.answer.data) > LARGE_DOCUMENT, _document, page.answer, page.root)
    return Shelf(document, await registries.pypi.read(purl.name, page))


def _packument(purl: Purl, answer: Answer, registry: str) -> Shelf:
    project = NpmProject(purl.name, answer.data)
    assert project.times is not None  # noqa: S101 - read here, where nobody waits for it
    return Shelf(_document(answer, registry), project)


def _document(answer: Answer, registry: str) -> Document:
    revision = hashlib.sha256(answer.data).hexdigest()[:32]
    return Document(answer.data, answer.content_type, answer.url, registry, revision)
