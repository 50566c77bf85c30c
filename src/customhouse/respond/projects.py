"""What the projects of a case are like now: the locks that hold affected releases, and what is asked for beside them.

The only part of planning that reads outside of the case. What is gone or cannot be read is a note, and no error.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from customhouse.ecosystems.discovery import read_lockfile
from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.files import DISK
from customhouse.ecosystems.formats import is_lockfile, manifest_format
from customhouse.ecosystems.manifest_format import MAX_MANIFEST, UnsupportedManifestError
from customhouse.model.campaign import Campaign
from customhouse.model.declared import Declared
from customhouse.model.hunt import Hit, Hunted
from customhouse.model.locked import Source
from customhouse.model.purl import Ecosystem
from customhouse.respond.clients import lock_client
from customhouse.respond.lock_history import earlier_versions
from customhouse.respond.owners import Owners
from customhouse.respond.safe_version import releases_of
from customhouse.versions.affected import covers

_MAX_PROJECTS = 1000
_HEAD = 4096
#: Files beside a lock that a pin may be written into.
_MANIFESTS = ("package.json", "pnpm-workspace.yaml", "pyproject.toml", "Pipfile", "constraints.txt")

Package = tuple[Ecosystem, str]


class Bad(msgspec.Struct, frozen=True):
    """An affected release that a lock pins or a manifest admits. `line` is that of the lock."""

    ecosystem: Ecosystem
    name: str
    version: str
    campaign: str
    line: int | None = None


class ProjectFacts(msgspec.Struct, frozen=True):
    """One lock (or a manifest without one) with affected releases, as it is now."""

    asset: str
    repository: str
    lock: str
    client: str
    bad: tuple[Bad, ...]
    #: Path → text of the manifests beside it, and of the lock where it is written by hand.
    texts: dict[str, str] = {}
    #: What the manifests beside it ask for.
    declared: tuple[Declared, ...] = ()
    #: Versions that the lock pins now, and those that it pinned before, newest revision first.
    pinned: dict[Package, tuple[str, ...]] = {}
    earlier: dict[Package, tuple[str, ...]] = {}
    owner: str = ""
    #: Why the lock may hold more than was read of it; empty when all of it was.
    reason: str = ""


def projects(
    hunted: Hunted, campaigns: Sequence[Campaign], owners: Owners
) -> tuple[tuple[ProjectFacts, ...], list[str]]:
    """Read every lock and manifest of the case that holds an affected release now; also return notes."""
    found: dict[str, ProjectFacts] = {}
    notes: list[str] = []
    hits = [hit for hit in hunted.hits if hit.campaign and hit.area == "project"]
    # A lock says more than the manifests that it covers, so it comes first.
    hits.sort(key=lambda hit: (hit.grade == "declared", hit.asset, hit.place.path))
    folders: set[tuple[Path, bool]] = set()
    for hit in hits:
        path = standing(hit)
        if path is None:
            notes.append(f"{hit.place.path} of {hit.asset} is not here: plan its pins where it is")
            continue
        declared = hit.grade == "declared" and not is_lockfile(path)
        if str(path) in found or (declared and (path.parent, True) in folders):
            continue
        if len(found) >= _MAX_PROJECTS:
            notes.append(f"no more than {_MAX_PROJECTS} locks were planned for")
            break
        facts = _facts(hit, path, campaigns, owners)
        if facts is not None and facts.bad:
            found[str(path)] = facts
            folders.add((path.parent, True))
        elif facts is None:
            notes.append(f"{path} cannot be read any more")
    return tuple(found.values()), notes


def standing(hit: Hit) -> Path | None:
    """Find the file of a hit: paths of a case may be relative to where the hunt began."""
    path = Path(hit.place.path)
    if path.is_absolute():
        return path if DISK.is_file(path) else None
    parts = path.parts
    tried = [Path(hit.asset, *parts[start:]) for start in range(len(parts))]
    return next((each for each in tried if DISK.is_file(each)), None)


def _facts(hit: Hit, path: Path, campaigns: Sequence[Campaign], owners: Owners) -> ProjectFacts | None:
    text = _text(path)
    if text is None:
        return None
    sources: list[Source] = list(read_lockfile(path)) if is_lockfile(path) else []
    folder = path.parent
    names = {(each.ecosystem, each.name) for campaign in campaigns for each in campaign.releases}
    pinned: dict[Package, dict[str, None]] = {}
    bad: dict[Bad, None] = {}
    for source in sources:
        for package in source.packages:
            key = (package.ecosystem, package.name)
            if package.version and key in names:
                pinned.setdefault(key, {})[package.version] = None
                for campaign, each in releases_of(campaigns, *key):
                    if covers(each, package.version):
                        bad[Bad(*key, package.version, campaign.id, package.line)] = None
    if not is_lockfile(path) or not bad:
        bad |= dict.fromkeys(_wanted(hit, campaigns))
    texts = {str(folder / name): told for name in _MANIFESTS if (told := _text(folder / name)) is not None}
    client = lock_client(str(path), text[:_HEAD]) or _client_of_manifest(path)
    if client == "pip":
        texts[str(path)] = text
    repository = Path(hit.asset) if (Path(hit.asset) / ".git").exists() else folder
    asked = {(each.ecosystem, each.name) for each in bad}
    return ProjectFacts(
        hit.asset,
        str(repository),
        str(path),
        client,
        tuple(_once(bad)),
        texts,
        tuple(_declared(folder, client)),
        {key: tuple(versions) for key, versions in pinned.items()},
        earlier_versions(repository, path, asked) if is_lockfile(path) else {},
        owners.of(repository, path),
        next((each.reason or each.status for each in sources if each.status in {"failed", "unsupported"}), ""),
    )


def _once(bad: Iterable[Bad]) -> Iterable[Bad]:
    seen: set[tuple[str, str, str]] = set()
    for each in bad:
        key = (each.ecosystem, each.name, each.version)
        if key not in seen:
            seen.add(key)
            yield each


def _wanted(hit: Hit, campaigns: Sequence[Campaign]) -> Iterable[Bad]:
    """Give the release that a manifest admits, as its hit says."""
    for campaign in campaigns:
        for each in campaign.releases if campaign.id == hit.campaign else ():
            start = f"pkg:{each.ecosystem}/"
            name, at, version = hit.subject.removeprefix(start).rpartition("@")
            if hit.subject.startswith(start) and at and name.replace("%40", "@") == each.name and covers(each, version):
                yield Bad(each.ecosystem, each.name, version, campaign.id)


def _client_of_manifest(path: Path) -> str:
    return {"package.json": "npm", "pyproject.toml": "uv", "Pipfile": "pipenv"}.get(path.name, "")


def _declared(folder: Path, client: str) -> Iterable[Declared]:
    python = client in {"pip", "uv", "poetry", "pdm", "pipenv"}
    for name in ("pyproject.toml", "Pipfile", "requirements.in") if python else ("package.json",):
        path = folder / name
        chosen = manifest_format(path)
        if chosen is None or not DISK.is_file(path):
            continue
        try:
            yield from chosen.read(path, DISK.read(path, MAX_MANIFEST), DISK).declared
        except (UnreadableError, UnsupportedManifestError):
            continue


def _text(path: Path) -> str | None:
    """Read a file of text; None where there is none. What is no UTF-8 is not edited either."""
    try:
        return DISK.read(path).decode("utf-8") if DISK.is_file(path) else None
    except (UnreadableError, UnicodeDecodeError):
        return None


def relative(path: str, folder: str) -> str:
    """Write a path as git does, from a repository's top."""
    return os.path.relpath(path, folder).replace(os.sep, "/")
