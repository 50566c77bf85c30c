"""Machines, as images that somebody mounted: no program is in any of them."""

from collections.abc import Iterable
from datetime import datetime

from customhouse.drill.layout.ground import Ground


def linux(ground: Ground, name: str, users: Iterable[str], at: datetime) -> str:
    """Begin a Linux machine; return its folder."""
    folder = f"hosts/{name}"
    rows = ["root:x:0:0:root:/root:/bin/bash"]
    rows += [f"{user}:x:{1000 + number}:{1000 + number}::/home/{user}:/bin/bash" for number, user in enumerate(users)]
    ground.write(f"{folder}/etc/hostname", f"{name}\n", at)
    ground.write(f"{folder}/etc/passwd", "\n".join(rows) + "\n", at)
    ground.write(f"{folder}/etc/crontab", "17 * * * * root run-parts --report /etc/cron.hourly\n", at)
    ground.write(f"{folder}/usr/lib/os-release", 'NAME="Debian GNU/Linux"\nVERSION_ID="13"\n', at)
    for user in users:
        ground.write(f"{folder}/home/{user}/.bashrc", "alias ll='ls -l'\n", at)
    return folder


def macos(ground: Ground, name: str, user: str, at: datetime) -> str:
    """Begin a Mac; return its folder."""
    folder = f"hosts/{name}"
    ground.write(f"{folder}/System/Library/CoreServices/SystemVersion.plist", "<plist><dict/></plist>\n", at)
    ground.write(f"{folder}/Library/LaunchAgents/.keep", "", at)
    ground.write(f"{folder}/Users/{user}/.zshrc", "setopt extended_history\n", at)
    return folder


def windows(ground: Ground, name: str, user: str, at: datetime) -> str:
    """Begin a Windows machine; return its folder."""
    folder = f"hosts/{name}"
    ground.write(f"{folder}/Windows/System32/drivers/etc/hosts", "127.0.0.1 localhost\n", at)
    ground.write(f"{folder}/Users/{user}/Documents/notes.txt", "ask for a new docking station\n", at)
    return folder


def bash_history(ground: Ground, home: str, commands: Iterable[tuple[datetime, str]]) -> str:
    """Write a history with the times of commands; return its path. The last command's time is the file's."""
    every = list(commands)
    text = "".join(f"#{int(at.timestamp())}\n{command}\n" for at, command in every)
    return ground.write(f"{home}/.bash_history", text, every[-1][0])


def unit(ground: Ground, path: str, description: str, starts: str, at: datetime) -> str:
    """Write a systemd unit; return its path."""
    text = (
        f"[Unit]\nDescription={description}\n\n[Service]\nExecStart={starts}\nRestart=always\n\n"
        "[Install]\nWantedBy=default.target\n"
    )
    return ground.write(path, text, at)


def registry_export(ground: Ground, path: str, key: str, values: Iterable[tuple[str, str]], at: datetime) -> str:
    """Write what `reg export` writes of one key; return the file's path."""
    rows = [f'"{name}"="{data}"' for name, data in values]
    text = "\r\n".join(["Windows Registry Editor Version 5.00", "", f"[{key}]", *rows, ""])
    return ground.write(path, b"\xff\xfe" + text.encode("utf-16-le"), at)
