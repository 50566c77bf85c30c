"""Which files of a release have to be inspected: all that the lock and the platform leave open to an installer."""

from functools import lru_cache

import msgspec

from customhouse.model.digest import Digest
from customhouse.model.evidence import Gap, IntegrityMismatch, MetadataFacts
from customhouse.model.locked import LockedArtifact, LockedPackage
from customhouse.model.purl import Purl
from customhouse.model.release import Artifact, ArtifactKind


class ChosenArtifact(msgspec.Struct, frozen=True):
    """A file to open, and what the lock promises of it."""

    artifact: Artifact
    promised: tuple[Digest, ...] = ()


class Choice(msgspec.Struct, frozen=True):
    """The files to open, and what is already wrong or missing before any is."""

    artifacts: tuple[ChosenArtifact, ...] = ()
    mismatches: tuple[IntegrityMismatch, ...] = ()
    gaps: tuple[Gap, ...] = ()
    note: str = ""


def choose_artifacts(
    purl: Purl,
    metadata: MetadataFacts | None,
    locked: LockedPackage | None,
    *,
    installable_only: bool = False,
    few: bool = False,
    only: frozenset[str] = frozenset(),
) -> Choice:
    """Choose among the files that the registry lists; without its list, what the lock itself names.

    `only` names the files that are asked about, where it is not the whole release. With `few`,
    of PyPI's wheels only one: the pure one, else one that this interpreter can install, else the smallest.
    """
    if metadata is None:
        return _from_lock(purl, locked)
    listed = [each for each in metadata.release.artifacts if each.kind != "other"]
    note = ""
    if only:
        named = tuple(ChosenArtifact(each) for each in metadata.release.artifacts if each.filename in only)
        left = len(metadata.release.artifacts) - len(named)
        return Choice(named, note=f"{left} other files of the release left out: they are not asked for" if left else "")
    if installable_only and purl.ecosystem == "pypi":
        kept = [each for each in listed if each.kind != "wheel" or _installable(each.filename)]
        if len(kept) < len(listed):
            note = f'{len(listed) - len(kept)} files for other platforms left out by [pypi] artifacts = "installable"'
        listed = kept
    if few and purl.ecosystem == "pypi":
        wheels = [each for each in listed if each.kind == "wheel"]
        if len(wheels) > 1:
            first = min(wheels, key=_preference)
            listed = [each for each in listed if each.kind != "wheel" or each is first]
            note = f"{len(wheels) - 1} wheels for other platforms left out: it is not installed from here"
    if locked is None or not locked.integrity:
        return Choice(tuple(ChosenArtifact(each) for each in listed), note=note)
    if purl.ecosystem == "npm":
        return Choice(tuple(ChosenArtifact(each, locked.integrity) for each in listed), note=note)
    return _allowed_by_lock(listed, locked, note)


def _from_lock(purl: Purl, locked: LockedPackage | None) -> Choice:
    """Without the registry's word an archive can still be known by the lock's digest."""
    if locked is None or not any(digest.strong for digest in locked.integrity):
        return Choice()
    kind: ArtifactKind = "npm-tarball" if purl.ecosystem == "npm" else "other"
    return Choice(
        tuple(
            ChosenArtifact(
                Artifact(each.filename or purl.display, kind, each.url, each.digests, each.size), each.digests
            )
            for each in locked.artifacts
            if any(digest.strong for digest in each.digests)
        )
    )


def _allowed_by_lock(listed: list[Artifact], locked: LockedPackage, note: str) -> Choice:
    """Keep the files whose digest the lock lists: an installer refuses every other one."""
    allowed = {digest: each for each in locked.artifacts for digest in each.digests}
    by_name = {each.filename: each for each in locked.artifacts if each.filename}
    chosen: list[ChosenArtifact] = []
    mismatches: list[IntegrityMismatch] = []
    for artifact in listed:
        entry = next((allowed[digest] for digest in artifact.digests if digest in allowed), None)
        named = by_name.get(artifact.filename)
        if entry is not None:
            chosen.append(ChosenArtifact(artifact, _same_algorithms(entry, artifact)))
        elif named is not None and _comparable(named, artifact):
            mismatches.append(_mismatch(named.digests, artifact))
        elif not artifact.digests:
            chosen.append(ChosenArtifact(artifact, locked.integrity))
    if not chosen and not mismatches and listed:
        mismatches.append(_mismatch(locked.integrity, listed[0]))
    return Choice(tuple(chosen), tuple(mismatches), note=note)


def _same_algorithms(entry: LockedArtifact, artifact: Artifact) -> tuple[Digest, ...]:
    """An entry without a file name lists the digests of several files: only the ones of this file are its promise."""
    return entry.digests if entry.filename else tuple(each for each in entry.digests if each in artifact.digests)


def _comparable(named: LockedArtifact, artifact: Artifact) -> bool:
    return bool({each.algorithm for each in named.digests} & {each.algorithm for each in artifact.digests})


def _mismatch(promised: tuple[Digest, ...], artifact: Artifact) -> IntegrityMismatch:
    found = ", ".join(str(each) for each in artifact.digests)
    return IntegrityMismatch(artifact.filename, "lockfile", " or ".join(str(each) for each in promised), found)


def _preference(wheel: Artifact) -> tuple[bool, bool, int, str]:
    pure = wheel.filename.endswith("-none-any.whl")
    return not pure, not (pure or _installable(wheel.filename)), wheel.size or 0, wheel.filename


def _installable(filename: str) -> bool:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename  # noqa: PLC0415 - only this setting asks

    try:
        tags = parse_wheel_filename(filename)[3]
    except InvalidWheelFilename:
        return True
    return not tags.isdisjoint(_supported_tags())


@lru_cache(maxsize=1)
def _supported_tags() -> frozenset[object]:
    from packaging.tags import sys_tags  # noqa: PLC0415

    return frozenset(sys_tags())
