"""A progress bar on stderr, where a person watches; nothing where a machine reads."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from customhouse.engine.audit import Progress, no_progress

_WIDTH = 30


@contextmanager
def progress_bar(*, enabled: bool) -> Iterator[Progress]:
    """Give a function that draws how far the work is, and clear the line at the end."""
    if not enabled or not sys.stderr.isatty():
        yield no_progress
        return

    def draw(done: int, total: int) -> None:
        filled = _WIDTH * done // max(total, 1)
        sys.stderr.write(f"\r{'━' * filled}{'─' * (_WIDTH - filled)} {done}/{total} packages")
        sys.stderr.flush()

    try:
        yield draw
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
