"""The processes of a live Linux machine, as /proc tells them. Of environments only names are kept."""

import os
from collections.abc import Iterator
from datetime import datetime

import msgspec

from customhouse.hunt.hosts.tree import moment

_MAX_COMMAND = 1 << 16
_MAX_ENVIRONMENT = 1 << 20
_DELETED = " (deleted)"
#: Fields of /proc/PID/stat after the name (proc_pid_stat(5)), from 0: the parent, and when it started in ticks.
_PARENT, _STARTED = 1, 19


class Process(msgspec.Struct, frozen=True):
    """One process. `words` is its command line; `deleted` says that its program's file is gone."""

    pid: int
    parent: int
    name: str
    words: tuple[str, ...]
    program: str
    deleted: bool
    folder: str
    started: datetime | None

    @property
    def command(self) -> str:
        """The command line, or its name in brackets as `ps` shows it."""
        return " ".join(self.words) if self.words else f"[{self.name}]"


def process_ids(proc: str = "/proc") -> Iterator[int]:
    """Give the numbers of all processes."""
    return (int(name) for name in sorted(os.listdir(proc)) if name.isdigit())  # noqa: PTH208 - /proc is the kernel's


def processes(proc: str = "/proc") -> Iterator[Process]:
    """Give every process; one that ends meanwhile is left out."""
    booted = _booted(proc)
    ticks = os.sysconf("SC_CLK_TCK")
    for pid in process_ids(proc):
        stat = _read(f"{proc}/{pid}/stat", 4096)
        opened, _, rest = stat.rpartition(b")")
        fields = rest.split()
        if len(fields) <= _STARTED or not fields[_PARENT].isdigit() or not fields[_STARTED].isdigit():
            continue
        words = _read(f"{proc}/{pid}/cmdline", _MAX_COMMAND).rstrip(b"\0").split(b"\0")
        program = _link(f"{proc}/{pid}/exe")
        yield Process(
            pid,
            int(fields[_PARENT]),
            opened.partition(b"(")[2].decode("utf-8", "replace"),
            tuple(word.decode("utf-8", "replace") for word in words if word or len(words) > 1),
            program.removesuffix(_DELETED),
            program.endswith(_DELETED),
            _link(f"{proc}/{pid}/cwd").removesuffix(_DELETED),
            moment(booted + int(fields[_STARTED]) / ticks) if booted else None,
        )


def environment_names(pid: int, proc: str = "/proc") -> tuple[str, ...]:
    """Name the variables of a process's environment. Their values are dropped as they are read."""
    data = _read(f"{proc}/{pid}/environ", _MAX_ENVIRONMENT)
    names = {each.partition(b"=")[0].decode("utf-8", "replace") for each in data.split(b"\0") if b"=" in each}
    return tuple(sorted(names))


def _booted(proc: str) -> int:
    """Seconds since the epoch when the machine started; 0 where it does not tell."""
    for line in _read(f"{proc}/stat", 1 << 22).split(b"\n"):
        if line.startswith(b"btime "):
            return int(line[6:]) if line[6:].strip().isdigit() else 0
    return 0


def _read(path: str, limit: int) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - /proc is the kernel's
            return file.read(limit)
    except OSError:
        return b""


def _link(path: str) -> str:
    try:
        return os.fsencode(os.readlink(path)).decode("utf-8", "backslashreplace")  # noqa: PTH115 - /proc is the kernel's
    except OSError:
        return ""
