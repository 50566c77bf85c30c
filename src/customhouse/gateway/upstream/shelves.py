"""A package as upstream has it: the document for clients, and the same document read for the rules."""

import hashlib

import msgspec

from customhouse.ecosystems.fetching import Answer
from customhouse.ecosystems.interface import Project
from customhouse.ecosystems.npm.registry import NpmProject
from customhouse.ecosystems.registries import Registries
from customhouse.gateway.interface import Document
from customhouse.model.purl import Purl


class Shelf(msgspec.Struct, frozen=True):
    """One answer of one registry, both ways."""

    document: Document
    project: Project


async def shelf_of(registries: Registries, purl: Purl) -> Shelf:
    """Ask for a package. Raises NotFoundUpstream, UnreachableUpstream or HostileUpstream."""
    if purl.ecosystem == "npm":
        answer = await registries.npm.packument(purl.name)
        project: Project = NpmProject(purl.name, answer.data)
        return Shelf(_document(answer, registries.npm.origin(purl.name)), project)
    page = await registries.pypi.page(purl.name)
    return Shelf(_document(page.answer, page.root), await registries.pypi.read(purl.name, page))


def _document(answer: Answer, registry: str) -> Document:
    revision = hashlib.sha256(answer.data).hexdigest()[:32]
    return Document(answer.data, answer.content_type, answer.url, registry, revision)
