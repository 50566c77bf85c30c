"""What a change brings, in words: shared by the formats for people. Texts of strangers are in it as they came."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from customhouse.model.audit import Audit
from customhouse.model.closure import ChangeKind, Changes, Gained, LockChange, LockComparison, Reviewed
from customhouse.model.locked import LockedPackage
from customhouse.model.review import ReviewFacts
from customhouse.model.verdict import DECISIONS, Decision
from customhouse.report.text import counted

#: Fewer maintainers than this are remarked on: one stolen account is enough then.
FEW = 3
_WORDS: dict[ChangeKind, str] = {
    "added": "added",
    "upgraded": "upgraded",
    "downgraded": "downgraded",
    "source-changed": "of another source",
    "integrity-changed": "with other bytes",
    "integrity-lost": "without digest",
    "integrity-gained": "with a digest",
    "integrity-rewritten": "with another digest",
    "pinned": "pinned",
    "unpinned": "unpinned",
    "removed": "removed",
    "changed": "otherwise changed",
}
_NAMED = 6
_KILO = 1000
_YEAR, _MONTH = 365, 30


class Told(msgspec.Struct, frozen=True):
    """One change with the decision over it; None for what was not inspected."""

    reviewed: Reviewed
    decision: Decision | None = None

    @property
    def change(self) -> LockChange:
        """The change itself."""
        return self.reviewed.change


def told(audit: Audit) -> tuple[Told, ...]:
    """Return every change, what is stopped and what is new first."""
    if audit.changes is None:
        return ()
    decisions = {(each.source, each.locked): each.verdict.decision for each in audit.packages}
    found = [
        Told(each, decisions.get((each.change.path, each.change.after)) if each.change.after is not None else None)
        for each in audit.changes.reviewed
    ]
    return tuple(sorted(found, key=_order))


def is_new(change: LockChange) -> bool:
    """Whether a reviewer has not seen it before."""
    return change.kind == "added" or change.novelty in ("name", "source", "bytes")


def headline(changes: Changes) -> str:
    """Write `2 added, 1 upgraded, 1 removed; 412 unchanged and not inspected`."""
    kinds = [each.change.kind for each in changes.reviewed]
    parts = [f"{kinds.count(kind)} {word}" for kind, word in _WORDS.items() if kind in kinds]
    rest = f"{changes.unchanged} unchanged and not inspected"
    return f"{', '.join(parts) or 'no package changed'}; {rest}"


def base_name(changes: Changes) -> str:
    """Write `main (1a2b3c4)`."""
    if not changes.commit:
        return f"{changes.base} (no commit yet)"
    short = changes.commit[:10]
    return changes.base if changes.commit.startswith(changes.base) else f"{changes.base} ({short})"


def what(change: LockChange) -> str:
    """Write `two@2.0.0`, or `one 1.0.0 → 1.1.0`."""
    before, after = change.before, change.after
    if before is None or after is None or change.kind == "changed":
        return change.purl.display
    if change.kind in ("upgraded", "downgraded", "pinned", "unpinned"):
        stays = " (the former stays too)" if change.beside else ""
        return f"{after.name} {_version(before)} → {_version(after)}{stays}"
    if change.kind == "source-changed" and before.source != after.source:
        return f"{change.purl.display}, from {before.source} to {after.source}"
    return change.purl.display


def kind_word(change: LockChange) -> str:
    """Write how it changed."""
    return _WORDS[change.kind]


def remarks(change: LockChange) -> Iterator[str]:
    """Say what else changed of the entry."""
    before, after = change.before, change.after
    if change.left_development and before is not None and after is not None:
        yield f"was {before.scope} only, now {after.scope}"
    if change.became_direct:
        yield "the project itself now asks for it"
    if change.scripts_gained:
        yield "the lock says that it now runs code at install"
    if change.kind == "source-changed" and before is not None and after is not None:
        yield f"from {before.resolved or before.source} to {after.resolved or after.source}"


def lock_moves(locks: Sequence[LockComparison]) -> Iterator[str]:
    """Say which lock files came, went, or moved."""
    for lock in locks:
        if lock.status == "moved":
            was = f"{lock.base_path} ({lock.base_format})" if lock.base_format != lock.format else lock.base_path
            yield f"{lock.path} ({lock.format}) was {was}"
        elif lock.status == "added":
            yield f"{lock.path} is new"
        elif lock.status == "removed":
            yield f"{lock.path} is gone"


def facts(one: Reviewed, now: datetime | None) -> Iterator[str]:
    """Write the facts that a reviewer wants, a line each; what nobody says is said to be unknown."""
    review = one.review
    if review is not None:
        yield from _about(one, review, now)
        yield from does(review)


def _about(one: Reviewed, review: ReviewFacts, now: datetime | None) -> Iterator[str]:
    yield "; ".join(_people(review))
    yield "; ".join(_ages(review, now))
    yield f"licence {review.licence or 'unknown'}; source {review.repository or 'unknown'}; {_size(review)}"
    yield "; ".join(_graph(one))


def does(review: ReviewFacts) -> Iterator[str]:
    """Write what the code does: of an upgrade, what it gained."""
    if not review.opened:
        yield "not opened, so what its code does is unknown"
        return
    hooks = review.gained_hooks if review.compared_with else review.hooks
    word = f"since {review.compared_with} " if review.compared_with else ""
    if hooks:
        named = [f"{hook.name}: {hook.command}" if hook.command else hook.name for hook in hooks]
        yield f"{word}runs at install: {few(named)}"
    elif not review.compared_with:
        yield "runs nothing at install"
    found = review.gained_capabilities if review.compared_with else review.capabilities
    if found:
        places = [f"{each.kind} at {each.phase} ({each.path}:{each.line})" for each in found]
        yield f"{word}can use: {few(places)}"
    hosts = review.gained_hosts if review.compared_with else review.hosts
    if hosts:
        yield f"{word}names hosts: {few(hosts)}"
    if review.natives and not review.compared_with:
        yield f"ships machine code: {few(review.natives)}"


def gains(changes: Changes) -> Iterator[tuple[str, tuple[Gained, ...]]]:
    """Give what the closure as a whole gained, by heading; headings without anything are left out."""
    of = changes.gains
    if of.packages:
        yield counted(len(of.packages), "new package"), tuple(Gained(purl.display, ()) for purl in of.packages)
    for name, plural, found in (
        ("new publisher", "", of.publishers),
        ("piece of install-time code", "pieces of install-time code", of.install_code),
        ("capability", "capabilities", of.capabilities),
        ("host named in code", "hosts named in code", of.hosts),
    ):
        if found:
            yield counted(len(found), name, plural), found


def unknowns(changes: Changes) -> Iterator[str]:
    """Say of how many releases something is not known."""
    of = changes.gains
    if of.unopened:
        yield f"{counted(len(of.unopened), 'release')} could not be opened: what they do is not among this"
    if of.unnamed:
        yield f"of {counted(len(of.unnamed), 'release')} the registry does not name the publisher"


def approve_all(audit: Audit) -> str:
    """Return the command that approves all that waits for it; empty where less than two packages do."""
    waiting = {one.change.purl for one in told(audit) if one.change.novelty and one.decision not in (None, "allow")}
    if audit.changes is None or len(waiting) < 2:  # noqa: PLR2004 - one has a command of its own
        return ""
    return f"customhouse approve --all-new --base {shlex.quote(audit.changes.base)} --reason … --owner …"


def few(names: Sequence[str], limit: int = _NAMED) -> str:
    """Name a few, and count the rest."""
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def _version(entry: LockedPackage) -> str:
    return entry.version or entry.specifier or "any version"


def _people(review: ReviewFacts) -> Iterator[str]:
    if review.maintainers is not None:
        only = " only" if len(review.maintainers) < FEW else ""
        yield f"{counted(len(review.maintainers), 'maintainer')}{only} ({few(review.maintainers, FEW)})"
    else:
        yield "maintainers unknown: the registry does not tell"
    if review.publisher is not None and review.publisher.name:
        how = {True: " through trusted publishing", False: " with a token", None: ""}[review.publisher.trusted]
        yield f"published by {review.publisher.name}{how}"
    if review.authors and review.maintainers is None:
        yield f"states as its author {review.authors[0]}"


def _ages(review: ReviewFacts, now: datetime | None) -> Iterator[str]:
    yield f"project {_age(review.first_published, now)} old" if review.first_published else "project of unknown age"
    yield f"this release {_age(review.published, now)} old" if review.published else "this release of unknown age"
    if review.release_count:
        every = ""
        if review.cadence_days is not None:
            every = f", one every {review.cadence_days:g} days" if review.cadence_days >= 1 else ", most on one day"
        last = f", the latest {_age(review.last_published, now)} ago" if review.last_published is not None else ""
        yield f"{counted(review.release_count, 'release')}{every}{last}"


def _age(then: datetime | None, now: datetime | None) -> str:
    if then is None or now is None:
        return "of unknown age"
    hours = max(0, int((now - then).total_seconds() // 3600))
    days = hours // 24
    if days >= 2 * _YEAR:
        return counted(days // _YEAR, "year")
    if days >= 2 * _MONTH:
        return counted(days // _MONTH, "month")
    return counted(days, "day") if days >= 2 else counted(hours, "hour")  # noqa: PLR2004 - hours below two days


def _size(review: ReviewFacts) -> str:
    if review.size is None and review.unpacked_size is None:
        return "size unknown"
    packed = f"{_bytes(review.size)} packed, " if review.size else ""
    return f"{packed}{_bytes(review.unpacked_size or 0)} unpacked"


def _bytes(size: int) -> str:
    if size < _KILO:
        return f"{size} B"
    return f"{size / _KILO:.1f} kB" if size < _KILO**2 else f"{size / _KILO**2:.1f} MB"


def _graph(one: Reviewed) -> Iterator[str]:
    if one.weight is None:
        yield "what it brings along is unknown: the lock has no edges"
    else:
        yield f"brings {counted(one.weight, 'package')} along" if one.weight else "brings nothing along"
    if one.dependents:
        yield f"needed by {few(one.dependents)}"


def _order(one: Told) -> tuple[object, ...]:
    stopped = DECISIONS.index(one.decision) if one.decision else -1
    return (-stopped, not is_new(one.change), list(_WORDS).index(one.change.kind), one.change.purl, one.change.path)
