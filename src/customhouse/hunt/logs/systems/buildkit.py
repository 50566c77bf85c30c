"""BuildKit: lines numbered by step, with seconds since its beginning; also inside other systems' logs."""

import re

from customhouse.hunt.logs.systems.interface import Said

_HEAD = re.compile(
    r"^#[0-9]{1,5} (?:\[|[0-9]+\.[0-9]{1,3} |DONE |CACHED$|sha256:|transferring |resolve |ERROR)", re.MULTILINE
)
_STEP = re.compile(r"#([0-9]{1,5}) (\[.{1,300})")
_PREFIX = re.compile(r"#([0-9]{1,5}) [0-9]+\.[0-9]{1,3} ?")
_MOST_STEPS = 10_000


def recognises(head: str) -> bool:
    """Say whether several lines of a log's beginning are numbered so."""
    return len(_HEAD.findall(head)) > 1


def without_prefix(text: str) -> str:
    """Return a line's text without step and seconds."""
    found = _PREFIX.match(text)
    return text[found.end() :] if found else text


class BuildKit:
    """A log of `docker build --progress=plain`."""

    name = "BuildKit log"
    marks: tuple[bytes, ...] = (b"] RUN ",)

    def __init__(self) -> None:
        """Know no step yet."""
        self.job = self.step = ""
        self._steps: dict[str, str] = {}

    def mark(self, line: str) -> None:
        """Take what a step is: `#12 [build 3/5] RUN npm ci`."""
        found = _STEP.match(line)
        if found and len(self._steps) < _MOST_STEPS:
            self._steps[found[1]] = found[2].strip()

    def line(self, line: str) -> Said:
        """Read a line; it tells no time of day."""
        found = _PREFIX.match(line)
        if found is None:
            return Said(line, None)
        self.step = self._steps.get(found[1], "")
        return Said(line[found.end() :], None)
