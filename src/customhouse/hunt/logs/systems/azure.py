"""Azure DevOps: lines stamped as GitHub's, `##[section]Starting: …` before each task."""

import re

from customhouse.hunt.logs.systems.interface import Said
from customhouse.hunt.streams.stamps import leading_stamp

_HEAD = re.compile(r"##\[section\]|##vso\[|\bAgent (?:name|machine name): ")
_STARTING = re.compile(r"##\[section\]Starting: (.{1,200})")
_REPOSITORY = re.compile(r"Syncing repository: ([^\s(]{1,200})")


def recognises(head: str) -> bool:
    """Say whether a log's beginning has what only Azure's agents write."""
    return _HEAD.search(head) is not None


class Azure:
    """A log of a job, or of one task of it."""

    name = "Azure DevOps log"
    marks: tuple[bytes, ...] = (b"##[section]Starting: ", b"Syncing repository: ")

    def __init__(self) -> None:
        """Know nothing yet."""
        self.job = self.step = ""

    def mark(self, line: str) -> None:
        """Take the beginning of a task, or what is checked out."""
        if found := _STARTING.search(line):
            self.step = found[1].strip()
        elif found := _REPOSITORY.search(line):
            self.job = found[1]

    def line(self, line: str) -> Said:
        """Read a line."""
        when, text = leading_stamp(line)
        return Said(text, when)
