"""Ranges that admit an affected release, and a lock beside them that pinned another one as long as it could be had.

`npm ci` and its like install what the lock says, so such a range is a note and no trace. It stays a trace where the
lock was not there for a part of that time, where it pinned the release, where nobody can tell, and where the time is
not known.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from customhouse.ecosystems.discovery import read_lockfile
from customhouse.ecosystems.formats import is_lockfile, lockfile_ecosystem
from customhouse.hunt.asked import Asked
from customhouse.hunt.notes import Notebook
from customhouse.hunt.projects.judging import Judge
from customhouse.model.errors import CustomhouseError
from customhouse.model.hunt import Hit, Looked
from customhouse.model.purl import Ecosystem, Purl, parse_purl
from customhouse.repository.git_objects import ObjectStore
from customhouse.versions.affected import covers

#: Locks that pin a whole project, by the ecosystem; a requirements file may be one of several, and none of them is it.
_LOCKS: dict[Ecosystem, tuple[str, ...]] = {
    "npm": ("npm-shrinkwrap.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"),
    "pypi": ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"),
}
_MAX_BLOB = 64 * 1024 * 1024


class _Revision(msgspec.Struct, frozen=True):
    """One commit that touches a lock: when, and its blobs before and after; empty where there was none."""

    at: int
    old: tuple[str, ...]
    new: str


def lower_held_ranges(asked: Asked, notes: Notebook) -> None:
    """Take the hits of held ranges off, and note instead that they were looked at and why they are none."""
    stores = {each.asset: each.path for each in notes.places if each.kind == "git history"}
    holding = _Holding(asked, stores)
    for hit in notes.hits:
        lock = holding.by(hit) if hit.grade == "declared" and hit.area in ("project", "history") else ""
        if lock:
            note = f"{hit.message}. It is no trace: {lock} pinned another version as long as that could be had"
            counts = (("ranges held by a lock", 1),)
            notes.withdraw(hit)
            notes.looked(Looked(hit.area, hit.asset, hit.place.path, "range beside a lock", counts, note=note))


class _Holding:
    def __init__(self, asked: Asked, stores: dict[str, str]) -> None:
        self._asked = asked
        self._stores = stores
        self._judge = Judge(asked)
        self._revisions: dict[tuple[str, str], list[_Revision]] = {}
        self._known: dict[tuple[str, str, str, Purl], bool] = {}

    def by(self, hit: Hit) -> str:
        """Return the lock that held the range of a hit; empty where none did, or none can be told to have."""
        purl, span = parse_purl(hit.subject), self._span(hit)
        if span is None or is_lockfile(Path(hit.place.path)):
            return ""
        top = self._stores.get(hit.asset)
        path = hit.place.path if hit.area == "history" else os.path.relpath(hit.place.path, hit.asset)
        for lock in _beside(path, purl.ecosystem):
            here = Path(hit.asset, lock)
            if hit.area == "project" and not _pins_another(here, purl, self._asked):
                continue
            key = (hit.asset, lock, hit.campaign, purl)
            if key not in self._known:
                held = self._through(top, lock, purl, span) if top is not None else _older(here, span[0])
                self._known[key] = held
            if self._known[key]:
                return lock
        return ""

    def _span(self, hit: Hit) -> tuple[datetime, datetime] | None:
        """Return from when to when the release could be had; None where that is not told."""
        purl = parse_purl(hit.subject)
        for campaign, each in self._asked.affected(purl.ecosystem, purl.name, purl.version or ""):
            if campaign.id == hit.campaign:
                since, until = each.published or campaign.starts, each.removed or campaign.ends
                return (since, until or datetime.now(UTC)) if since is not None else None
        return None

    def _through(self, git_dir: str, lock: str, purl: Purl, span: tuple[datetime, datetime]) -> bool:
        """Say whether a lock was in its repository all through a time, and pinned the package, and not the release."""
        first, last = (each.timestamp() for each in span)
        try:
            touches = self._touches(git_dir, lock)
            before = [each for each in touches if each.at <= first]
            within = [each for each in touches if first < each.at <= last]
            if not before:
                return False  # it was made afterwards, or git does not know it
            blobs = {before[-1].new, *(blob for each in within for blob in (*each.old, each.new))}
            return all(blobs) and self._all_clean(git_dir, lock, blobs, purl)
        except CustomhouseError:
            return False

    def _touches(self, git_dir: str, lock: str) -> list[_Revision]:
        if (git_dir, lock) not in self._revisions:
            found = ObjectStore(Path(git_dir)).touches(lock)
            listed = [_Revision(commit.committed, old, new) for commit, old, new in found]
            self._revisions[git_dir, lock] = sorted(listed, key=lambda each: each.at)
        return self._revisions[git_dir, lock]

    def _all_clean(self, git_dir: str, lock: str, blobs: set[str], purl: Purl) -> bool:
        named = purl.name.rpartition("/")[2].encode()
        for blob in ObjectStore(Path(git_dir)).blobs(sorted(blobs), _MAX_BLOB):
            judged = self._judge.judge(lock, blob.data)
            if blob.reason or judged.reason or judged.traces or named not in blob.data:
                return False
        return True


def _beside(manifest: str, ecosystem: Ecosystem) -> Iterator[str]:
    """Name the locks that may cover a manifest: of its folder, then of those above it, where workspaces have theirs."""
    folder = os.path.dirname(manifest)  # noqa: PTH120 - paths of a repository are texts
    while not folder.startswith(".."):
        yield from (os.path.join(folder, name) for name in _LOCKS[ecosystem])  # noqa: PTH118
        if not folder:
            return
        folder = os.path.dirname(folder)  # noqa: PTH120


def _pins_another(lock: Path, purl: Purl, asked: Asked) -> bool:
    """Say whether a lock on the disk was read whole, pins the package, and no release that a campaign is about."""
    if not lock.is_file() or lockfile_ecosystem(lock) is None:
        return False
    sources = read_lockfile(lock)
    versions = {
        package.version
        for source in sources
        for package in source.packages
        if (package.ecosystem, package.name) == (purl.ecosystem, purl.name)
    }
    affected = [each for _, each in asked.packages(purl.ecosystem, purl.name)]
    return (
        all(source.status == "parsed" for source in sources)
        and bool(versions)
        and not any(version is None or covers(each, version) for version in versions for each in affected)
    )


def _older(lock: Path, since: datetime) -> bool:
    """Say whether a lock that no git keeps was last written before a moment."""
    try:
        return lock.stat().st_mtime < since.timestamp()
    except OSError:
        return False
