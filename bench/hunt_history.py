"""Seconds to hunt through the histories of many repositories of locks.

    python bench/hunt_history.py                 500 repositories of 200 revisions, 2 processes
    python bench/hunt_history.py 50 200 1        fewer, in one process

Every revision changes a package-lock.json of 300 packages; axios is in all of them, and an affected version in one of
every twenty repositories, for two revisions. The repositories are made by `git fast-import` first, untimed.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("src", "tests")]

from customhouse.hunt.notes import Notebook
from customhouse.hunt.projects.histories import hunt_histories
from hunt.campaigns import ASKED

_PACKAGES = 300
_START = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
_EVERY = 20


def lock(revision: int, axios: str) -> str:
    """Write a lock in which one package more than before has a new version."""
    rows = [f'"node_modules/axios": {{\n      "version": "{axios}",\n      "integrity": "sha512-{"A" * 86}=="\n    }}']
    for number in range(_PACKAGES):
        version = f"1.{(revision + number) // _PACKAGES}.0"
        rows.append(
            f'"node_modules/package-{number}": {{\n      "version": "{version}",\n'
            f'      "resolved": "https://registry.example/package-{number}/-/package-{number}-{version}.tgz",\n'
            f'      "integrity": "sha512-{number:086d}=="\n    }}'
        )
    packages = ",\n    ".join(['"": {"dependencies": {"axios": "1.x"}}', *rows])
    return f'{{\n  "lockfileVersion": 3,\n  "packages": {{\n    {packages}\n  }}\n}}\n'


def imported(revisions: int, affected: int) -> Iterator[bytes]:
    """Give a history as `git fast-import` reads it; `affected` is the revision that brings the release in, or -1."""
    for number in range(revisions):
        data = lock(number, "1.14.1" if 0 <= number - affected < 2 and affected >= 0 else "1.14.0").encode()
        who = f"someone <someone@registry.example> {_START + number * 3600} +0000"
        yield f"commit refs/heads/main\ncommitter {who}\ndata 1\nx\n".encode()
        yield f"M 100644 inline package-lock.json\ndata {len(data)}\n".encode() + data + b"\n"


def make(folder: Path, number: int, revisions: int) -> None:
    affected = revisions // 2 if number % _EVERY == 0 else -1
    target = folder / f"repository-{number}"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(target)], check=True, env=environment)
    subprocess.run(
        ["git", "-C", str(target), "fast-import", "--quiet"],
        input=b"".join(imported(revisions, affected)),
        check=True,
        env=environment,
    )


def main() -> None:
    count, revisions, workers = (int(one) for one in (*sys.argv[1:], *("500", "200", "2")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for number in range(count):
            make(folder, number, revisions)
        notes = Notebook()
        started = time.perf_counter()
        hunt_histories([folder], ASKED, notes, workers)
        seconds = time.perf_counter() - started
    looked = sum(dict(one.counts)["revisions"] for one in notes.places)
    found = len({one.asset for one in notes.hits})
    print(f"{count} repositories, {looked:,} revisions, {workers} processes: {seconds:.1f} s, {found} affected")
    if found != -(-count // _EVERY) or looked != count * revisions or notes.left_out:
        sys.exit("not what was made")


if __name__ == "__main__":
    main()
