"""`resolution` of a pnpm lock: where the bytes of a package come from, and what is promised of them."""

from collections.abc import Container, Mapping
from typing import Any

import msgspec

from customhouse.ecosystems.lockfile import printable
from customhouse.ecosystems.npm.lockfiles import entry as npm_entry
from customhouse.model.locked import LockedArtifact, SourceKind

#: Where pnpm takes an archive of a repository from; it marks them `gitHosted` since version 10, older ones by these.
_GIT_ARCHIVES = ("https://codeload.github.com/", "https://bitbucket.org/", "https://gitlab.com/")
_ABSOLUTE = ("https://", "http://", "file:")


class Origin(msgspec.Struct, frozen=True, gc=False):
    """What a resolution says; `problem` is a clause, empty where nothing is wrong."""

    kind: SourceKind = "registry"
    resolved: str = ""
    artifacts: tuple[LockedArtifact, ...] = ()
    problem: str = ""


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


def read_resolution(table: Any, name: str, version: str | None, host: str, projects: Container[str]) -> Origin:
    """Read the table. `host` is the one that the key names, if any; `projects` are the folders of the importers."""
    if not isinstance(table, Mapping):
        return Origin(problem="it does not say what it is resolved to")
    wrong = next((key for key in ("integrity", "tarball", "type") if not isinstance(table.get(key, ""), str)), "")
    if wrong:
        return Origin(problem=f"`{wrong}` of its resolution is no text")
    match _text(table, "type"):
        case "":
            return _tarball(table, name, version, host)
        case "git":
            repository, commit = _text(table, "repo"), _text(table, "commit")
            if not repository or not commit:
                return Origin("git", problem="it comes from git and names no repository and commit")
            return Origin("git", npm_entry.without_credentials(f"{repository}#{commit}"))
        case "directory":
            folder = _text(table, "directory")
            if not folder:
                return Origin("file", problem="it comes from a folder and does not say which")
            return Origin("workspace" if folder.rstrip("/") in projects else "file", folder)
        case "binary":
            return _binaries([table])
        case "variations":
            variants = table.get("variants")
            rows = [one.get("resolution") for one in variants if isinstance(one, Mapping)] if variants else []
            return _binaries(rows)
        case other:
            return Origin("url", problem=f"its resolution is of the unknown type {printable(other)}")


def _tarball(table: Mapping[str, Any], name: str, version: str | None, host: str) -> Origin:
    integrity, tarball = _text(table, "integrity"), npm_entry.without_credentials(_text(table, "tarball"))
    registry = _text(table, "registry") or (f"https://{host}/" if host else "")
    kind: SourceKind
    if not tarball:
        if not integrity and not registry:
            return Origin(problem="its resolution is empty")
        resolved, kind = "", "registry"
        if registry and version:
            resolved = f"{registry.rstrip('/')}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    elif _text(table, "gitHosted") == "true" or tarball.startswith(_GIT_ARCHIVES):
        resolved, kind = tarball, "git"
    elif tarball.startswith(_ABSOLUTE):
        resolved, kind = tarball, npm_entry.origin(tarball, name, version)
    else:  # relative to the registry, whichever that is
        resolved = tarball
        kind = npm_entry.origin(f"https://registry.invalid/{tarball.lstrip('/')}", name, version)
    artifacts, problem = npm_entry.artifacts(integrity, resolved)
    return Origin(kind, resolved, artifacts, problem)


def _binaries(rows: list[Any]) -> Origin:
    """Read the archives of a runtime (`node@runtime:22.0.0`), one a platform: they come from no registry."""
    found: list[LockedArtifact] = []
    for row in rows:
        if not isinstance(row, Mapping) or not _text(row, "url"):
            return Origin("url", problem="one of its archives has no address")
        url = npm_entry.without_credentials(_text(row, "url"))
        artifacts, problem = npm_entry.artifacts(_text(row, "integrity"), url)
        if problem:
            return Origin("url", problem=problem)
        found += artifacts
    if not found:
        return Origin("url", problem="it lists no archive")
    return Origin("url", found[0].url, tuple(found))
