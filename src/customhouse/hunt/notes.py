"""Where hunters put what they find: hits, what was looked at, and what could not be."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from customhouse.model.hunt import Area, Hit, Looked, Unexamined


class Notes(Protocol):
    """What every hunter writes to. A hunter never raises for what it finds: what it cannot read it notes."""

    def hit(self, hit: Hit) -> None:
        """Note a trace."""

    def looked(self, looked: Looked) -> None:
        """Note what was looked at."""

    def unexamined(self, unexamined: Unexamined) -> None:
        """Note what was not."""


class Notebook:
    """Notes in memory, in the order in which they came; a hit that was noted already is not noted again."""

    def __init__(self) -> None:
        """Start empty."""
        self._hits: dict[Hit, None] = {}
        self.places: list[Looked] = []
        self.left_out: list[Unexamined] = []

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Every trace."""
        return tuple(self._hits)

    def hit(self, hit: Hit) -> None:
        """Note a trace."""
        self._hits[hit] = None

    def withdraw(self, hit: Hit) -> None:
        """Take a trace back that turned out to be none."""
        del self._hits[hit]

    def looked(self, looked: Looked) -> None:
        """Note what was looked at."""
        self.places.append(looked)

    def unexamined(self, unexamined: Unexamined) -> None:
        """Note what was not."""
        self.left_out.append(unexamined)

    def take(self, others: "Iterable[Notebook]") -> None:
        """Take in what others noted."""
        for other in others:
            self._hits.update(dict.fromkeys(other.hits))
            self.places += other.places
            self.left_out += other.left_out


@contextmanager
def own_defects(area: Area, path: str, notes: Notes) -> Iterator[None]:
    """Note an error that nobody foresaw, so that one hostile file costs nothing of what the others show.

    CUSTOMHOUSE_TRACE=1 has it raised, as elsewhere.
    """
    try:
        yield
    except Exception as error:
        if os.environ.get("CUSTOMHOUSE_TRACE"):
            raise
        reason = f"internal error: {type(error).__name__}: {error}: it was not looked at to its end"
        notes.unexamined(Unexamined(area, path, f"{reason}; CUSTOMHOUSE_TRACE=1 shows where"))
