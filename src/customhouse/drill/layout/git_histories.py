"""Histories through a real git: one stream of `git fast-import` a repository, the same names of commits each time."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from customhouse.drill.layout.ground import Commit, History
from customhouse.model.errors import CustomhouseError
from customhouse.repository.git_process import TIMEOUT, git_command, git_environment

#: Commits of one repository: a replica, and no archive.
MAX_COMMITS = 200
#: Settings that users and systems change, and that would change what is written.
_SETTINGS = (
    "core.logAllRefUpdates=false",
    "core.autocrlf=false",
    "core.compression=6",
    "fastimport.unpackLimit=1000",
    "init.defaultObjectFormat=sha1",
)


def write_history(history: History, root: Path) -> None:
    """Make a repository. The files of `main` lie beside it already.

    Raises CustomhouseError where git does not do it.
    """
    if len(history.commits) > MAX_COMMITS:
        raise ValueError(f"{history.path} has more than {MAX_COMMITS} commits")
    folder = root / history.path
    folder.mkdir(parents=True, exist_ok=True)
    _git(folder, "init", "--quiet", "--template=", "--initial-branch=main")
    _git(folder, "fast-import", "--quiet", "--force", "--date-format=raw", given=b"".join(_stream(history)))
    for branch in history.gone:
        _git(folder, "update-ref", "-d", f"refs/heads/{branch}")
    _git(folder, "read-tree", "main")  # an index without the times of files, which are different each time


def last_files(history: History, branch: str = "main") -> dict[str, bytes]:
    """Return what a branch ends with, by path in the repository."""
    own: dict[str, dict[str, bytes]] = {}
    for commit in history.commits:
        files = own.setdefault(commit.branch, dict(own.get(commit.start, {})))
        for path, data in commit.files.items():
            if data is None:
                files.pop(path, None)
            else:
                files[path] = data
    return own.get(branch, {})


def _stream(history: History) -> Iterator[bytes]:
    """Write the stream (git-fast-import(1))."""
    begun: set[str] = set()
    for commit in history.commits:
        yield from _commit(commit, new=commit.branch not in begun)
        begun.add(commit.branch)


def _commit(commit: Commit, *, new: bool) -> Iterator[bytes]:
    who = f"{commit.author} <{commit.author}@mail.example> {int(commit.at.timestamp())} +0000"
    message = commit.message.encode()
    yield f"commit refs/heads/{commit.branch}\nauthor {who}\ncommitter {who}\n".encode()
    yield b"data %d\n%b\n" % (len(message), message)
    if new and commit.start:
        yield f"from refs/heads/{commit.start}\n".encode()
    for path, data in sorted(commit.files.items()):
        if data is None:
            yield f"D {path}\n".encode()
        else:
            yield f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def _git(folder: Path, *arguments: str, given: bytes = b"") -> None:
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = git_environment(plain) | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_DEFAULT_HASH": "sha1",
        "GIT_OPTIONAL_LOCKS": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603 - an absolute program, and arguments of ours
            git_command(folder, *settings, *arguments),
            env=environment,
            input=given,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CustomhouseError(f"git {arguments[0]} did not end: {error}", hint="see: git --version") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CustomhouseError(
            f"git {arguments[0]} failed in {folder}: {said[0] if said else 'no reason was given'}",
            hint="see: git --version (2.28 or later is needed)",
        )
