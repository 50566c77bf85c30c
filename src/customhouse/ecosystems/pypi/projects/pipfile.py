"""Pipfile: what Pipenv is asked for, by category."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from customhouse.ecosystems.documents import plain_text, toml_file
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.manifest_format import ManifestFormat
from customhouse.ecosystems.pypi.lockfiles.requirement import vcs_address, without_credentials
from customhouse.ecosystems.pypi.projects.requirement_texts import path_source, url_source
from customhouse.ecosystems.pypi.projects.toml_lines import TomlLines
from customhouse.model.declared import Declared, DeclaredScope, DeclaredSource, ProjectManifest
from customhouse.model.purl import pypi_name

#: Tables that hold something else than packages; any other table is a category of its own.
_OTHER_TABLES = frozenset({"source", "requires", "scripts", "pipenv", "pipfile"})
_SCOPES: Mapping[str, DeclaredScope] = {"packages": "prod", "dev-packages": "dev"}
_VCS = ("git", "hg", "svn", "bzr")


def category_scope(table: str) -> DeclaredScope:
    """Tell what a category's packages are for: those of its own name are installed only when it is asked for."""
    return _SCOPES.get(table, "optional")


def _address(row: Mapping[str, Any]) -> tuple[DeclaredSource, str]:
    for key in _VCS:
        url = row.get(key)
        if isinstance(url, str):
            reference = row.get("ref")
            return "git", vcs_address(url, reference if isinstance(reference, str) else "", key)
    for key in ("file", "path"):
        where = row.get(key)
        if isinstance(where, str):
            return (url_source(where) if "://" in where else path_source(where)), without_credentials(where)
    return "registry", ""


def marker_of(row: Mapping[str, Any]) -> str:
    """Put `markers` and the older keys (`sys_platform = "== 'win32'"`) together."""
    found = [row["markers"]] if isinstance(row.get("markers"), str) else []
    keys = ("os_name", "sys_platform", "platform_machine", "platform_system", "python_version", "implementation_name")
    found += [f"{key} {row[key]}" for key in keys if isinstance(row.get(key), str)]
    return " and ".join(f"({one})" for one in found) if len(found) > 1 else "".join(found)


def _declared(document: Mapping[str, Any], lines: TomlLines, problems: list[str]) -> Iterator[Declared]:
    for table, rows in document.items():
        if table in _OTHER_TABLES:
            continue
        if not isinstance(rows, Mapping):
            problems.append(f"{printable(table)} is not a table")
            continue
        for name, wanted in rows.items():
            line = lines.key(table, name)
            row = {"version": wanted} if isinstance(wanted, str) else wanted
            if not isinstance(row, Mapping) or not isinstance(row.get("version", ""), str):
                problems.append(f"{table}.{printable(name)} says neither a version nor an address")
                continue
            source, address = _address(row)
            extras = row.get("extras")
            yield Declared(
                pypi_name(name),
                address or row.get("version", ""),
                category_scope(table),
                source,
                group=table,
                line=line,
                marker=marker_of(row),
                extras=tuple(sorted(pypi_name(one) for one in extras if isinstance(one, str)))
                if isinstance(extras, list)
                else (),
            )


def read_pipfile(path: Path, data: bytes, files: Files) -> ProjectManifest:  # noqa: ARG001 - as every manifest is read
    """Read what a Pipfile asks for; what is wrong with parts of it stands in `problems`. Raises UnreadableError."""
    document = toml_file(data) if data.strip() else {}
    problems: list[str] = []
    found = tuple(_declared(document, TomlLines(plain_text(data) if data.strip() else ""), problems))
    return ProjectManifest("pypi", declared=found, client="pipenv", problems=tuple(problems))


def _matches(path: PurePath) -> bool:
    return path.name == "Pipfile"


PIPFILE = ManifestFormat("Pipfile", "pypi", _matches, read_pipfile, "pipenv lock")
