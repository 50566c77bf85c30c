"""Any other text, with the times that its lines may begin with."""

from customhouse.hunt.logs.systems.interface import Said
from customhouse.hunt.streams.stamps import leading_stamp


class Plain:
    """A log of nobody in particular."""

    name = "log"
    marks: tuple[bytes, ...] = ()

    def __init__(self) -> None:
        """Know nothing."""
        self.job = self.step = ""

    def mark(self, line: str) -> None:
        """Take nothing."""

    def line(self, line: str) -> Said:
        """Read a line."""
        when, text = leading_stamp(line)
        return Said(text, when)
