"""Timing whole processes: CPU and wall seconds, and the memory of a process with its workers."""

import os
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

#: Seconds between two looks at a process tree's memory.
_SAMPLE = 0.05


@dataclass(frozen=True)
class Run:
    """One finished process with all its descendants; seconds and bytes."""

    wall: float
    cpu: float
    #: Largest sum, over the process and its descendants, of proportional set sizes.
    peak: int
    code: int
    output: bytes


def run(command: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None, memory: bool = False) -> Run:
    """Run a command to its end."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    sampler = _Sampler(process.pid) if memory else None
    output = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.stdout:
        process.stdout.close()
    peak = sampler.finish() if sampler else usage.ru_maxrss * 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, peak, process.returncode, output)


def median(values: list[float]) -> float:
    """Return the median."""
    return statistics.median(values)


class _Sampler:
    """Adds up the memory of a process tree, a few times a second."""

    def __init__(self, root: int) -> None:
        self.peak = 0
        self._root = root
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def finish(self) -> int:
        self._over.set()
        self._thread.join()
        return self.peak

    def _watch(self) -> None:
        while not self._over.wait(_SAMPLE):
            self.peak = max(self.peak, sum(_proportional(pid) for pid in _tree(self._root)))


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            for task in tasks:
                found.extend(int(child) for child in (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
