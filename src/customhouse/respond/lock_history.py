"""Which versions a lock pinned before, by the revisions that its repository holds of it."""

import os
from collections.abc import Collection
from pathlib import Path

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.formats import lockfile_format
from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import Ecosystem
from customhouse.repository.git import GitRepository
from customhouse.repository.git_process import run_git

#: Revisions of one lock that are read, newest first: a safe version is seldom far away.
_MAX_REVISIONS = 60
_MAX_BLOB = 64 * 1024 * 1024
_FIELDS = 5


def earlier_versions(
    repository: Path, lock: Path, wanted: Collection[tuple[Ecosystem, str]]
) -> dict[tuple[Ecosystem, str], tuple[str, ...]]:
    """Return the versions of packages that revisions of a lock pinned, newest revision first.

    Empty where there is no repository, or git will not read it.
    """
    if not wanted or not (repository / ".git").exists():
        return {}
    found: dict[tuple[Ecosystem, str], dict[str, None]] = {}
    try:
        with GitRepository(repository) as git:
            own = os.path.relpath(os.path.realpath(lock), os.path.realpath(git.root))
            for blob in _revisions(git.root, own):
                try:
                    data = git.blob(blob, _MAX_BLOB)
                except UnreadableError:
                    continue
                _read(lock, data, wanted, found)
    except CustomhouseError:
        return {}
    return {key: tuple(versions) for key, versions in found.items()}


def _revisions(top: Path, path: str) -> list[str]:
    """List the blobs of a path in all branches, newest first. Plumbing alone: it starts nothing that is configured."""
    listed = run_git(
        top, "rev-list", f"--max-count={_MAX_REVISIONS}", "--all", "--topo-order", "--", path, check=False
    ).stdout.decode("ascii", "replace")
    blobs: dict[str, None] = {}
    for commit in listed.split():
        row = run_git(top, "ls-tree", "--full-tree", commit, "--", path, check=False).stdout
        fields = row.split(None, _FIELDS - 2)
        if len(fields) > 2 and fields[1] == b"blob":  # noqa: PLR2004 - mode, type, object
            blobs[fields[2].decode("ascii", "replace")] = None
    return list(blobs)


def _read(
    lock: Path,
    data: bytes,
    wanted: Collection[tuple[Ecosystem, str]],
    found: dict[tuple[Ecosystem, str], dict[str, None]],
) -> None:
    chosen = lockfile_format(lock)
    if chosen is None or not any(name.encode() in data for _, name in wanted):
        return
    for source in chosen.read(lock, data, DISK):
        for package in source.packages:
            if package.version and (package.ecosystem, package.name) in wanted:
                found.setdefault((package.ecosystem, package.name), {})[package.version] = None
