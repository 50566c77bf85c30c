"""What is to be laid out: files, histories, and what of them was planted. Pure: writing is for `writing`."""

from datetime import datetime

import msgspec

from customhouse.drill.layout.names import Names
from customhouse.model.drill import Decoy, RefusedFeed, Trace
from customhouse.model.hunt import Area, Grade

#: What stands in every file that takes a payload's place, and all that stands there.
INERT = "inert replica for a drill: this file does nothing, and stands where the campaign's payload would"


class File(msgspec.Struct, frozen=True):
    """A file's bytes and the time (UTC) that it is given."""

    data: bytes
    at: datetime


class Commit(msgspec.Struct, frozen=True):
    """One commit of a history: what it writes, None for what it deletes. It follows the last one of its branch.

    A branch that is new begins at `start` (a branch), or at nothing.
    """

    branch: str
    message: str
    author: str
    at: datetime
    files: dict[str, bytes | None]
    start: str = ""


class History(msgspec.Struct, frozen=True):
    """A repository below the drill's folder; `gone` are branches that are deleted again, whose commits stay."""

    path: str
    commits: tuple[Commit, ...]
    gone: tuple[str, ...] = ()


class Ground:
    """Collects what layers add."""

    def __init__(self, names: Names) -> None:
        """Start with nothing; `names` gives what is called how."""
        self.names = names
        self.files: dict[str, File] = {}
        self.histories: list[History] = []
        self.traces: list[Trace] = []
        self.decoys: list[Decoy] = []
        self.feeds: list[RefusedFeed] = []

    def write(self, path: str, data: bytes | str, at: datetime) -> str:
        """Add a file, and return its path."""
        self.files[path] = File(data.encode() if isinstance(data, str) else data, at)
        return path

    def payload(self, path: str, at: datetime, comment: str = "#") -> str:
        """Add a file that stands for a payload: a comment that says so, and nothing else."""
        return self.write(path, f"{comment} {INERT}\n", at)

    def plant(
        self,
        name: str,
        area: Area,
        path: str,
        grade: Grade,
        subject: str,
        what: str,
        *,
        also: tuple[str, ...] = (),
    ) -> None:
        """Say that something of what was added is a trace."""
        self.traces.append(Trace(name, area, path, grade, subject, what, also))

    def decoy(
        self,
        name: str,
        path: str,
        what: str,
        why: str,
        *,
        at_most: Grade | None = None,
        line: int | None = None,
    ) -> None:
        """Say that something of what was added is none."""
        self.decoys.append(Decoy(name, path, what, why, at_most, line))

    def refuse(self, path: str, value: str, why: str) -> None:
        """Say that a list that was added must not be taken."""
        self.feeds.append(RefusedFeed(path, value, why))
