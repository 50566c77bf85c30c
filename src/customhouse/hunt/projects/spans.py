"""From which commit to which a file held something, along the lines of history. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from customhouse.hunt.projects.revisions import Touch
from customhouse.repository.git_objects import Commit

#: Commits followed from one that brought something in.
_MAX_FOLLOWED = 200_000


class Span(msgspec.Struct, frozen=True):
    """Something was in a file from `first` on. `last` took it out; None while a line of history still has it."""

    first: Touch
    last: Commit | None
    #: Refs on which it still is.
    still: tuple[str, ...] = ()
    #: Refs that lead to `first` at all.
    refs: tuple[str, ...] = ()
    #: It was there before what was looked at.
    earlier: bool = False


class Lines:
    """Commits with their children, and the refs that end at them."""

    def __init__(self, commits: Mapping[str, Commit], refs: Mapping[str, str]) -> None:
        """`refs` maps names to the commits that they lead to."""
        self.commits = commits
        self._children: dict[str, list[str]] = {}
        for commit in commits.values():
            for parent in commit.parents:
                self._children.setdefault(parent, []).append(commit.name)
        self.refs_at: dict[str, list[str]] = {}
        for name, commit_name in refs.items():
            self.refs_at.setdefault(commit_name, []).append(name)

    def after(self, start: str, stops: Collection[str] = ()) -> Iterator[str]:
        """Give a commit and what descends from it, not going on behind `stops`."""
        seen = {start}
        still = [start]
        while still and len(seen) < _MAX_FOLLOWED:
            name = still.pop()
            yield name
            if name not in stops:
                below = [child for child in self._children.get(name, ()) if child not in seen]
                seen.update(below)
                still += below


def spans(touches: Sequence[Touch], holds: Callable[[str], bool], lines: Lines) -> Iterator[Span]:
    """Give the spans of one file. `touches` are all that are known of its path, `holds` says it of a blob."""
    brought = [one for one in touches if holds(one.new) and not any(map(holds, one.old))]
    removed = {one.commit.name for one in touches if any(map(holds, one.old)) and not holds(one.new)}
    for first in brought:
        yield _span(first, removed, lines, earlier=first.cut)
    if not brought:
        # It was there before the window, or a clock says so: the first commit that shows it stands for that.
        showing = [one for one in touches if holds(one.new) or any(map(holds, one.old))]
        if showing:
            yield _span(min(showing, key=lambda one: one.commit.committed), removed, lines, earlier=True)


def _span(first: Touch, removed: Collection[str], lines: Lines, *, earlier: bool) -> Span:
    # Of commits made on one line only the first is an end: the walk stops there.
    passed = list(lines.after(first.commit.name, removed))
    ended = [name for name in passed if name in removed]
    still = sorted(ref for name in passed if name not in removed for ref in lines.refs_at.get(name, ()))
    refs = sorted(ref for name in lines.after(first.commit.name) for ref in lines.refs_at.get(name, ()))
    last = max((lines.commits[name] for name in ended), key=lambda one: one.committed, default=None)
    return Span(first, None if still else last, tuple(still), tuple(refs), earlier)


def grouped(touches: Iterable[Touch]) -> dict[str, list[Touch]]:
    """Arrange touches by path, each path's by time."""
    found: dict[str, list[Touch]] = {}
    for one in touches:
        found.setdefault(one.path, []).append(one)
    for several in found.values():
        several.sort(key=lambda one: (one.commit.committed, one.commit.name))
    return found
