"""GitHub Actions: every line has its time; steps are groups, or files of their own in the archive of a run.

`gh run view --log` puts job and step before each line, with tabs between. Azure's agents stamp lines alike.
"""

import re

from customhouse.hunt.logs.systems.interface import Said
from customhouse.hunt.streams.stamps import leading_stamp

_STAMPED = re.compile(
    r"^\ufeff?(?:[^\t\n]{1,200}\t[^\t\n]{1,200}\t\ufeff?)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ?", re.MULTILINE
)
_COLUMNS = re.compile(r"^([^\t\n]{1,200})\t([^\t\n]{1,200})\t\ufeff?(?=\d{4}-\d\d-\d\dT)")
_STEP = re.compile(r"##\[group\](?:Run )?(.{1,200})")
_REPOSITORY = re.compile(r"Syncing repository: ([\w.-]+/[\w.-]+)")
_JOB = re.compile(r"Complete job name: (.{1,200})")
#: `3_Run npm ci.txt` in the folder of its job, `0_build (ubuntu-latest).txt` beside it.
_STEP_FILE = re.compile(r"(?:^|/)([^/]+)/[0-9]+_[^/]*\.txt$")
_JOB_FILE = re.compile(r"(?:^|/)-?[0-9]+_([^/]*)\.txt$")


def recognises(head: str) -> bool:
    """Say whether most lines of a log's beginning are stamped as GitHub's are."""
    return len(_STAMPED.findall(head)) * 2 > head.count("\n")


class GitHub:
    """A log, or a step, of a run."""

    name = "GitHub Actions log"
    marks: tuple[bytes, ...] = (b"##[group]", b"Syncing repository: ", b"Complete job name: ")

    def __init__(self, member: str) -> None:
        """Take the member's path in the archive of a run, which names the job."""
        file = _STEP_FILE.search(member) or _JOB_FILE.search(member)
        self._name = file[1] if file else ""
        self._repository = ""
        self.step = ""

    @property
    def job(self) -> str:
        """The job, behind its repository."""
        return ": ".join(part for part in (self._repository, self._name) if part)

    def mark(self, line: str) -> None:
        """Take the beginning of a group, or what the runner says of the job."""
        if found := _STEP.search(line):
            self.step = found[1].strip()
        elif found := _REPOSITORY.search(line):
            self._repository = found[1]
        elif found := _JOB.search(line):
            self._name = found[1].strip()

    def line(self, line: str) -> Said:
        """Read a line; its columns say job and step better than marks do."""
        columns = _COLUMNS.match(line)
        if columns:
            self._name, self.step = columns[1], columns[2] if columns[2] != "UNKNOWN STEP" else self.step
            line = line[columns.end() :]
        when, text = leading_stamp(line.lstrip("\ufeff"))
        return Said(text, when)
