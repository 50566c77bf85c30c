"""What a system tells of a log: of a line its text and its time, and where in the build it stands."""

from typing import NamedTuple, Protocol

from customhouse.model.hunt import Moment


class Said(NamedTuple):
    """A line without what the system put before it, and when it was written."""

    text: str
    when: Moment | None


class System(Protocol):
    """A reader of one log; a new one for each."""

    @property
    def name(self) -> str:
        """What the log is called."""

    @property
    def job(self) -> str:
        """What the log says it is of, as far as it was read: a job, with its repository where that is said."""

    @property
    def step(self) -> str:
        """The step, section or stage that the last mark began."""

    @property
    def marks(self) -> tuple[bytes, ...]:
        """Texts of which one stands in every line that is a mark, whatever its case."""

    def mark(self, line: str) -> None:
        """Take a line in which one of `marks` stands."""

    def line(self, line: str) -> Said:
        """Read a line."""
