"""GitLab: sections with the time at which they begin; times of lines only where FF_TIMESTAMPS is set."""

import re

from customhouse.hunt.logs.systems.interface import Said
from customhouse.hunt.streams.stamps import leading_stamp, unix_moment
from customhouse.model.hunt import Moment

_HEAD = re.compile(r"Running with gitlab-runner |section_start:[0-9]{9,11}:")
_SECTION = re.compile(r"section_(start|end):([0-9]{9,11}):([\w.-]{1,100})")
#: After the time: the stream's number, `O` or `E` for its kind, `+` where the line before goes on.
_STREAM = re.compile(r"[0-9a-f]{2}[OE][+ ]?")
_PROJECT = re.compile(r"/builds/(?:[\w-]{8,}/[0-9]+/)?([\w./-]+?)(?:\.tmp|/\.git)\b")


def recognises(head: str) -> bool:
    """Say whether a log's beginning has the runner's greeting, or a section."""
    return _HEAD.search(head) is not None


class GitLab:
    """A log of a job."""

    name = "GitLab CI log"
    marks: tuple[bytes, ...] = (b"section_start:", b"section_end:", b"/builds/")

    def __init__(self) -> None:
        """Know nothing yet."""
        self.job = self.step = ""
        self._begun: Moment | None = None

    def mark(self, line: str) -> None:
        """Take the beginning of a section, or the folder in which the runner works."""
        for kind, at, name in _SECTION.findall(line):
            self.step = name if kind == "start" else ""
            self._begun = unix_moment(int(at), "section")
        if not self.job and (found := _PROJECT.search(line)):
            self.job = found[1]

    def line(self, line: str) -> Said:
        """Read a line; without a time of its own it was written after its section began."""
        when, text = leading_stamp(line)
        if when is None:
            return Said(line, self._begun)
        stream = _STREAM.match(text)
        return Said(text[stream.end() :] if stream else text, when)
