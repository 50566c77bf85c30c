"""A line on standard error that says how far a long piece of work is."""

import sys
import time
from types import TracebackType
from typing import Self

#: Seconds between two lines where no terminal is watching.
_QUIET = 30.0


class Progress:
    """Counts steps; on a terminal in place, elsewhere a line now and then."""

    def __init__(self, what: str, total: int = 0) -> None:
        """`what` is being counted up to `total`; 0 where that is not known."""
        self._what = what
        self._total = total
        self._done = 0
        self._told = time.monotonic()
        self._live = sys.stderr.isatty()

    def step(self) -> None:
        """Count one more."""
        self._done += 1
        far = f"{self._done}/{self._total}" if self._total else str(self._done)
        if self._live:
            print(f"\r{far} {self._what}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self._told >= _QUIET:
            self._told = time.monotonic()
            print(f"{far} {self._what}", file=sys.stderr, flush=True)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the line."""
        if self._live and self._done:
            print(file=sys.stderr)
