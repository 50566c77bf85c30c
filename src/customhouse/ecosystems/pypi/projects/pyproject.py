"""pyproject.toml: what the project, its groups, and Poetry's own tables ask for."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from customhouse.ecosystems.documents import toml_document
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.model.declared import Declared, DeclaredScope, ProjectManifest
from customhouse.model.purl import pypi_name


def _table(document: object, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document if isinstance(document, Mapping) else {}


def requirements(texts: object, scope: DeclaredScope, group: str) -> Iterator[Declared]:
    """Read PEP 508 texts; what is none is left out."""
    for text in texts if isinstance(texts, list) else ():
        try:
            one = Requirement(text)
        except (InvalidRequirement, TypeError, RecursionError):
            continue
        yield Declared(pypi_name(one.name), str(one.specifier), scope, group=group)


def _declared(document: Mapping[str, Any]) -> Iterator[Declared]:
    project = _table(document, "project")
    yield from requirements(project.get("dependencies"), "prod", "project.dependencies")
    for extra, texts in _table(document, "project", "optional-dependencies").items():
        yield from requirements(texts, "optional", f"project.optional-dependencies.{extra}")
    for group, texts in _table(document, "dependency-groups").items():
        yield from requirements(texts, "dev", f"dependency-groups.{group}")
    for name, wanted in _table(document, "tool", "poetry", "dependencies").items():
        if name != "python":
            text = wanted if isinstance(wanted, str) else ""
            yield Declared(pypi_name(name), text, group="tool.poetry.dependencies")


def _read(path: Path, data: bytes, files: Files) -> ProjectManifest:  # noqa: ARG001 - as every manifest is read
    document = toml_document(data) if data.strip() else {}
    name = _table(document, "project").get("name")
    return ProjectManifest("pypi", name if isinstance(name, str) else "", declared=tuple(_declared(document)))


def _matches(path: PurePath) -> bool:
    return path.name == "pyproject.toml"


PYPROJECT = ManifestFormat("pyproject.toml", "pypi", _matches, _read, "uv lock")
