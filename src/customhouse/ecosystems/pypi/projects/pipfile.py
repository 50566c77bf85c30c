"""Pipfile: what Pipenv is asked for."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from customhouse.ecosystems.documents import toml_document
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.model.declared import Declared, DeclaredScope, ProjectManifest
from customhouse.model.purl import pypi_name

_TABLES: tuple[tuple[str, DeclaredScope], ...] = (("packages", "prod"), ("dev-packages", "dev"))


def _declared(document: Mapping[str, Any]) -> Iterator[Declared]:
    for table, scope in _TABLES:
        rows = document.get(table)
        for name, wanted in rows.items() if isinstance(rows, Mapping) else ():
            yield Declared(pypi_name(name), wanted if isinstance(wanted, str) else "", scope, group=table)


def _read(path: Path, data: bytes, files: Files) -> ProjectManifest:  # noqa: ARG001 - as every manifest is read
    return ProjectManifest("pypi", declared=tuple(_declared(toml_document(data) if data.strip() else {})))


def _matches(path: PurePath) -> bool:
    return path.name == "Pipfile"


PIPFILE = ManifestFormat("Pipfile", "pypi", _matches, _read, "pipenv lock")
