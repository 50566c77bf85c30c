"""The manifest beside a lock: what a project asks for, where the lock itself does not say."""

from collections.abc import Iterable
from pathlib import Path

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import Files
from customhouse.ecosystems.manifest_format import MAX_MANIFEST
from customhouse.ecosystems.pypi.lockfiles.graph import Graph, Need
from customhouse.ecosystems.pypi.projects.pipfile import read_pipfile
from customhouse.ecosystems.pypi.projects.pyproject import read_pyproject
from customhouse.model.declared import Declared, ProjectManifest
from customhouse.model.locked import Importer, Scope

_READERS = {"pyproject.toml": read_pyproject, "Pipfile": read_pipfile}


def manifest_beside(lock: Path, name: str, files: Files) -> ProjectManifest | None:
    """Read `pyproject.toml` or `Pipfile` in the lock's folder; None where there is none that can be read.

    What is wrong with it is the manifest's own affair, and told where that is read.
    """
    path = lock.with_name(name)
    try:
        return _READERS[name](path, files.read(path, MAX_MANIFEST), files)
    except UnreadableError:
        return None


def starts(manifest: ProjectManifest | None, graph: Graph) -> dict[Scope, list[Need]]:
    """Turn what a manifest asks for into edges, by scope; without one, what nothing else needs was asked for."""
    if manifest is None:
        return {"prod": graph.roots()}
    found: dict[Scope, list[Need]] = {}
    for one in manifest.declared:
        found.setdefault(one.scope, []).append(_need(one))
    return found


def _need(one: Declared) -> Need:
    return Need(one.name, None, one.specifier if one.source == "registry" else "", one.extras, conditional=True)


def importer(manifest: ProjectManifest | None, requires: Iterable[str]) -> tuple[Importer, ...]:
    """The project that the lock serves, in the lock's own folder."""
    keys = tuple(dict.fromkeys(requires))
    return (Importer("", manifest.name if manifest else "", keys),) if manifest or keys else ()
