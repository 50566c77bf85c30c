"""Clones: a history, and what its main branch ends with checked out beside it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from customhouse.drill.layout.git_histories import last_files
from customhouse.drill.layout.ground import Commit, Ground, History


class Repository:
    """A clone in the making."""

    def __init__(self, ground: Ground, name: str, author: str, at: datetime) -> None:
        """Begin with a first commit (UTC) by `author`."""
        self.path = f"projects/{name}"
        self.name = name
        self._ground = ground
        self._author = author
        self._commits: list[Commit] = []
        self._gone: list[str] = []
        self.commit("Begin", at, {"README.md": f"# {name}\n\nReplica of a project, for a drill.\n".encode()})

    def commit(
        self,
        message: str,
        at: datetime,
        files: dict[str, bytes | None],
        *,
        branch: str = "main",
        author: str = "",
    ) -> None:
        """Commit files; a branch that is new begins at main."""
        known = any(each.branch == branch for each in self._commits)
        start = "" if known or branch == "main" else "main"
        self._commits.append(Commit(branch, message, author or self._author, at, files, start))

    def chores(self, first: datetime, count: int, step: timedelta = timedelta(days=9)) -> None:
        """Commit notes that touch no lock."""
        for number in range(count):
            text = f"- change {number + 1}\n".encode()
            self.commit(f"Note change {number + 1}", first + number * step, {f"notes/{number + 1:02}.md": text})

    def forget(self, branch: str) -> None:
        """Delete a branch at the end: its commits stay, and nothing leads to them."""
        self._gone.append(branch)

    def done(self) -> str:
        """Add the history and the files of main to the ground; return the clone's path."""
        history = History(self.path, tuple(self._commits), tuple(self._gone))
        self._ground.histories.append(history)
        last = max(each.at for each in self._commits if each.branch == "main")
        for path, data in last_files(history).items():
            self._ground.write(f"{self.path}/{path}", data, last)
        return self.path


def cloned(
    ground: Ground, name: str, author: str, revisions: Sequence[tuple[datetime, dict[str, bytes | None]]]
) -> str:
    """Add a clone whose main has these revisions, after some that touch no lock; return its path."""
    first = revisions[0][0]
    made = Repository(ground, name, author, first - timedelta(days=60))
    made.chores(first - timedelta(days=50), 4)
    for at, files in revisions:
        made.commit("Update dependencies", at, files)
    return made.done()
