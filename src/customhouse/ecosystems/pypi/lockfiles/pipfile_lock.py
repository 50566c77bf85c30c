"""Pipfile.lock: pipfile-spec 6, a flat list of packages for each category. Who needs whom it does not tell.

https://pipenv.pypa.io/en/latest/pipfile.html; Pipfile beside it tells which of them the project itself asks for.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

import msgspec

from customhouse.ecosystems import json_keys
from customhouse.ecosystems.documents import UnreadableError, json_document, plain_bytes
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.json_keys import RepeatedKeyError, object_lines
from customhouse.ecosystems.lockfile import LockfileFormat, failed, in_short, printable
from customhouse.ecosystems.pypi.lockfiles.beside import importer, manifest_beside
from customhouse.ecosystems.pypi.lockfiles.requirement import (
    RefusedError,
    filename_of,
    local_kind,
    name_of,
    pinned,
    vcs_address,
    without_credentials,
)
from customhouse.ecosystems.pypi.lockfiles.toml_rows import digest_of_text, text_of, texts_of
from customhouse.ecosystems.pypi.projects.pipfile import marker_of
from customhouse.model.declared import ProjectManifest
from customhouse.model.locked import Importer, LockedArtifact, LockedPackage, Scope, Source, SourceKind
from customhouse.versions import pypi

_ID = "pipfile-lock"
_HINT = "regenerate it with `pipenv lock`, and look at what changes"
_SPEC = 6
_META = "_meta"
_VCS = ("git", "hg", "svn", "bzr")
_DECODER = msgspec.json.Decoder(dict[str, Any])
#: Scopes by category, strongest first; a category of another name is installed only when it is asked for.
_SCOPES: Mapping[str, Scope] = {"default": "prod", "develop": "dev"}
_ORDER: tuple[Scope, ...] = ("prod", "optional", "dev")
_TABLES: Mapping[str, str] = {"default": "packages", "develop": "dev-packages"}


class _Lock:
    """The document read: what it pins, and what is wrong with it."""

    def __init__(
        self,
        document: Mapping[str, Any],
        lines: Mapping[str, int],
        sources: list[Any],
        manifest: ProjectManifest | None,
    ) -> None:
        self.problems: list[str] = []
        self._lines = lines
        self._manifest = manifest
        self._indexes = {
            str(one.get("name")): without_credentials(one["url"])
            for one in sources
            if isinstance(one, Mapping) and isinstance(one.get("url"), str)
        }
        found: dict[tuple[object, ...], LockedPackage] = {}
        for one in self._packages(document):
            same = (one.name, one.version, one.source, one.resolved, one.artifacts, one.specifier)
            kept = found.setdefault(same, one)
            if _ORDER.index(one.scope) < _ORDER.index(kept.scope) or (kept.dependency, one.dependency) == (
                "transitive",
                "direct",
            ):
                # What two categories pin alike is one package, of the stronger scope.
                scope = min(one.scope, kept.scope, key=_ORDER.index)
                direct = "direct" if "direct" in (one.dependency, kept.dependency) else "transitive"
                found[same] = msgspec.structs.replace(kept, scope=scope, dependency=direct)
        self.packages = tuple(found.values())
        direct_keys = [one.key for one in self.packages if one.dependency == "direct"]
        self.importers: tuple[Importer, ...] = importer(manifest, direct_keys)

    def _packages(self, document: Mapping[str, Any]) -> Iterator[LockedPackage]:
        for category, rows in document.items():
            if category == _META:
                continue
            if not isinstance(rows, Mapping):
                self.problems.append(f"{printable(category)} is not an object")
                continue
            wanted = self._wanted(category)
            for name, row in rows.items():
                try:
                    yield self._package(category, name, row, wanted)
                except RefusedError as error:
                    self.problems.append(f"{printable(f'{category}/{name}')}: {error}")

    def _wanted(self, category: str) -> set[str] | None:
        """Name what the Pipfile asks for in a category; None where there is no Pipfile to read."""
        if self._manifest is None:
            return None
        table = _TABLES.get(category, category)
        return {one.name for one in self._manifest.declared if one.group == table}

    def _package(self, category: str, name: str, row: object, wanted: set[str] | None) -> LockedPackage:
        canonical = name_of(name)
        if not isinstance(row, Mapping):
            raise RefusedError("it is not an object")
        kind, resolved = self._origin(row)
        text = text_of(row, "version")
        specifiers = pypi.parse_specifier("" if text == "*" else text)
        if specifiers is None:
            raise RefusedError(f"{printable(text)} is no version specifier")
        version = pinned(specifiers)
        digests = [digest_of_text(one, name) for one in texts_of(row, "hashes")]
        url = resolved if kind == "url" else ""
        artifacts = tuple(LockedArtifact(filename_of(url), url, (one,)) for one in digests)
        # Pipenv names an index only for what the Pipfile asks for.
        direct = "index" in row or kind != "registry" if wanted is None else canonical in wanted
        return LockedPackage(
            "pypi",
            canonical,
            version,
            source=kind,
            resolved=resolved,
            artifacts=artifacts or ((LockedArtifact(filename_of(url), url),) if url else ()),
            scope=_SCOPES.get(category, "optional"),
            dependency="direct" if direct else "transitive",
            key=f"{category}/{name}",
            line=self._lines.get(f"{category}{json_keys.SEPARATOR}{name}"),
            marker=marker_of(row),
            specifier="" if version or kind != "registry" else text,
        )

    def _origin(self, row: Mapping[str, Any]) -> tuple[SourceKind, str]:
        for key in _VCS:
            url = text_of(row, key)
            if url:
                return "git", vcs_address(url, text_of(row, "ref"), key)
        for key in ("file", "path"):
            where = text_of(row, key)
            if "://" in where:
                return ("file" if where.lower().startswith("file:") else "url"), without_credentials(where)
            if where:
                return local_kind(where), where
        index = text_of(row, "index")
        if index and index not in self._indexes:
            raise RefusedError(f"its index {printable(index)} is none of the sources")
        return "registry", self._indexes.get(index) or next(iter(self._indexes.values()), "")


def _read(path: Path, data: bytes, files: Files) -> tuple[Source, ...]:
    try:
        data = plain_bytes(data)
        document = json_document(data, _DECODER)
        lines = object_lines(data)
    except (UnreadableError, RepeatedKeyError) as error:
        return failed(path, _ID, f"cannot be read: {error}", _HINT)
    except msgspec.ValidationError:
        return failed(path, _ID, "is not what Pipenv writes: it is not an object", _HINT)
    meta = document.get(_META)
    if not isinstance(meta, Mapping):
        return failed(path, _ID, "is not what Pipenv writes: it has no _meta", _HINT)
    spec = meta.get("pipfile-spec")
    if spec != _SPEC or isinstance(spec, bool):
        said = "no pipfile-spec" if spec is None else f"pipfile-spec {printable(str(spec))}"
        hint = "write it with a Pipenv that is known: `pipx run pipenv==2026.10.3 lock`, and check that"
        return (Source(str(path), _ID, "unsupported", (), f"has {said}, and {_SPEC} is known", hint),)
    sources = meta.get("sources")
    manifest = manifest_beside(path, "Pipfile", files)
    lock = _Lock(document, lines, sources if isinstance(sources, list) else [], manifest)
    if lock.problems:
        return failed(path, _ID, in_short(lock.problems), _HINT, lock.packages)
    return (Source(str(path), _ID, "parsed", lock.packages, importers=lock.importers),)


def _matches(path: PurePath) -> bool:
    return path.name == "Pipfile.lock"


PIPFILE_LOCK = LockfileFormat(_ID, "pypi", _matches, _read)
