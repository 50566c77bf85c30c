"""Which commits of a repository touch a lock or a manifest in the window, and from what to what. Reads no blob."""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

import msgspec

from customhouse.ecosystems.formats import is_lockfile, manifest_format
from customhouse.repository.git_objects import Commit, ObjectStore, Row

#: How far outside of the window commits are looked at: clocks of whoever commits are wrong by hours, seldom by days,
#: and what was installed at the end of the window is often committed the day after.
MARGIN = timedelta(days=2)
#: Commits whose headers are kept; the largest public repositories have about a million.
MAX_COMMITS = 3_000_000
#: Names of locks and manifests, as git's globs: wider than the formats, which have the last word.
PATTERNS = (
    "**/*package-lock.json",
    "**/npm-shrinkwrap.json",
    "**/*.lock",
    "**/bun.lockb",
    "**/pnpm-lock*.yaml",
    "**/.pnpm/lock.yaml",
    "**/shrinkwrap.yaml",
    "**/*[Rr][Ee][Qq][Uu][Ii][Rr][Ee][Mm][Ee][Nn][Tt]*",
    "**/*[Cc][Oo][Nn][Ss][Tt][Rr][Aa][Ii][Nn][Tt]*",
    "**/requirements/*.txt",
    "**/requirements/*.in",
    "**/pylock*.toml",
    "**/package.json",
    "**/deno.json",
    "**/deno.jsonc",
    "**/pyproject.toml",
    "**/Pipfile",
    "**/setup.cfg",
    "**/setup.py",
)
_LAST = 253402300799  # the last second that a datetime can hold


class Touch(msgspec.Struct, frozen=True, gc=False):
    """One path that one commit touches. `old` has the path's blob in each parent, empty where it had none."""

    commit: Commit
    path: str
    old: tuple[str, ...]
    new: str
    #: A parent is not here (a shallow clone's end): what came before is unknown.
    cut: bool = False


class History(msgspec.Struct, frozen=True):
    """What a repository holds of the window: commits by name, and what they touch. `read` counts all that it has."""

    commits: dict[str, Commit]
    touches: tuple[Touch, ...]
    read: int
    cut: int


def when(seconds: int) -> datetime:
    """Return a moment for git's seconds; those that no clock shows become the nearest that one can."""
    return datetime.fromtimestamp(min(max(seconds, 0), _LAST), UTC)


def history(store: ObjectStore, since: datetime | None) -> History:
    """List what commits touch from the beginning of the window on, less `MARGIN`; None for all of them.

    A commit counts when either of its times does. Those after the window are listed too, because they tell when
    something was taken out again; whoever reads the touches sees by `in_window` which may have brought something in.
    """
    first = (since - MARGIN).timestamp() if since else float("-inf")
    names = store.commits()
    commits: dict[str, Commit] = {}
    left_out = 0
    for commit in store.read_commits(sorted(names)):
        if max(commit.authored, commit.committed) >= first:
            if len(commits) < MAX_COMMITS:
                commits[commit.name] = commit
            else:
                left_out += 1
    if left_out:
        store.problems.append(f"of its commits no more than {MAX_COMMITS:,} were compared: {left_out:,} were left out")
    outside = {parent for each in commits.values() for parent in each.parents if parent not in commits}
    trees = {each.name: each.tree for each in commits.values()}
    trees |= {each.name: each.tree for each in store.read_commits(sorted(outside & names))}
    asked: dict[tuple[str, str], list[tuple[Commit, int]]] = {}
    cut = 0
    for commit in commits.values():
        known = [parent for parent in commit.parents if parent in trees]
        cut += len(known) < len(commit.parents)
        for index, parent in enumerate(known or [""]):
            old = trees.get(parent, "")
            if old != commit.tree:
                asked.setdefault((old, commit.tree), []).append((commit, index))
    touches = _touches(store, asked, trees)
    return History(commits, tuple(touches), len(names), cut)


def _touches(
    store: ObjectStore, asked: dict[tuple[str, str], list[tuple[Commit, int]]], trees: dict[str, str]
) -> Iterator[Touch]:
    rows: dict[tuple[str, bytes], dict[int, tuple[str, str]]] = {}
    wanted: dict[bytes, bool] = {}
    owners: dict[str, Commit] = {}
    lone: set[str] = set()
    for pair, row, alone in _rows(store, asked):
        mine = wanted.get(row.path)
        if mine is None:
            mine = wanted[row.path] = _is_read(row.path)
        if mine:
            for commit, index in asked.get(pair, ()):
                owners[commit.name] = commit
                if alone:
                    lone.add(commit.name)
                rows.setdefault((commit.name, row.path), {})[index] = (row.old, row.new)
    for (name, path), by_parent in rows.items():
        commit = owners[name]
        new = next(iter(by_parent.values()))[1]
        known = sum(parent in trees for parent in commit.parents)
        # A parent that does not differ at the path has there what the commit has.
        old = tuple(by_parent[index][0] if index in by_parent else new for index in range(known or 1))
        yield Touch(commit, os.fsdecode(path), old, new, name in lone or known < len(commit.parents))


def _rows(store: ObjectStore, asked: Iterable[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], Row, bool]]:
    """Compare trees. Where one cannot be compared with its parent's, all that it holds is told, with True beside it."""
    yield from ((pair, row, False) for pair, row in store.differences(asked, PATTERNS))
    by_new: dict[str, list[tuple[str, str]]] = {}
    for pair in store.uncompared:
        by_new.setdefault(pair[1], []).append(pair)
    if by_new:
        for (_, new), row in store.differences((("", new) for new in by_new), PATTERNS):
            yield from ((pair, row, True) for pair in by_new[new])
        for _, new in store.uncompared:
            store.problems.append(f"the tree {new} of one of its commits is not here, or cannot be read")


def _is_read(path: bytes) -> bool:
    pure = PurePath(os.fsdecode(path))
    return is_lockfile(pure) or manifest_format(pure) is not None


def in_window(commit: Commit, since: datetime | None, until: datetime | None) -> bool:
    """Say whether a commit may have been made in the widened window: between its two times it was amended at will."""
    first = (since - MARGIN).timestamp() if since else float("-inf")
    last = (until + MARGIN).timestamp() if until else float("inf")
    times = (commit.authored, commit.committed)
    return max(times) >= first and min(times) <= last
