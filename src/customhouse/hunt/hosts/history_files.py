"""Histories of shells and interpreters, in their own formats, as commands with the time where it is kept."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Literal

import msgspec

from customhouse.hunt.hosts.systems import System
from customhouse.hunt.hosts.tree import Tree, moment

Language = Literal["shell", "powershell", "python", "javascript"]
#: Characters of one command; longer ones are cut. Lines of one command, and lines of one file.
_MAX_COMMAND = 1 << 16
_MAX_JOINED = 500
_MAX_LINES = 5_000_000
_EPOCH = re.compile(r"#(\d{9,11})")
_ZSH = re.compile(r": *(\d{9,11}):\d+;(.*)", re.DOTALL)
#: zsh writes a byte that means something to it as this one and the byte with one bit turned (zsh's `Meta`).
_META = 0x83

_FILES: tuple[tuple[str, str, Language], ...] = (
    ("bash", ".bash_history", "shell"),
    ("bash", ".sh_history", "shell"),
    ("bash", ".ash_history", "shell"),
    ("bash", ".history", "shell"),
    ("zsh", ".zsh_history", "shell"),
    ("zsh", ".zhistory", "shell"),
    ("zsh", ".histfile", "shell"),
    ("fish", ".local/share/fish/fish_history", "shell"),
    ("powershell", ".local/share/powershell/PSReadLine/ConsoleHost_history.txt", "powershell"),
    ("powershell", "AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt", "powershell"),
    ("lines", ".python_history", "python"),
    ("lines", ".node_repl_history", "javascript"),
)
_FOLDERS: tuple[tuple[str, str, Language], ...] = (
    ("bash", ".bash_sessions", "shell"),
    ("zsh", ".zsh_sessions", "shell"),
)


class HistoryLine(msgspec.Struct, frozen=True):
    """One command of a history: the 1-based line where it begins, and when it was given (UTC), where that is kept."""

    line: int
    command: str
    at: datetime | None = None


class HistoryFile(msgspec.Struct, frozen=True):
    """A history: whose it is, of which program, and where it stands on this machine."""

    user: str
    format: str
    language: Language
    path: str


def history_files(system: System) -> Iterator[HistoryFile]:
    """Give every history that lies in a home."""
    tree = system.tree
    for home in system.homes:
        for kind, inner, language in _FILES:
            for real in tree.present((f"{home.inner}/{inner}",)):
                yield HistoryFile(home.user, kind, language, real)
        for kind, inner, language in _FOLDERS:
            for real in tree.files(f"{home.inner}/{inner}"):
                if ".history" in real:
                    yield HistoryFile(home.user, kind, language, real)


def history_lines(tree: Tree, file: HistoryFile) -> Iterator[HistoryLine]:
    """Give a history's commands; a file that is damaged gives what can be made out."""
    readers: dict[str, Callable[[Iterator[tuple[int, bytes]]], Iterator[HistoryLine]]] = {
        "bash": _bash,
        "zsh": _zsh,
        "fish": _fish,
        "powershell": _powershell,
    }
    return readers.get(file.format, _plain)(_bounded(tree, file.path))


def _bounded(tree: Tree, real: str) -> Iterator[tuple[int, bytes]]:
    for number, line in tree.lines(real, _MAX_COMMAND):
        if number > _MAX_LINES:
            tree.refuse(real, f"only its first {_MAX_LINES} lines were read")
            return
        yield number, line


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace")


def _plain(lines: Iterator[tuple[int, bytes]]) -> Iterator[HistoryLine]:
    for number, line in lines:
        text = _text(line)
        if text.strip():
            yield HistoryLine(number, text)


def _bash(lines: Iterator[tuple[int, bytes]]) -> Iterator[HistoryLine]:
    """Read bash's history: with HISTTIMEFORMAT a `#epoch` stands above each command, and a command may have lines."""
    at: datetime | None = None
    open_lines: list[str] = []
    first = 0
    for number, line in lines:
        text = _text(line)
        match = _EPOCH.fullmatch(text.strip())
        if match is None and at is not None and len(open_lines) < _MAX_JOINED:
            first = first or number
            open_lines.append(text)
            continue
        if open_lines:
            yield from _joined(first, open_lines, at)
            open_lines, first = [], 0
        if match is not None:
            at = moment(int(match[1]))
        elif text.strip():
            yield HistoryLine(number, text, at)
    if open_lines:
        yield from _joined(first, open_lines, at)


def _joined(first: int, lines: list[str], at: datetime | None) -> Iterator[HistoryLine]:
    """Give each line by itself too: whether they were one command the file does not say."""
    for place, line in enumerate(lines):
        if line.strip():
            yield HistoryLine(first + place, line, at)


def _zsh(lines: Iterator[tuple[int, bytes]]) -> Iterator[HistoryLine]:
    """Read zsh's history, plain or extended (`: epoch:seconds;command`); a backslash ends a line that goes on."""
    for number, text in _continued(((number, _text(_unmetafied(raw))) for number, raw in lines), "\\"):
        yield from _zsh_command(number, text)


def _continued(lines: Iterable[tuple[int, str]], mark: str) -> Iterator[tuple[int, str]]:
    """Join the lines of each command, all but the last of which end with a mark, up to the length of a command."""
    pieces: list[str] = []
    first = length = 0
    for number, line in lines:
        first = first or number
        length += len(line)
        goes_on = line.endswith(mark) and length < _MAX_COMMAND
        pieces.append(line[:-1] if goes_on else line)
        if not goes_on:
            yield first, "\n".join(pieces)
            pieces, first, length = [], 0, 0
    if pieces:
        yield first, "\n".join(pieces)


def _zsh_command(number: int, text: str) -> Iterator[HistoryLine]:
    match = _ZSH.fullmatch(text)
    command = match[2] if match else text
    if command.strip():
        yield HistoryLine(number, command, moment(int(match[1])) if match else None)


def _unmetafied(line: bytes) -> bytes:
    if _META not in line:
        return line
    plain = bytearray()
    turned = False
    for byte in line:
        if turned:
            plain.append(byte ^ 32)
            turned = False
        elif byte == _META:
            turned = True
        else:
            plain.append(byte)
    return bytes(plain)


def _fish(lines: Iterator[tuple[int, bytes]]) -> Iterator[HistoryLine]:
    r"""Read fish's history: `- cmd: …` with `\n` and `\\` in it, below it `when: epoch`."""
    command, number = "", 0
    for place, raw in lines:
        line = _text(raw)
        if line.startswith("- cmd: "):
            if command:
                yield HistoryLine(number, command)
            command, number = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], line[7:]), place
        elif command and line.strip().startswith("when: "):
            when = line.strip()[6:]
            yield HistoryLine(number, command, moment(int(when)) if when.isdecimal() and len(when) < 12 else None)  # noqa: PLR2004 - an epoch
            command = ""
    if command:
        yield HistoryLine(number, command)


def _powershell(lines: Iterator[tuple[int, bytes]]) -> Iterator[HistoryLine]:
    """Read PSReadLine's history: a backquote ends a line that goes on."""
    for number, text in _continued(((number, _text(raw).removeprefix("\ufeff")) for number, raw in lines), "`"):
        if text.strip():
            yield HistoryLine(number, text)
