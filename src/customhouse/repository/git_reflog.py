"""Reflogs read as the files that they are: git prints where its entries stand by porcelain alone."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from customhouse.model.lazy_regex import lazy_regex

_LINE = lazy_regex(rb"([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ")
#: Bytes of a line that are looked at, and bytes of one log, whose end is the newest.
_MAX_LOG = 64 * 1024 * 1024
_MAX_LOGS = 100_000


def reflog_commits(git_dir: Path) -> dict[str, str]:
    """Give every commit that a reflog of the repository or of its worktrees names, with the ref whose log does.

    Both sides of an entry count: what a ref was taken away from is kept by its log as well.
    """
    found: dict[str, str] = {}
    for name, path in _logs(git_dir):
        try:
            # A pipe is not waited for.
            with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
                size = os.fstat(file.fileno()).st_size
                file.seek(max(0, size - _MAX_LOG))
                for line in file.read(_MAX_LOG).splitlines():
                    match = _LINE.match(line)
                    if match:
                        found.setdefault(match[1].decode(), name)
                        found.setdefault(match[2].decode(), name)
        except OSError:
            continue
    return {commit: name for commit, name in found.items() if commit.strip("0")}


def _logs(git_dir: Path) -> Iterator[tuple[str, Path]]:
    """Give the logs of the repository itself, then those of its worktrees, each with what it is the log of."""
    roots = [(git_dir / "logs", "")]
    with contextlib.suppress(OSError):
        roots += [(each / "logs", f"{each.name}/") for each in sorted((git_dir / "worktrees").iterdir())]
    count = 0
    for root, prefix in roots:
        for folder, _, names in os.walk(root):
            for name in sorted(names):
                count += 1
                if count > _MAX_LOGS:
                    return
                path = Path(folder, name)
                yield prefix + path.relative_to(root).as_posix(), path
