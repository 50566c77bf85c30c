"""Processes that measure archives one after the other: each answers a path with one line of JSON."""

import json
import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_CHUNK = 65_536


class Worker:
    """A process that is asked by line and answers by line. One that dies, or takes too long, is begun anew."""

    def __init__(self, command: Sequence[str], seconds: float, environ: Mapping[str, str] | None = None) -> None:
        """`seconds` is how long one answer may take; `environ` is this process's own unless given."""
        self._command = list(command)
        self._environ = environ
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, path: Path) -> dict[str, Any] | None:
        """Return what the worker says of a file; None when it died of it, or did not finish."""
        process = self._process = self._process or self._start()
        try:
            process.stdin.write(f"{json.dumps(str(path))}\n".encode())  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            line = self._line(process)
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self.close()
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command, env=self._environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def _line(self, process: subprocess.Popen[bytes]) -> bytes:
        """Read one line; what was read when the time is over, or the process is."""
        out = process.stdout.fileno()  # type: ignore[union-attr]
        end = time.monotonic() + self._seconds
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([out], [], [], max(0.0, end - time.monotonic()))
            chunk = os.read(out, _CHUNK) if ready else b""
            if not chunk:
                break
            line += chunk
        return line

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the process."""
        self.close()
