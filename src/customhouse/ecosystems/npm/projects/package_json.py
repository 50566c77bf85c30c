"""package.json of a project: what it asks for, its workspaces, and the client that it names."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document, plain_bytes
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.json_keys import SEPARATOR, RepeatedKeyError, object_lines
from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.ecosystems.npm.lockfiles.entry import name_problem
from customhouse.ecosystems.npm.projects.clients import named_client
from customhouse.ecosystems.npm.projects.members import patterns_of
from customhouse.ecosystems.npm.projects.overrides import overridden_names
from customhouse.ecosystems.npm.projects.pnpm_workspace import PnpmWorkspace, workspace_beside
from customhouse.ecosystems.npm.projects.specifiers import read_specifier
from customhouse.model.declared import Declared, DeclaredScope, ProjectManifest

_JSON = msgspec.json.Decoder()
_TABLES: tuple[tuple[str, DeclaredScope], ...] = (
    ("dependencies", "prod"),
    ("devDependencies", "dev"),
    ("optionalDependencies", "optional"),
    ("peerDependencies", "peer"),
)


def _optional_peers(document: Mapping[str, Any]) -> frozenset[str]:
    meta = document.get("peerDependenciesMeta")
    rows = meta.items() if isinstance(meta, Mapping) else ()
    return frozenset(name for name, one in rows if isinstance(one, Mapping) and one.get("optional") is True)


def _declared(document: Mapping[str, Any], lines: Mapping[str, int]) -> Iterator[Declared]:
    """Give the rows of the four tables. Raises UnreadableError, naming the line, where one is not what npm reads."""
    optional_peers = _optional_peers(document)
    for table, scope in _TABLES:
        rows = document.get(table)
        if rows is None:
            continue
        if not isinstance(rows, Mapping):
            raise UnreadableError(f"line {lines.get(table, 1)}: `{table}` is no object")
        for name, text in rows.items():
            line = lines.get(table + SEPARATOR + name)
            if not isinstance(text, str):
                raise UnreadableError(f"line {line}: what `{table}` wants of {printable(name)} is no text")
            one = read_specifier(name, text)
            problem = name_problem(name) or name_problem(one.name)
            if problem:
                raise UnreadableError(f"line {line}: {problem}")
            yield Declared(
                one.name,
                one.wanted,
                scope,
                source=one.source,
                alias=one.alias,
                group=table,
                line=line,
                optional=scope == "peer" and name in optional_peers,
            )


def _text(document: Mapping[str, Any], field: str) -> str:
    value = document.get(field)
    return value if isinstance(value, str) else ""


def read_project(path: Path, data: bytes, files: Files) -> ProjectManifest:
    """Read a package.json, and pnpm-workspace.yaml beside it for the members that stand there.

    A file of nothing asks for nothing, as tools leave behind. Raises UnreadableError where npm would refuse it, or
    where two readers might read it differently.
    """
    data = data if data.strip() else b"{}"
    try:
        document: Any = json_document(data, _JSON)
        if not isinstance(document, Mapping):
            raise UnreadableError("it is no JSON object")
        lines = object_lines(plain_bytes(data), 2)
    except RepeatedKeyError as error:
        raise UnreadableError(str(error)) from error
    except msgspec.ValidationError as error:  # a number out of every range
        raise UnreadableError(f"it is not JSON: {error}") from error
    workspace = workspace_beside(path.parent, files) or PnpmWorkspace()
    members = dict.fromkeys((*patterns_of(document.get("workspaces")), *workspace.members))
    return ProjectManifest(
        "npm",
        _text(document, "name"),
        _text(document, "version"),
        declared=tuple(_declared(document, lines)),
        members=tuple(members),
        client=named_client(document),
        private=document.get("private") is True,
        overridden=tuple(dict.fromkeys((*overridden_names(document), *workspace.overridden))),
    )


def _matches(path: PurePath) -> bool:
    return path.name == "package.json"


PACKAGE_JSON = ManifestFormat("package.json", "npm", _matches, read_project, "npm install --package-lock-only")
