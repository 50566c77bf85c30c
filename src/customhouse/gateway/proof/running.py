"""Runs a program in a folder, for a bounded time, and takes what it prints."""

import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

#: Characters of what a program prints that are looked at.
_MOST = 200_000
#: Characters of one line that is told.
_LINE = 300
_ERROR = re.compile(r"\berr(?:or)?(?:\b|_)", re.IGNORECASE)


class Ran(msgspec.Struct, frozen=True):
    """What came of it: an exit code (None when it did not end in time or could not be started), all that it printed."""

    code: int | None
    text: str

    @property
    def said(self) -> str:
        """The first line that speaks of an error, else the last one; empty where it printed nothing."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip(" \t-│╰")]
        chosen = next((line for line in lines if _ERROR.search(line)), lines[-1] if lines else "")
        return chosen[:_LINE]


def run(command: Sequence[str], folder: Path, environ: Mapping[str, str], seconds: float, spoken: str = "") -> Ran:
    """Run a command; when it takes too long it is ended with everything that it started."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own client, found in their PATH
            list(command),
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        return Ran(None, f"it cannot be started: {error.strerror}")
    try:
        text, _ = process.communicate(spoken, timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return Ran(None, f"it did not end within {seconds:g} seconds")
    return Ran(process.returncode, text[-_MOST:])


def _end(process: "subprocess.Popen[str]") -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()
