"""package.json of a project: what it asks for, its workspaces, and the client that it names."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.model.declared import Declared, DeclaredScope, ProjectManifest

_JSON = msgspec.json.Decoder()
_TABLES: tuple[tuple[str, DeclaredScope], ...] = (
    ("dependencies", "prod"),
    ("devDependencies", "dev"),
    ("optionalDependencies", "optional"),
    ("peerDependencies", "peer"),
)


def _declared(document: Mapping[str, Any]) -> Iterator[Declared]:
    for table, scope in _TABLES:
        rows = document.get(table)
        for name, specifier in rows.items() if isinstance(rows, Mapping) else ():
            yield Declared(name, specifier if isinstance(specifier, str) else "", scope, group=table)


def _overridden(document: Mapping[str, Any]) -> Iterator[str]:
    """Name the packages that are forced: a key may be a path (`a/**/b`, `a>b`) and may end in a version (`b@1`)."""
    pnpm = document.get("pnpm")
    tables = [document.get("overrides"), document.get("resolutions")]
    tables.append(pnpm.get("overrides") if isinstance(pnpm, Mapping) else None)
    for table in tables:
        for key in table if isinstance(table, Mapping) else ():
            parts = str(key).rpartition(">")[2].split("/")
            name = "/".join(parts[-2:]) if len(parts) > 1 and parts[-2].startswith("@") else parts[-1]
            at = name.rfind("@")
            yield name[:at] if at > 0 else name


def _read(path: Path, data: bytes, files: Files) -> ProjectManifest:  # noqa: ARG001 - as every manifest is read
    document: Any = json_document(data, _JSON) if data.strip() else {}
    if not isinstance(document, Mapping):
        raise UnreadableError("it is no JSON object")
    return ProjectManifest(
        "npm",
        str(document.get("name", "")),
        declared=tuple(_declared(document)),
        overridden=tuple(_overridden(document)),
    )


def _matches(path: PurePath) -> bool:
    return path.name == "package.json"


PACKAGE_JSON = ManifestFormat("package.json", "npm", _matches, _read, "npm install --package-lock-only")
