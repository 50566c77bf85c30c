"""The log of what is wrong with an archive: bounded, so that an archive of nothing but wrongs costs no memory."""

from customhouse.archives.interface import Limits
from customhouse.model.content import ArchiveIssue, ArchiveIssueKind

#: Characters of a member's name that an issue shows.
_SHOWN = 240


class Halted(Exception):  # noqa: N818 - control flow of this room, never seen outside it
    """Reading ends here; the reason stands in the log."""


class IssueLog:
    """Collects issues; `issues` is complete once `close` was called."""

    def __init__(self, limits: Limits) -> None:
        """Start with nothing noted."""
        self.issues: list[ArchiveIssue] = []
        self._counts: dict[ArchiveIssueKind, int] = {}
        self._limit = limits.max_issues
        self._closed = False

    def add(self, kind: ArchiveIssueKind, member: str, detail: str) -> None:
        """Note an issue; past the limit of its kind it is only counted."""
        count = self._counts[kind] = self._counts.get(kind, 0) + 1
        if count <= self._limit:
            self.issues.append(ArchiveIssue(kind, printable(member), detail))

    def halt(self, kind: ArchiveIssueKind, member: str, detail: str) -> Halted:
        """Note a fatal issue, whatever the limit, and return what to raise."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        self.issues.append(ArchiveIssue(kind, printable(member), detail, fatal=True))
        return Halted()

    def has(self, kind: ArchiveIssueKind) -> bool:
        """Whether an issue of this kind was noted."""
        return kind in self._counts

    def close(self) -> None:
        """Add one line for each kind that overflowed."""
        if self._closed:
            return
        self._closed = True
        for kind, count in self._counts.items():
            listed = sum(1 for issue in self.issues if issue.kind == kind)
            if count > listed:
                self.issues.append(ArchiveIssue(kind, "", f"and {count - listed} more of this kind"))


def printable(name: str) -> str:
    """Escape what a terminal would act on, and cut what nobody would read."""
    if len(name) > _SHOWN:
        name = f"{name[:_SHOWN]}… ({len(name)} characters)"
    if name.isprintable():
        return name
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape", "backslashreplace").decode() for ch in name)
