"""Inspecting what lies on this disk: an archive or an unpacked package, alone or against an earlier one.

No registry is asked for the package itself, and the evidence cache is not used: the file is read as it is now.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from customhouse.archives.stream import Limits
from customhouse.evidence.change import compare
from customhouse.evidence.content import Content, read_artifact, read_directory
from customhouse.evidence.dependencies import added_dependencies, installed_dependencies
from customhouse.model.change import AddedDependency, ChangeFacts
from customhouse.model.content import ContentFacts, Tree
from customhouse.model.errors import CustomhouseError
from customhouse.model.evidence import Case, EvidenceStatus, Gap
from customhouse.model.purl import Ecosystem, Purl, make_purl
from customhouse.model.release import Dependency

ARCHIVE_SUFFIXES = (".tgz", ".whl", ".tar.gz", ".zip", ".egg", ".tar", ".tar.bz2", ".tar.xz")
_SUFFIXES: dict[str, Ecosystem] = {".tgz": "npm", ".whl": "pypi", ".egg": "pypi"}
#: Bytes of a local archive; a larger one is refused before it is read.
MAX_ARCHIVE = 1024 * 1024 * 1024


class LocalPackage(msgspec.Struct, frozen=True):
    """A package on this disk, opened."""

    path: Path
    purl: Purl
    facts: ContentFacts
    tree: Tree
    gaps: tuple[Gap, ...] = ()


def open_local(path: Path, limits: Limits) -> LocalPackage:
    """Open an archive or a folder; raises CustomhouseError when it cannot be read or is neither."""
    hint = f"give a folder or one of {', '.join(ARCHIVE_SUFFIXES[:4])}, or a package URL such as pkg:npm/axios@1.14.0"
    if not path.exists():
        raise CustomhouseError(f"no such file or folder: {path}", hint=hint)
    try:
        if path.is_dir():
            return _named(path, *_directory(path, limits))
        if not path.name.lower().endswith(ARCHIVE_SUFFIXES):
            raise CustomhouseError(f"{path} is not a package archive", hint=hint)
        if path.stat().st_size > MAX_ARCHIVE:
            raise CustomhouseError(f"{path} is larger than {MAX_ARCHIVE} bytes", hint="inspect a smaller archive")
        data = path.read_bytes()
    except OSError as error:
        raise CustomhouseError(f"{path} cannot be read: {error.strerror or error}", hint=hint) from error
    known = _SUFFIXES.get(path.suffix.lower())
    content = read_artifact(data, path.name, known or "pypi", limits)
    if known is None and _is_npm(content):
        known, content = "npm", read_artifact(data, path.name, "npm", limits)
    return _named(path, known or "pypi", content)


def case_of(
    package: LocalPackage, before: LocalPackage | None, now: datetime, added: tuple[AddedDependency, ...] | None = None
) -> Case:
    """Build the case of a local package; `added` are the resolved new dependencies, None when nobody asked for them."""
    gaps = list(package.gaps)
    evidence = [
        EvidenceStatus("metadata", "partial", "a local file: no registry was asked about it"),
        EvidenceStatus("content", "partial" if gaps else "complete", "", datetime.now(UTC)),
    ]
    change: ChangeFacts | None = None
    if before is not None:
        label = before.purl.version or before.path.name
        change = compare(package.facts, package.tree, before.facts, before.tree, label)
        change = msgspec.structs.replace(change, added_dependencies=added or unresolved(package, before))
        missing = [
            Gap(
                "change",
                "dependency-unresolved",
                f"the added dependency {each.dependency.name} was not looked up (offline, or no answer)",
                "run again without --offline",
            )
            for each in change.added_dependencies
            if each.resolution == "unreachable"
        ]
        gaps.extend(missing)
        evidence.append(EvidenceStatus("change", "partial" if missing else "complete", f"against {label}"))
    return Case(
        purl=package.purl,
        now=now,
        minimum_age=timedelta(),
        contents=(package.facts,),
        change=change,
        gaps=tuple(gaps),
        evidence=tuple(evidence),
    )


def added_between(package: LocalPackage, before: LocalPackage) -> tuple[Dependency, ...]:
    """Return the dependencies that the package has and the earlier one has not."""
    return added_dependencies((package.facts.manifest,), (before.facts.manifest,))


def brings(package: LocalPackage, before: LocalPackage | None) -> bool:
    """Whether a registry has to be asked what comes along with the package: what it adds, or all without an earlier."""
    manifest = package.facts.manifest
    return bool(added_between(package, before) if before is not None else installed_dependencies(manifest))


def unresolved(package: LocalPackage, before: LocalPackage) -> tuple[AddedDependency, ...]:
    """Return the added dependencies with nothing known but whether the package imports them."""
    imported = package.facts.imported
    npm = package.purl.ecosystem == "npm"
    return tuple(
        AddedDependency(each, each.name in imported if npm else None, "unreachable")
        for each in added_between(package, before)
    )


def _directory(path: Path, limits: Limits) -> tuple[Ecosystem, Content]:
    ecosystem: Ecosystem = "npm" if (path / "package.json").is_file() else "pypi"
    return ecosystem, read_directory(path, ecosystem, limits)


def _is_npm(content: Content) -> bool:
    paths = {member.path for member in content.tree.members}
    return "package.json" in paths and not paths & {"PKG-INFO", "setup.py", "pyproject.toml"}


def _named(path: Path, ecosystem: Ecosystem, content: Content) -> LocalPackage:
    manifest = content.facts.manifest
    if manifest is not None and manifest.name:
        purl = make_purl(ecosystem, manifest.name, manifest.version or None)
        return LocalPackage(path, purl, content.facts, content.tree, content.gaps)
    stem = path.name
    for suffix in ARCHIVE_SUFFIXES:
        stem = stem.removesuffix(suffix)
    name, _, version = stem.rpartition("-")
    purl = make_purl(ecosystem, name or stem, version if name else None)
    return LocalPackage(path, purl, content.facts, content.tree, content.gaps)
