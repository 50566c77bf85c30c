"""CPU seconds and memory of a process with its children, read from /proc (Linux)."""

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

#: Seconds between two looks.
_SAMPLE = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [root]
    for pid in found:
        try:
            for task in list(Path(f"/proc/{pid}/task").iterdir()):
                found.extend(int(child) for child in (task / "children").read_text().split())
        except OSError:  # it ended meanwhile
            continue
    return found


def cpu_seconds(root: int) -> float:
    """Return user and system seconds of a process tree, those of children that have ended included."""
    ticks = 0
    for pid in tree(root):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # after the name: state is field 3 of proc(5), so utime (14) to cstime (17) are at 11 to 14
        ticks += int(fields[11]) + int(fields[12])
        if pid == root:
            ticks += int(fields[13]) + int(fields[14])
    return ticks / _TICKS


@dataclass(frozen=True)
class Memory:
    """Bytes of one process: resident, and the part of it that is its own (anonymous)."""

    resident: int
    anonymous: int


def memory(root: int) -> dict[str, Memory]:
    """Return the memory of a process tree by role: `front`, `inspector`, `reader 1` and so on."""
    found: dict[str, Memory] = {}
    readers = 0
    for pid in tree(root):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        if "VmRSS" not in fields:
            continue
        if pid == root:
            role = "front"
        elif b"inspection.worker" in command and "inspector" not in found:  # its readers are forked from it
            role = "inspector"
        else:
            readers += 1
            role = f"reader {readers}"
        found[role] = Memory(*(int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "RssAnon")))
    return found


@dataclass
class Watched:
    """What a sampler saw, in bytes: the largest of each role, the largest sum, and the sum at each look."""

    peaks: dict[str, Memory] = field(default_factory=dict)
    peak: int = 0
    peak_anonymous: int = 0
    sums: list[int] = field(default_factory=list)


class MemorySampler:
    """Looks at a process tree's memory ten times a second while it is entered."""

    def __init__(self, root: int) -> None:
        """Watch the process `root` and all below it."""
        self._root = root
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.seen = Watched()

    def __enter__(self) -> Watched:
        """Start looking."""
        self._thread.start()
        return self.seen

    def __exit__(self, *_: object) -> None:
        """Stop looking."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_SAMPLE):
            now = memory(self._root)
            total = sum(each.resident for each in now.values())
            self.seen.sums.append(total)
            self.seen.peak = max(self.seen.peak, total)
            self.seen.peak_anonymous = max(self.seen.peak_anonymous, sum(each.anonymous for each in now.values()))
            for role, each in now.items():
                before = self.seen.peaks.get(role, Memory(0, 0))
                self.seen.peaks[role] = Memory(
                    max(before.resident, each.resident), max(before.anonymous, each.anonymous)
                )
