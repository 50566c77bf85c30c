"""Jenkins: `[Pipeline]` marks, and times of lines where the Timestamper plugin writes them with their day."""

import re

from customhouse.hunt.logs.systems.interface import Said
from customhouse.hunt.streams.stamps import leading_stamp

_HEAD = re.compile(
    r"^(?:\[[^\]\n]{8,40}\] ?)?(?:Started by |\[Pipeline\] |Running as SYSTEM|Building in workspace )", re.MULTILINE
)
_STAGE = re.compile(r"\[Pipeline\] \{ \((.{1,200})\)")
_WORKSPACE = re.compile(r"(?:Running on .{1,200} in|Building in workspace) (?:\S*[/\\])?workspace[/\\](.{1,200})")
#: The plugin's own default: hours alone, of a day that nobody says.
_HOURS = re.compile(r"\[?[0-9]{2}:[0-9]{2}:[0-9]{2}\]?\s{1,2}")


def recognises(head: str) -> bool:
    """Say whether a log's beginning has who started it, or a step of a pipeline."""
    return _HEAD.search(head) is not None


class Jenkins:
    """A console log of a build."""

    name = "Jenkins log"
    marks: tuple[bytes, ...] = (b"[Pipeline] {", b"Running on ", b"Building in workspace ")

    def __init__(self) -> None:
        """Know nothing yet."""
        self.job = self.step = ""

    def mark(self, line: str) -> None:
        """Take the beginning of a stage, or the workspace, which is named after the job."""
        if found := _STAGE.search(line):
            self.step = found[1]
        elif not self.job and (found := _WORKSPACE.search(line)):
            self.job = found[1].strip().partition("@")[0]

    def line(self, line: str) -> Said:
        """Read a line."""
        when, text = leading_stamp(line)
        return Said(_HOURS.sub("", text, count=1) if when is None and _HOURS.match(text) else text, when)
