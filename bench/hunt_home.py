"""Seconds and memory to look through a home folder of many files, beside a walk that does nothing.

    python bench/hunt_home.py               1,000,000 files
    python bench/hunt_home.py 100000        fewer

Prints JSON: files, seconds of the hunt and of `os.walk` (each the better of two runs, the files' names in the kernel's
memory), and the largest memory in MB.
"""

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("src", "tests")]

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.host import hunt_host
from customhouse.hunt.notes import Notebook
from customhouse.indicators.shipped import shipped_campaigns

_IN_A_FOLDER = 500
_ROUNDS = 2


def make(home: Path, files: int) -> None:
    """Make empty files of ordinary names, and one that a campaign is about."""
    for first in range(0, files, _IN_A_FOLDER):
        folder = home / "work" / f"project-{first // 50_000}" / "node_modules" / f"package-{first}"
        folder.mkdir(parents=True)
        for number in range(first, min(first + _IN_A_FOLDER, files)):
            os.close(os.open(folder / f"file-{number}.js", os.O_CREAT | os.O_WRONLY, 0o644))
    planted = home / ".config" / "sysmon" / "sysmon.py"
    planted.parent.mkdir(parents=True)
    planted.write_text("# inert\n")


def walk(root: Path) -> None:
    for _ in os.walk(root):
        pass


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    asked = Asked(shipped_campaigns())
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for name in ("etc", "usr", "var", "bin"):
            (root / name).mkdir()
        make(root / "home" / "jack", files)
        seconds: dict[str, list[float]] = {"walk": [], "hunt": []}
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            walk(root)
            seconds["walk"].append(time.perf_counter() - started)
            notes = Notebook()
            started = time.perf_counter()
            hunt_host(root, asked, notes)
            seconds["hunt"].append(time.perf_counter() - started)
        if not any(hit.place.path.endswith("sysmon.py") for hit in notes.hits):
            sys.exit("what was planted was not found")
    figures = {name: min(times) for name, times in seconds.items()}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"files": files, **figures, "memory": memory}))


if __name__ == "__main__":
    main()
