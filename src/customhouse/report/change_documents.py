"""The `changes` object of `check --base REV --format json`."""

from datetime import datetime

import msgspec

from customhouse.model.audit import Audit
from customhouse.model.change import Phase
from customhouse.model.closure import ChangeKind, Changes, Gained, LockStatus, Novelty
from customhouse.model.code import CapabilityKind
from customhouse.model.content import HookKind, InstallHook
from customhouse.model.locked import Directness, Scope, SourceKind
from customhouse.model.review import FoundCapability, ReviewFacts
from customhouse.model.verdict import Decision
from customhouse.report.changes import Told, told


class HookDocument(msgspec.Struct, frozen=True):
    """Code that runs at install or at an interpreter's start; `path` is empty where no file is named."""

    kind: HookKind
    name: str
    command: str
    path: str


class CapabilityDocument(msgspec.Struct, frozen=True):
    """Something that the code can do, when, and one place that shows it."""

    kind: CapabilityKind
    phase: Phase
    path: str
    line: int


class ReviewDocument(msgspec.Struct, frozen=True):
    """Facts of a release for whoever is to approve it; null, or an empty text, is what nobody says.

    Times are RFC 3339 UTC, sizes bytes. `gained_*` are against `compared_with`, and all there is where that is empty.
    `opened` is false where no archive was opened: hooks, capabilities and hosts are unknown then.
    """

    maintainers: tuple[str, ...] | None
    authors: tuple[str, ...]
    publisher: str
    published: str | None
    first_published: str | None
    last_published: str | None
    releases: int
    cadence_days: float | None
    licence: str
    repository: str
    size: int | None
    unpacked_size: int | None
    opened: bool
    hooks: tuple[HookDocument, ...]
    capabilities: tuple[CapabilityDocument, ...]
    hosts: tuple[str, ...]
    natives: tuple[str, ...]
    compared_with: str
    gained_hooks: tuple[HookDocument, ...]
    gained_capabilities: tuple[CapabilityDocument, ...]
    gained_hosts: tuple[str, ...]


class ChangeDocument(msgspec.Struct, frozen=True):
    """One entry that changed; `before` is the purl it is compared with, `*_before` what that one said.

    `verdict` is null for what was not inspected. `novelty` says why it needs an approval, null where it needs none.
    `weight` counts what it brings along; null where the lock has no edges.
    """

    kind: ChangeKind
    purl: str
    before: str
    path: str
    line: int | None
    verdict: Decision | None
    novelty: Novelty | None
    source: SourceKind | None
    source_before: SourceKind | None
    scope: Scope | None
    scope_before: Scope | None
    dependency: Directness | None
    beside: bool
    scripts_gained: bool
    left_development: bool
    became_direct: bool
    weight: int | None
    dependents: tuple[str, ...]
    review: ReviewDocument | None


class LockDocument(msgspec.Struct, frozen=True):
    """One lock before and after; `base_path` and `base_format` are empty for one that is new."""

    path: str
    format: str
    status: LockStatus
    base_path: str
    base_format: str
    changes: int
    unchanged: int


class GainedDocument(msgspec.Struct, frozen=True):
    """One thing that the closure gained, and the releases that bring it."""

    what: str
    by: tuple[str, ...]


class GainsDocument(msgspec.Struct, frozen=True):
    """What the closure as a whole gained. Nothing is known of `unopened` releases, no publisher of `unnamed` ones."""

    packages: tuple[str, ...]
    publishers: tuple[GainedDocument, ...]
    install_code: tuple[GainedDocument, ...]
    capabilities: tuple[GainedDocument, ...]
    hosts: tuple[GainedDocument, ...]
    unopened: tuple[str, ...]
    unnamed: tuple[str, ...]


class ChangesDocument(msgspec.Struct, frozen=True):
    """The project against a revision of it: `base` as named, `commit` as found (empty before the first one)."""

    base: str
    commit: str
    locks: tuple[LockDocument, ...]
    entries: tuple[ChangeDocument, ...]
    gains: GainsDocument
    unchanged: int
    policy_files: tuple[str, ...]


def changes_document(audit: Audit) -> ChangesDocument | None:
    """Shape the changes of an audit; None where it was compared with nothing."""
    changes = audit.changes
    if changes is None:
        return None
    return ChangesDocument(
        base=changes.base,
        commit=changes.commit,
        locks=tuple(
            LockDocument(
                lock.path,
                lock.format,
                lock.status,
                lock.base_path,
                lock.base_format,
                len(lock.changes),
                lock.unchanged,
            )
            for lock in changes.locks
        ),
        entries=tuple(_change(one) for one in told(audit)),
        gains=_gains(changes),
        unchanged=changes.unchanged,
        policy_files=changes.policy_files,
    )


def _change(one: Told) -> ChangeDocument:
    change, before, after = one.change, one.change.before, one.change.after
    entry = after or before
    return ChangeDocument(
        kind=change.kind,
        purl=str(change.purl),
        before=str(before.purl) if before is not None and after is not None else "",
        path=change.path,
        line=entry.line if entry is not None else None,
        verdict=one.decision,
        novelty=change.novelty,
        source=after.source if after is not None else None,
        source_before=before.source if before is not None else None,
        scope=after.scope if after is not None else None,
        scope_before=before.scope if before is not None else None,
        dependency=after.dependency if after is not None else None,
        beside=change.beside,
        scripts_gained=change.scripts_gained,
        left_development=change.left_development,
        became_direct=change.became_direct,
        weight=one.reviewed.weight,
        dependents=one.reviewed.dependents,
        review=_review(one.reviewed.review) if one.reviewed.review is not None else None,
    )


def _review(review: ReviewFacts) -> ReviewDocument:
    return ReviewDocument(
        maintainers=review.maintainers,
        authors=review.authors,
        publisher=review.publisher.name if review.publisher is not None else "",
        published=_time(review.published),
        first_published=_time(review.first_published),
        last_published=_time(review.last_published),
        releases=review.release_count,
        cadence_days=review.cadence_days,
        licence=review.licence,
        repository=review.repository,
        size=review.size,
        unpacked_size=review.unpacked_size,
        opened=review.opened,
        hooks=tuple(map(_hook, review.hooks)),
        capabilities=tuple(map(_capability, review.capabilities)),
        hosts=review.hosts,
        natives=review.natives,
        compared_with=review.compared_with,
        gained_hooks=tuple(map(_hook, review.gained_hooks)),
        gained_capabilities=tuple(map(_capability, review.gained_capabilities)),
        gained_hosts=review.gained_hosts,
    )


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _hook(hook: InstallHook) -> HookDocument:
    return HookDocument(hook.kind, hook.name, hook.command, hook.path)


def _capability(found: FoundCapability) -> CapabilityDocument:
    return CapabilityDocument(found.kind, found.phase, found.path, found.line)


def _gains(changes: Changes) -> GainsDocument:
    gains = changes.gains
    return GainsDocument(
        packages=tuple(map(str, gains.packages)),
        publishers=_gained(gains.publishers),
        install_code=_gained(gains.install_code),
        capabilities=_gained(gains.capabilities),
        hosts=_gained(gains.hosts),
        unopened=tuple(map(str, gains.unopened)),
        unnamed=tuple(map(str, gains.unnamed)),
    )


def _gained(found: tuple[Gained, ...]) -> tuple[GainedDocument, ...]:
    return tuple(GainedDocument(each.what, tuple(map(str, each.by))) for each in found)
