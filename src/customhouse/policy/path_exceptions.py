"""Exceptions for what is no release: findings over the repository, its gaps, and files that cannot be read.

They name a path instead of a purl, relative to the repository's root, in which `*` and `?` stand for anything. One for
a file that cannot be read names the file's digest as well, and works only while the file has it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from customhouse.model.locked import Source
from customhouse.model.verdict import AnsweredSource, RepositoryVerdict
from customhouse.policy.configuration import Configuration, PolicyException
from customhouse.policy.exceptions import SHA256, gap_rule, usable

#: Gap kinds, as exceptions name them, of files that cannot be read.
SOURCE_GAPS = ("unsupported-source", "failed-source")
#: Tells a path as it stands relative to the repository's root.
Own = Callable[[str], str]


def source_gap(source: Source) -> str:
    """Return the kind of gap that a file leaves which was not read; empty for one that was."""
    return f"{source.status}-source" if source.status in ("unsupported", "failed") else ""


def path_problems(exception: PolicyException) -> Iterator[str]:
    """Say what is wrong with an exception that names a path."""
    path = exception.path or ""
    if path.startswith("/") or ".." in path.split("/") or "\\" in path:
        yield f"names a path that is not relative to the repository's root: {path}"
    if exception.rule in map(gap_rule, SOURCE_GAPS):
        if any(mark in path for mark in "*?["):
            yield f"must name one file, because it names its digest: {path}"
        if not exception.digests:
            yield "names no digest: an exception for a file that cannot be read works for these bytes alone"
    elif exception.digests:
        yield "names a digest, which only a release or a file that cannot be read has"
    for digest in exception.digests:
        if not SHA256.fullmatch(digest):
            yield f"{digest!r} is not sha256: and 64 lower-case hex digits"


def covering_path(configuration: Configuration, rule: str, path: str, now: datetime) -> int | None:
    """Return the exception, by index, that speaks of this rule at this path; None when none does."""
    today = now.astimezone(UTC).date()
    for index, exception in enumerate(configuration.exceptions):
        if exception.path is None or exception.rule != rule or not fnmatchcase(path, exception.path):
            continue
        if usable(exception, today):
            return index
    return None


def answered_sources(
    configuration: Configuration, sources: Sequence[Source], now: datetime, own: Own, told: Callable[[int], str]
) -> Iterator[tuple[int, AnsweredSource]]:
    """Give the files that were not read and that somebody answers for, with the exception's index.

    `told` writes an exception, by index, as a verdict names it.
    """
    today = now.astimezone(UTC).date()
    for source in sources:
        kind = source_gap(source)
        if not kind or not source.digest:
            continue
        for index, exception in enumerate(configuration.exceptions):
            if (
                exception.rule == gap_rule(kind)
                and exception.path == own(source.path)
                and source.digest in exception.digests
                and usable(exception, today)
            ):
                yield index, AnsweredSource(source.path, source.document, told(index))
                break


def path_warnings(configuration: Configuration, repository: RepositoryVerdict, now: datetime) -> Iterator[str]:
    """Warn of exceptions for paths that expired or covered nothing."""
    today = now.astimezone(UTC).date()
    for index, exception in enumerate(configuration.exceptions):
        if exception.path is None or index in repository.used:
            continue
        where = configuration.origin("exceptions", str(index)) or "configuration"
        named = f"exception for {exception.rule} at {exception.path} ({where})"
        if not usable(exception, today):
            yield f"{named} expired on {exception.expires} and no longer works: approve it anew or remove it"
        elif exception.digests:
            yield f"{named} is unused: no such file with these bytes is unread here; remove it, or approve it anew"
        else:
            yield f"{named} is unused: nothing of the kind is found there; remove it"
